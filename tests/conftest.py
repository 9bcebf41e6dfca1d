"""The number of examples that hypothesis tries, and the report of tests that did not run for want of a program."""

import programs
import pytest
from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("default", max_examples=100, deadline=None, suppress_health_check=_SLOW, derandomize=True)
settings.register_profile("nightly", max_examples=10_000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile("default")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(programs)

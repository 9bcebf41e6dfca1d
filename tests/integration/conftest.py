"""Fixtures of the tests that start real programs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from docker_registry import docker_registry


@pytest.fixture
def registry_host(tmp_path: Path) -> Iterator[str]:
    """An empty registry that requires no password, as `host:port`."""
    with docker_registry(tmp_path / "registry") as host:
        yield host

"""Fixtures of the tests that start real programs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from docker_registry import docker_registry
from omctl_product import COMPOSE, KEY, SEED
from real_omctl import RealOmctl, real_omctl


@pytest.fixture
def registry_host(tmp_path: Path) -> Iterator[str]:
    """An empty registry that requires no password, as `host:port`."""
    with docker_registry(tmp_path / "registry") as host:
        yield host


@pytest.fixture
def omctl(tmp_path: Path) -> Iterator[RealOmctl]:
    """The real omctl beside the product of `omctl_product`; every request must be one that the stand-in knows."""
    with real_omctl(tmp_path, SEED, COMPOSE, KEY) as omctl:
        yield omctl
        assert omctl.state()["unknown_requests"] == []

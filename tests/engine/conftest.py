"""Tests that call the module on a reachable Dagger engine; without one they are skipped and named at the end."""

import shutil
from pathlib import Path

import pytest
from engine.calls import Dagger, call, unreachable
from programs import unavailable


@pytest.fixture(scope="session")
def dagger() -> Dagger:
    """A function that runs `dagger` with arguments."""
    if why := unreachable():
        unavailable("engine", why)
    return call


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A product of two images, a sidecar, a secret and a mounted folder, built within seconds."""
    folder = tmp_path / "product"
    shutil.copytree(Path(__file__).parent / "product", folder)
    return folder

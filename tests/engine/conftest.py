"""Tests that call the module on a reachable Dagger engine; without one they are skipped and named at the end."""

import os
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
    """A product of two images, a sidecar, a secret and a mounted folder, built within seconds.

    BUILDKIT_IMAGE names the image of its builder where the default can't be pulled.
    """
    folder = tmp_path / "product"
    shutil.copytree(Path(__file__).parent / "product", folder)
    if image := os.environ.get("BUILDKIT_IMAGE"):
        settings = (folder / "pyproject.toml").read_text()
        own = settings.replace("[tool.slipway]\n", f'[tool.slipway]\nbuildkit_image = "{image}"\n', 1)
        (folder / "pyproject.toml").write_text(own)
    return folder

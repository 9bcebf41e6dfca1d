"""Two products on the disk for the tests of the plain command, and the command as a process."""

import os
import subprocess
import sys
from pathlib import Path

from fakes import SHA_TAG, TEXTS

ROOT = Path(__file__).parents[1]
SHOP_SETTINGS = """\
[tool.slipway]
image_prefix = "registry.example/o/shop"
product_name = "Shop"
sidecars.scaler = "web"
"""
OTHER = """\
services:
  api:
    build: ./api  # the only one
    image: api:dev
  db:
    image: postgres:16
"""
OTHER_PINNED = OTHER.replace("    build: ./api  # the only one\n", "").replace("api:dev", f"ghcr.io/o/other:{SHA_TAG}")


def shop(folder: Path) -> Path:
    """The small product of the fakes, with settings; its folder."""
    for name, text in {**TEXTS, "pyproject.toml": SHOP_SETTINGS}.items():
        (folder / name).write_text(text)
    return folder


def other(folder: Path, remote: str = "") -> Path:
    """A product without settings, which Slipway has never seen; its compose file."""
    folder.mkdir(exist_ok=True)
    (folder / "compose.yml").write_text(OTHER)
    if remote:
        subprocess.run(["git", "init", "--quiet", folder], check=True)
        subprocess.run(["git", "-C", folder, "remote", "add", "origin", remote], check=True)
    return folder / "compose.yml"


def command(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "ci.cli", *arguments]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)

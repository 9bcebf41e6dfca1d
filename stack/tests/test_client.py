"""The web client: built as its image builds it, and served by Django; skipped without npm."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client, override_settings
from product import STACK
from programs import program

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the client's source with what package-lock.json says."""
    npm = program("npm")
    folder = tmp_path_factory.mktemp("client") / "client"
    shutil.copytree(STACK / "client", folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, capture_output=True, timeout=300)
    return folder


def build(folder: Path, auth0: str) -> Path:
    environment = os.environ | {"VITE_USE_AUTH0": auth0}
    subprocess.run(
        ["npm", "run", "heroku-postbuild"], cwd=folder, env=environment, check=True, capture_output=True, timeout=300
    )
    return folder / "dist"


@pytest.fixture(scope="module")
def dist(packages: Path) -> Path:
    return build(packages, "false")


def scripts(dist: Path) -> str:
    return "".join(path.read_text() for path in (dist / "assets").glob("*.js"))


def test_it_is_built_and_django_serves_it(dist: Path) -> None:
    with override_settings(WHITENOISE_ROOT=dist):
        client = Client(headers={"host": "localhost"})
        page = client.get("/")
        assert (page.status_code, page["Content-Type"]) == (200, 'text/html; charset="utf-8"')
        html = b"".join(page).decode()
        assert "<title>Experio</title>" in html
        script = html.split('src="')[1].split('"')[0]
        answer = client.get(script)
        assert answer.status_code == 200
        assert b"/api/documents/" in b"".join(answer)


def test_the_way_to_sign_in_is_compiled_in(packages: Path, dist: Path) -> None:
    with_password, with_auth0 = scripts(dist), scripts(build(packages, "true"))
    assert "current-password" in with_password
    assert "Sign in with Auth0" not in with_password
    assert "Sign in with Auth0" in with_auth0
    assert "current-password" not in with_auth0

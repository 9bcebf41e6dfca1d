"""Shared by the golden tests: pinning a text as the plain command does, and comparing with expected files."""

import difflib
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ci.core.product.source import Source
from ci.core.release.pinned import pinned_compose
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError

HERE = Path(__file__).parent
CASES = sorted(path.stem for path in (HERE / "cases").glob("*.yaml"))
OWN_SIDECARS = {"sidecars": {"helper": "server", "second": "server"}}
SETTINGS: dict[str, dict[str, Any]] = {
    "build_with_block_scalars": {"image_names": {"worker": "worker"}},
    "build_of_an_anchor_for_different_images": {"image_names": {"web": "web", "worker": "worker"}},
    "one_dockerfile_two_targets_named_apart": {"image_names": {"worker": "worker"}},
    "odd_names": {"image_names": {"a b": "spaced"}},
    "extends_in_the_same_file": {"image_names": {"worker": "worker"}},
    "sidecar_in_an_x_field": OWN_SIDECARS,
    "sidecar_alias": OWN_SIDECARS,
    "sidecar_plain_and_quoted": OWN_SIDECARS,
    "sidecar_shared_by_an_anchor": OWN_SIDECARS,
}
"""Settings that a case needs beside `SHOP`."""
GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
SHOP = Settings(image_prefix="registry.example/o/shop", product_name="Shop", compose_file="compose.yaml")
ENV_FILES = {
    ".env.app": "COLOR=blue\nMODE='a b'\nDB_PASSWORD=hidden\n",
    ".env.more": "MODE=more\nPRICE=5$\n",
    ".env.empty": "# nothing\n",
    ".env.derived": "DB_PASSWORD=hidden-1\nGREETING=prefix-${DB_PASSWORD}\nURL=db://app:hidden-1@db\nOTHER=${NONE:-$GREETING}\n",
}
OTHERS = {
    "common/base.yaml": """x-environment: &environment
  COLOR: green
  RATIO: 1.10
services:
  app:
    build: ./app
    environment:
      <<: *environment
      OWN: base
    env_file: ../.env.more
    volumes:
      - ./data:/data
      - named:/var/named
    ports: ["8080:80", "9000:9000"]
    healthcheck:
      test: ["CMD", "true"]
      interval: 10s
  worker:
    extends: app
    command: ["work"]
""",
    "common/other.yaml": """services:
  db:
    image: postgres:16
    volumes: ["db:/var/lib/postgresql", "./init:/init:ro"]
volumes:
  db:
""",
}
"""Compose files that cases extend and include."""
EMBEDDED = {
    "build.yaml": "./web",
    "services.yaml": "web:\n  build: ./web\n  env_file: .env.app\ndb:\n  image: {{ $file:./pg }}\n",
    "services/postgres.yaml": "postgres:\n  image: {{ $file:image }}\n",
    "services/image": "postgres:16\n",
    "services/alone.yaml": "mail:\n  image: mail:1\n",
    "web/more.yaml": "restart: always\nlabels:\n  a: b\n",
    "web/image": "web:1",
    "web/command": "/bin",
    "web/alone.yaml": "user: '1000'\n",
    "pg": "postgres:16\n",
    "config": "app",
    "registry.yaml": "x-omnistrate-image-registry-attributes:\n  ghcr.io:\n    auth: {username: me}\n",
    "plan.yaml": "x-omnistrate-service-plan: {name: Shop}\n",
    "hooks/init.sh": "echo {{ $sys.id }}\nmake build: all\n",
    "more.yaml": "more:\n  build: ./more\n  # of more\n  image: more:1\n  labels: ['${NAME:-a}']\n",
    "own.yaml": "runs: registry.example/o/shop:latest\n",
}
"""What cases embed with `{{ $file:… }}`."""


def read(path: Path) -> str:
    """A file's text, its line breaks unchanged."""
    return path.read_bytes().decode()


def outcome(text: str, settings: Mapping[str, Any], env_files: Mapping[str, str] = ENV_FILES) -> tuple[str, bool]:
    """The pinned text, or the message of the error; and whether it was pinned."""
    files = {**env_files, **EMBEDDED, **OTHERS}
    source = Source(frozenset({SHOP.compose_file, *files}), {SHOP.compose_file: text, **files})
    used = replace(SHOP, env_secrets={"DB_PASSWORD": "dbPassword"}, **settings)
    try:
        return pinned_compose(source, used, GIT_SHA).text, True
    except ConfigurationError as error:
        return f"{error}\n", False


def difference(old: str, new: str, name: str) -> str:
    """A diff for people; line breaks and other invisible characters are shown as escapes."""
    before, after = ([repr(line)[1:-1] for line in text.splitlines(keepends=True)] for text in (old, new))
    return "\n".join(difflib.unified_diff(before, after, f"{name} (before)", name, lineterm="", n=1))


def changed_lines(old: str, new: str) -> str:
    """A unified diff without context; a carriage return is shown as an escape."""
    before, after = (text.replace("\r", "\\r").split("\n") for text in (old, new))
    lines = difflib.unified_diff(before, after, "source", "pinned", lineterm="", n=0)
    return "".join(f"{line}\n" for line in lines)


def assert_matches(path: Path, found: str, config: pytest.Config) -> None:
    """Compare with an expected file, or write the file with `--write-goldens`."""
    old = read(path) if path.exists() else ""
    if config.getoption("--write-goldens", default=False) and old != found:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(found.encode())
        for other in path.parent.glob(f"{path.stem}.*"):  # the case was pinned and is now refused, or the reverse
            if other != path:
                other.unlink()
        sys.stderr.write(difference(old, found, path.name) + "\n")
        return
    assert old == found, f"{path.name} has other content than expected:\n{difference(old, found, path.name)}"

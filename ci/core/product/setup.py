"""Which files a product needs to be released, from what it has already. Nothing that is there is replaced."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ci.core.env_files.project_variables import DOTENV
from ci.core.product.gitignore import IGNORE_FILE
from ci.core.product.source import CHANGELOG_FILE, VERSION_FILE
from ci.core.settings import toml
from ci.core.settings.product import Settings
from ci.core.settings.read import FILE as SETTINGS_FILE

DAGGER_FILE, WORKFLOW_FILE = "dagger.json", ".github/workflows/release.yml"
FILES = (SETTINGS_FILE, VERSION_FILE, CHANGELOG_FILE, DAGGER_FILE, IGNORE_FILE, WORKFLOW_FILE)
"""The files that a setup may write, from the top of the product."""
_FIRST_VERSION = "0.1.0"
_IGNORED = ("/released/", "/rehearsal/", "/dist/simulation/")


class Blueprint(NamedTuple):
    """Where a `dagger.json` takes Slipway from: `source` is URL@REF, `pin` the commit, `""` if that is not known."""

    source: str
    pin: str
    engine: str
    """The engine's version, `v0.21.8`."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is known of a product; `texts` are those of `FILES` that exist."""

    name: str
    """The product's name in Omnistrate, as far as it is known: that of an argument or of the folder."""
    compose_file: str
    texts: Mapping[str, str]
    others: frozenset[str] = frozenset()
    """Those of `FILES` that exist and are no text; and `DOTENV` if it exists, or the compose file names one."""
    image_prefix: str = ""
    source_url: str = ""
    today: str
    """The date of the changelog's first entry, `2026-01-31`."""
    blueprint: Blueprint | None = None
    workflow: str = ""
    """The text of a workflow for GitHub; `""` if the product is not at the top of a repository on GitHub."""


class FirstFile(NamedTuple):
    """A file to write; `before` is its text now, None if it does not exist."""

    path: str
    before: str | None
    text: str


class Setup(NamedTuple):
    """The files to write, why others are left as they are, and what a person has to do."""

    files: tuple[FirstFile, ...]
    left: tuple[str, ...]
    to_do: tuple[str, ...]


def setup(found: Found) -> Setup:
    """What a product needs that it does not have."""
    texts = {
        SETTINGS_FILE: _pyproject(found),
        VERSION_FILE: None if VERSION_FILE in found.texts else f"{_FIRST_VERSION}\n",
        CHANGELOG_FILE: _changelog(found),
        DAGGER_FILE: _dagger(found),
        IGNORE_FILE: _ignore(found),
        WORKFLOW_FILE: None if WORKFLOW_FILE in found.texts else found.workflow or None,
    }
    files = tuple(
        FirstFile(path, found.texts.get(path), text)
        for path, text in texts.items()
        if text is not None and path not in found.others
    )
    written = {file.path for file in files}
    left = [f"{path}: it exists" for path in FILES if path in found.texts and path not in written]
    left += [f"{path}: it is no file with text" for path in FILES if path in found.others]
    return Setup(files, tuple(left), _to_do(found, written))


def _pyproject(found: Found) -> str | None:
    """`pyproject.toml` with a table `[tool.slipway]` at its end; None if it has one, or can't be given one there."""
    before = found.texts.get(SETTINGS_FILE, "")
    known = _toml(before)
    if known is None or _has_settings(known):
        return None
    text = _appended(before, [*([""] if before.strip() else []), *_settings(found)])
    new = _toml(text) or {}
    tool = dict(new.get("tool", {}))
    added = tool.pop("slipway", None)
    others = {key: value for key, value in new.items() if key != "tool"} | ({"tool": tool} if tool else {})
    return text if added is not None and others == known else None


def _has_settings(known: Mapping[str, Any] | None) -> bool:  # Any: TOML
    return known is not None and "slipway" in known.get("tool", {})


def _settings(found: Found) -> list[str]:
    """The lines of the table."""
    prefix = f"image_prefix = {toml.string(found.image_prefix or 'ghcr.io/your-org/your-product')}"
    lines = [
        "[tool.slipway]",
        prefix if found.image_prefix else f"# {prefix} # the start of the repositories that images are pushed to",
        f"product_name = {toml.string(found.name)} # its name in Omnistrate",
    ]
    if found.compose_file != Settings.compose_file:
        lines.append(f"compose_file = {toml.string(found.compose_file)}")
    if found.source_url:
        lines.append(f"source_url = {toml.string(found.source_url)}")
    return lines


def _changelog(found: Found) -> str | None:
    if CHANGELOG_FILE in found.texts:
        return None
    version = found.texts.get(VERSION_FILE, _FIRST_VERSION).strip()
    return (
        "# Changelog\n\nAll notable changes are written here, in the form of "
        "[Keep a Changelog](https://keepachangelog.com/en/1.1.0/).\nThe entry of a version becomes the description of "
        f"its plan version in Omnistrate.\n\n## [Unreleased]\n\n## [{version}] - {found.today}\n\n- First release.\n"
    )


def _dagger(found: Found) -> str | None:
    """`dagger.json` as `dagger init --blueprint` has it; None if it exists, or where Slipway is from is not known."""
    if DAGGER_FILE in found.texts or found.blueprint is None:
        return None
    source, pin, engine = found.blueprint
    blueprint = {"name": "slipway", "source": source} | ({"pin": pin} if pin else {})
    value = {"name": found.name, "engineVersion": engine, "blueprint": blueprint}
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _ignore(found: Found) -> str | None:
    """`.gitignore` with what calls export; None if it names all of that.

    An env file of the product must not become an ignored one.
    """
    before = found.texts.get(IGNORE_FILE, "")
    wanted = (*_IGNORED, *(() if DOTENV in found.others else (DOTENV,)))
    there = {line.strip().strip("/") for line in before.splitlines()}
    missing = [line for line in wanted if line.strip("/") not in there]
    if not missing:
        return None
    return _appended(before, ["# what calls of Slipway export, and their credentials", *missing])


def _to_do(found: Found, written: set[str]) -> tuple[str, ...]:
    steps = []
    if SETTINGS_FILE not in written and "slipway" not in (_toml(found.texts.get(SETTINGS_FILE, "")) or {}).get(
        "tool", {}
    ):
        steps.append(f"put the table [tool.slipway] into {SETTINGS_FILE}: {'; '.join(_settings(found)[1:])}")
    if not found.image_prefix and SETTINGS_FILE in written:
        steps.append(f"set image_prefix in {SETTINGS_FILE}: where images are pushed to; no remote on GitHub tells it")
    if DAGGER_FILE not in written and DAGGER_FILE not in found.texts:
        steps.append("write dagger.json: dagger init --blueprint=URL_OF_SLIPWAY@REF, or give that as --blueprint")
    if WORKFLOW_FILE in written:
        steps.append("give the repository on GitHub the secrets GH_PAT and OMNISTRATE_API_KEY")
    return (*steps, "commit the files", "rehearse: dagger call rehearse --sha $(git rev-parse HEAD)")


def _appended(before: str, lines: list[str]) -> str:
    """The text with lines at its end, whose breaks are those of the text."""
    end = "\r\n" if "\r\n" in before else "\n"
    start = before if not before or before.endswith("\n") else before + end
    return start + "".join(f"{line}{end}" for line in lines)


def _toml(text: str) -> dict[str, Any] | None:  # Any: TOML
    """The content of a TOML file; None if it is none, or `tool` is no table."""
    try:
        value = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        return None
    return value if isinstance(value.get("tool", {}), dict) else None

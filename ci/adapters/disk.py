"""A source tree on the disk, read into values; the engine's adapter reads the same from a directory of the engine."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ci.adapters.files import read_text
from ci.adapters.image_prefix import folder_in_repository, image_prefix_of_remote
from ci.core.product.gitignore import IGNORE_FILE, GitIgnore
from ci.core.product.source import (
    EXCLUDED_NAMES,
    Source,
    embedded_texts,
    first_texts,
    is_excluded,
    named_texts,
    parsed_compose,
)
from ci.core.settings import compose_file
from ci.core.settings.compose_file import COMPOSE_FILES
from ci.core.settings.prefix import in_folder
from ci.core.settings.product import Settings
from ci.core.settings.read import FILE, parse_settings, resolve_settings
from ci.errors import ConfigurationError, Problem

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_READ_BYTES = 2**20
"""How much of a file is searched for names; what is longer is data."""


class Location(NamedTuple):
    """Where a source is, and its settings with the problems of those that are invalid."""

    top: Path
    settings: Settings
    problems: list[Problem]


def locate(folder: Path, arguments: Mapping[str, Any], file: str = "") -> Location:  # Any: of any setting's type
    """The nearest folder from `folder` upwards whose `pyproject.toml` has [tool.slipway]; else `folder` itself.

    `arguments` override the settings found there, and `file`, relative to `folder`, the compose file. If neither gives
    an image prefix, it is derived from the git remote. Without settings, the folder's path in its git repository is a
    part of the prefix, since others of its folders may have products too.
    """
    path = folder / file
    if file:
        _check_file(path, file)
    folder = Path(os.path.realpath(path.parent if file else folder))
    top = folder
    reading: Callable[[], Settings] = Settings
    for place in (folder, *folder.parents):
        text = read_text(place / FILE) if os.access(place, os.X_OK) else None
        found = None if text is None else _reading(text)
        if found:
            top, reading = place, found
            break
    given = dict(arguments)
    if file:
        given["compose_file"] = (folder / path.name).relative_to(top).as_posix()
    if reading is Settings:
        given["image_prefix"] = in_folder(given.get("image_prefix", ""), folder_in_repository(top))
    settings, problems = resolve_settings(reading, given)
    if not settings.image_prefix and (prefix := image_prefix_of_remote(top)):
        settings, problems = resolve_settings(reading, {**given, "image_prefix": prefix})
    return Location(top, settings, problems)


def _check_file(path: Path, given: str) -> None:
    """Refuse what is there and is no file, such as a folder, or a pipe as of `--file <(…)`.

    Raises:
        ConfigurationError: it is something else than a file.
    """
    if path.exists() and not path.is_file():
        raise ConfigurationError(
            Problem(
                what=f"The compose file is {'a folder' if path.is_dir() else 'a pipe or a device'}",
                value=given,
                expected="a file, in the folder where the paths in it start",
                hint="give the path of the compose file, or write it into the folder of the product first",
            )
        )


def with_found_file(top: Path, settings: Settings) -> tuple[Settings, str]:
    """The settings with the compose file that is at the top, and a warning where there are several."""
    existing = {name for name in COMPOSE_FILES if (top / name).is_file()}
    if existing <= {settings.compose_file}:
        return settings, ""
    return compose_file.with_found_file(settings, read_text(top / FILE) or "", existing)


def _reading(text: str) -> Callable[[], Settings] | None:
    """A call that returns the settings of a `pyproject.toml`, or raises why not; None if it has no [tool.slipway]."""
    try:
        settings = parse_settings(text)
    except ConfigurationError as error:
        invalid = error

        def fail() -> Settings:
            raise invalid

        return fail
    return None if settings is None else lambda: settings


def read_source(top: Path, settings: Settings, *, full: bool) -> Source:
    """The source tree; with `full` all its files are listed, else only those that the pin needs."""
    asked = first_texts(settings, full=full)
    texts = _texts(top, asked)
    while new := embedded_texts(texts, settings) - asked:
        texts |= _texts(top, new)
        asked |= new
    compose = parsed_compose(texts, settings)
    named = asked | named_texts(compose, settings, full=full)
    texts |= _texts(top, named - texts.keys())
    if full:
        files, excluded = _walk(top)
        return Source(frozenset(files), texts, compose, frozenset(excluded))
    names = frozenset(name for name in (settings.compose_file, *named) if (top / name).is_file())
    ignored = frozenset(name for name in names if _git_ignore(top, name).excludes(name))
    return Source(names - ignored, texts, compose, ignored)


def mentioned(top: Path, contexts: Iterable[str], names: frozenset[str]) -> frozenset[str]:
    """The names that occur as a word in any file of the build contexts, env files excepted."""
    missing = set(names)
    for file in dict.fromkeys(file for context in sorted(contexts) for file in _files(top / context)):
        if not missing:
            break
        if ".env" not in file.name:
            missing -= set(_WORD.findall(_beginning(file).decode(errors="replace")))
    return names - missing


def _texts(top: Path, names: Iterable[str]) -> dict[str, str]:
    wanted = (name for name in names if not is_excluded(name))
    texts = {name: text for name in wanted if (text := read_text(top / name)) is not None}
    return {name: text for name, text in texts.items() if not _git_ignore(top, name).excludes(name)}


def _git_ignore(top: Path, name: str) -> GitIgnore:
    """The `.gitignore`s that hold for a file."""
    folders = ["", *(str(parent) for parent in Path(name).parents if parent != Path())]
    texts = {folder: read_text(top / folder / IGNORE_FILE) for folder in folders}
    return GitIgnore({folder: text for folder, text in texts.items() if text is not None})


def _files(folder: Path) -> list[Path]:
    return [folder / name for name in _walk(folder)[0]] if folder.is_dir() else []


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_READ_BYTES)
    except OSError:  # a link to nowhere, a socket
        return b""


def _walk(folder: Path) -> tuple[list[str], list[str]]:
    """The paths of all files below `folder`, and those of the files and folders that its `.gitignore`s exclude.

    A link to a folder that is not followed is listed as a file.
    """
    root = folder.resolve()
    found, ignored, git_ignore = list[str](), list[str](), GitIgnore({})
    for place, folders, files in os.walk(root, followlinks=True):
        inside = os.path.relpath(place, root)
        start = "" if inside == "." else f"{inside}/"
        if IGNORE_FILE in files and (text := read_text(Path(place, IGNORE_FILE))) is not None:
            git_ignore.add(start.rstrip("/"), text)
        kept = [name for name in folders if name not in EXCLUDED_NAMES]
        followed = [name for name in kept if not _is_unsafe_link(Path(place, name), root)]
        excluded = {name for name in followed if git_ignore.excludes(start + name, folder=True)}
        folders[:] = [name for name in followed if name not in excluded]
        names = [*files, *set(kept).difference(followed)]
        excluded |= {name for name in names if git_ignore.excludes(start + name)}
        ignored += [start + name for name in excluded]
        found += [start + name for name in names if name not in excluded]
    return [path for path in found if not is_excluded(path)], [path for path in ignored if not is_excluded(path)]


def _is_unsafe_link(path: Path, root: Path) -> bool:
    """Whether a folder is a link out of the source, or a link below another link, which may have no end."""
    return path.is_symlink() and (root not in path.resolve().parents or path.parent.resolve() != path.parent)

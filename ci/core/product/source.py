"""A source tree as values, and which of its files have to be read.

Every path is relative to the top of the source (docs/decisions/0011-where-paths-start.md). An adapter reads a source in
rounds, since the names of most files are known only from others:

    texts = read(first_texts(settings, full=full))
    while new := embedded_texts(texts, settings) - ALREADY_READ:
        texts |= read(new)
    compose = parsed_compose(texts, settings)
    texts |= read(named_texts(compose, settings, full=full))
    Source(files, texts, compose)
"""

import posixpath
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ci.core.compose.model import Compose
from ci.core.compose.paths import from_top
from ci.core.env_files.project_variables import project_env_file
from ci.core.flatten.needed import may_need_others
from ci.core.images.image import dockerfile_path
from ci.core.omctl.embedding import embed
from ci.core.omctl.files import PINNED_FILE
from ci.core.product.compose_file import read_compose
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem

VERSION_FILE = "VERSION"
CHANGELOG_FILE = "CHANGELOG.md"
EXCLUDED_NAMES = frozenset(
    {
        *(".git", ".venv", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"),
        PINNED_FILE,
    }
)
"""Files and folders that are not part of a source, in any folder: nothing in them is read, uploaded or built."""
EXCLUDED_AT_TOP = frozenset({".env"})
"""Files that are not part of a source at its top: `.env` has the caller's own values (docs/engine.md)."""
EXCLUDED_PATTERNS = (*sorted(f"**/{name}" for name in EXCLUDED_NAMES), *sorted(EXCLUDED_AT_TOP))
"""The same as patterns of the engine, for which files it is not sent."""
IGNORED_HINT = "commit the file, and take it out of .gitignore (`!NAME` below the line that names it)"
"""What to do about a file that is needed and that a `.gitignore` excludes."""
GIT_PATTERNS = ("!.git", ".git/info/exclude", ".git/hooks", ".git/lfs")
"""Patterns to add for a source with its repository; without the patterns of one machine, which no one else ignores."""


@dataclass(frozen=True)
class Source:
    """A source tree: the paths of its files, and the texts of those that were read.

    A file that is not UTF-8 has a path and no text.
    """

    files: frozenset[str]
    texts: Mapping[str, str]
    compose: Compose | None = field(default=None, repr=False, compare=False)
    """The parsed compose file; None if it could not be parsed, or was not yet."""
    ignored: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    """Files or folders that a `.gitignore` excludes, as far as messages need them."""

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.files)

    @cached_property
    def _contexts(self) -> dict[str, frozenset[str]]:
        return {}

    def below(self, folder: str) -> frozenset[str]:
        """The paths of all files in a folder, relative to it; each folder is looked for once."""
        if folder == ".":
            return self.files
        if folder not in self._contexts:
            start, end = (
                bisect_left(self._sorted, f"{folder}/"),
                bisect_left(self._sorted, f"{folder}0"),
            )  # "0" is behind "/"
            found = self._sorted[start:end]
            self._contexts[folder] = frozenset(path.removeprefix(f"{folder}/") for path in found)
        return self._contexts[folder]

    def is_ignored(self, path: str) -> bool:
        """Whether a path that is missing is there, or something in it, but a `.gitignore` excludes it."""
        return any(f"{one}/".startswith(f"{path}/") or path.startswith(f"{one}/") for one in self.ignored)

    def missing(self, path: str) -> str:
        """What is wrong with a path that is not in the source, for a message."""
        return "is excluded by .gitignore" if self.is_ignored(path) else "does not exist"

    def text(self, path: str, what: str, hint: str) -> str:
        """The text of a file that must exist; `what` names it in a message, and `hint` says what to do without it.

        Raises:
            ConfigurationError: the file is missing, excluded or not UTF-8.
        """
        if path in self.texts:
            return self.texts[path]
        problem = Problem(what=f"Missing: {what}", value=path, expected="a file of this path in the source", hint=hint)
        if path in self.files:
            problem = Problem(
                what=f"Not readable as UTF-8: {what}",
                value=path,
                file=path,
                expected="text in UTF-8",
                hint=f"save {path} as UTF-8",
            )
        elif self.is_ignored(path):
            problem = Problem(
                what=f"Not part of the source: {what}",
                value=path,
                expected="a file that no .gitignore of the source names",
                hint=IGNORED_HINT,
            )
        elif is_excluded(path):
            problem = Problem(
                what=f"Not part of the source: {what}",
                value=path,
                expected="a file outside of " + ", ".join(sorted(EXCLUDED_NAMES | EXCLUDED_AT_TOP)),
                hint="rename or move the file",
            )
        raise ConfigurationError(problem)


def pinned_path(settings: Settings) -> str:
    """The path of the pinned file: beside the compose file, so that relative paths in it mean the same."""
    return posixpath.join(posixpath.dirname(settings.compose_file), PINNED_FILE)


def is_excluded(path: str) -> bool:
    """Whether a path is not part of a source."""
    return path in EXCLUDED_AT_TOP or not EXCLUDED_NAMES.isdisjoint(path.split("/"))


def first_texts(settings: Settings, *, full: bool) -> frozenset[str]:
    """The files to read first: those whose names are known; without `full`, the compose file alone."""
    return frozenset({settings.compose_file, *((VERSION_FILE, CHANGELOG_FILE) if full else ())})


def parsed_compose(texts: Mapping[str, str], settings: Settings) -> Compose | None:
    """The compose file; None if it has no text or can't be parsed: `compose_of` then raises why."""
    if settings.compose_file not in texts:
        return None
    try:
        return read_compose(texts[settings.compose_file], settings.compose_file, texts, settings)
    except ConfigurationError:
        return None


def embedded_texts(texts: Mapping[str, str], settings: Settings) -> frozenset[str]:
    """The files that the compose file's text is made of, as far as known: embedded, extended, included, and `.env`."""
    file = settings.compose_file
    if file not in texts:
        return frozenset()
    found = embed(texts[file], file, texts)
    names = {project_env_file(file), *found.files, *(one.path for one in found.missing)}
    if may_need_others(found.text):
        from ci.core.flatten.flatten import other_files  # noqa: PLC0415 - few compose files need it

        names |= other_files({**texts, file: found.text}, file)
    return frozenset(name for name in names if not is_excluded(name))


def named_texts(compose: Compose | None, settings: Settings, *, full: bool) -> frozenset[str]:
    """The files that the compose file names and that have to be read; without `full`, those that the pin needs."""
    file = settings.compose_file
    names = set[str]()
    for service in compose.services if compose else ():
        names |= {from_top(file, one.path) for one in service.env_files}
        if full and service.build:
            dockerfile = dockerfile_path(file, service.build)
            names |= {
                dockerfile,
                f"{dockerfile}.dockerignore",
                from_top(file, f"{service.build.context}/.dockerignore"),
            }
    return frozenset(name for name in names if not is_excluded(name))


def compose_of(source: Source, settings: Settings) -> Compose:
    """The compose file of a source, parsed if it was not yet.

    Raises:
        ConfigurationError: it is missing or can't be parsed.
    """
    if source.compose is not None:
        return source.compose
    hint = "give its path with --file, or set `compose_file` in [tool.slipway] of pyproject.toml"
    text = source.text(settings.compose_file, "the compose file", hint)
    return read_compose(text, settings.compose_file, source.texts, settings)

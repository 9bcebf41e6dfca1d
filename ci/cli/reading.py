"""Reading a product for a command."""

import os
import re
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from ci.adapters import disk
from ci.cli import terminal
from ci.core.product.source import CHANGELOG_FILE, VERSION_FILE, Source
from ci.core.settings.product import Settings
from ci.core.settings.read import FILE as SETTINGS_FILE
from ci.errors import ConfigurationError, Findings, Problem

T = TypeVar("T")


@dataclass(frozen=True)
class Call(Generic[T]):
    """A source that was read: its top, the settings, and what a command made of it."""

    top: Path
    settings: Settings
    source: Source
    result: T

    @property
    def file(self) -> str:
        """The compose file, from the folder of the call."""
        return from_here(self.top, self.settings.compose_file)


def read(arguments: Namespace, reading: Callable[[Source, Settings], T], *, full: bool = True) -> Call[T]:
    """The result of `reading` on the source; problems with settings and with the source come in one error."""
    (top, settings, problems), warning = locate(arguments)
    if warning:
        terminal.note(warning)
    with located(top):
        source = disk.read_source(top, settings, full=full)
        findings = Findings(problems)
        result = findings.collect(lambda: reading(source, settings))
        return Call(top, settings, source, findings.require(result))


def locate(arguments: Namespace) -> tuple[disk.Location, str]:
    """Where the product of a call is, with the compose file that was found, and a warning if it could be another.

    Raises:
        ConfigurationError: several compose files are given, or a file can't be read.
    """
    given = {"image_prefix": arguments.image_prefix, "product_name": arguments.product_name}
    place = disk.locate(Path.cwd(), given, _one_file(arguments.file))
    if arguments.file:
        return place, ""
    with located(place.top):
        settings, warning = disk.with_found_file(place.top, place.settings)
    return place._replace(settings=settings), warning


@contextmanager
def located(top: Path) -> Iterator[None]:
    """Give each problem its file as it is found from the folder of the call: it has it from the source's top."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(*(_located(problem, top) for problem in error.problems)) from error


def _located(problem: Problem, top: Path) -> Problem:
    file = from_here(top, problem.file) if problem.file else ""
    value = from_here(top, problem.value) if problem.value and _is_path(top, problem.value) else problem.value
    what, expected, hint = (_with_paths(one, top) for one in (problem.what, problem.expected, problem.hint))
    return replace(problem, file=file, value=value, what=what, expected=expected, hint=hint)


def _with_paths(sentence: str, top: Path) -> str:
    """A sentence in which the files at the top that it names are found from the folder of the call.

    `VERSION` may also be the name of a variable: in an assignment, or with a dollar sign.
    """
    names = "|".join(map(re.escape, (VERSION_FILE, CHANGELOG_FILE, SETTINGS_FILE)))
    return re.sub(rf"(?<![\w$/{{.-])(?:{names})(?![\w/}}-]|\.\w| *=)", lambda found: from_here(top, found[0]), sentence)


def _is_path(top: Path, value: str) -> bool:
    """Whether a value is the path of a file or folder of the source, or of one that is missing in a folder of it.

    One that begins with a dot is as the compose file has it, which is shown as it is.
    """
    if value.startswith("."):
        return False
    path = top / value
    try:
        return "\n" not in value and (path.exists() or ("/" in value and path.parent.is_dir()))
    except OSError:  # too long for a path
        return False


def from_here(top: Path, path: str) -> str:
    """A path of the source as it is found from the folder of the call: relative, or absolute where that is shorter."""
    return min(os.path.relpath(top / path), os.path.normpath(top / path), key=len)


def _one_file(files: list[str]) -> str:
    if len(files) > 1:
        raise ConfigurationError(
            Problem(
                what="Several compose files are given, and omctl takes one",
                value=", ".join(files),
                expected="one file",
                hint="merge them with `docker compose -f … -f … config --no-interpolate --no-path-resolution`",
            )
        )
    return files[0] if files else ""

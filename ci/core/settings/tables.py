"""Reads a table of settings into a dataclass, and finds every problem with it.

The fields of the dataclass are the settings; a field without a default is required. Types that are known: `str`,
`bool`, `int` (0 or more), a `StrEnum`, `Any`, `tuple[X, ...]` for an array, `Mapping[str, X]` for a table of the user's
own keys, another such dataclass for a table, and a union of these. `Annotated` adds what a type can't say: `Rule`s, and
`SECRET`.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cached_property
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from ci.core.settings.toml_lines import Path, key_lines
from ci.errors import Problem

SECRET = "secret"  # noqa: S105 - a mark on a field, no credential
"""In `Annotated`: the values of this setting are never shown."""


@dataclass(frozen=True)
class Rule:
    """A condition on a value beyond its type; `holds` gets the value as TOML has it."""

    holds: Callable[[Any], bool]
    expected: str
    """What the value must be, for a message: "a regular expression"."""


@dataclass(frozen=True)
class Origin:
    """Where settings come from: a table of a TOML file, or, with no file, arguments of a command."""

    file: str = ""
    text: str = ""
    table: Path = ()

    @cached_property
    def _lines(self) -> Mapping[Path, int]:
        return key_lines(self.text)

    def problem(self, path: Path, what: str, *, value: str, expected: str, hint: str) -> Problem:
        """A problem with the setting at `path`, at its line or at that of the table that should hold it.

        `hint` is for a file; for an argument it is the argument's name.
        """
        if not self.file:
            flag = str(path[0]).replace("_", "-")
            return Problem(what=what, value=value, expected=expected, hint=f"correct the argument --{flag}")
        full = (*self.table, *path)
        parents = (full[:end] for end in range(len(full), 0, -1))
        line = next((self._lines[one] for one in parents if one in self._lines), 0)
        return Problem(what=what, value=value, expected=expected, hint=hint, file=self.file, line=line)


def read_table(kind: type[Any], table: Mapping[str, Any], origin: Origin) -> tuple[dict[str, Any], list[Problem]]:
    """The valid settings of a table, by field of the dataclass `kind`, and what is wrong with the others.

    Values are TOML before, and of the fields' types after: hence `Any`.
    """
    reader = _Reader(origin)
    return reader.fields(kind, table, ()), reader.problems


def name_of(path: Path) -> str:
    """A path as people write it, with indexes counted from 1: `smoke.steps[2].name`."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


class _Reader:
    """Reads values by their types; `problems` collects what is wrong."""

    def __init__(self, origin: Origin) -> None:
        self.problems: list[Problem] = []
        self._origin = origin

    def fields(self, kind: type[Any], table: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """The valid settings of the table at `path`, by field of `kind`."""
        types = get_type_hints(kind, include_extras=True)
        found = {}
        for name, value in table.items():
            if name not in types:
                self._unknown((*path, name), list(types))
                continue
            before = len(self.problems)
            converted = self.value(types[name], value, (*path, name))
            if len(self.problems) == before:
                found[name] = converted
        for one in fields(kind):
            if one.default is MISSING and one.default_factory is MISSING and not table.get(one.name):
                self._missing((*path, one.name))
        return found

    def value(self, kind: Any, value: Any, path: Path, *, secret: bool = False) -> Any:
        """A value as a field of type `kind` holds it; the result has no meaning if a problem was added."""
        extras: list[Any] = []
        if get_origin(kind) is Annotated:
            kind, *extras = get_args(kind)
        secret = secret or SECRET in extras
        shown = "***" if secret else _shown(value)
        if expected := _wrong_type(kind, value):
            self._invalid(path, shown, expected)
            return None
        if get_origin(kind) is UnionType:
            kind = next(one for one in get_args(kind) if not _wrong_type(one, value))
        for rule in extras:
            if isinstance(rule, Rule) and not rule.holds(value):
                self._invalid(path, shown, rule.expected)
        return self._converted(kind, value, path, secret=secret)

    def _converted(self, kind: Any, value: Any, path: Path, *, secret: bool) -> Any:
        if is_dataclass(kind) and isinstance(kind, type):
            before = len(self.problems)
            found = self.fields(kind, value, path)
            return kind(**found) if len(self.problems) == before else None
        if get_origin(kind) is tuple:
            item = get_args(kind)[0]
            return tuple(self.value(item, one, (*path, at), secret=secret) for at, one in enumerate(value))
        if get_origin(kind) is Mapping:
            item = get_args(kind)[1]
            return {name: self.value(item, one, (*path, name), secret=secret) for name, one in value.items()}
        return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value

    def _unknown(self, path: Path, known: list[str]) -> None:
        from difflib import get_close_matches  # noqa: PLC0415 - its import is slow, and a name is seldom wrong

        near = get_close_matches(str(path[-1]), known, n=1)
        self._add(
            path,
            "Unknown setting",
            value=name_of(path),
            expected=f"`{near[0]}`?" if near else "one of " + ", ".join(sorted(known)),
            hint=f"rename it to `{near[0]}`, or remove it" if near else "remove it",
        )

    def _missing(self, path: Path) -> None:
        expected = "a value, since it has no default"
        self._add(path, "Missing setting", value=name_of(path), expected=expected, hint=f'add `{path[-1]} = "…"` here')

    def _invalid(self, path: Path, shown: str, expected: str) -> None:
        hint = f"correct it in [{name_of(self._origin.table)}]"
        self._add(path, f"Invalid setting `{name_of(path)}`", value=shown, expected=expected, hint=hint)

    def _add(self, path: Path, what: str, *, value: str, expected: str, hint: str) -> None:
        self.problems.append(self._origin.problem(path, what, value=value, expected=expected, hint=hint))


def _wrong_type(kind: Any, value: Any) -> str:
    """What is expected, for a value of another type than `kind`; `""` for one of that type."""
    if get_origin(kind) is UnionType:
        each = [_wrong_type(one, value) for one in get_args(kind)]
        return "" if "" in each else ", or ".join(each)
    valid, expected = True, ""
    if kind in (bool, str):
        valid, expected = isinstance(value, kind), "true or false" if kind is bool else "a string"
    elif kind is int:
        valid, expected = isinstance(value, int) and not isinstance(value, bool) and value >= 0, "a whole number"
    elif get_origin(kind) is tuple:
        items = "tables" if is_dataclass(_plain(get_args(kind)[0])) else "strings"
        valid, expected = isinstance(value, list | tuple), f"an array of {items}"
    elif get_origin(kind) is Mapping or is_dataclass(kind):
        valid, expected = isinstance(value, Mapping), "a table"
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        valid, expected = value in list(kind), "one of " + ", ".join(kind)
    return "" if valid else expected


def _plain(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _shown(value: Any) -> str:
    """A value for a message: a table by its keys."""
    return ", ".join(value) or "an empty table" if isinstance(value, Mapping) else repr(value)

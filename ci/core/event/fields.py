"""The fields of an event's JSON, each read as the type that it must have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ci.errors import ConfigurationError, Problem

T = TypeVar("T")
HINT = "give the file as the CI wrote it: --event $GITHUB_EVENT_PATH, or a file as docs/ci.md describes it"
_TYPES = {str: "a string", bool: "true or false", int: "a whole number", list: "an array", dict: "an object"}


@dataclass(frozen=True)
class Fields:
    """A JSON object of an event; `path` leads to it from the top of the file, empty for the top itself."""

    values: Mapping[str, Any]  # Any: JSON
    file: str
    path: str = ""

    def string(self, name: str, default: str | None = None) -> str:
        """A string; `default` if it is missing or null.

        Raises:
            ConfigurationError: it has another type, or is missing without a default; the same for the other methods.
        """
        return self._read(name, str, default)

    def filled(self, name: str) -> str:
        """A string that is not empty."""
        if self.values.get(name) == "":
            what, hint = f"The event has no valid `{self._path(name)}`", HINT
            raise self.problem(what, value="found: an empty string", expected="a string that is not empty", hint=hint)
        return self.string(name)

    def flag(self, name: str, default: bool | None = None) -> bool:  # noqa: FBT001 - a default of its type
        """True or false."""
        return self._read(name, bool, default)

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        return self._read(name, int, default)

    def array(self, name: str) -> list[Any]:  # Any: JSON
        """An array."""
        return self._read(name, list, None)

    def table(self, name: str) -> "Fields":
        """An object; empty if it is missing or null."""
        return Fields(self._read(name, dict, {}), self.file, self._path(name))

    def problem(self, what: str, *, value: str, expected: str, hint: str) -> ConfigurationError:
        """The error of this event; `value` is never a text of the event, which may be anything."""
        return ConfigurationError(Problem(what=what, value=value, expected=expected, hint=hint, file=self.file))

    def _read(self, name: str, kind: type[T], default: T | None) -> T:
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
            found = "nothing" if value is None else _TYPES.get(type(value), "a number with a fraction")
            raise self.problem(
                f"The event has no valid `{self._path(name)}`",
                value=f"found: {found}",
                expected=_TYPES[kind],
                hint=HINT,
            )
        return value

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

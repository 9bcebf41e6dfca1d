"""The variables of a Dockerfile whose values are known before the build."""

import re
import shlex
from collections.abc import Mapping

from ci.core.images.dockerfile import Instruction

_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>\w+))")


class BuildVariables:
    """The values of `ARG` and `ENV` at one place of a Dockerfile; `read` moves on by one instruction.

    An `ARG` above the first `FROM` counts in a stage only if the stage repeats it, and `ENV` wins over `ARG`
    (https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact).
    """

    def __init__(self, arguments: Mapping[str, str]) -> None:
        """`arguments` has the values that the compose file and the settings give to `ARG`s."""
        self._arguments = arguments
        self._global: dict[str, str] = {}
        self._values, self._env = self._global, set[str]()

    def read(self, item: Instruction) -> None:
        """Take over what an instruction declares."""
        if item.name == "FROM":
            self._values, self._env = {}, set()
        elif item.name == "ARG":
            for name, default in _pairs(item.value).items():
                value = self._global.get(name) if default is None else self.expand(default)
                if name not in self._env:
                    self._set(name, self._arguments.get(name, value))
        elif item.name == "ENV":
            values = {name: self.expand(value or "") for name, value in _env(item.value).items()}
            for name, value in values.items():
                self._env.add(name)
                self._set(name, value)

    def expand(self, text: str) -> str | None:
        """The text with its variables replaced; None if one of them has no known value."""
        if any((match["braced"] or match["bare"]) not in self._values for match in _VARIABLE.finditer(text)):
            return None
        expanded = _VARIABLE.sub(lambda match: self._values[match["braced"] or match["bare"]], text)
        return None if "$" in expanded else expanded

    def _set(self, name: str, value: str | None) -> None:
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value


def names_declared(item: Instruction) -> frozenset[str]:
    """The names that an `ARG` or an `ENV` declares; none for any other instruction."""
    if item.name == "ENV":
        return frozenset(_env(item.value))
    return frozenset(_pairs(item.value)) if item.name == "ARG" else frozenset()


def _env(text: str) -> dict[str, str | None]:
    first, *rest = text.split(maxsplit=1) or [""]
    return _pairs(text) if "=" in first else {first: "".join(rest)}  # `ENV NAME value`, the old form


def _pairs(text: str) -> dict[str, str | None]:
    """`NAME=value` words by name; the value of a word without a sign is None."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    parts = [word.partition("=") for word in words]
    return {name: value if sign else None for name, sign, value in parts}

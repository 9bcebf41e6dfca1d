"""The variables that a service gets from its env files, with the values that compose would give them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ci.core.compose.interpolation import interpolate
from ci.core.env_files.syntax import Variable
from ci.core.expressions import verbatim_spans
from ci.core.secret_detection.detect import looks_secret

_NAMED = re.compile(r"\$\{?([A-Za-z_]\w*)", re.ASCII)
_MALFORMED = re.compile(r"\$\{(?![A-Za-z_]\w*(?:\}|:?[-?+]))", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """A variable as one service gets it; `value` is None if the variables `unknown` in it have no known value."""

    variable: Variable
    value: str | None
    unknown: tuple[str, ...] = ()

    @property
    def looks_secret(self) -> str:
        """Why the variable looks like a secret; `""` if it does not."""
        return looks_secret(self.variable.name, self.variable.value if self.value is None else self.value)


def entries(
    files: Iterable[tuple[Variable, ...]],
    own: Mapping[str, str | None],
    project: Mapping[str, str | None] | None = None,
) -> dict[str, Entry]:
    """The variables that a service gets from its env files; a later one of the same name wins.

    `own` is the service's `environment`, `project` has what compose takes from the shell and its own `.env`. A variable
    inside a value is replaced as compose does it: by `project`, else by `own`, else by the variables above it.
    Omnistrate's expressions stay as they are.
    """
    plain = {name: None if value is None or "$" in value else value for name, value in own.items()}
    found: dict[str, Entry] = {}
    for variable in (one for file in files for one in file):
        value, unknown = variable.value, tuple[str, ...]()
        if variable.expands:
            values = {**{name: entry.value for name, entry in found.items()}, **plain, **(project or {})}
            value, unknown = _expanded(variable.value, values)
        found[variable.name] = Entry(variable, None if unknown else value, unknown)
    return found


def _expanded(text: str, values: Mapping[str, str | None]) -> tuple[str, tuple[str, ...]]:
    """The text with its variables replaced, and the names of those without a known value.

    `values` has None for a variable that is set to a value that is not known.
    """
    known = {name: value for name, value in values.items() if value is not None}
    parts, unknown, between, at = list[str](), list[str](), list[str](), 0
    for start, end in (*verbatim_spans(text), (len(text), len(text))):
        between.append(text[at:start])
        expanded, missing = interpolate(between[-1], known)
        parts += [expanded, text[start:end]]
        unknown += missing
        at = end
    rest = "".join(between).replace("$$", "")
    unknown += [name for name in _NAMED.findall(rest) if name in values and name not in known]
    if _MALFORMED.search(rest):
        unknown.append("${")
    return "".join(parts), tuple(dict.fromkeys(unknown))

"""The variables that a service gets from its env files, with the values that compose would give them.

A variable that an Omnistrate secret replaces is replaced in every value that is made from it, too: what is derived from
a secret has the secret's expression in it, never its value. In a longer text an expression is written in double braces
(docs/omctl.md, "Expressions").
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ci.core.compose.interpolation import interpolate
from ci.core.env_files.syntax import Variable
from ci.core.expressions import secret_reference, verbatim_spans
from ci.core.secret_detection.detect import looks_secret

_NAMED = re.compile(r"\$\{?([A-Za-z_]\w*)", re.ASCII)
_MALFORMED = re.compile(r"\$\{(?![A-Za-z_]\w*(?:\}|:?[-?+]))", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """A variable as one service gets it; `value` is None if the variables `unknown` in it have no known value."""

    variable: Variable
    value: str | None
    unknown: tuple[str, ...] = ()
    secret: str = ""
    """The Omnistrate secret that replaces it, `""` if none does."""

    @property
    def literal(self) -> str:
        """Its value as compose has it, as written where that is not known."""
        return self.variable.value if self.value is None else self.value

    @property
    def looks_secret(self) -> str:
        """Why the variable looks like a secret; `""` if it does not."""
        return looks_secret(self.variable.name, self.literal)


def entries(
    files: Iterable[tuple[Variable, ...]],
    own: Mapping[str, str | None],
    project: Mapping[str, str | None] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> dict[str, Entry]:
    """The variables that a service gets from its env files; a later one of the same name wins.

    `own` is the service's `environment`, `project` has what compose takes from the shell and its own `.env`, and
    `secrets` the Omnistrate secret of each variable that is one. A variable inside a value is replaced as compose does
    it: by `project`, else by `own`, else by the variables above it; by the secret's expression if it is one.
    Omnistrate's expressions stay as they are.
    """
    project, secrets = project or {}, secrets or {}
    plain = {name: None if value is None or has_variables(value) else value for name, value in own.items()}
    known = {name: value for name, value in {**plain, **project}.items() if value is not None}
    fixed = own.keys() | project.keys()
    given = set(fixed)
    found: dict[str, Entry] = {}
    for variable in (one for file in files for one in file):
        name, value, unknown = variable.name, variable.value, tuple[str, ...]()
        if variable.expands:
            value, unknown = _expanded(variable.value, known, given)
        secret = secrets.get(name, "")
        entry = found[name] = Entry(variable, None if unknown else value, unknown, secret)
        if name in fixed:
            continue
        given.add(name)
        replaced = secret_reference(secret) if secret else entry.value
        if replaced is None:
            known.pop(name, None)
        else:
            known[name] = replaced
    return found


def has_variables(text: str) -> bool:
    """Whether a text has a dollar sign outside of Omnistrate's expressions."""
    return "$" in text and "$" in "".join(_between(text))


def _between(text: str) -> list[str]:
    """What is before, between and after the spans of a text that compose must not change."""
    parts, at = list[str](), 0
    for start, end in verbatim_spans(text):
        parts.append(text[at:start])
        at = end
    return [*parts, text[at:]]


def _expanded(text: str, known: Mapping[str, str], given: set[str]) -> tuple[str, tuple[str, ...]]:
    """The text with its variables replaced, and the names of those without a known value.

    `given` has the names of all variables that are set, also to a value that is not known.
    """
    if "$" not in text:
        return text, ()
    between = _between(text)
    parts, unknown = list[str](), list[str]()
    kept = [text[start:end] for start, end in verbatim_spans(text)]
    for one, verbatim in zip(between, [*kept, ""], strict=True):
        expanded, missing = interpolate(one, known)
        parts += [expanded, verbatim]
        unknown += missing
    rest = "".join(between).replace("$$", "")
    unknown += [name for name in _NAMED.findall(rest) if name in given and name not in known]
    if _MALFORMED.search(rest):
        unknown.append("${")
    return "".join(parts), tuple(dict.fromkeys(unknown))

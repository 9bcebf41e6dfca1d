"""The text that omctl makes of a compose file with `env_file:` in it: variables filled in, each where it stands.

omctl runs `docker compose config` for such a file, which replaces `${NAME}` in every value (docs/omctl.md). What is
pinned has no `env_file:`, so nothing would replace them: they are filled in here, as text. A value that omctl would
turn into a number or a boolean is written as one. The text `env_file:` in a comment becomes `env_file :`.

Not filled in is what omctl does not read from the result: `build`, and top-level `x-` fields that are not Omnistrate's,
but for what services take from them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ci.core.compose.model import Replaced
from ci.core.expressions import has_joined_secret
from ci.core.omctl.loader import ENV_FILE, filled, variables_in
from ci.core.omctl.types import Path, Type, as_type, is_build, is_service, may_be_typed, type_of
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Node, Scalar, Sequence, is_null, resolved, walk
from ci.core.yaml.properties import properties_of
from ci.core.yaml.quoting import quoted
from ci.core.yaml.rewrite import Part, rewritten
from ci.errors import Problem

Edit = tuple[int, int, str]
_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)")


@dataclass
class Filling:
    """The edits of a text and what they replace; what could not be filled in, and why.

    `missing` has the places of each variable without a value, `escaped` those of values with `$${`.
    """

    edits: list[Edit] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)
    missing: dict[str, list[int]] = field(default_factory=dict)
    escaped: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def fill(document: Document, known: Mapping[str, str | None]) -> Filling:
    """Plan how the variables of a document are filled in; the value None is one that must not be. Linear in time."""
    filling = Filling()
    variables = {name: value for name, value in known.items() if value is not None}
    for scalar, path, flow in read_values(document):
        if "${" not in scalar.value and not may_be_typed(path) and not _inherited(scalar, path):
            continue  # most values
        if withheld := _withheld(scalar, path, known):
            for name in withheld:
                filling.missing.setdefault(name, []).append(scalar.start)
        else:
            _fill(document, scalar, path, variables, filling, flow=flow)
    _hide_comments(document, filling)
    filling.edits.sort()
    return filling


def read_values(document: Document) -> Iterator[tuple[Scalar, Path, bool]]:
    """Each scalar that omctl reads as a value, once, with the path by which it is first reached."""
    todo: list[tuple[Node, Path, bool]] = [
        (pair.raw, (key,), False)
        for key, pair in reversed(effective(document.root).items())
        if not key.startswith("x-") or key.startswith("x-omnistrate")
    ]
    seen = set[Node]()
    while todo:
        raw, path, flow = todo.pop()
        node = resolved(raw)
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Scalar):
            yield node, path, flow
        elif isinstance(node, Sequence):
            todo += [(item, (*path, "[]"), node.flow) for item in reversed(node.items)]
        else:
            pairs = [(pair.raw, (*path, key), pair.owner.flow) for key, pair in effective(node).items()]
            pairs.reverse()
            todo += [pair for pair in pairs if not is_build(pair[1])] if is_service(path) else pairs


def _fill(
    document: Document, scalar: Scalar, path: Path, variables: Mapping[str, str], filling: Filling, *, flow: bool
) -> None:
    """Add the edits of one value."""
    if (inherited := _inherited(scalar, path)) in variables:
        value = variables[inherited]
        _give_value(
            document, scalar, Part(inherited, f"{inherited}={value}" if path[-1] == "[]" else value), path, filling
        )
        return
    if "$${" in scalar.value.replace("$${{", ""):
        filling.escaped.append(scalar.start)
        return
    kind = type_of(path)
    spans = variables_in(scalar.value) if "${" in scalar.value else []
    result = filled(scalar.value, variables)
    if result.invalid:
        filling.problems.append(_invalid(document, scalar))
    for name in result.missing:
        filling.missing.setdefault(name, []).append(scalar.start)
    is_read = spans or (kind and bool(scalar.style) != (kind is Type.QUOTED))
    if spans and has_joined_secret(result.value) and not has_joined_secret(scalar.value):
        filling.problems.append(_joined(document, scalar))
        return
    if result.invalid or result.missing or not is_read:
        return
    if kind:
        text = as_type(result.value, kind)
        if text is None and not spans:
            return
        if text is None:
            filling.problems.append(_not_of_type(document, scalar, result.value, kind))
            return
        start = scalar.start + len(properties_of(document.text, scalar))
        edits = [(start, scalar.end, text)]
        parts = [Part(document.text[start : scalar.end], text)]
    else:
        parts = [Part(part := scalar.value[a:b], filled(part, variables).value) for a, b in spans]
        edits = rewritten(document.text, scalar, result.value, parts, flow=flow)
    filling.edits += edits
    where, line = _where(path), document.line(scalar)
    filling.replaced += [Replaced(where, line, *part) for part in parts]


def _withheld(scalar: Scalar, path: Path, known: Mapping[str, str | None]) -> list[str]:
    """The variables in a value that have a value which must not be filled in."""
    names = (
        [*_NAME.findall(scalar.value), _inherited(scalar, path)] if "${" in scalar.value else [_inherited(scalar, path)]
    )
    return [name for name in dict.fromkeys(names) if name in known and known[name] is None]


def _inherited(scalar: Scalar, path: Path) -> str:
    """The name of a variable of an `environment` that has no value, `""` for any other scalar."""
    if path[0] != "services" or path[2:3] != ("environment",):
        return ""
    if path[-1] == "[]":
        return "" if "=" in scalar.value else scalar.value
    return path[-1] if is_null(scalar) else ""


def _give_value(document: Document, scalar: Scalar, part: Part, path: Path, filling: Filling) -> None:
    """Write the value of a variable that an `environment` only names."""
    start = scalar.start + len(properties_of(document.text, scalar))
    empty = start == scalar.end and document.text[start - 1] == ":"
    filling.edits.append((start, scalar.end, " " * empty + quoted(part.new)))
    filling.replaced.append(Replaced(_where(path), document.line(scalar), *part))


def _hide_comments(document: Document, filling: Filling) -> None:
    """Write `env_file :` for `env_file:` in comments: omctl looks for the text without the blank."""
    at = document.text.find(ENV_FILE)
    if at < 0:
        return
    places = list[int]()
    while at >= 0:
        if "#" in document.text[document.line_start(at) : at]:
            places.append(at)
        at = document.text.find(ENV_FILE, at + 1)
    scalars = [one for one in walk(document.root) if isinstance(one, Scalar)] if places else []
    starts = [one.start for one in scalars]
    for at in places:
        index = bisect_right(starts, at) - 1
        if index < 0 or scalars[index].end <= at:
            end = at + len(ENV_FILE) - 1
            filling.edits.append((end, end, " "))
            filling.replaced.append(Replaced("comment", document.line_number(at), ENV_FILE, "env_file :"))


def _where(path: Path) -> str:
    return ".".join(part for part in (path[1:] if path[0] == "services" else path) if part != "[]")


def _invalid(document: Document, scalar: Scalar) -> Problem:
    return document.problem(
        scalar,
        "A text with `${` is no variable, and docker compose refuses it; omctl calls that for a file with `env_file:`",
        expected="${NAME}, or ${NAME} with `:-`, `-`, `:?`, `?`, `:+` or `+` and a text before the brace",
        hint="correct it; a shell's own variable can be written as $NAME, which omctl leaves as it is",
    )


def _joined(document: Document, scalar: Scalar) -> Problem:
    return document.problem(
        scalar,
        "A variable that is a secret is directly beside a brace or a dollar sign",
        expected="another character beside it: Omnistrate would not know where the expression {{ $secrets.NAME }} ends",
        hint="put the brace into the secret: make the whole value a variable of an env file, and name that below "
        "[tool.slipway.env_secrets]",
    )


def _not_of_type(document: Document, scalar: Scalar, value: str, kind: Type) -> Problem:
    return document.problem(
        scalar,
        "A value is not of the type that docker compose wants here",
        value=value,
        expected=kind,
        hint="correct the variable's value in `.env` or [tool.slipway.variables]",
    )

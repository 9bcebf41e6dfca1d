"""The last question of the proof: what does omctl make of the source and of the result?

The model of omctl's loader (`ci.core.omctl`) says what omctl sends of the source: files embedded, and where it runs
`docker compose config`, variables replaced. That must be the text that the other questions compare the result with, but
for how a value is written. The result must be sent as it stands: with the same files embedded, and nothing else done.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ci.core.omctl.embedding import embed
from ci.core.omctl.loader import ENV_FILE, OMCTL_VARIABLE, filled, runs_docker
from ci.core.omctl.types import Path, Type, as_type, is_build, is_service, may_be_typed, type_of
from ci.core.proof.agreement import EXPECTED, HINT
from ci.core.proof.differences import REPORT
from ci.core.proof.document import Document
from ci.core.proof.meaning import Meaning, text_of
from ci.core.proof.nodes import Mapping as MappingNode
from ci.core.proof.nodes import Node, Scalar, Sequence, deref
from ci.core.proof.read import read
from ci.errors import Problem

_ODD = re.compile(
    r"~|<<|=|null|true|false|yes|no|on|off|y|n|[-+]?(?:\.inf|[0-9][0-9_,]*(?::[0-9]+)*(?:\.[0-9_]*)*(?:e[-+]?[0-9]+)?"
    r"|\.[0-9_]+(?:e[-+]?[0-9]+)?|0[xo][0-9a-f_]+|0b[01_]+)|\.nan|[0-9]{4}-[0-9]?[0-9]-[0-9]?[0-9](?:[T\t ].*)?|",
    re.IGNORECASE,
)
"""Plain scalars that a reader of YAML may take for something else than a string."""


@dataclass(frozen=True)
class Given:
    """What omctl would be given without the pin.

    `text` is the compose file's, `files` are those that it embeds, by path from the top of the source, and `variables`
    the values that are filled in, where a secret's is an expression.
    """

    text: str
    files: Mapping[str, str]
    variables: Mapping[str, str]


def embedded_text(text: str, file: str, given: Given | None) -> str:
    """A text with files embedded as omctl does it."""
    return embed(text, file, given.files).text if given else text


def reading_differences(source: Document, result_text: str, given: Given) -> list[Problem]:
    """What omctl would make of the source, or of the result, that it must not; `source` is what was proven."""
    found = [*_template_problems(source, result_text, given)]
    sent = embed(given.text, source.file, given.files).text
    if not runs_docker(sent):
        if sent != source.text:
            found.append(_problem(source, 0, "the text with files embedded is another"))
        return found
    before = source if sent == source.text else read(sent, source.file, expected=EXPECTED, hint=HINT)
    return found + [_problem(source, at, what) for at, what in _Filled(before, source, given.variables).differences()]


def _template_problems(source: Document, result_text: str, given: Given) -> Iterator[Problem]:
    """Templates that are not the source's, and variables that omctl would replace in the result and not before."""
    known = [one.text for one in embed(given.text, source.file, given.files).templates]
    at = 0
    for one in embed(result_text, source.file, given.files).templates:
        try:
            at = known.index(one.text, at) + 1
        except ValueError:
            yield _problem(source, 0, f"the template {one.text.strip()!r} is new")
    for name in dict.fromkeys(OMCTL_VARIABLE.findall(result_text)):
        if f"${{{name}}}" not in given.text:
            yield _problem(source, 0, f"omctl would replace ${{{name}}}, which is in an embedded file so far")


def _problem(source: Document, at: int, what: str) -> Problem:
    return source.problem(
        at,
        "omctl would make something else of the pinned file than of its source",
        value=what,
        expected="the same to omctl in all but the pinned places; nothing is written",
        hint=REPORT,
    )


class _Filled:
    """A text before and after its variables were filled in, compared scalar by scalar."""

    def __init__(self, before: Document, after: Document, variables: Mapping[str, str]) -> None:
        self._before, self._after, self._variables = before, after, variables

    def differences(self) -> Iterator[tuple[int, str]]:
        """The first difference, as a position in the text after and what it is."""
        before, after = self._before, self._after
        if len(before.scalars) != len(after.scalars):
            yield 0, "there are other values"
            return
        paths = _read_values(Meaning(before, {}))
        at = at_after = 0
        for one, other in zip(before.scalars, after.scalars, strict=True):
            gap, gap_after = before.text[at : one.start], after.text[at_after : other.start]
            raw, raw_after = before.text[one.start : one.end], after.text[other.start : other.end]
            expected = self._expected(one, paths[one]) if one in paths else None
            if one.start == one.end and expected is not None and gap.endswith(":"):
                gap += " "
            if gap != gap_after and gap.replace(ENV_FILE, "env_file :") != gap_after:
                yield other.start, "what stands before this value is changed"
                return
            if raw != raw_after and expected is None:
                yield other.start, "a value is changed that omctl does not fill in"
                return
            if expected is not None and not self._is(one, other, expected, paths[one]):
                yield other.start, "a variable is not filled in as omctl does it"
                return
            at, at_after = one.end, other.end
        if before.text[at:].replace(ENV_FILE, "env_file :") != after.text[at_after:].replace(ENV_FILE, "env_file :"):
            yield at_after, "the end of the text is changed"

    def _expected(self, scalar: Scalar, path: Path) -> str | None:
        """What omctl makes of a value; None if it leaves it as it is."""
        if path[0] == "services" and path[2:-1] == ("environment",):
            item = path[-1] == "[]"
            name = (scalar.value if "=" not in scalar.value else "") if item else path[-1]
            if name in self._variables and (item or text_of(scalar) is None):
                return f"{name}={self._variables[name]}" if item else self._variables[name]
        if "${" in scalar.value:
            value = filled(scalar.value, self._variables).value
            return None if value == scalar.value else value
        kind = type_of(path) if may_be_typed(path) else None
        is_typed = kind and bool(scalar.style) != (kind is Type.QUOTED) and as_type(scalar.value, kind)
        return scalar.value if is_typed else None

    @staticmethod
    def _is(one: Scalar, other: Scalar, expected: str, path: Path) -> bool:
        """Whether a value is what omctl makes of it, and of the type that it then has."""
        if (one.tag, one.anchor) != (other.tag, other.anchor):
            return False
        kind = type_of(path)
        if kind is Type.QUOTED:
            return other.style == '"' and other.value == expected
        if kind is not None:
            return not other.style and other.value == as_type(expected, kind)
        return other.value == expected and bool(other.style or not _ODD.fullmatch(other.value))


def _read_values(meaning: Meaning) -> dict[Scalar, Path]:
    """The values that omctl reads, each with the first path to it: none of `build` and of `x-` fields of others."""
    found: dict[Scalar, Path] = {}
    seen: set[Node] = set()
    todo: list[tuple[Node, Path]] = [
        (value, (str(key),))
        for key, value in reversed(meaning.keys(meaning.document.root).items())
        if not str(key).startswith("x-") or str(key).startswith("x-omnistrate")
    ]
    while todo:
        raw, path = todo.pop()
        node = deref(raw)
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Scalar):
            found[node] = path
        elif isinstance(node, Sequence):
            todo += [(item, (*path, "[]")) for item in reversed(node.items)]
        elif isinstance(node, MappingNode):
            pairs = [(value, (*path, key)) for key, value in meaning.keys(node).items() if isinstance(key, str)]
            pairs.reverse()
            todo += [pair for pair in pairs if not is_build(pair[1])] if is_service(path) else pairs
    return found

"""The proof of a compose file into which others were written: it means what they mean together, and lost no line.

It is given the files and the result, and shares no rule, no parser and no place with the edit (`ci.core.flatten`).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from ci.core.proof.differences import Difference
from ci.core.proof.document import BLANKS, Document
from ci.core.proof.layers import SECTIONS, Layers, Variables
from ci.core.proof.meaning import Keys, Meaning, Tokens
from ci.core.proof.nodes import Alias, Node
from ci.errors import ConfigurationError

_MOST = 10
_BREAK = re.compile("\r\n|[\n\r]")
_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\r\n]*", re.MULTILINE)


def prove_flat(
    texts: Mapping[str, str], main: str, result: str, variables: Variables, project: Mapping[str, str]
) -> None:
    """Compare a flat compose file with the files that it was made from; `project` are the values of its own variables.

    Raises:
        ConfigurationError: a service or another entry is not what it is with all that it extends and includes, or a
            line outside of what had to change is missing.
    """
    tokens: Tokens = {}
    before = Layers(texts, main, variables, tokens, project)
    after = Layers({main: result}, main, variables, tokens, project)
    found = [*_left(after)] or [*_meaning(before, after), *_lines(before, after)]
    if found:
        document = before.document()
        raise ConfigurationError(*(one.as_problem(document) for one in found[:_MOST]))


def _meaning(before: Layers, after: Layers) -> Iterator[Difference]:
    """Each entry that is another, is missing or is new."""
    root, root_after = (_root(one.meaning(one.main)) for one in (before, after))
    model, model_after = before.model(), after.model()
    for section in {*model, *model_after}:
        values, values_after = model.get(section, {}), model_after.get(section, {})
        for name in {**values, **values_after}:
            if values.get(name, ...) != values_after.get(name, ...):
                yield Difference(f"{section}.{name} is not what it is with all that it extends and includes", 0)
    for key in {**root, **root_after}:
        if key in {*model, *model_after, "include"}:
            continue
        one, other = root.get(key), root_after.get(key)
        is_same = one is not None and other is not None
        if not is_same or _kept(before, one) != _kept(after, other):
            yield Difference(f"{key} is changed", one.start if one else 0)


def _left(after: Layers) -> Iterator[Difference]:
    """What still needs another file."""
    result = after.meaning(after.main)
    if "include" in _root(result):
        yield Difference("`include` is left", 0)
    for service, node in result.services().items():
        if "file" in result.keys(result.child(node, "extends")):
            yield Difference(f"services.{service} still extends one of another file", 0)


def _root(meaning: Meaning) -> Keys:
    return meaning.keys(meaning.document.root)


def _kept(layers: Layers, node: Node | None) -> object:
    """A value outside of services, without an `extends` of another file, which only services have a use for."""
    value = layers.plain(node)

    def kept(one: object) -> object:
        if isinstance(one, list):
            return [kept(item) for item in one]
        if not isinstance(one, dict):
            return one
        extends = one.get("extends")
        has_file = isinstance(extends, dict) and "file" in extends
        return {key: kept(item) for key, item in one.items() if key != "extends" or not has_file}

    return kept(value)


def _lines(before: Layers, after: Layers) -> Iterator[Difference]:
    """The first line of the source that is missing, outside of the keys that had to change.

    A key that is merged with another file's either has all its lines, comments as well, and others between them, or is
    written anew, behind its comments.
    """
    document, free, merged, changed = before.document(), set[int](), dict[int, int](), set[int]()
    for start, end, is_merged in _spans(before, before.meaning(before.main)):
        begin, behind = document.line_start(start), document.line_end(max(start, end - 1))
        if is_merged:
            merged[begin] = behind
            changed.update(_starts(document, begin, behind))
        else:
            free.update(_starts(document, begin, behind))
    may_go = free | changed
    result = _BREAK.split(after.document().text)
    at = position = 0
    while at < len(document.text):
        end = merged.get(at) or document.line_end(at)
        found: int | None = position
        if at not in free:
            lines = [document.text[one : document.line_end(one)].rstrip("\r\n") for one in _starts(document, at, end)]
            limit = _next(document, end, may_go, result, position) if at in merged else len(result)
            found = _match(lines, result, position, limit)
            if found is None and at in merged and _match(filter(_is_content, lines), result, position, limit) is None:
                found = _behind_comments(_comments(document, at, end), result, position)
        if found is None:
            yield Difference("a line of the source is missing in the file without other files", at)
            return
        at, position = end, found


def _starts(document: Document, at: int, end: int) -> Iterator[int]:
    """Where each line between two places begins."""
    while at < end:
        yield at
        at = document.line_end(at)


def _next(document: Document, at: int, may_go: set[int], result: list[str], position: int) -> int:
    """Where the next line of the source that must stay is in the result: what is merged ends before it."""
    while at < len(document.text):
        line = document.text[at : document.line_end(at)].rstrip("\r\n")
        if at not in may_go and _is_content(line):
            return next((n for n in range(position, len(result)) if result[n] == line), len(result))
        at = document.line_end(at)
    return len(result)


def _match(lines: Iterable[str], result: list[str], position: int, limit: int) -> int | None:
    """The position in the result behind the last of some lines, in this order and before `limit`; None if not."""
    for line in lines:
        try:
            position = result.index(line, position, limit) + 1
        except ValueError:
            return None
    return position


def _behind_comments(comments: Iterable[str], result: list[str], position: int) -> int | None:
    """The position behind the last of some comments, each on a line of its own or beside something; None if not."""
    for one in comments:
        found = next((at for at in range(position, len(result)) if result[at].rstrip().endswith(one)), None)
        if found is None:
            return None
        position = found + 1
    return position


def _is_content(line: str) -> bool:
    return bool(line.strip(BLANKS)) and not line.lstrip().startswith("#")


def _comments(document: Document, at: int, end: int) -> Iterator[str]:
    """The comments between two places."""
    for found in _COMMENT.finditer(document.text, at, end):
        before = bisect_right(document.scalars, found.start(), key=lambda one: one.start) - 1
        if before < 0 or found.start() >= document.scalars[before].end:
            yield found.group().rstrip()


def _spans(before: Layers, meaning: Meaning) -> Iterator[tuple[int, int, bool]]:
    """The spans of keys that may change: `extends` and `include`, which go, and keys that are merged with others."""
    root = meaning.document.root
    keys = meaning.keys(root)
    if "include" in keys:
        yield meaning.place_of(root, "include"), keys["include"].end, False
        for section in meaning.keys(root):
            if section in SECTIONS and not meaning.keys(keys[section]):
                yield meaning.place_of(root, str(section)), keys[section].end, False
    services = keys.get("services")
    model = before.model().get("services", {})
    for name, service in meaning.services().items():
        extends = meaning.child(service, "extends")
        if extends is None or "file" not in meaning.keys(extends) or services is None:
            continue
        if isinstance(service, Alias) or getattr(service, "flow", False):
            yield meaning.place_of(services, str(name)), service.end, False
        own = before.own(str(name))
        for key, value in meaning.keys(service).items():
            if key == "extends" or own.get(str(key)) != model[str(name)].get(key, ...):
                yield meaning.place_of(service, str(key)), value.end, key != "extends"

"""Edits of a YAML text by span: what to cut, and what to put there, in the file's own line ends and indentation."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from ci.core.compose.parse import COMMENTED_OUT
from ci.core.yaml.nodes import BREAK, Alias, Document, Mapping, Node, Pair, Scalar, Sequence, walk
from ci.core.yaml.values import quoted
from ci.errors import ConfigurationError

PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:\s+|$))+")
"""An anchor or a tag before a value."""
_QUESTION = re.compile(r"\?[ \t]+$")
_COMMA = re.compile(r"(?:^|(?<=\s))#[^\r\n\x85\u2028\u2029]*|(?P<comma>,)")
_BLANK = " \t\r\n\x85\u2028\u2029"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/@-]*(?::[A-Za-z0-9._/@-]+)*")


class Edit(NamedTuple):
    """Replace `text[start:end]` by `new`."""

    start: int
    end: int
    new: str


def apply(document: Document, edits: Iterable[Edit]) -> str:
    """The text with all edits made; the same edit twice counts once, insertions at one place keep their order.

    A text that ends without a line break still does.

    Raises:
        ConfigurationError: two edits overlap, so that one would undo the other.
    """
    text, at, parts, cut_from = document.text, 0, [], len(document.text)
    for edit in sorted(dict.fromkeys(edits), key=lambda e: (e.start, e.end)):
        start = edit.start
        if start < at:
            if edit.new:
                raise conflict(document, edit.start)
            start = at
        parts += [text[at:start], edit.new]
        if edit.new or start > at:
            cut_from = start
        at = max(at, edit.end)
        if edit.new:
            cut_from = len(text)
    made = "".join([*parts, text[at:]])
    if at == len(text) and text and text[-1] not in _BLANK and _break_at_end(made):
        last = len(text[:cut_from].rstrip(_BLANK))
        if not any(
            isinstance(one, Scalar) and one.style in {"|", ">"} and one.end == last for one in walk(document.root)
        ):
            made = made.removesuffix(_break_at_end(made))
    return made


def conflict(document: Document, at: int) -> ConfigurationError:
    """Why one place can't be edited for two."""
    return ConfigurationError(
        document.problem_at(
            at,
            "One text would have to become two: an anchor shares it among services that need different ones",
            expected="an own `build` and `image` for each service that is built",
            hint="write the key out in each of these services",
        )
    )


def replace_value(document: Document, node: Node, new: str, *, keep_anchor: bool = True) -> Edit:
    """Put the text `new` in place of a value, keeping quotes, anchor and tag."""
    text = document.text
    if isinstance(node, Alias):
        return Edit(node.start, node.end, _plain(new))
    start = node.start
    properties = ""
    if found := PROPERTIES.match(text, start, node.end):
        start, properties = found.end(), found.group()
    if not keep_anchor:
        properties = re.sub(r"&\S+\s*", "", properties)
    style = node.style if isinstance(node, Scalar) else ""
    value = f'"{new}"' if style == '"' else f"'{new}'" if style == "'" else _plain(new)
    if start == node.end and not (start and text[start - 1] in _BLANK):
        properties += " "
    return Edit(node.start, node.end, properties + value)


def cut(document: Document, pair: Pair, instead: str = "") -> list[Edit]:
    """Cut a key with its value, and the comments that belong to it; put `instead` where it stood.

    In block style the whole lines go: comments beside and inside it, a comment block directly above the key in the
    key's own column (but for an item or another key that is commented out), and comments below it that stand deeper
    than the key. In flow style one comma goes too.

    Raises:
        ConfigurationError: the key shares its line with what must stay.
    """
    text = document.text
    start = pair.key.start
    begin = document.line_start(start)
    if found := _QUESTION.search(text, begin, start):
        start = found.start()
    if pair.owner.flow:
        return [Edit(start, pair.end, instead)] if instead else _cut_from_flow(document, pair, start)
    if text[begin:start].strip(" "):
        following = [key.start for key, _ in pair.owner.items if key.start > start]
        if not instead and not following:
            raise ConfigurationError(
                document.problem(
                    pair.key,
                    f"`{pair.key.value}` does not begin its line",
                    expected="the key alone at the start of a line",
                    hint="put it on a line of its own",
                )
            )
        return [Edit(start, pair.end if instead else following[0], instead)]
    indent = start - begin
    above = max((value.end for key, value in pair.owner.items if key.start < start), default=0)
    begin = _comments_above(document, begin, indent, above)
    end = _comments_below(document, document.line_end(pair.end), indent)
    if not instead:
        return [Edit(begin, end, "")]
    return [Edit(begin, end, " " * indent + instead + _break_at_end(text[begin:end]))]


def fill_emptied(document: Document, removed: Iterable[tuple[Pair, str]]) -> list[Edit]:
    """`{}` for each block mapping of which nothing is left: as null it could not be merged any more."""
    gone: dict[int, list[Pair]] = {}
    for pair, instead in removed:
        if not instead and not pair.owner.flow:
            gone.setdefault(id(pair.owner), []).append(pair)
    emptied = {owner: pairs[0].owner for owner, pairs in gone.items() if len(pairs) == len(pairs[0].owner.items)}
    if not emptied:
        return []
    edits: list[Edit] = []
    for node in walk(document.root):
        for key, value in node.items if isinstance(node, Mapping) else []:
            if id(value) in emptied:
                found = PROPERTIES.match(document.text, value.start, value.end)
                at = len(found.group().rstrip()) + found.start() if found else document.text.index(":", key.end) + 1
                edits.append(Edit(at, at, " {}"))
    return edits


def insert_after(document: Document, pair: Pair, new: str) -> Edit:
    """Put the pair `new` behind another one: on a line of its own, or behind a comma."""
    if pair.owner.flow:
        return Edit(pair.end, pair.end, f", {new}")
    indent = pair.key.start - document.line_start(pair.key.start)
    if document.text[document.line_start(pair.key.start) : pair.key.start].strip(" "):
        following = [key.start for key, _ in pair.owner.items if key.start > pair.key.start]
        if following:
            indent = following[0] - document.line_start(following[0])
    return _line_after(document, pair.end, " " * indent + new)


def add_items(document: Document, node: Mapping | Sequence, new: list[str]) -> Edit:
    """Put items behind the last of a collection."""
    text = document.text
    if node.flow:
        if not node.items:
            inside = text.index("{" if isinstance(node, Mapping) else "[", node.start) + 1
            return Edit(inside, inside, ", ".join(new))
        last = node.items[-1]
        end = max(last[0].end, last[1].end) if isinstance(last, tuple) else last.end
        if comma := _comma(text, end, node.end - 1):
            return Edit(comma, comma, " " + ", ".join(new))
        return Edit(end, end, ", " + ", ".join(new))
    first = node.items[0]
    start = first[0].start if isinstance(first, tuple) else first.start
    head = text[document.line_start(start) : start]
    if isinstance(node, Sequence):
        dash = text.rindex("-", document.line_start(start), start) if "-" in head else start
        head = text[document.line_start(dash) : dash]
        new = [f"- {one}" for one in new]
    if head.strip(" "):
        raise ConfigurationError(
            document.problem_at(
                start,
                "What must be added to has its first item on the line of something else",
                expected="each item on a line of its own",
                hint="put it on a line of its own",
            )
        )
    newline = _break_at_end(text[start : document.line_end(start)]) or document.newline
    if isinstance(node, Mapping) and isinstance(last := node.items[-1][1], Scalar) and last.style in {"|", ">"}:
        at = document.line_start(start)  # a block scalar's end may be a part of it
        return Edit(at, at, "".join(head + one + newline for one in new))
    return _line_after(document, node.end, newline.join(head + one for one in new))


def pair_text(like: Pair, key: str, value: str) -> str:
    """The pair `key: value`, quoted as the key of a neighbour is: a compose file may be JSON, and then stays it."""
    if like.owner.flow and like.key.style == '"':
        return f'"{key}": "{value}"'
    return f"{key}: {_plain(value)}"


def _plain(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else quoted(value)


def _line_after(document: Document, end: int, new: str) -> Edit:
    at = document.line_end(end)
    newline = _break_at_end(document.text[document.line_start(end) : at])
    return Edit(at, at, new + newline) if newline else Edit(at, at, document.newline + new)


def _break_at_end(text: str) -> str:
    """The line break that a text ends with, if it does."""
    return "\r\n" if text.endswith("\r\n") else text[-1:] if BREAK.fullmatch(text[-1:]) else ""


def _line(document: Document, at: int) -> str:
    return document.text[at : document.line_end(at)]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _comments_above(document: Document, begin: int, indent: int, above: int) -> int:
    while begin > above:
        start = document.line_start(begin - 1)
        line = _line(document, start)
        if start < above or not line.strip().startswith("#") or _indent(line) != indent or COMMENTED_OUT.match(line):
            break
        begin = start
    return begin


def _comments_below(document: Document, end: int, indent: int) -> int:
    at = end
    while at < len(document.text) and (line := _line(document, at)):
        stripped = line.strip()
        at = document.line_end(at)
        if stripped.startswith("#") and _indent(line) > indent:
            end = at
        elif stripped:
            break
    return end


def _comma(text: str, start: int, end: int) -> int:
    """Behind the first comma of a gap that is not in a comment; 0 where there is none."""
    for found in _COMMA.finditer(text, start, end):
        if found["comma"]:
            return found.end()
    return 0


def _cut_from_flow(document: Document, pair: Pair, start: int) -> list[Edit]:
    text, owner, end = document.text, pair.owner, pair.end
    found = PROPERTIES.match(text, owner.start, owner.end)
    if text[found.end() if found else owner.start] != "{":  # a pair alone as an item of a list, `[a: b]`
        return [Edit(start, end, "{}")]
    at = next(index for index, (key, _) in enumerate(owner.items) if key is pair.key)
    before = max(owner.items[at - 1][0].end, owner.items[at - 1][1].end) if at else 0
    after = owner.items[at + 1][0].start if at + 1 < len(owner.items) else owner.end - 1
    comma = _comma(text, end, after)
    begin = document.line_start(start)
    line_end = document.line_end(comma or end)
    rest = text[comma or end : line_end].strip()
    alone = not text[begin:start].strip() and (not rest or rest.startswith("#")) and line_end <= after + 1
    if alone:
        begin = _comments_above(document, begin, start - begin, before)
        pieces = [Edit(begin, line_end, "")]
    elif comma:
        gap = text[comma:after]
        pieces = [Edit(start, comma + len(gap) - len(gap.lstrip(" \t")), "")]
    else:
        pieces = [Edit(start, end, "")]
    if comma or not at:
        return pieces
    first = _comma(text, before, start)
    gap = text[first:start]
    if not alone and not gap.strip(" \t"):
        return [Edit(first - 1, end, "")]
    return [Edit(first - 1, first, ""), *pieces]

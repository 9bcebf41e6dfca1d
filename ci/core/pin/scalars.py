"""New values for scalars that may be anchored or written as an alias, so that nobody else's value changes."""

from collections.abc import Sequence

from ci.core.pin.anchors import move
from ci.core.pin.edits import Edit, conflict, replace_value
from ci.core.references import repository_of
from ci.core.targets import Targets
from ci.core.yaml.nodes import Alias, Document, Node, Pair, Scalar, Value
from ci.core.yaml.values import quoted


def scalar_edits(
    document: Document, pins: Sequence[tuple[Pair, str]], left: dict[int, list[Alias]], targets: Targets
) -> tuple[list[Edit], set[int]]:
    """The edits that give each place its reference, and the identities of the aliases that are gone with them.

    `left` has the aliases that stay in the text, by the identity of what they stand for. Where all of an anchor's
    aliases are to have one reference, its own text gets it and they stay; else each place is written out, and the value
    that others still need moves to the first of them.

    Raises:
        ConfigurationError: one place is to have two references.
    """
    new: dict[int, str] = {}
    nodes: dict[int, Node] = {}
    for pair, reference in pins:
        nodes[id(pair.written)] = pair.written
        if new.setdefault(id(pair.written), reference) != reference:
            raise conflict(document, pair.key.start)
    edits: list[Edit] = []
    gone: set[int] = set()
    done: set[int] = set()

    def write_out(aliases: list[Alias]) -> None:
        for alias in aliases:
            edits.append(replace_value(document, alias, new[id(alias)]))
            gone.add(id(alias))

    for node in nodes.values():
        target = node.target if isinstance(node, Alias) else node
        if id(target) in done:
            continue
        done.add(id(target))
        found = left.get(id(target), [])
        aliases = [one for one in found if id(one) in new]
        others = [one for one in found if id(one) not in new]
        wanted = {new[id(one)] for one in aliases}
        if id(target) in new:
            reference = new[id(target)]
            edits.append(replace_value(document, target, reference, keep_anchor=not others))
            if others:
                edits.append(Edit(others[0].start, others[0].end, _moved(document, target, others[0])))
            write_out([one for one in aliases if others or new[id(one)] != reference])
        elif not others and len(wanted) == 1 and _names_own(target, targets):
            edits.append(replace_value(document, target, wanted.pop()))
        else:
            write_out(aliases)
    return edits, gone


def _names_own(node: Node, targets: Targets) -> bool:
    return isinstance(node, Scalar) and repository_of(node.value) in targets.repositories


def _moved(document: Document, node: Value, alias: Alias) -> str:
    text = move(document, node, alias)
    if text is None and isinstance(node, Scalar):
        return f"&{node.anchor} {quoted(node.value)}"
    return text or ""

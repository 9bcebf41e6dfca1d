"""New values for scalars that may be anchored or be aliases, so that no other value changes."""

from collections.abc import Iterable

from ci.core.pin.edits import Edit, NewValue, conflict
from ci.core.pin.moved import moved_text
from ci.core.pin.replace import replace_value
from ci.core.pin.spans import Aliases
from ci.core.references import repository_of
from ci.core.targets import Targets
from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Alias, Node, Scalar, resolved
from ci.errors import ConfigurationError

_STRING_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})


def scalar_edits(
    document: Document, new_values: Iterable[NewValue], remaining: Aliases, targets: Targets
) -> tuple[list[Edit], set[Alias]]:
    """The edits that give each scalar its value, and the aliases that they replace.

    `remaining` has the aliases that are not removed. Where all aliases of an own image get one reference, the anchored
    scalar gets it and the aliases stay. Else each place is written out, and the old value, if other aliases still need
    it, moves to the first of them.

    Raises:
        ConfigurationError: one place would get two values, or is no string by its tag, such as `!!binary`.
    """
    values: dict[Node, str] = {}
    for pair, value in new_values:
        if values.setdefault(pair.raw, value) != value:
            raise conflict(document, pair.key.start)
    edits: list[Edit] = []
    replaced: set[Alias] = set()
    for target in dict.fromkeys(resolved(node) for node in values):
        if target in values and target.tag not in _STRING_TAGS:
            raise _other_type(document, target)
        aliases = remaining.get(target, [])
        changed = [alias for alias in aliases if alias in values]
        others = [alias for alias in aliases if alias not in values]
        if target in values:
            edits.append(replace_value(document, target, values[target], keep_anchor=not others))
            if others:
                edits.append(Edit(others[0].start, others[0].end, moved_text(document, target, others[0]) or ""))
            changed = [alias for alias in changed if others or values[alias] != values[target]]
        elif not others and len({values[alias] for alias in changed}) == 1 and _is_own_image(target, targets):
            edits.append(replace_value(document, target, values[changed[0]]))
            continue
        edits += [replace_value(document, alias, values[alias]) for alias in changed]
        replaced.update(changed)
    return edits, replaced


def _other_type(document: Document, target: Node) -> ConfigurationError:
    return ConfigurationError(
        document.problem(
            target,
            "The image to be pinned has a tag that makes it something else than a string",
            value=target.tag or "",
            expected="an image reference without a tag of YAML",
            hint="write it as a plain string, such as `image: postgres:16`",
        )
    )


def _is_own_image(node: Node, targets: Targets) -> bool:
    return isinstance(node, Scalar) and repository_of(node.value) in targets.repositories

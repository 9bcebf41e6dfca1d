"""Merges (`<<: *base`), resolved by YAML 1.1's rule: https://yaml.org/type/merge.html.

A mapping's own keys win over merged ones, and of several merged mappings the earlier wins over the later.
"""

from collections.abc import Iterator

from ci.core.yaml.nodes import MERGE_KEY, Mapping, Node, Pair, Scalar, Sequence, Value, is_merge, resolved


def layers(node: Node) -> Iterator[Mapping]:
    """The mapping and those merged into it, at any depth, by falling precedence; each once.

    Nothing for a node that is not a mapping.
    """
    seen: set[Mapping] = set()
    todo: list[Value] = [resolved(node)]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping) and one not in seen:
            seen.add(one)
            yield one
            todo += reversed(_merged_into(one))


def effective(node: Node) -> dict[str, Pair]:
    """The pairs of a mapping by key, merges resolved; empty for a node that is not a mapping.

    Keys that are not scalars are missing. The result is computed once for each mapping: do not change it.
    """
    mapping = resolved(node)
    if not isinstance(mapping, Mapping):
        return {}
    if mapping.effective_keys is None:
        found = {
            key.value: Pair(key, value, mapping)
            for key, value in mapping.items
            if isinstance(key, Scalar) and (key.value != MERGE_KEY or not is_merge(key))
        }
        for merged in _merged_into(mapping):  # as deep as merges are nested, which `ci.core.yaml.limits` bounds
            for name, pair in effective(merged).items():
                found.setdefault(name, pair)
        mapping.effective_keys = found
    return mapping.effective_keys


def _merged_into(mapping: Mapping) -> list[Mapping]:
    """The mappings that a mapping merges in its own text, by falling precedence."""
    found: list[Mapping] = []
    for key, value in mapping.items:
        if isinstance(key, Scalar) and key.value == MERGE_KEY and is_merge(key):
            merged = resolved(value)
            items = merged.items if isinstance(merged, Sequence) else [merged]
            found += [one for item in items if isinstance(one := resolved(item), Mapping)]
    return found

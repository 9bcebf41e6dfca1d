"""Merges (`<<: *base`), resolved by YAML 1.1's rule: https://yaml.org/type/merge.html.

A mapping's own keys win over merged ones, and of several merged mappings the earlier wins over the later.
"""

from collections.abc import Iterator

from ci.core.yaml.nodes import Mapping, Node, Pair, Scalar, Sequence, Value, is_merge, resolved


def layers(node: Node) -> Iterator[Mapping]:
    """The mapping and those merged into it, at any depth, by falling precedence; each once.

    Nothing for a node that is not a mapping.
    """
    seen: set[Mapping] = set()
    todo: list[Value] = [resolved(node)]
    while todo:
        one = todo.pop()
        if not isinstance(one, Mapping) or one in seen:
            continue
        seen.add(one)
        yield one
        merged = [mapping for key, value in one.items if is_merge(key) for mapping in _merged(value)]
        todo += reversed(merged)


def effective(node: Node) -> dict[str, Pair]:
    """The pairs of a mapping by key, merges resolved; empty for a node that is not a mapping.

    Keys that are not scalars are missing. The result is computed once for each mapping: do not change it.
    """
    mapping = resolved(node)
    if not isinstance(mapping, Mapping):
        return {}
    if mapping.effective_keys is None:
        found: dict[str, Pair] = {}
        for layer in layers(mapping):
            for key, value in layer.items:
                if isinstance(key, Scalar) and key.value not in found and not is_merge(key):
                    found[key.value] = Pair(key, value, layer)
        mapping.effective_keys = found
    return mapping.effective_keys


def _merged(value: Node) -> list[Mapping]:
    """The mappings that a merge key's value names, by falling precedence."""
    value = resolved(value)
    items: list[Node] = value.items if isinstance(value, Sequence) else [value]
    return [one for item in items if isinstance(one := resolved(item), Mapping)]

"""YAML nodes as plain values, and values as YAML."""

import re
from json import dumps
from typing import Any

from ci.core.yaml.nodes import Mapping, Node, Scalar, Sequence, effective, is_null, resolved

_RAW = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_PLAIN = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def plain(node: Node) -> Any:  # Any: texts, lists and dicts of them
    """A node as plain Python values, merges resolved; every scalar is the string as written, null is None."""
    node = resolved(node)
    if isinstance(node, Scalar):
        return None if is_null(node) else node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if all(isinstance(one, Scalar) and one.value != "<<" for one, _ in node.items):
        return {one.value: plain(value) for one, value in node.items if isinstance(one, Scalar)}
    return {name: plain(pair.written) for name, pair in effective(node).items()}


def names_and_values(node: Node) -> dict[str, str | None]:
    """A mapping, or a list of `NAME=value`, as compose allows both for `environment`, `args` and `labels`."""
    value = plain(node)
    if isinstance(value, dict):
        return value
    found: dict[str, str | None] = {}
    for item in value if isinstance(value, list) else []:
        name, sign, rest = str(item).partition("=")
        found[name] = rest if sign else None
    return found


def names_and_nodes(node: Node) -> dict[str, Node | None]:
    """The names as `names_and_values`, each with the node that holds its value; None for those of a list."""
    node = resolved(node)
    if isinstance(node, Mapping):
        return {name: pair.written for name, pair in effective(node).items()}
    return dict.fromkeys(names_and_values(node))


def quoted(text: str) -> str:
    """A text as a YAML scalar in double quotes (JSON's escapes are YAML's), on one line and printable."""
    return _RAW.sub(lambda found: f"\\u{ord(found.group()):04x}", dumps(text, ensure_ascii=False))


def key(name: str) -> str:
    """A name as a YAML key: plain where no reader can take it for anything but a text."""
    return name if _PLAIN_NAME.fullmatch(name) and name.lower() not in _NOT_PLAIN else quoted(name)

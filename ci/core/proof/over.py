"""One value in its long form over another, as compose merges a service with what it extends.

The second wording of compose's rules for `extends` and several files: every value is brought to its long form first
(`canonical`), and long forms are merged. The edit (`ci.core.flatten`) merges values as they are written.
"""

import posixpath
from collections.abc import Callable, Hashable

from ci.core.proof.canonical import COLON, PAIRS, Other, Plain, Tagged, Text, text_of

_WINS = frozenset({("command",), ("entrypoint",), ("healthcheck", "test")})


def over(base: Plain, own: Plain, path: tuple[str, ...] = ()) -> Plain:
    """A value in its long form over another."""
    wins = path in _WINS or isinstance(own, Tagged) or (len(path) == 2 and path[0] == "ulimits")  # noqa: PLR2004
    if own is None and not wins:
        return base
    if isinstance(base, list) and isinstance(own, list) and not wins:
        return _joined([*base, *bare(own)], path)
    if not isinstance(base, dict) or not isinstance(own, dict) or wins or _other_driver(base, own, path):
        return bare(own)
    found = dict(base)
    for key, value in own.items():
        if isinstance(value, Tagged) and value.tag == "!reset":
            found.pop(key, None)
        elif key in found and not (path and path[-1] in PAIRS):
            found[key] = over(found[key], value, (*path, key))
        else:
            found[key] = bare(value)
    return found


def _other_driver(base: dict[str, Plain], own: dict[str, Plain], path: tuple[str, ...]) -> bool:
    """Whether the options of two logging drivers would be mixed."""
    return path == ("logging",) and len({one["driver"] for one in (base, own) if "driver" in one}) > 1


def bare(value: Plain) -> Plain:
    """A value without what is tagged `!reset`, and without the tags `!override`."""
    if isinstance(value, Tagged):
        return bare(value.value)
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if not (isinstance(one, Tagged) and one.tag == "!reset")}
        return {key: bare(one) for key, one in kept.items()}
    if isinstance(value, list):
        return [bare(one) for one in value if not (isinstance(one, Tagged) and one.tag == "!reset")]
    return value


def _joined(items: list[Plain], path: tuple[str, ...]) -> list[Plain]:
    """A list in which an item takes the place of an earlier one for the same thing."""
    same = _SAME.get(path[-1]) if path in _ONCE or path[:1] == ("networks",) else None
    if path in {("extra_hosts",), ("build", "extra_hosts")}:
        return [*dict.fromkeys(items)]
    if same is None:
        return items
    found: dict[Hashable, Plain] = {}
    for number, item in enumerate(items):
        key = same(item)
        found[number if key is None else ("key", key)] = item
    return [*found.values()]


def _before_sign(item: Plain) -> Hashable:
    return text_of(item).partition("=")[0]


def _target(item: Plain) -> Hashable:
    if isinstance(item, dict):
        return text_of(item.get("target"))
    is_bind = not isinstance(item, Text | Other)
    parts = item[1].split(":") if is_bind else COLON.split(text_of(item))[:2][-1:]
    return posixpath.normpath(parts[0])


def _mount(item: Plain) -> Hashable:
    return text_of(item.get("target")) or ("", text_of(item.get("source"))) if isinstance(item, dict) else None


def _device(item: Plain) -> Hashable:
    return text_of(item.get("target")) if isinstance(item, dict) else (text_of(item).split(":") * 2)[1]


def _port(item: Plain) -> Hashable:
    if not isinstance(item, dict):
        return item if isinstance(item, tuple) else None
    published = item.get("published")
    host, protocol = text_of(item.get("host_ip")) or "0.0.0.0", text_of(item.get("protocol")) or "tcp"  # noqa: S104
    number = ("number", text_of(published)) if isinstance(published, Other) else text_of(published)
    return ("port", host, number, text_of(item.get("target")), protocol)


_SAME: dict[str, Callable[[Plain], Hashable]] = {
    **dict.fromkeys(("aliases", "link_local_ips", "cap_add", "cap_drop", "dns", "dns_opt", "dns_search"), _before_sign),
    **dict.fromkeys(("links", "profiles", "tmpfs", "expose", "tags"), _before_sign),
    **dict.fromkeys(("secrets", "configs"), _mount),
    "devices": lambda item: (
        text_of(item.get("target")) if isinstance(item, dict) else (text_of(item).split(":") * 2)[1]
    ),
    "env_file": lambda item: item.get("path"),
    "ports": _port,
    "volumes": _target,
}
_ONCE = frozenset({("build", "tags"), *((key,) for key in _SAME)})

"""Which items of two sequences are for the same thing, so that the later one replaces the earlier one.

The rules of compose-go v2.9.1, override/uncity.go, types/types.go (ParsePortConfig) and format/volume.go.
"""

import posixpath
import re
from collections.abc import Callable

from ci.core.flatten.tree import Items, Keys, Leaf, Value
from ci.errors import ConfigurationError, Problem

Index = Callable[[Value], tuple[str, ...]]
"""The things that an item is for; several for a range of ports."""
_COLON = re.compile(r":(?![^{]*\})")
"""A colon that is not inside of a variable's default."""
_MOST_PORTS = 2000
_ANY = "0.0.0.0"  # noqa: S104 - the address that compose takes for one that is not given


def unique(items: Items, index: Index) -> Items:
    """The sequence with the later of two items for the same thing in the place of the earlier one.

    Raises:
        ConfigurationError: an item replaces a part of another one.
    """
    kept: list[Value] = []
    position: dict[str, int] = {}
    for item in items.items:
        keys = index(item)
        places = {position.get(key, -1) for key in keys}
        if places == {-1} or not keys:
            position |= dict.fromkeys(keys, len(kept))
            kept.append(item)
            continue
        place = places.pop()
        if places or set(index(kept[place])) != set(keys):
            raise _in_part(item)
        kept[place] = item
    return Items(tuple(kept), place=items.place)


def _name(item: Value) -> tuple[str, ...]:
    return (item.value.partition("=")[0],) if isinstance(item, Leaf) else ()


def _text(item: Value) -> tuple[str, ...]:
    return (item.value,) if isinstance(item, Leaf) else ()


def _path(item: Value) -> tuple[str, ...]:
    path = item.items.get("path") if isinstance(item, Keys) else item
    return (path.value,) if isinstance(path, Leaf) else ()


def _key(item: Keys, name: str, default: str) -> str:
    found = item.items.get(name)
    return found.value if isinstance(found, Leaf) else default


def _volume(item: Value) -> tuple[str, ...]:
    if isinstance(item, Keys):
        return (_key(item, "target", ""),)
    parts = _COLON.split(item.value) if isinstance(item, Leaf) else []
    return (posixpath.normpath(parts[1] if len(parts) > 1 else parts[0]),) if parts else ()


def _device(item: Value) -> tuple[str, ...]:
    if isinstance(item, Keys):
        return (_key(item, "target", ""),)
    parts = item.value.split(":") if isinstance(item, Leaf) else []
    return (parts[1] if len(parts) > 1 else parts[0],) if parts else ()


def _mount(folder: str) -> Index:
    def index(item: Value) -> tuple[str, ...]:
        if isinstance(item, Leaf):
            return (f"{folder}/{item.value}",)
        return (_key(item, "target", f"{folder}/{_key(item, 'source', '')}"),) if isinstance(item, Keys) else ()

    return index


def _port(item: Value) -> tuple[str, ...]:
    """`host:published:target/protocol` for each port of an item."""
    if isinstance(item, Keys):
        published = item.items.get("published")
        kind = "" if not isinstance(published, Leaf) or not published.plain else "number "
        host, target = _key(item, "host_ip", _ANY), _key(item, "target", "")
        return (f"{host}:{kind}{_key(item, 'published', '')}:{target}/{_key(item, 'protocol', 'tcp')}",)
    if not isinstance(item, Leaf):
        return ()
    if "$" in item.value:
        return (item.value,)
    ports, _, protocol = item.value.partition("/")
    before, _, target = ports.rpartition(":")
    address, _, source = before.rpartition(":")
    targets, sources = _range(target), _range(source)
    if len(targets) == 1 and len(sources) > 1:
        sources = [source]
    if len(sources) not in {1, len(targets)} or len(targets) > _MOST_PORTS:
        return (item.value,)
    if len(sources) == 1:
        sources *= len(targets)
    host = address.strip("[]") or _ANY
    return tuple(f"{host}:{one}:{other}/{protocol or 'tcp'}" for one, other in zip(sources, targets, strict=True))


def _range(text: str) -> list[str]:
    first, sign, last = text.partition("-")
    if not sign or not first.isdecimal() or not last.isdecimal():
        return [text]
    return [str(one) for one in range(int(first), min(int(last), int(first) + _MOST_PORTS) + 1)]


UNIQUE: dict[tuple[str, ...], Index] = {
    ("build", "tags"): _name,
    ("cap_add",): _name,
    ("cap_drop",): _name,
    ("configs",): _mount(""),
    ("devices",): _device,
    ("dns",): _name,
    ("dns_opt",): _name,
    ("dns_search",): _name,
    ("env_file",): _path,
    ("expose",): _text,
    ("links",): _name,
    ("networks", "*", "aliases"): _name,
    ("networks", "*", "link_local_ips"): _name,
    ("ports",): _port,
    ("profiles",): _name,
    ("secrets",): _mount("/run/secrets"),
    ("tmpfs",): _name,
    ("volumes",): _volume,
}
"""By the path of a sequence below a service."""


def _in_part(item: Value) -> ConfigurationError:
    return ConfigurationError(
        Problem(
            what="A port replaces a part of a range of ports of the other file",
            value=item.value if isinstance(item, Leaf) else "",
            file=item.place.file,
            line=item.place.line,
            expected="the same range in both files, or ranges without a port in common",
            hint="write the ports of the other file one by one",
        )
    )

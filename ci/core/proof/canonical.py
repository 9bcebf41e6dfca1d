"""A service in one form of several that compose takes for the same, and one such form laid over another.

The second wording of compose's rules for `extends` and several files: here every value is brought to its long form
first, with its paths from the top of the source, and long forms are merged. The edit (`ci.core.flatten`) merges texts.
"""

import posixpath
import re
from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple

Plain = Any
"""Any: dictionaries and lists of `Text`, `Other`, `Tagged` and None."""


class Text(NamedTuple):
    """A string."""

    text: str


class Other(NamedTuple):
    """A scalar that a reader may take for a number or a boolean, with its tag."""

    text: str
    tag: str | None


class Tagged(NamedTuple):
    """A value with the tag `!reset` or `!override`."""

    tag: str
    value: Plain


_PAIRS = frozenset({"environment", "labels", "annotations", "sysctls", "args", "additional_contexts"})
_LISTS = frozenset({"env_file", "label_file", "dns", "dns_search", "dns_opt", "tmpfs"})
_WINS = frozenset({("command",), ("entrypoint",), ("healthcheck", "test")})
_SAME_IN_TEXT = re.compile(r"-?(0|[1-9][0-9]{0,14})|true|false")
_ABSOLUTE = ("/", "~", "$PWD", "${PWD", "$HOME", "${HOME")
_COLON = re.compile(r":(?![^{]*\})")
"""A colon that is not inside of a variable's default."""
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://|git@|github\.com/|service:", re.IGNORECASE)


def long_form(service: dict[str, Plain], folder: str) -> dict[str, Plain]:
    """A service of a file whose paths start in `folder`, in its long form."""
    return {key: _long((key,), value, folder) for key, value in service.items()}


def _long(path: tuple[str, ...], value: Plain, folder: str) -> Plain:
    """A value of a service by its path."""
    if isinstance(value, Tagged):
        return Tagged(value.tag, _long(path, value.value, folder))
    if path == ("build", "context"):
        return from_top(value, folder)
    value = _collection(path, value, folder)
    if len(path) == 1 and isinstance(value, list):
        return [one for item in value for one in _item(path[0], item, folder)]
    if isinstance(value, dict) and path[-1] not in _PAIRS:
        return {name: _long((*path, name), one, folder) for name, one in value.items()}
    return value


def _collection(path: tuple[str, ...], value: Plain, folder: str) -> Plain:
    """The value of a key that may be a string, a list or a mapping, as what it is a short form of."""
    key, is_scalar = path[-1], isinstance(value, Text | Other)
    if path == ("build",) and is_scalar:
        value = {"context": value}
    elif key in _PAIRS and len(path) <= 2:  # noqa: PLR2004 - below a service, or below its build or deploy
        is_path = key == "additional_contexts"
        value = {name: from_top(one, folder) if is_path else one for name, one in _pairs(value)}
    elif path in {("depends_on",), ("networks",), ("models",)} and isinstance(value, list):
        value = {_text(one): {"condition": Text("service_started")} if key == "depends_on" else None for one in value}
    elif key == "extra_hosts" and isinstance(value, dict):
        hosts = [(name, one if isinstance(one, list) else [one]) for name, one in value.items()]
        value = [Text(f"{name}={_text(one)}") for name, found in hosts for one in found]
    elif len(path) == 1 and key in _LISTS and is_scalar:
        value = [value]
    if path == ("depends_on",) and isinstance(value, dict):
        value = {
            name: {"required": Other("true", None), **one} if isinstance(one, dict) else one
            for name, one in value.items()
        }
    return value


def _item(key: str, item: Plain, folder: str) -> Iterator[Plain]:
    """An item of a list of a service; a range of ports is several."""
    if key == "env_file":
        entry = {"path": item} if isinstance(item, Text | Other) else item
        yield {"required": Other("true", None), **entry, "path": from_top(entry.get("path"), folder)}
    elif key == "label_file":
        yield from_top(item, folder)
    elif key == "volumes":
        yield _volume(item, folder)
    elif key == "ports" and isinstance(item, Text | Other):
        yield from _ports(item.text)
    elif key in {"secrets", "configs"} and isinstance(item, Text | Other):
        yield {"source": item}
    else:
        yield item


def _volume(item: Plain, folder: str) -> Plain:
    if isinstance(item, dict):
        is_bind = _text(item.get("type")) == "bind"
        return {**item, "source": from_top(item.get("source"), folder)} if is_bind else item
    source, *rest = _COLON.split(_text(item), maxsplit=1)
    return (from_top(Text(source), folder), *rest) if rest and source[:1] in {".", "$"} else item


def _ports(text: str) -> Iterator[Plain]:
    if "$" in text:
        yield Text(text)
        return
    address, _, protocol = text.partition("/")
    *before, target = address.rsplit(":", 2)
    published, host = (before[-1] if before else ""), (before[0].strip("[]") if len(before) > 1 else "")
    inside, outside = _span(target), _span(published)
    if len(inside) == len(outside):
        pairs = list(zip(outside, inside, strict=True))
    elif len(inside) == 1:
        pairs = [(published, target)]
    else:
        pairs = [(published, one) for one in inside]
    yield from (("port", host or "0.0.0.0", one, other, protocol or "tcp") for one, other in pairs)  # noqa: S104


def _span(text: str) -> list[str]:
    found = re.fullmatch(r"(\d+)-(\d+)", text)
    if not found or int(found[2]) - int(found[1]) > 65535:  # noqa: PLR2004 - more ports than there are
        return [text]
    return [str(one) for one in range(int(found[1]), int(found[2]) + 1)]


def _pairs(value: Plain) -> Iterator[tuple[str, Plain]]:
    """Names and values, as a mapping or a list; a number that stays the same in a string is one."""
    if isinstance(value, dict):
        for name, one in value.items():
            is_same = isinstance(one, Other) and one.tag is None and _SAME_IN_TEXT.fullmatch(one.text)
            yield name, Text(one.text) if is_same else one
        return
    for item in value or []:
        name, sign, rest = _text(item).partition("=")
        yield name, Text(rest) if sign else None


def from_top(value: Plain, folder: str) -> Plain:
    """A path from the top of the source; one that begins with a variable keeps the folder that it may start in."""
    text = _text(value)
    if not isinstance(value, Text | Other) or not text or text.startswith(_ABSOLUTE) or _REMOTE.match(text):
        return value
    if text.startswith("$"):
        return (folder or ".", text)
    return Text(posixpath.normpath(posixpath.join(folder, text)))


def _text(value: Plain) -> str:
    return value.text if isinstance(value, Text | Other) else ""


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
        elif key in found and not (path and path[-1] in _PAIRS):
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
    return _text(item).partition("=")[0]


def _target(item: Plain) -> Hashable:
    if isinstance(item, dict):
        return _text(item.get("target"))
    is_bind = not isinstance(item, Text | Other)
    parts = item[1].split(":") if is_bind else _COLON.split(_text(item))[:2][-1:]
    return posixpath.normpath(parts[0])


def _mount(item: Plain) -> Hashable:
    return _text(item.get("target")) or ("", _text(item.get("source"))) if isinstance(item, dict) else None


def _port(item: Plain) -> Hashable:
    if not isinstance(item, dict):
        return item if isinstance(item, tuple) else None
    published = item.get("published")
    host, protocol = _text(item.get("host_ip")) or "0.0.0.0", _text(item.get("protocol")) or "tcp"  # noqa: S104
    number = ("number", _text(published)) if isinstance(published, Other) else _text(published)
    return ("port", host, number, _text(item.get("target")), protocol)


_SAME: dict[str, Callable[[Plain], Hashable]] = {
    **dict.fromkeys(("aliases", "link_local_ips", "cap_add", "cap_drop", "dns", "dns_opt", "dns_search"), _before_sign),
    **dict.fromkeys(("links", "profiles", "tmpfs", "expose", "tags"), _before_sign),
    **dict.fromkeys(("secrets", "configs"), _mount),
    "devices": lambda item: _text(item.get("target")) if isinstance(item, dict) else (_text(item).split(":") * 2)[1],
    "env_file": lambda item: item.get("path"),
    "ports": _port,
    "volumes": _target,
}
_ONCE = frozenset({("build", "tags"), *((key,) for key in _SAME)})

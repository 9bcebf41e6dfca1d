"""A service in its long form, of the several that compose takes for the same, with its paths from the top."""

import posixpath
import re
from collections.abc import Iterator, Mapping
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


class Start(NamedTuple):
    """Where paths start: a folder from the top of the source, and values of variables with which a path may begin."""

    folder: str
    values: Mapping[str, str]


class Tagged(NamedTuple):
    """A value with the tag `!reset` or `!override`."""

    tag: str
    value: Plain


PAIRS = frozenset({"environment", "labels", "annotations", "sysctls", "args", "additional_contexts"})
_LISTS = frozenset({"env_file", "label_file", "dns", "dns_search", "dns_opt", "tmpfs"})
_SAME_IN_TEXT = re.compile(r"-?(0|[1-9][0-9]{0,14})|true|false")
_ABSOLUTE = ("/", "~", "$PWD", "${PWD", "$HOME", "${HOME")
REFERENCE = re.compile(r"\$(?:(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)(?:(?P<sign>:?[-+?])(?P<rest>[^{}]*))?\})")
"""A variable in a text."""
COLON = re.compile(r":(?![^{]*\})")
"""A colon that is not inside of a variable's default."""
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://|git@|github\.com/|service:", re.IGNORECASE)


def long_form(service: dict[str, Plain], start: Start) -> dict[str, Plain]:
    """A service of a file whose paths begin at `start`, in its long form."""
    return {key: _long((key,), value, start) for key, value in service.items()}


def _long(path: tuple[str, ...], value: Plain, start: Start) -> Plain:
    """A value of a service by its path."""
    if isinstance(value, Tagged):
        return Tagged(value.tag, _long(path, value.value, start))
    if path == ("build", "context"):
        return from_top(value, start)
    value = _collection(path, value, start)
    if len(path) == 1 and isinstance(value, list):
        return [one for item in value for one in _item(path[0], item, start)]
    if isinstance(value, dict) and path[-1] not in PAIRS:
        return {name: _long((*path, name), one, start) for name, one in value.items()}
    return value


def _collection(path: tuple[str, ...], value: Plain, start: Start) -> Plain:
    """The value of a key that may be a string, a list or a mapping, as what it is a short form of."""
    key, is_scalar = path[-1], isinstance(value, Text | Other)
    if path == ("build",) and is_scalar:
        value = {"context": value}
    elif key in PAIRS and len(path) <= 2:  # noqa: PLR2004 - below a service, or below its build or deploy
        is_path = key == "additional_contexts"
        value = {name: from_top(one, start) if is_path else one for name, one in _pairs(value)}
    elif path in {("depends_on",), ("networks",), ("models",)} and isinstance(value, list):
        value = {text_of(one): {"condition": Text("service_started")} if key == "depends_on" else None for one in value}
    elif key == "extra_hosts" and isinstance(value, dict):
        hosts = [(name, one if isinstance(one, list) else [one]) for name, one in value.items()]
        value = [Text(f"{name}={text_of(one)}") for name, found in hosts for one in found]
    elif len(path) == 1 and key in _LISTS and is_scalar:
        value = [value]
    if path == ("depends_on",) and isinstance(value, dict):
        value = {
            name: {"required": Other("true", None), **one} if isinstance(one, dict) else one
            for name, one in value.items()
        }
    return value


def _item(key: str, item: Plain, start: Start) -> Iterator[Plain]:
    """An item of a list of a service; a range of ports is several."""
    if key == "env_file":
        entry = {"path": item} if isinstance(item, Text | Other) else item
        yield {"required": Other("true", None), **entry, "path": from_top(entry.get("path"), start)}
    elif key == "label_file":
        yield from_top(item, start)
    elif key == "volumes":
        yield _volume(item, start)
    elif key == "ports" and isinstance(item, Text | Other):
        yield from _ports(item.text)
    elif key in {"secrets", "configs"} and isinstance(item, Text | Other):
        yield {"source": item}
    else:
        yield item


def _volume(item: Plain, start: Start) -> Plain:
    if isinstance(item, dict):
        is_bind = text_of(item.get("type")) == "bind"
        return {**item, "source": from_top(item.get("source"), start)} if is_bind else item
    source, *rest = COLON.split(text_of(item), maxsplit=1)
    if rest and source.startswith("$") and not filled(source, start.values).startswith((".", "$")):
        return item  # a volume's name, or absolute
    return (from_top(Text(source), start), *rest) if rest and source[:1] in {".", "$"} else item


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
        name, sign, rest = text_of(item).partition("=")
        yield name, Text(rest) if sign else None


def from_top(value: Plain, start: Start) -> Plain:
    """A path from the top of the source; one that begins with a variable keeps the folder that it may start in."""
    text = text_of(value)
    if not isinstance(value, Text | Other) or not text or text.startswith(_ABSOLUTE) or _REMOTE.match(text):
        return value
    text = filled(text, start.values) if text.startswith("$") else text
    if text.startswith("$"):
        return (start.folder or ".", text)
    return Text(text if text.startswith(_ABSOLUTE) else posixpath.normpath(posixpath.join(start.folder, text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its variables replaced: by their values, else by their defaults."""

    def value(found: re.Match[str]) -> str:
        known = values.get(found["bare"] or found["name"])
        sign, rest = found["sign"] or "", found["rest"] or ""
        has_value = known is not None and (known != "" or not sign.startswith(":"))
        if sign.endswith("+"):
            return rest if has_value else ""
        if known is not None and has_value:
            return known
        return rest if sign.endswith("-") else found.group()

    return REFERENCE.sub(value, text)


def text_of(value: Plain) -> str:
    """The text of a scalar, `""` for anything else."""
    return value.text if isinstance(value, Text | Other) else ""

"""How compose lays one value over another (compose-go v2.9.1, override/merge.go and override/uncity.go).

Mappings are merged key by key, sequences are appended, and a scalar wins over the one below it, but for the keys in
`_RULES`. In some sequences (`_UNIQUE`) an item replaces the one that is for the same thing.
"""

from collections.abc import Callable, Mapping

from ci.core.flatten.tree import Items, Keys, Leaf, Override, Value, is_string, string
from ci.core.flatten.unique import UNIQUE, unique
from ci.core.flatten.values import (
    as_items,
    as_keys,
    assignment,
    is_null,
    is_text,
    names_and_values,
    null,
    text_of,
    unlike,
)

Path = tuple[str, ...]
Rule = Callable[[Value, Value, Path], Value]
SERVICE: Path = ("services", "*")


def merge(base: Value, own: Value, path: Path) -> Value:
    """`own` over `base`; `path` is where they stand, the names of services and the like as they are.

    Raises:
        ConfigurationError: the two can't be merged; compose refuses them too.
    """
    if isinstance(own, Keys | Items | Leaf) and own.override is Override.OVERRIDE:
        return without_overrides(own)
    rule = _rule(path)
    if is_null(own) and isinstance(base, Items | Keys) and not base.items:
        merged = own
    elif rule:
        merged = rule(base, own, path)
    elif is_null(own):
        merged = base
    elif isinstance(base, Keys):
        merged = _keys(base, own, path)
    elif isinstance(base, Items):
        merged = _list(base, own, path)
    else:
        merged = own
    merged = _unique(merged, path)
    is_own = isinstance(own, Leaf) and merged in (Items((own,)), Keys({"context": own}))
    return own if is_own else merged


def without_overrides(value: Value) -> Value:
    """A value with nothing below it to be laid over: what has the tag `!reset` is gone, and the tags `!override`."""
    if isinstance(value, Leaf):
        return Leaf(
            value.value, value.plain, value.tag, value.null,
            text=value.text, is_literal=value.is_literal, place=value.place,
        )  # fmt: skip
    if isinstance(value, Items):
        kept = [one for one in value.items if one.override is not Override.RESET]
        return Items(tuple(without_overrides(one) for one in kept), place=value.place)
    items = {name: without_overrides(one) for name, one in value.items.items() if one.override is not Override.RESET}
    return Keys(items, written=value.written, place=value.place)


def _keys(base: Keys, own: Value, path: Path) -> Keys:
    """A mapping over another, key by key; the keys of `base` first."""
    if not isinstance(own, Keys):
        raise unlike(own, path)
    merged = dict(base.items)
    for name, value in own.items.items():
        if value.override is Override.RESET:
            merged.pop(name, None)
        elif name in merged:
            merged[name] = merge(merged[name], value, (*path, name))
        else:
            merged[name] = without_overrides(value)
    return own.with_items(merged, base)


def _own(_: Value, own: Value, path: Path) -> Value:
    del path
    return own


def _variables(base: Value, own: Value, path: Path) -> Value:
    """Names and values, of which a list and a mapping may be mixed; a list stays one, if its strings are the same."""
    del path
    if is_null(own):
        return base
    if is_null(base):
        return own
    one, other = names_and_values(base), names_and_values(own)
    if isinstance(own, Items) and all(map(is_text, one.items.values())):
        below = [assignment(name, value) for name, value in one.items.items() if name not in other.items]
        return Items((*below, *own.items), place=own.place)
    kept = {name: value for name, value in other.items.items() if value.override is not Override.RESET}
    kept_below = {name: value for name, value in one.items.items() if name in kept or name not in other.items}
    return other.with_items({**kept_below, **kept}, one)


def _list(base: Value, own: Value, path: Path) -> Value:
    if not isinstance(own, Items):
        raise unlike(own, path)
    return Items((*as_items(base).items, *own.items), place=own.place)


def _list_or_string(base: Value, own: Value, path: Path) -> Value:
    del path
    return Items((*as_items(base).items, *as_items(own).items), place=own.place)


def _hosts(base: Value, own: Value, path: Path) -> Value:
    """`extra_hosts`: the base's, then those of the own ones that differ in their text."""
    del path

    def hosts(value: Value) -> list[Value]:
        if isinstance(value, Leaf) and not value.null:
            raise unlike(value, ())
        if not isinstance(value, Keys):
            return [*as_items(value).items]
        listed = [(name, as_items(address)) for name, address in value.items.items()]
        return [string(f"{name}={text_of(one)}", one.place) for name, found in listed for one in found.items]

    first = hosts(base)
    known = {text_of(one) for one in first}
    return Items((*first, *(one for one in hosts(own) if text_of(one) not in known)), place=own.place)


def _named(default: Mapping[str, str], below: Mapping[str, str]) -> Rule:
    """A rule for a mapping that may be a list of names; each stands for `default`, in the base for `below`."""

    def mapping(value: Value, default: Mapping[str, str]) -> Keys:
        def pair(item: Value) -> tuple[str, Value]:
            place = item.place
            options = {key: Leaf(one, not is_string(one), text=one, place=place) for key, one in default.items()}
            return text_of(item), Keys(dict[str, Value](options), place=place) if default else null(place)

        return as_keys(value, pair)

    def rule(base: Value, own: Value, path: Path) -> Value:
        if isinstance(base, Items) and isinstance(own, Items):
            known = {text_of(one) for one in base.items}
            return Items((*base.items, *(one for one in own.items if text_of(one) not in known)), place=own.place)
        over = mapping(own, default)
        merged = _keys(mapping(base, below), over, path)
        return own if merged == over else merged

    return rule


def _build(base: Value, own: Value, path: Path) -> Value:
    def mapping(value: Value) -> Keys:
        if isinstance(value, Leaf):
            return Keys({} if value.null else {"context": value}, place=value.place)
        if not isinstance(value, Keys):
            raise unlike(value, path)
        return value

    return _keys(mapping(base), mapping(own), path)


def _logging(base: Value, own: Value, path: Path) -> Value:
    """The options are merged only if both have the same driver, or one of them names none."""
    if not isinstance(base, Keys) or not isinstance(own, Keys):
        raise unlike(own, path)
    drivers = {text_of(one.items["driver"]) for one in (base, own) if "driver" in one.items}
    return _keys(base, own, path) if len(drivers) <= 1 else without_overrides(own)


def _refused(base: Value, own: Value, path: Path) -> Value:
    if base == own:
        return own
    raise unlike(own, path)


_RULES: dict[Path, Rule] = {
    ("networks", "*", "ipam", "config"): _refused,
    ("networks", "*", "labels"): _variables,
    ("volumes", "*", "labels"): _variables,
    (*SERVICE, "annotations"): _variables,
    (*SERVICE, "build"): _build,
    (*SERVICE, "build", "args"): _variables,
    (*SERVICE, "build", "additional_contexts"): _variables,
    (*SERVICE, "build", "extra_hosts"): _hosts,
    (*SERVICE, "build", "labels"): _variables,
    (*SERVICE, "command"): _own,
    (*SERVICE, "depends_on"): _named(
        {"condition": "service_started", "required": "true"}, {"condition": "service_started"}
    ),
    (*SERVICE, "deploy", "labels"): _variables,
    (*SERVICE, "dns"): _list_or_string,
    (*SERVICE, "dns_opt"): _list_or_string,
    (*SERVICE, "dns_search"): _list_or_string,
    (*SERVICE, "entrypoint"): _own,
    (*SERVICE, "env_file"): _list_or_string,
    (*SERVICE, "label_file"): _list_or_string,
    (*SERVICE, "environment"): _variables,
    (*SERVICE, "extra_hosts"): _hosts,
    (*SERVICE, "healthcheck", "test"): _own,
    (*SERVICE, "labels"): _variables,
    (*SERVICE, "logging"): _logging,
    (*SERVICE, "models"): _named({}, {}),
    (*SERVICE, "networks"): _named({}, {}),
    (*SERVICE, "sysctls"): _variables,
    (*SERVICE, "tmpfs"): _list_or_string,
    (*SERVICE, "ulimits", "*"): _own,
}


def _rule(path: Path) -> Rule | None:
    return _RULES.get(path) or _RULES.get((*path[:1], "*", *path[2:])) or _RULES.get((*path[:1], "*", *path[2:-1], "*"))


def _unique(value: Value, path: Path) -> Value:
    """A sequence in which each item is for another thing; any other value as it is."""
    key = path[2:]
    index = (UNIQUE.get(key) or UNIQUE.get((*key[:1], "*", *key[2:]))) if path[:1] == ("services",) else None
    return unique(value, index) if index and isinstance(value, Items) else value

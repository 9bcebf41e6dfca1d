"""The short and the long forms of values that compose takes for the same."""

import re
from collections.abc import Callable

from ci.core.flatten.tree import Items, Keys, Leaf, Place, Value, string
from ci.errors import ConfigurationError, Problem

_AS_WRITTEN = re.compile(r"-?(?:0|[1-9][0-9]{0,14})|true|false")
"""Numbers and the like that compose writes as they are written."""


def is_null(value: Value) -> bool:
    """Whether a value is a null."""
    return isinstance(value, Leaf) and value.null


def names_and_values(value: Value) -> Keys:
    """`environment`, `labels` or `args`, which may be a list of `NAME=value`, as a mapping; a null as an empty one."""

    def pair(item: Value) -> tuple[str, Value]:
        name, sign, rest = text_of(item).partition("=")
        return name, string(rest, item.place) if sign else null(item.place)

    return as_keys(value, pair)


def as_keys(value: Value, pair: Callable[[Value], tuple[str, Value]]) -> Keys:
    """A mapping, or a list whose items are each a `pair` of one; a null as an empty one.

    Raises:
        ConfigurationError: it is another scalar.
    """
    if isinstance(value, Keys):
        return value
    if isinstance(value, Leaf) and not value.null:
        raise unlike(value, ())
    return Keys(dict(map(pair, as_items(value).items)), place=value.place)


def null(place: Place) -> Leaf:
    """A null at a place."""
    return Leaf("", plain=True, null=True, place=place)


def as_items(value: Value) -> Items:
    """A list, or a single string as a list of one; a null as an empty one."""
    if isinstance(value, Items):
        return value
    if isinstance(value, Leaf):
        return Items(() if value.null else (value,), place=value.place)
    raise unlike(value, ())


def text_of(value: Value) -> str:
    """The text of a scalar.

    Raises:
        ConfigurationError: it is none.
    """
    if not isinstance(value, Leaf):
        raise unlike(value, ())
    return value.value


def is_text(value: Value) -> bool:
    """Whether a value is the same as a part of a string `NAME=value`; `1.10` would be 1.1 alone."""
    return isinstance(value, Leaf) and (value.null or not value.plain or bool(_AS_WRITTEN.fullmatch(value.value)))


def assignment(name: str, value: Value) -> Leaf:
    """A name and its value as an item of a list, `NAME=value`."""
    return string(name if is_null(value) else f"{name}={text_of(value)}", value.place)


def unlike(own: Value, path: tuple[str, ...]) -> ConfigurationError:
    """The error for a value that can't be laid over another one."""
    where = ".".join(path[1:]) or "a value"
    return ConfigurationError(
        Problem(
            what=f"`{where}` has another form than the value of the other file that it extends",
            value=where,
            file=own.place.file,
            line=own.place.line,
            expected="two mappings, two lists, or two single values",
            hint="write the key's value in the same form in both files; compose refuses it too",
        )
    )

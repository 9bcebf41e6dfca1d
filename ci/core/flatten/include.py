"""The entries of `include`, and the variables that an included file has of its own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ci.core.compose.interpolation import interpolate
from ci.core.flatten.tree import Items, Keys, Leaf, Place, Value
from ci.core.yaml.quoting import quoted
from ci.errors import ConfigurationError, Problem

_VARIABLE = re.compile(r"(?<!\$)(?:\$\$)*\$\{?([A-Za-z_]\w*)", re.ASCII)


@dataclass(frozen=True)
class Include:
    """An entry of `include`; its paths are as written, relative to the folder of the file that has it."""

    place: Place
    paths: tuple[str, ...]
    project_directory: str = ""
    env_files: tuple[str, ...] = ()


def read_includes(value: Value) -> Iterator[Include]:
    """The entries of an `include`: paths, or mappings with `path`, `project_directory` and `env_file`.

    Raises:
        ConfigurationError: one has another form.
    """
    if not isinstance(value, Items):
        raise _malformed(value)
    for item in value.items:
        keys = item.items if isinstance(item, Keys) else {"path": item}
        paths, folder = _strings(keys.get("path")), _strings(keys.get("project_directory"))
        if not paths or len(folder) > 1 or not keys.keys() <= {"path", "project_directory", "env_file"}:
            raise _malformed(item)
        yield Include(item.place, paths, "".join(folder), _strings(keys.get("env_file")))


def fill(value: Value, values: Mapping[str, str]) -> Value:
    """A value with its variables replaced, in the scalars that have one of `values`; any other scalar stays.

    Raises:
        ConfigurationError: such a scalar has `$$` as well, so that it would have to be half replaced.
    """
    if not values:
        return value
    if isinstance(value, Items):
        return replace(value, items=tuple(fill(one, values) for one in value.items))
    if isinstance(value, Keys):
        return value.with_items({name: fill(one, values) for name, one in value.items.items()})
    if values.keys().isdisjoint(_VARIABLE.findall(value.value)):
        return value
    filled, _ = interpolate(value.value, values)
    if "$$" in value.value:
        raise ConfigurationError(
            Problem(
                what="A value of an included file has `$$` beside a variable that the include's env file sets",
                value=value.value,
                file=value.place.file,
                line=value.place.line,
                expected="a value with one of them",
                hint="write the variable's value out",
            )
        )
    return replace(value, value=filled, plain=False, text=quoted(filled), is_literal=False)


def _strings(value: Value | None) -> tuple[str, ...]:
    """The strings of a list, or a single one; none for a null."""
    items = value.items if isinstance(value, Items) else () if value is None else (value,)
    for one in items:
        if not isinstance(one, Leaf) or one.override or one.value.startswith("{{"):
            raise _malformed(one)
    return tuple(one.value for one in items if isinstance(one, Leaf) and one.value and not one.null)


def _malformed(value: Value) -> ConfigurationError:
    return ConfigurationError(
        Problem(
            what="An entry of `include` has a form that compose does not know",
            value=f"line {value.place.line}",
            file=value.place.file,
            line=value.place.line,
            expected="a list of paths, or of mappings with `path`, `project_directory` and `env_file`",
            hint="correct the entry: include: [{ path: ./db/compose.yaml }]",
        )
    )

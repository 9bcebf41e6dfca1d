"""The paths in a compose file, made relative to another folder (compose-go v2.9.1, paths/resolve.go)."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ci.core.compose.interpolation import interpolate
from ci.core.compose.paths import is_remote
from ci.core.flatten.tree import Items, Keys, Leaf, Value
from ci.core.yaml.quoting import quoted
from ci.errors import ConfigurationError, Problem

Change = Callable[[Leaf], Leaf]
_PLAIN = re.compile(r"\.{1,2}/[\w./-]*(?::[\w./-]+)*", re.ASCII)
_ABSOLUTE = ("/", "~", "{{", "$PWD", "${PWD", "$HOME", "${HOME")
_COLON = re.compile(r":(?![^{]*\})")
"""A colon that is not inside of a variable's default."""
_BIND = (".", "~", "/", "$")
"""How the source of a mount in its short form begins if it is a path, or may be one; else it is a volume's name."""


def relative(path: str, folder: str) -> str:
    """A path from the top of the source as one from `folder`, a folder in the source: `./x`, `../x` or `.`."""
    parts = [part for part in posixpath.normpath(path).split("/") if part != "."]
    start = [part for part in posixpath.normpath(folder or ".").split("/") if part != "."]
    while parts and start and parts[0] == start[0]:
        del parts[0], start[0]
    found = "/".join([*[".."] * len(start), *parts]) or "."
    return found if found.startswith(".") and (found == "." or found.startswith("..")) else f"./{found}"


class Rebase:
    """Makes paths that are relative to the folder `old` relative to the folder `new`; both are from the top.

    `values` are those of variables with which a path may begin: whether it is relative depends on them.
    """

    def __init__(self, old: str, new: str, values: Mapping[str, str] | None = None) -> None:
        self._values = values or {}
        self._old, self._new = old or ".", new or "."
        self._same = posixpath.normpath(self._old) == posixpath.normpath(self._new)

    def service(self, service: Keys) -> Keys:
        """A service whose paths are rebased; `extends` is left as it is.

        Raises:
            ConfigurationError: a path begins with a variable, so that it is not known whether it is relative.
        """
        if self._same:
            return service
        items = dict(service.items)
        for key, change in (
            ("build", self._build),
            ("env_file", self._env_file),
            ("label_file", self._each),
            ("volumes", self._volumes),
            ("develop", self._develop),
        ):
            if key in items:
                items[key] = change(items[key])
        return service.with_items(items)

    def resource(self, section: str, value: Value) -> Value:
        """A top-level config, secret or volume whose paths are rebased.

        Raises:
            ConfigurationError: as `service`.
        """
        if self._same or not isinstance(value, Keys):
            return value
        if section in {"configs", "secrets"}:
            return self._at(value, "file")
        options = value.items.get("driver_opts")
        if section != "volumes" or not isinstance(options, Keys):
            return value
        kinds = [one.value for one in (value.items.get("driver"), options.items.get("o")) if isinstance(one, Leaf)]
        if kinds != ["local", "bind"]:
            return value
        return value.with_items({**value.items, "driver_opts": self._at(options, "device")})

    def _path(self, leaf: Leaf) -> Leaf:
        """A path; one that is absolute, in the home folder, remote or empty stays as it is."""
        path = leaf.value
        if not path or path.startswith(_ABSOLUTE):
            return leaf
        if path.startswith("$"):
            path = self._known(leaf)
            if path.startswith(_ABSOLUTE):
                return leaf
        folder = relative(self._old, self._new)
        if "$" in path:
            changed = f"{folder}/{path.removeprefix('./')}"
        else:
            changed = relative(posixpath.join(self._old, path), self._new)
        return replace(leaf, value=changed, plain=False, text=_written(changed), is_literal=False)

    def _known(self, leaf: Leaf) -> str:
        """A path that begins with a variable, with the values of its variables.

        Raises:
            ConfigurationError: one has no value.
        """
        path, unknown = interpolate(leaf.value, self._values)
        if unknown or path.startswith("$"):
            raise _unknown(leaf)
        return path

    def _context(self, leaf: Leaf) -> Leaf:
        is_url = "://" in leaf.value or leaf.value.startswith(("github.com/", "service:"))
        return leaf if is_url or is_remote(leaf.value) else self._path(leaf)

    def _build(self, value: Value) -> Value:
        if isinstance(value, Leaf):
            return value if value.null else self._context(value)
        if not isinstance(value, Keys):
            return value
        build = self._at(value, "context", self._context)
        contexts = build.items.get("additional_contexts")
        if isinstance(contexts, Keys):
            items = {name: self._context(one) if isinstance(one, Leaf) else one for name, one in contexts.items.items()}
            return build.with_items({**build.items, "additional_contexts": contexts.with_items(items)})
        if isinstance(contexts, Items):
            named = [self._named(one) if isinstance(one, Leaf) else one for one in contexts.items]
            return build.with_items({**build.items, "additional_contexts": Items(tuple(named), place=contexts.place)})
        return build

    def _named(self, leaf: Leaf) -> Leaf:
        """`NAME=path`."""
        name, _, path = leaf.value.partition("=")
        changed = f"{name}={self._context(replace(leaf, value=path)).value}"
        return replace(leaf, value=changed, plain=False, text=_written(changed))

    def _env_file(self, value: Value) -> Value:
        if isinstance(value, Items):
            return replace(value, items=tuple(self._env_file(one) for one in value.items))
        return self._at(value, "path") if isinstance(value, Keys) else self._each(value)

    def _each(self, value: Value) -> Value:
        if isinstance(value, Items):
            return replace(value, items=tuple(self._each(one) for one in value.items))
        return self._path(value) if isinstance(value, Leaf) else value

    def _develop(self, value: Value) -> Value:
        watch = value.items.get("watch") if isinstance(value, Keys) else None
        if not isinstance(value, Keys) or not isinstance(watch, Items):
            return value
        items = [self._at(one, "path") if isinstance(one, Keys) else one for one in watch.items]
        return value.with_items({**value.items, "watch": replace(watch, items=tuple(items))})

    def _volumes(self, value: Value) -> Value:
        if not isinstance(value, Items):
            return value
        return replace(value, items=tuple(self._volume(one) for one in value.items))

    def _volume(self, value: Value) -> Value:
        if isinstance(value, Keys):
            kind = value.items.get("type")
            return self._at(value, "source") if isinstance(kind, Leaf) and kind.value == "bind" else value
        if not isinstance(value, Leaf) or ":" not in value.value or not value.value.startswith(_BIND):
            return value
        source, *rest = _COLON.split(value.value, maxsplit=1)
        is_variable = source.startswith("$") and not source.startswith(_ABSOLUTE)
        if not rest or (is_variable and not self._known(replace(value, value=source)).startswith(".")):
            return value
        path = self._path(replace(value, value=source)).value
        if ":" in path:  # in the name of a folder
            raise _unknown(value)
        changed = f"{path}:{rest[0]}"
        return replace(value, value=changed, plain=False, text=_written(changed))

    def _at(self, value: Keys, key: str, change: Change | None = None) -> Keys:
        found = value.items.get(key)
        if not isinstance(found, Leaf):
            return value
        return value.with_items({**value.items, key: (change or self._path)(found)})


def _written(path: str) -> str:
    return path if _PLAIN.fullmatch(path) else quoted(path)


def _unknown(leaf: Leaf) -> ConfigurationError:
    return ConfigurationError(
        Problem(
            what="A path of another compose file begins with a variable, so that it can't be made relative to this one",
            value=leaf.value,
            file=leaf.place.file,
            line=leaf.place.line,
            expected="a path that begins with `./`, `../` or a folder's name, or both files in one folder",
            hint="give the variable a value in pyproject.toml, below [tool.slipway.variables]; or write the path's "
            "beginning out, such as `./${NAME}`",
        )
    )

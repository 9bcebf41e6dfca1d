"""`build` of a service, read into a `Build`.

A service that extends another builds what compose makes of both: keys of its own `build` win, and `args` and `labels`
are merged entry by entry (compose-go, override/merge.go).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json import dumps
from typing import Any

from ci.core.compose.build_options import read_options
from ci.core.compose.interpolation import interpolate
from ci.core.compose.model import LOCAL_KEYS, Build, BuildSecret
from ci.core.compose.name_values import names_and_values
from ci.core.yaml import nodes
from ci.core.yaml.document import Document
from ci.core.yaml.merges import effective
from ci.core.yaml.nodes import Pair, Scalar, is_null
from ci.core.yaml.values import plain
from ci.errors import Problem

_STRINGS = frozenset({"context", "dockerfile", "target", "dockerfile_inline"})
_TABLES = ("args", "labels")
_LISTS = ("secrets", "ssh")


def read_build(
    document: Document, service: str, pairs: Sequence[Pair], variables: Mapping[str, str], problems: list[Problem]
) -> Build:
    """What a service builds.

    `pairs` are the `build` of the services that it extends and its own, which is the last. What cannot be read is added
    to `problems`.
    """
    keys = _Keys()
    for pair in pairs:
        problems += _add(document, service, pair, keys, inherited=len(pairs) > 1)
    return _resolved(document, keys, variables)


@dataclass
class _Keys:
    """The keys of a `build`, as written."""

    strings: dict[str, str] = field(default_factory=dict)
    tables: dict[str, dict[str, str | None]] = field(default_factory=lambda: {key: {} for key in _TABLES})
    lists: dict[str, list[Any]] = field(default_factory=lambda: {key: [] for key in _LISTS})  # Any: as `other`
    other: dict[str, Any] = field(default_factory=dict)  # Any: plain values of YAML


def _add(document: Document, service: str, build: Pair, keys: _Keys, *, inherited: bool) -> Iterator[Problem]:
    """Add one `build` to those before it."""
    value = build.value
    if is_null(value) and inherited:  # compose ignores an empty `build` beside that of an extended service
        return
    if isinstance(value, nodes.Sequence) or is_null(value) or document.is_template(value):
        yield _unusable(document, service, build)
        return
    if isinstance(value, Scalar):
        keys.strings["context"] = value.value
        return
    for key, pair in effective(value).items():
        if key in _TABLES:
            keys.tables[key] |= names_and_values(pair.raw)
        elif key in _LISTS:
            value = plain(pair.raw)
            keys.lists[key] += value if isinstance(value, list) else [*value] if isinstance(value, dict) else [value]
        elif key not in _STRINGS:
            keys.other[key] = plain(pair.raw)
        elif isinstance(pair.value, Scalar):
            keys.strings[key] = pair.value.value
        else:
            yield document.problem(
                pair.key,
                f"`build.{key}` of `{service}` is not a string",
                expected="a string",
                hint=f"write `{key}` as one string",
            )


def _resolved(document: Document, keys: _Keys, variables: Mapping[str, str]) -> Build:
    """The build with its variables replaced."""
    unresolved: list[str] = []

    def resolve(text: str) -> str:
        if "$" not in text:
            return text
        result, missing = interpolate(text, variables)
        unresolved.extend(missing)
        return result

    strings = {key: resolve(text) for key, text in keys.strings.items()}
    other = {key: keys.other[key] for key in sorted(keys.other.keys() - LOCAL_KEYS)}
    options = read_options(
        {key: _each(value, resolve) for key, value in keys.other.items() if key not in {"pull", "tags"}}
    )
    return Build(
        context=strings.get("context") or ".",
        dockerfile=strings.get("dockerfile") or "Dockerfile",
        target=strings.get("target", ""),
        args=tuple((name, None if value is None else resolve(value)) for name, value in keys.tables["args"].items()),
        labels=tuple((name, resolve(value or "")) for name, value in keys.tables["labels"].items()),
        inline=strings.get("dockerfile_inline", ""),
        secrets=tuple(dict.fromkeys(_secret(document, one) for one in keys.lists["secrets"])),
        ssh=tuple(dict.fromkeys(str(one).partition("=")[0] for one in keys.lists["ssh"])),
        other_keys=tuple(sorted(keys.other)),
        other_values=dumps(other) if other else "",
        options=options,
        unresolved=tuple(dict.fromkeys(unresolved)),
    )


def _each(value: Any, resolve: Callable[[str], str]) -> Any:  # Any: a plain value of YAML
    """A plain value with each of its strings resolved."""
    if isinstance(value, dict):
        return {key: _each(one, resolve) for key, one in value.items()}
    if isinstance(value, list):
        return [_each(one, resolve) for one in value]
    return resolve(value) if isinstance(value, str) else value


def _secret(document: Document, item: Any) -> BuildSecret:  # Any: a plain value of YAML
    """A secret in its short syntax, a name, or its long one; the top-level `secrets` says where its value is."""
    entry = item if isinstance(item, dict) else {"source": item}
    name = str(entry.get("source", ""))
    top = effective(document.root).get("secrets")
    declared = plain(effective(top.value)[name].raw) if top and name in effective(top.value) else None
    found = declared if isinstance(declared, dict) else {}
    address = f"file://{found['file']}" if "file" in found else f"env://{found.get('environment', name)}"
    return BuildSecret(str(entry.get("target") or name), address)


def _unusable(document: Document, service: str, build: Pair) -> Problem:
    reason = "is empty" if is_null(build.value) else "is a list"
    if document.is_template(build.value):
        reason = "comes from a template, which is not expanded here"
    return document.problem(
        build.key,
        f"`build` of `{service}` {reason}",
        expected="the path of a folder, or a mapping",
        hint="write what it builds here, or remove the key",
    )

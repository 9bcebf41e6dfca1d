"""The proof of a pin: the result, read again, equals the source but for the pinned places.

It shares nothing with the edit but the parser: it resolves anchors, aliases and merges by itself, keeps each scalar
with its tag (so `012` is not `10`), and knows no span of the text.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ci.core.references import mentions_of
from ci.core.yaml_tree import Document, MappingNode, ScalarNode, SequenceNode, read
from ci.errors import ConfigurationError, Problem

_MERGE = "tag:yaml.org,2002:merge"
_STRING = "tag:yaml.org,2002:str"
_PINNED_KEYS = frozenset({"build", "image", "env_file", "environment"})

Value = Any
"""A resolved value: `(tag, text)` for a scalar, a list, or a dict by key."""


def prove(
    source: Document,
    result: str,
    images: Mapping[str, str],
    sidecars: Mapping[str, str],
    environment: Mapping[str, Mapping[str, str]],
) -> None:
    """Hold the result against the source.

    `images` gives each built service its reference, `sidecars` each own sidecar's, `environment` each service with an
    `env_file` the entries that stand in for it.

    Raises:
        ConfigurationError: the result is no YAML, holds a key twice, or differs anywhere else; every difference.
    """
    after = read(result, source.file).root
    before = source.root
    wanted, got = _resolve(before), _resolve(after)
    for name, service in _mapping(wanted, "services").items():
        if isinstance(service, dict):
            _expect(name, service, images, sidecars, environment)
    # The services are compared as they run; all else as it is written, since an `x-` field may hold what they merge.
    found = list(_differences(wanted.get("services"), got.get("services"), "services"))
    fragments, pinned = _fragments(before, sidecars)
    compared = pinned | {id(_child(before, "services"))}
    found += _written(before, after, "", fragments, compared)
    found += [f"services.{name}.{key} is left" for name, key in _left(got)]
    found += list(_env_file_text(result))
    if found:
        raise ConfigurationError(
            *(
                Problem(
                    what="The pinned file would differ from its source in more than the pinned places",
                    value=difference,
                    file=source.file,
                    right="equal but for `build`, `image`, `env_file` and own sidecars; nothing was written",
                    do="write the keys out in each service instead of sharing them by an anchor, and report this file",
                )
                for difference in found[:10]
            )
        )


def no_own_image_left(result: str, file: str, repositories: frozenset[str], tag: str) -> None:
    """No own image stands anywhere in the result under another tag than the sha tag.

    Raises:
        ConfigurationError: one does, with each place.
    """
    problems, seen = [], set()
    document = read(result, file)
    todo = [document.root]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            for repository, rest in mentions_of(repositories, node.value):
                if rest != f":{tag}":
                    problems.append(
                        document.problem(
                            node,
                            "An own image would stay on another tag",
                            value=repository + rest,
                            right=f"{repository}:{tag}",
                            do="name the sidecar in [tool.slipway.sidecars], or take the reference out",
                        )
                    )
        else:
            todo += [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
    if problems:
        raise ConfigurationError(*sorted(problems, key=lambda p: p.line))


def _resolve(node: Any) -> Value:
    if isinstance(node, ScalarNode):
        return (str(node.tag), node.value)
    if isinstance(node, SequenceNode):
        return [_resolve(item) for item in node.value]
    own: dict[Any, Value] = {}
    merged: dict[Any, Value] = {}
    for key, value in node.value:
        if key.tag == _MERGE:
            for source in value.value if isinstance(value, SequenceNode) else [value]:
                for name, inherited in _resolve(source).items():
                    merged.setdefault(name, inherited)
        else:
            own[_name(key)] = _resolve(value)
    return {**merged, **own}


def _name(key: Any) -> Any:
    return key.value if isinstance(key, ScalarNode) else repr(_resolve(key))


def _mapping(value: Value, *path: str) -> dict[str, Value]:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _expect(
    name: str,
    service: dict[str, Value],
    images: Mapping[str, str],
    sidecars: Mapping[str, str],
    environment: Mapping[str, Mapping[str, str]],
) -> None:
    """Make of a resolved source service what its result must be."""
    if service.pop("build", None) is not None:
        service["image"] = (_STRING, images.get(name, ""))
    if service.pop("env_file", None) is not None:
        service["environment"] = {
            **{variable: (_STRING, value) for variable, value in environment.get(name, {}).items()},
            **_variables(service.get("environment")),
        }
        if not service["environment"]:
            del service["environment"]
    for sidecar, value in _mapping(service, "x-omnistrate-capabilities", "sidecars").items():
        if sidecar in sidecars and isinstance(value, dict) and "imageNameWithTag" in value:
            value["imageNameWithTag"] = (_STRING, sidecars[sidecar])


def _variables(value: Value) -> dict[str, Value]:
    """`environment` in its one form, a mapping; a list gives strings."""
    if isinstance(value, dict):
        return value
    found: dict[str, Value] = {}
    for _, item in value if isinstance(value, list) else []:
        name, sign, rest = item.partition("=")
        found[name] = (_STRING, rest) if sign else None
    return found


def _differences(wanted: Value, got: Value, path: str) -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(got, dict):
        for name in wanted.keys() - got.keys():
            yield f"{path}.{name} is gone"
        for name in got.keys() - wanted.keys():
            yield f"{path}.{name} is new"
        for name in wanted.keys() & got.keys():
            if name == "environment":
                yield from _differences(
                    _Plain(_variables(wanted[name])), _Plain(_variables(got[name])), f"{path}.{name}"
                )
            else:
                yield from _differences(wanted[name], got[name], f"{path}.{name}")
    elif wanted != got:
        yield f"{path} is another"


class _Plain(dict[Any, Value]):
    """The entries of an `environment`: one of them may itself be named `environment`, and is no mapping."""


def _fragments(root: Any, sidecars: Mapping[str, str]) -> tuple[set[int], set[int]]:
    """The mappings merged into a service, and the scalars of own sidecars' images, by identity."""
    fragments: set[int] = set()
    pinned: set[int] = set()
    services = _child(root, "services")
    for _, service in services.value if isinstance(services, MappingNode) else []:
        todo = [service]
        while todo:
            node = todo.pop()
            if not isinstance(node, MappingNode) or id(node) in fragments:
                continue
            fragments.add(id(node))
            for key, value in node.value:
                if key.tag == _MERGE:
                    todo += value.value if isinstance(value, SequenceNode) else [value]
                elif isinstance(key, ScalarNode) and key.value == "x-omnistrate-capabilities":
                    pinned |= _sidecar_scalars(value, sidecars)
    return fragments, pinned


def _sidecar_scalars(capabilities: Any, sidecars: Mapping[str, str]) -> set[int]:
    group = _child(capabilities, "sidecars")
    found = [(name, _child(_child(group, name), "imageNameWithTag")) for name in sidecars]
    return {id(node) for _, node in found if node is not None}


def _child(node: Any, name: str) -> Any:
    if not isinstance(node, MappingNode):
        return None
    merged = None
    for key, value in node.value:
        if isinstance(key, ScalarNode) and key.tag != _MERGE and key.value == name:
            return value
        if key.tag == _MERGE:
            for source in value.value if isinstance(value, SequenceNode) else [value]:
                merged = merged if merged is not None else _child(source, name)
    return merged


def _written(before: Any, after: Any, path: str, fragments: set[int], compared: set[int]) -> Iterator[str]:
    """Differences of the text's own nodes, merges not resolved; `compared` holds what was looked at already."""
    if id(before) in compared:
        return
    if type(before) is not type(after) or str(before.tag) != str(after.tag):
        yield f"{path} is another"
    elif isinstance(before, ScalarNode):
        if before.value != after.value:
            yield f"{path} is another"
    elif isinstance(before, SequenceNode):
        if len(before.value) != len(after.value):
            yield f"{path} has another length"
        for at, (one, other) in enumerate(zip(before.value, after.value, strict=False)):
            yield from _written(one, other, f"{path}[{at}]", fragments, compared)
    else:
        free = _PINNED_KEYS if id(before) in fragments else frozenset()
        left = [(k, v) for k, v in before.value if _name(k) not in free]
        right = [(k, v) for k, v in after.value if _name(k) not in free]
        if [_name(k) for k, _ in left] != [_name(k) for k, _ in right]:
            yield f"{path or 'the file'} has other keys"
        else:
            for (key, one), (_, other) in zip(left, right, strict=True):
                yield from _written(one, other, f"{path}.{_name(key)}".lstrip("."), fragments, compared)


def _left(result: Value) -> Iterator[tuple[str, str]]:
    for name, service in _mapping(result, "services").items():
        for key in ("build", "env_file"):
            if isinstance(service, dict) and key in service:
                yield name, key


def _env_file_text(result: str) -> Iterator[str]:
    """Omctl calls a docker that it does not have for the text `env_file:`, even in a comment (its facts)."""
    for number, line in enumerate(result.splitlines(), start=1):
        if "env_file:" in line:
            yield f"line {number} of the result still holds the text `env_file:`, in a comment or a text"

"""What a compose file means, by PyYAML's composer: merges and `extends` resolved, and builds as references."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml
from golden.goldens import GIT_SHA

Data: TypeAlias = Any
"""A scalar as `(tag, value)`, a sequence as a list, a mapping as a dictionary by hashable keys."""
ENTRIES = {"a.env": {"COLOR": "blue", "MODE": "a b"}, "b.env": {"MODE": "two", "SIZE": "3"}}
"""The variables of the env files that generated files name."""
_STRING, _MERGE, _NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "merge", "null"))
SERVICES, IMAGE, BUILD, EXTENDS, ENV_FILE, ENVIRONMENT = (
    (_STRING, name) for name in ("services", "image", "build", "extends", "env_file", "environment")
)
_SHARED = {(_STRING, "x-environment"), (_STRING, "x-image")}
"""Fields of generated files whose values only services use: they may get variables or a reference, as a service may."""
_PINNED = (IMAGE, BUILD, ENV_FILE, ENVIRONMENT)


def compose(text: str) -> yaml.MappingNode:
    """The tree of a YAML text, which must be a mapping."""
    root = yaml.compose(text.removeprefix("\ufeff"), yaml.CSafeLoader)
    assert isinstance(root, yaml.MappingNode)
    return root


def load(text: str) -> Data:
    """The data of a YAML text, with aliases and merges resolved.

    Where an alias brings a service to another place, the keys that a pin changes are left out of it.
    """
    root = compose(text)
    services = next(value for name, value in root.value if name.value == SERVICES[1])
    fragments: set[yaml.Node] = set()
    todo = [value for _, value in services.value]
    while todo:
        node = todo.pop()
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
        elif isinstance(node, yaml.MappingNode):
            fragments.add(node)
            todo += [value for name, value in node.value if name.tag == _MERGE]
    data = _data(root, fragments)
    data[SERVICES] = {_data(name, fragments): _layer(value, fragments) for name, value in services.value}
    return data


def _data(node: yaml.Node, fragments: set[yaml.Node]) -> Data:
    if isinstance(node, yaml.ScalarNode):
        return node.tag, node.value
    if isinstance(node, yaml.SequenceNode):
        return [_data(item, fragments) for item in node.value]
    found = _layer(node, fragments)
    return {name: value for name, value in found.items() if name not in _PINNED} if node in fragments else found


def _layer(node: yaml.Node, fragments: set[yaml.Node]) -> Data:
    """A mapping with what is merged into it."""
    own: dict[Data, Data] = {}
    merged: dict[Data, Data] = {}
    for name, value in node.value:
        if name.tag == _MERGE:
            for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                merged = {**_layer(one, fragments), **merged}
        else:
            found = _data(name, fragments)
            own[found if isinstance(found, tuple) else repr(found)] = _data(value, fragments)
    return {**merged, **own}


def built(data: Data) -> dict[str, str]:
    """The name of each built service's image, after the last part of the folder that it is built from."""
    found = {}
    for _, name in data[SERVICES]:
        build: dict[Data, Data] = {}
        for service in reversed(list(_chain(data, name))):
            one = service.get(BUILD, {})
            build |= one if isinstance(one, dict) else {(_STRING, "context"): one}
        if build:
            found[name] = build[_STRING, "context"][1].removeprefix("./")
    return found


def product(data: Data) -> Data:
    """What the pinned file of some data must mean: each service by its keys, its image, and its variables."""
    names = built(data)
    builders = {local_name(_image(data, service)): name for service, name in names.items() if _image(data, service)}
    services = {}
    for tag, name in data[SERVICES]:
        chain = list(_chain(data, name))
        other = {one: value for one, value in chain[0].items() if one not in _PINNED}
        image = _image(data, name)
        runs = names.get(name) or (builders.get(local_name(image)) if image else None)
        image = (_STRING, reference(runs)) if runs else image
        services[tag, name] = other, image, _variables(chain)
    others = {name: _without_image(value) for name, value in data.items() if name not in _SHARED}
    return {**others, SERVICES: services}


def _without_image(value: Data) -> Data:
    """A field of the file without its `image`: where services name it by an alias, it gets the reference for them."""
    return {one: of_it for one, of_it in value.items() if one != IMAGE} if isinstance(value, dict) else value


def local_name(image: Data) -> str:
    """An image as docker names it, with the defaults of the variables that generated files have."""
    found = str(image[1]).strip().replace("${T:-latest}", "latest").replace("${REGISTRY:-r.example}", "r.example")
    return found if ":" in found or "$" in found else f"{found}:latest"


def _image(data: Data, name: str) -> Data:
    """The `image` of a service; None where it has none, or null."""
    found = next((service[IMAGE] for service in _chain(data, name) if IMAGE in service), None)
    return None if found is None or found[0] == _NULL else found


def reference(name: str) -> str:
    """The reference that an image of this name is pinned to."""
    return f"registry.example/o/shop-{name}:sha-{GIT_SHA}"


def _chain(data: Data, name: str) -> Iterator[Data]:
    """A service and those that it extends, itself first."""
    while name:
        service = data[SERVICES][_STRING, name]
        yield service
        extends = service.get(EXTENDS, (_STRING, ""))
        name = (extends[_STRING, "service"] if isinstance(extends, dict) else extends)[1]


def _variables(chain: list[Data]) -> dict[str, Data]:
    found: dict[str, Data] = {}
    for service in reversed(chain):
        files = service.get(ENV_FILE, [])
        for file in files if isinstance(files, list) else [files]:
            path = (file[_STRING, "path"] if isinstance(file, dict) else file)[1]
            found |= {name: (_STRING, value) for name, value in ENTRIES[path.removeprefix("./")].items()}
    for service in reversed(chain):
        variables = service.get(ENVIRONMENT, {})
        if isinstance(variables, dict):
            found |= {name: value for (_, name), value in variables.items()}
            continue
        for _, item in variables:
            name, _, value = item.partition("=")
            found[name] = _STRING, value
    return found

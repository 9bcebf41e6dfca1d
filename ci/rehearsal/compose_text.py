"""What the stand-in must know of a compose file: images, builds, sidecars, secret references, found by indentation.

This is no YAML reader, since there is none in the standard library. It follows `key: value` lines in block style and is
blind to flow mappings (`{image: x}`); a comment is cut at ` #` outside quotes, in a block scalar too. Both are enough
for what omctl hands over: its compose reader has refused bad YAML, and what it writes anew is in block style.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_KEY = re.compile(r"""^(?:"([^"]+)"|'([^']+)'|([^\s'"#\[\]{},&*][^#]*?))\s*:(?:\s+(.*))?$""")
_SECRET = re.compile(
    r"(?:(?<!\$)\$secrets?\.|\$\{\{\s*secrets\.)([A-Za-z_][A-Za-z0-9_-]*)"
)  # as in ci/core/expressions.py
_ANCHOR = re.compile(r"(?:^|[:\-]\s+)&([\w.-]+)")
_ALIAS = re.compile(r"(?:^|[:\-\[,]\s*)\*([\w.-]+)")
_QUOTED = re.compile(r"""^(["'])(.*)\1$""")


@dataclass(frozen=True)
class Place:
    """One line that is not blank: the keys that lead to it, its own value and its text."""

    path: tuple[str, ...]
    value: str
    text: str


@dataclass(frozen=True)
class Service:
    """A service, with the anchors it uses followed."""

    name: str
    image: str | None
    has_build: bool
    sidecars: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ComposeText:
    """What a compose file says, as far as the API cares."""

    plan_name: str | None
    services: tuple[Service, ...]
    secret_users: tuple[tuple[str, tuple[str, ...]], ...]


def read(text: str) -> ComposeText:
    """Find the plan's name, the services, and for each secret that is referred to who uses it."""
    found = tuple(places(text))
    names = _unique(place.path[1] for place in found if place.path[:1] == ("services",) and place.path[1:])
    plan = [place.value for place in found if place.path == ("x-omnistrate-service-plan", "name")]
    return ComposeText(
        plan[0] if plan else None, tuple(_service(name, found) for name in names), _secret_users(names, found)
    )


def places(text: str) -> Iterator[Place]:
    """Walk the lines; one that is no `key: value` belongs to the key above it, a list item to what holds the list."""
    stack: list[tuple[int, str]] = []
    for line in text.splitlines():
        bare = _without_comment(line).rstrip()
        content = bare.lstrip(" ")
        if not content or content in {"---", "..."}:
            continue
        indent = len(bare) - len(content)
        while stack and stack[-1][0] >= indent:
            stack.pop()
        while content.startswith("- "):
            indent, content = indent + 2, content[2:].lstrip(" ")
        match = _KEY.match(content)
        if match:
            stack.append((indent, match[1] or match[2] or match[3]))
        yield Place(tuple(key for _, key in stack), _plain((match[4] or "") if match else content), bare)


def _without_comment(line: str) -> str:
    quote = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "#" and (at == 0 or line[at - 1] in " \t"):
            return line[:at]
    return line


def _plain(value: str) -> str:
    bare = re.sub(r"^[&!][^\s]+\s*", "", value.strip())
    quoted = _QUOTED.match(bare)
    return quoted[2] if quoted else bare


def _unique(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _below(path: tuple[str, ...], found: tuple[Place, ...]) -> tuple[Place, ...]:
    return tuple(place for place in found if place.path[: len(path)] == path)


def _anchored(name: str, found: tuple[Place, ...]) -> tuple[str, ...] | None:
    """The path of the block that carries `&name`."""
    for place in found:
        anchor = _ANCHOR.search(place.text)
        if anchor and anchor[1] == name:
            return place.path
    return None


def _merged(path: tuple[str, ...], found: tuple[Place, ...]) -> tuple[tuple[str, ...], ...]:
    """The block and, after it, those merged into it (`NAME: *anchor`, `<<: *anchor`), however deep."""
    reached = [path]
    for block in reached:
        for place in _below(block, found):
            if place.path in {block, (*block, "<<")}:
                targets = (_anchored(alias, found) for alias in _ALIAS.findall(place.text))
                reached.extend(target for target in targets if target and target not in reached)
    return tuple(reached)


def _used(path: tuple[str, ...], found: tuple[Place, ...]) -> tuple[str, ...]:
    """The text of a block and of every block that an alias anywhere in it stands for."""
    reached = [path]
    lines: list[str] = []
    for block in reached:
        for place in _below(block, found):
            lines.append(place.text)
            targets = (_anchored(alias, found) for alias in _ALIAS.findall(place.text))
            reached.extend(target for target in targets if target and target not in reached)
    return tuple(lines)


def _service(name: str, found: tuple[Place, ...]) -> Service:
    blocks = _merged(("services", name), found)
    images = [place.value for block in blocks for place in found if place.path == (*block, "image")]
    return Service(
        name=name,
        image=images[0] if images and images[0] else None,
        has_build=any(place.path[: len(block) + 1] == (*block, "build") for block in blocks for place in found),
        sidecars=tuple(
            (place.path[-2], place.value)
            for block in blocks
            for place in _below((*block, "x-omnistrate-capabilities", "sidecars"), found)
            if place.path[-1] == "imageNameWithTag"
        ),
    )


def _secret_users(names: tuple[str, ...], found: tuple[Place, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The services that use a secret, or the top-level keys if no service does (a registry's password)."""
    others = [key for key in _unique(place.path[0] for place in found if place.path) if key != "services"]
    users: dict[str, tuple[str, ...]] = {}
    for blocks in ([(name, ("services", name)) for name in names], [(key, (key,)) for key in others]):
        known = dict(users)
        for name, path in blocks:
            for secret in dict.fromkeys(_SECRET.findall("\n".join(_used(path, found)))):
                if secret not in known:
                    users[secret] = (*users.get(secret, ()), name)
    return tuple(sorted(users.items()))

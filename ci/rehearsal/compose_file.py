"""What the API reads of a compose file: images, builds, sidecars and secret references, found by indentation.

The standard library has no YAML parser, so this one reads only `key: value` lines in block style. It does not see flow
mappings (`{image: x}`), and it removes comments (` #` outside quotes) even from block scalars. That suffices for what
omctl sends: omctl has refused invalid YAML, and a file that it rewrites is in block style.
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
class Line:
    """A line that is not blank: the keys that lead to it, its value, and the line without its comment."""

    path: tuple[str, ...]
    value: str
    text: str


@dataclass(frozen=True)
class Service:
    """A service, with its anchors and merges resolved."""

    name: str
    image: str | None
    has_build: bool
    sidecars: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ComposeFile:
    """What the API reads of a compose file; `secret_users` has for each secret the services that refer to it."""

    plan_name: str | None
    services: tuple[Service, ...]
    secret_users: tuple[tuple[str, tuple[str, ...]], ...]


def read(text: str) -> ComposeFile:
    """Read the plan's name, the services and the users of secrets."""
    lines = tuple(_lines(text))
    names = _unique(line.path[1] for line in lines if line.path[:1] == ("services",) and line.path[1:])
    plan = [line.value for line in lines if line.path == ("x-omnistrate-service-plan", "name")]
    services = tuple(_service(name, lines) for name in names)
    return ComposeFile(plan[0] if plan else None, services, _secret_users(names, lines))


def _lines(text: str) -> Iterator[Line]:
    """The lines; one without `key:` has the path of the key above it, an item of a list that of the list's key."""
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
        yield Line(tuple(key for _, key in stack), _plain((match[4] or "") if match else content), bare)


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


def _below(path: tuple[str, ...], lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.path[: len(path)] == path)


def _anchored(name: str, lines: tuple[Line, ...]) -> tuple[str, ...] | None:
    """The path of the block with the anchor `&name`."""
    for line in lines:
        anchor = _ANCHOR.search(line.text)
        if anchor and anchor[1] == name:
            return line.path
    return None


def _targets(line: Line, lines: tuple[Line, ...]) -> list[tuple[str, ...]]:
    """The paths of the blocks that the aliases in a line refer to."""
    paths = (_anchored(alias, lines) for alias in _ALIAS.findall(line.text))
    return [path for path in paths if path]


def _merged(path: tuple[str, ...], lines: tuple[Line, ...]) -> tuple[tuple[str, ...], ...]:
    """A block and, after it, the blocks merged into it (`NAME: *anchor`, `<<: *anchor`), at any depth."""
    reached = [path]
    for block in reached:
        for line in _below(block, lines):
            if line.path in {block, (*block, "<<")}:
                reached.extend(target for target in _targets(line, lines) if target not in reached)
    return tuple(reached)


def _with_aliases(path: tuple[str, ...], lines: tuple[Line, ...]) -> str:
    """The text of a block and of every block that an alias anywhere in it refers to."""
    reached = [path]
    texts: list[str] = []
    for block in reached:
        for line in _below(block, lines):
            texts.append(line.text)
            reached.extend(target for target in _targets(line, lines) if target not in reached)
    return "\n".join(texts)


def _service(name: str, lines: tuple[Line, ...]) -> Service:
    blocks = _merged(("services", name), lines)
    images = [line.value for block in blocks for line in lines if line.path == (*block, "image")]
    return Service(
        name=name,
        image=images[0] if images and images[0] else None,
        has_build=any(line.path[: len(block) + 1] == (*block, "build") for block in blocks for line in lines),
        sidecars=tuple(
            (line.path[-2], line.value)
            for block in blocks
            for line in _below((*block, "x-omnistrate-capabilities", "sidecars"), lines)
            if line.path[-1] == "imageNameWithTag"
        ),
    )


def _secret_users(names: tuple[str, ...], lines: tuple[Line, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each secret the services that refer to it; if none does, the top-level keys (a registry's password)."""
    others = [key for key in _unique(line.path[0] for line in lines if line.path) if key != "services"]
    users: dict[str, tuple[str, ...]] = {}
    for blocks in ([(name, ("services", name)) for name in names], [(key, (key,)) for key in others]):
        known = dict(users)
        for name, path in blocks:
            for secret in dict.fromkeys(_SECRET.findall(_with_aliases(path, lines))):
                if secret not in known:
                    users[secret] = (*users.get(secret, ()), name)
    return tuple(sorted(users.items()))

"""What a Dockerfile copies from its context, and whether it is there; as the engine's own Dockerfile frontend reads it.

That is BuildKit's, built into the engine, with a list of the frontends that it stands in for (dagger v0.21.8,
`isKnownDockerfileSyntaxFrontend` of core/container.go, and `dispatchCopy` of dockerfile2llb/convert.go).
"""

import json
import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from ci.errors import Problem

_DIRECTIVE = re.compile(r"#\s*(?P<name>[A-Za-z][A-Za-z0-9]*)\s*=\s*(?P<value>.+?)\s*")
_FRONTEND = re.compile(
    r"(?:(?:index\.)?docker\.io/)?(?:docker|moby)/dockerfile(?:-upstream)?(?:[:@].*)?", re.IGNORECASE
)
_HEREDOC = re.compile(r"\d*<<(?P<chomp>-?)(?P<quote>['\"]?)(?P<name>[^<'\"]+)(?P=quote)")
_TAKES_HEREDOC = re.compile(r"\s*(?:ONBUILD\s+)?(?:COPY|ADD|RUN)\b", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?|ftp|git|ssh)://|git@", re.IGNORECASE)
_WILDCARD = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Instruction:
    """An instruction of a Dockerfile: its name in upper case, its value on one line, its line counted from 1."""

    name: str
    value: str
    line: int


def directives(text: str) -> dict[str, tuple[str, int]]:
    """The parser directives, such as `# syntax=…`, with their lines: they stand above everything else."""
    found: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if number == 1 and line.startswith("#!"):
            continue
        match = _DIRECTIVE.fullmatch(line)
        if not match or match["name"].lower() not in {"syntax", "escape", "check"}:
            break
        found.setdefault(match["name"].lower(), (match["value"], number))
    return found


def instructions(text: str) -> tuple[Instruction, ...]:
    """The instructions of a Dockerfile, comments and the bodies of here-documents left out."""
    from dockerfile_parse import DockerfileParser  # noqa: PLC0415 - as `semver` in `ci.core.product.version`

    file = BytesIO(_plain(text).encode())  # bytes, whatever its type stubs say: it decodes by itself
    parsed = DockerfileParser(fileobj=file).structure  # type: ignore[arg-type]
    return tuple(
        Instruction(item["instruction"].upper(), item["value"], item["startline"] + 1)
        for item in parsed
        if item["instruction"] != "COMMENT"
    )


def check(
    text: str,
    file: str,
    context_files: frozenset[str],
    ignore: str = "",
    args: Mapping[str, str | None] | None = None,
) -> Iterator[Problem]:
    """Problems of a Dockerfile: another frontend, no `FROM`, or a `COPY` or `ADD` of what is not in the context.

    `context_files` are the files of the build context, relative to it; `ignore` is the text of its `.dockerignore`.
    A source with a variable that has no value before the build is passed over, and so is one with a wildcard: the
    build takes it to name nothing (`COPY package.json yarn.lock* ./`).
    """
    frontend, line = directives(text).get("syntax", ("", 0))
    if line and not _FRONTEND.fullmatch(frontend.partition(" ")[0]):
        yield Problem(
            what="The engine's build knows no frontend but Docker's own",
            value=frontend,
            file=file,
            line=line,
            expected="no `# syntax=` line, or docker/dockerfile with any tag",
            hint="remove the line, and write what needs it in plain Dockerfile syntax",
        )
        return  # nobody knows how to read the rest
    found = instructions(text)
    if not any(item.name == "FROM" for item in found):
        yield Problem(
            what="No FROM",
            file=file,
            line=1,
            expected="a Dockerfile that begins with FROM image",
            hint="name the base image",
        )
    variables = _Variables({name: value for name, value in (args or {}).items() if value is not None})
    rules = _rules(ignore)
    for item in found:
        variables.read(item)
        if item.name not in {"COPY", "ADD"}:
            continue
        for source in sources(item.value):
            path = variables.expand(source)
            if path is None or _REMOTE.match(path) or path.startswith("<<") or _WILDCARD.search(path):
                continue
            reason = _missing(path, context_files, rules)
            if reason:
                yield Problem(
                    what=f"{item.name} names a file that {reason}",
                    value=source,
                    file=file,
                    line=item.line,
                    expected="a path inside the build context",
                    hint="add the file, or mend the path (it is relative to the context, not to the Dockerfile)",
                )


def _plain(text: str) -> str:
    """The text without what dockerfile-parse does not know, every line kept in its place.

    A byte order mark, the bodies of here-documents, and empty lines within an instruction: those become comments.
    """
    escape = re.escape(directives(text).get("escape", ("\\", 0))[0])
    kept: list[str] = []
    waiting: list[tuple[str, bool]] = []
    instruction = ""
    for line in text.removeprefix("\ufeff").splitlines():
        if waiting:
            name, chomp = waiting[0]
            if (line.lstrip("\t") if chomp else line) == name:
                waiting.pop(0)
            kept.append("")
            continue
        if instruction and (not line.strip() or line.lstrip().startswith("#")):
            kept.append("#")
            continue
        kept.append(line)
        instruction += line
        if re.search(rf"{escape}[ \t]*$", line):
            instruction = re.sub(rf"{escape}[ \t]*$", " ", instruction)
            continue
        if _TAKES_HEREDOC.match(instruction):
            found = [_HEREDOC.fullmatch(word) for word in _words(instruction)]
            waiting = [(one["name"], bool(one["chomp"])) for one in found if one]
        instruction = ""
    return "\n".join(kept) + "\n"


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, posix=False)
    except ValueError:  # an apostrophe
        return line.split()


def sources(value: str) -> list[str]:
    """The sources of a `COPY` or `ADD` as written; none where they come from another stage or image."""
    flags = re.match(r"(?:--[a-z-]+(?:=\S+)?\s+)*", value)
    rest = value[flags.end() :] if flags else value
    if flags and re.search(r"--from[=\s]", flags.group()):
        return []
    try:
        words = json.loads(rest) if rest.startswith("[") else shlex.split(rest)
    except ValueError:
        words = rest.split()
    return [str(word) for word in words[:-1]]


class _Variables:
    """The values that `ARG` and `ENV` give at a place of the Dockerfile, as far as they are known before the build.

    An `ARG` above the first `FROM` counts in a stage only where the stage names it again, and `ENV` wins over `ARG`.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._above: dict[str, str] = {}
        self._values, self._env = self._above, set[str]()

    def read(self, item: Instruction) -> None:
        if item.name == "FROM":
            self._values, self._env = {}, set()
        elif item.name == "ARG":
            for name, default in _pairs(item.value).items():
                value = self._given.get(name, self._above.get(name) if default is None else self.expand(default))
                if name not in self._env:
                    self._set(name, value)
        elif item.name == "ENV":
            first, *rest = item.value.split(maxsplit=1) or [""]
            pairs = _pairs(item.value) if "=" in first else {first: "".join(rest)}  # `ENV NAME value`, the old form
            values = {name: self.expand(value or "") for name, value in pairs.items()}
            for name, value in values.items():
                self._env.add(name)
                self._set(name, value)

    def expand(self, text: str) -> str | None:
        """The text with its variables replaced; None where a value is not known."""
        unknown = False

        def value_of(found: re.Match[str]) -> str:
            nonlocal unknown
            name = found["a"] or found["b"]
            unknown = unknown or name not in self._values
            return self._values.get(name, "")

        expanded = re.sub(r"\$(?:\{(?P<a>\w+)\}|(?P<b>\w+))", value_of, text)
        return None if unknown or "$" in expanded else expanded

    def _set(self, name: str, value: str | None) -> None:
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value


def _pairs(text: str) -> dict[str, str | None]:
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    parts = [word.partition("=") for word in words]
    return {name: value if sign else None for name, sign, value in parts}


def _missing(path: str, files: frozenset[str], rules: tuple[tuple[re.Pattern[str], bool], ...]) -> str:
    name = posixpath.normpath(f"/{path}").strip("/")
    if not name:
        return ""
    parts = name.split("/")
    if any("/".join(parts[:length]) in files for length in range(1, len(parts))):
        return ""  # behind a link to a folder, which a source lists as if it were a file
    there = [file for file in files if file == name or file.startswith(f"{name}/")]
    if not there:
        return "is not there"
    if all(_ignored(file, rules) for file in there):
        return ".dockerignore keeps out"
    return ""


def _glob(part: str) -> str:
    """One path segment as Go's `filepath.Match` reads it, for a regular expression."""

    def one(found: re.Match[str]) -> str:
        token = found.group()
        if token[0] in "*?":
            return "[^/]*" if token[0] == "*" else "[^/]"
        return token if token[0] == "[" else re.escape(token.removeprefix("\\"))

    return re.sub(r"\*+|\?|\[\^?[^\]]+\]|\\.|.", one, part)


@lru_cache(maxsize=64)
def _rules(text: str) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """The patterns of a `.dockerignore`, each with whether it takes a path back in (`!`); the last match counts."""
    rules = []
    for line in text.removeprefix("\ufeff").splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        back = pattern.startswith("!")
        parts = [part for part in pattern.removeprefix("!").strip().split("/") if part not in {"", "."}]
        regex = "".join(r"(?:.*/)?" if part == "**" else _glob(part) + "/" for part in parts).removesuffix("/")
        if parts and parts[-1] == "**":
            regex += ".*"
        rules.append((re.compile(f"(?:{regex})(?:/.*)?"), back))
    return tuple(rules)


def _ignored(path: str, rules: tuple[tuple[re.Pattern[str], bool], ...]) -> bool:
    ignored = False
    for pattern, back in rules:
        if pattern.fullmatch(path):
            ignored = not back
    return ignored

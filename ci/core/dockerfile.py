"""What a Dockerfile copies from its context, and whether it is there."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from dockerfile_parse import DockerfileParser

from ci.errors import Problem

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(?P<name>[A-Za-z_][A-Za-z0-9_]*)\1")
_REMOTE = re.compile(r"(?:https?|ftp|git|ssh)://|git@", re.IGNORECASE)


@dataclass(frozen=True)
class Instruction:
    """An instruction of a Dockerfile: its name in upper case, its value on one line, its line counted from 1."""

    name: str
    value: str
    line: int


def instructions(text: str) -> tuple[Instruction, ...]:
    """The instructions of a Dockerfile, comments and the bodies of here-documents left out."""
    file = BytesIO(_without_heredocs(text).encode())  # bytes, whatever its type stubs say: it decodes by itself
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
    """Problems of a Dockerfile: no `FROM`, or a `COPY` or `ADD` whose source is not in the context.

    `context_files` are the files of the build context, relative to it; `ignore` is the text of its `.dockerignore`.
    A source with a variable that has no value before the build is passed over.
    """
    found = instructions(text)
    if not any(item.name == "FROM" for item in found):
        yield Problem(
            what="No FROM",
            file=file,
            line=1,
            right="a Dockerfile that begins with FROM image",
            do="name the base image",
        )
    values = {name: value for name, value in (args or {}).items() if value is not None}
    rules = _rules(ignore)
    for item in found:
        if item.name == "ARG":
            name, sign, default = item.value.partition("=")
            if sign:
                values.setdefault(name.strip(), default.strip().strip("\"'"))
        if item.name not in {"COPY", "ADD"}:
            continue
        for source in _sources(item.value):
            path = _expand(source, values)
            if path is None or _REMOTE.match(path) or path.startswith("<<"):
                continue
            reason = _missing(path, context_files, rules)
            if reason:
                yield Problem(
                    what=f"{item.name} names a file that {reason}",
                    value=source,
                    file=file,
                    line=item.line,
                    right="a path inside the build context",
                    do="add the file, or mend the path (it is relative to the context, not to the Dockerfile)",
                )


def _without_heredocs(text: str) -> str:
    kept: list[str] = []
    waiting: list[str] = []
    for line in text.splitlines():
        if waiting:
            if line.strip() == waiting[0]:
                waiting.pop(0)
            kept.append("")
            continue
        kept.append(line)
        if re.match(r"\s*(COPY|ADD|RUN)\b", line, re.IGNORECASE):
            waiting = [found["name"] for found in _HEREDOC.finditer(line)]
    return "\n".join(kept) + "\n"


def _sources(value: str) -> list[str]:
    flags = re.match(r"(?:--[a-z-]+(?:=\S+)?\s+)*", value)
    rest = value[flags.end() :] if flags else value
    if flags and re.search(r"--from[=\s]", flags.group()):
        return []
    try:
        words = json.loads(rest) if rest.startswith("[") else shlex.split(rest)
    except ValueError:
        words = rest.split()
    return [str(word) for word in words[:-1]]


def _expand(path: str, values: Mapping[str, str]) -> str | None:
    unknown = False

    def value_of(found: re.Match[str]) -> str:
        nonlocal unknown
        name = found["a"] or found["b"]
        unknown = unknown or name not in values
        return values.get(name, "")

    text = re.sub(r"\$(?:\{(?P<a>\w+)\}|(?P<b>\w+))", value_of, path)
    return None if unknown or "$" in text else text


def _missing(path: str, files: frozenset[str], rules: tuple[tuple[re.Pattern[str], bool], ...]) -> str:
    parts = [part for part in path.split("/") if part not in {"", ".", ".."}]
    if not parts:
        return ""
    pattern = re.compile("/".join(_glob(part) for part in parts) + r"(?:/.*)?")
    there = [file for file in files if pattern.fullmatch(file)]
    if not there:
        return "is not there"
    if all(_ignored(file, rules) for file in there):
        return ".dockerignore keeps out"
    return ""


def _glob(part: str) -> str:
    """One path segment as Go's `filepath.Match` reads it, for a regular expression."""
    return re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]").replace(r"\[", "[").replace(r"\]", "]")


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

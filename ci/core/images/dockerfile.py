"""The instructions of a Dockerfile, as the engine's own frontend reads them.

docs/decisions/0007-reading-dockerfiles.md has the reasons for reading them here, and for the parser.
"""

import re
import shlex
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

_DIRECTIVE = re.compile(r"#\s*(?P<name>[A-Za-z][A-Za-z0-9]*)\s*=\s*(?P<value>.+?)\s*")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_HEREDOC = re.compile(r"\d*<<(?P<chomp>-?)(?P<quote>['\"]?)(?P<name>[^<'\"]+)(?P=quote)")
_TAKES_HEREDOC = re.compile(r"\s*(?:ONBUILD\s+)?(?:COPY|ADD|RUN)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Instruction:
    """An instruction: its name in upper case, its value on one line, and its line, counted from 1."""

    name: str
    value: str
    line: int


@dataclass(frozen=True)
class Directive:
    """A parser directive, such as `# syntax=docker/dockerfile:1`, and its line, counted from 1."""

    value: str
    line: int


def directives(text: str) -> dict[str, Directive]:
    """The parser directives by name, in lower case; they count only above everything else in the file."""
    found: dict[str, Directive] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if number == 1 and line.startswith("#!"):
            continue
        match = _DIRECTIVE.fullmatch(line)
        if not match or match["name"].lower() not in _DIRECTIVES:
            break
        found.setdefault(match["name"].lower(), Directive(match["value"], number))
    return found


@lru_cache(maxsize=64)  # a file is read for its checks, its paths and its inputs
def instructions(text: str) -> tuple[Instruction, ...]:
    """The instructions of a Dockerfile, without comments and the bodies of here-documents."""
    from dockerfile_parse import DockerfileParser  # noqa: PLC0415 - its import is slow, and a pin needs none of it

    file = BytesIO(_normalized(text).encode())  # bytes, whatever its type stubs say: it decodes by itself
    parsed = DockerfileParser(fileobj=file).structure  # type: ignore[arg-type]
    return tuple(
        Instruction(item["instruction"].upper(), item["value"], item["startline"] + 1)
        for item in parsed
        if item["instruction"] != "COMMENT"
    )


def _normalized(text: str) -> str:
    """The text without what dockerfile-parse can't read; every other line keeps its number.

    A byte order mark and the bodies of here-documents are removed, and empty lines and comments inside an instruction
    become `#`.
    """
    escape = re.escape(directives(text)["escape"].value if "escape" in directives(text) else "\\")
    continued = re.compile(rf"{escape}[ \t]*$")
    lines: list[str] = []
    open_heredocs: list[tuple[str, bool]] = []
    instruction = ""
    for line in text.removeprefix("\ufeff").splitlines():
        if open_heredocs:
            name, chomp = open_heredocs[0]
            if (line.lstrip("\t") if chomp else line) == name:
                open_heredocs.pop(0)
            lines.append("")
            continue
        if instruction and (not line.strip() or line.lstrip().startswith("#")):
            lines.append("#")
            continue
        lines.append(line)
        instruction += line
        if continued.search(line):
            instruction = continued.sub(" ", instruction)
            continue
        if _TAKES_HEREDOC.match(instruction):
            found = [_HEREDOC.fullmatch(word) for word in _words(instruction)]
            open_heredocs = [(one["name"], bool(one["chomp"])) for one in found if one]
        instruction = ""
    return "\n".join(lines) + "\n"


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, posix=False)
    except ValueError:  # an apostrophe
        return line.split()

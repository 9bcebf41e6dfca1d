"""The lines of an env file, as docker compose reads them (compose-go v2.40, dotenv/parser.go), not as a shell does.

A line is `NAME=value` or `NAME: value`, with or without `export` before it. A value in double quotes has escapes and
variables; one without quotes has variables and ends at ` #`; one in single quotes is plain text. With `format: raw`
(docker/cli, pkg/kvfile) everything after the first `=` is the value.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from ci.errors import ConfigurationError, Problem

_BLANK = "\t\v\f\r \x85\xa0"
_EXPORT = re.compile(r"export\s+")
_KEY = re.compile(rf"(?P<key>[\w{_BLANK}.\[\]-]*)(?P<sign>[=:\n]|\Z)")
_ESCAPE = re.compile(r"\\(?:0(?P<octal>[0-9]{0,3})|(?P<one>[abfnrtv$\"\\]))")
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$"}
_NOT_SHOWN = "not shown, since it may be a secret"


class Format(StrEnum):
    """The `format` of an entry of `env_file`."""

    DOTENV = ""
    RAW = "raw"


@dataclass(frozen=True)
class Variable:
    """A variable of an env file; `line` counts from 1.

    If `expands`, compose replaces variables in `value`, where `$$` is a dollar sign.
    """

    name: str
    value: str
    file: str
    line: int
    expands: bool = False


def parse_env_file(text: str, file: str, format_: Format = Format.DOTENV) -> tuple[Variable, ...]:
    """The variables of an env file, in its order; a name that is set twice is listed twice, and compose takes the last.

    Raises:
        ConfigurationError: a line is not a variable; all such lines. The message never has a value.
    """
    text = text.removeprefix("\ufeff")
    found: list[Variable] = []
    problems: list[Problem] = []
    for item in _raw_lines(text, file) if format_ is Format.RAW else _lines(text, file):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            found.append(item)
    if problems:
        raise ConfigurationError(*problems)
    return tuple(found)


def _lines(text: str, file: str) -> list[Variable | Problem]:
    found: list[Variable | Problem] = []
    at, line = 0, 1
    while (start := _next_statement(text, at)) is not None:
        line += text.count("\n", at, start)
        at = start
        if exported := _EXPORT.match(text, at):
            at = exported.end()
        key = _KEY.match(text, at)
        name = key["key"].strip() if key else ""
        is_name = bool(name) and not re.search(r"\s", name)
        if text[text.rfind("\n", 0, start) + 1 : start].strip():
            found.append(_no_variable(file, line, "Text after the end of a quoted value"))
            end = _line_end(text, at)
        elif key is None or key["sign"] not in {"=", ":"} or not is_name:
            found.append(_no_variable(file, line, inherited=name if key and is_name else ""))
            end = _line_end(text, at)
        else:
            begin = key.end()
            while begin < len(text) and text[begin] in _BLANK:
                begin += 1
            value, expands, end = _value(text, begin)
            if value is None:
                found.append(_no_end(file, line, name))
                break
            found.append(Variable(name, value, file, line, expands))
        line += text.count("\n", start, end)
        at = end
    return found


def _next_statement(text: str, at: int) -> int | None:
    """The index of the next line that is neither empty nor a comment, None if there is none."""
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == "#":
            at = _line_end(text, at)
        else:
            return at
    return None


def _value(text: str, begin: int) -> tuple[str | None, bool, int]:
    """A value, whether it expands, and the index of its end; the value is None if its quote is never closed."""
    quote = text[begin : begin + 1]
    if quote not in {'"', "'"}:
        end = _line_end(text, begin)
        return text[begin:end].partition(" #")[0].rstrip(), True, end
    closed = re.compile(rf"(?P<inside>(?:[^\\{quote}]|\\.)*){quote}", re.DOTALL).match(text, begin + 1)
    if closed is None:
        return None, False, len(text)
    inside = re.sub(r"\\(.)", lambda pair: pair[1] if pair[1] == quote else pair[0], closed["inside"], flags=re.DOTALL)
    if quote == "'":
        return inside, False, closed.end()
    return _ESCAPE.sub(_unescaped, inside), True, closed.end()


def _unescaped(match: re.Match[str]) -> str:
    octal = match["octal"]
    if octal is None:
        return _ESCAPED.get(match["one"], match["one"])
    # Digits that are not a byte stay, without the leading zero: compose removes it before it looks at them.
    return chr(int(octal, 8)) if re.fullmatch("[0-3][0-7]{2}", octal) else "\\" + octal


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _raw_lines(text: str, file: str) -> list[Variable | Problem]:
    found: list[Variable | Problem] = []
    for number, full_line in enumerate(text.split("\n"), start=1):
        line = full_line.removesuffix("\r").lstrip()
        if not line or line.startswith("#"):
            continue
        name, sign, value = line.partition("=")
        if not sign or not name or re.search(r"\s", name):
            found.append(_no_variable(file, number, inherited="" if sign or re.search(r"\s", name) else name))
        else:
            found.append(Variable(name, value, file, number))
    return found


def _no_end(file: str, line: int, name: str) -> Problem:
    return Problem(
        what=f"The quoted value of `{name}` has no end",
        value=_NOT_SHOWN,
        file=file,
        line=line,
        expected="the same quote at the end of the value",
        hint="close the quote, or put a backslash before a quote that belongs to the value",
    )


def _no_variable(file: str, line: int, what: str = "The line is not a variable", *, inherited: str = "") -> Problem:
    """`inherited` is the name of a variable without a value, which compose takes from the shell."""
    if inherited:
        what = f"`{inherited}` has no value: compose would take the shell's, and a release has no shell"
    return Problem(
        what=what,
        value=_NOT_SHOWN,
        file=file,
        line=line,
        expected=f"{inherited or 'NAME'}=value",
        hint="write NAME=value, or remove the line",
    )

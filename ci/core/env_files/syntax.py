"""The lines of an env file, read as compose reads them (compose-go v2.40, dotenv/parser.go), not as a shell would.

`NAME=value` or `NAME: value`, with `export` before it or not. A value in double quotes knows escapes and variables, one
without quotes knows variables and ends at ` #`, one in single quotes is text. With `format: raw` of docker compose
(docker/cli, pkg/kvfile) all behind the first `=` is the value as it stands.
"""

import re
from dataclasses import dataclass

from ci.errors import ConfigurationError, Problem

_BLANK = "\t\v\f\r \x85\xa0"
_EXPORT = re.compile(r"export\s+")
_KEY = re.compile(rf"(?P<key>[\w{_BLANK}.\[\]-]*)(?P<sign>[=:\n]|\Z)")
_ESCAPE = re.compile(r"\\(?:0(?P<octal>[0-9]{0,3})|(?P<one>[abfnrtv$\"\\]))")
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$"}


@dataclass(frozen=True)
class Variable:
    """A variable of an env file; `line` counts from 1.

    `expands` says that compose replaces variables in `value`, where `$$` is then a dollar sign.
    """

    name: str
    value: str
    file: str
    line: int
    expands: bool = False


def parse_env_file(text: str, file: str, *, raw: bool = False) -> tuple[Variable, ...]:
    """The variables of an env file, in its order; a name that stands twice is there twice, and compose takes the last.

    Raises:
        ConfigurationError: a line is no variable; all such lines, and never a value.
    """
    text = text.removeprefix("\ufeff")
    found: list[Variable] = []
    problems: list[Problem] = []
    for item in _raw(text, file) if raw else _lines(text, file):
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
    while (start := _statement(text, at)) is not None:
        line += text.count("\n", at, start)
        at = start
        if exported := _EXPORT.match(text, at):
            at = exported.end()
        key = _KEY.match(text, at)
        name = key["key"].strip() if key else ""
        one_word = bool(name) and not re.search(r"\s", name)
        if text[text.rfind("\n", 0, start) + 1 : start].strip():
            found.append(_no_variable(file, line, "Text behind the end of a quoted value"))
            end = _line_end(text, at)
        elif key is None or key["sign"] not in {"=", ":"} or not one_word:
            found.append(_no_variable(file, line, inherited=name if key and one_word else ""))
            end = _line_end(text, at)
        else:
            begin = key.end()
            while begin < len(text) and text[begin] in _BLANK:
                begin += 1
            value, expands, end = _value(text, begin)
            if value is None:
                found.append(
                    Problem(
                        what=f"The quoted value of `{name}` has no end",
                        file=file,
                        line=line,
                        expected="the same quote at the end of the value",
                        hint="close it, or put a backslash before a quote that belongs to the value",
                    )
                )
                break
            found.append(Variable(name, value, file, line, expands))
        line += text.count("\n", start, end)
        at = end
    return found


def _statement(text: str, at: int) -> int | None:
    """Where the next line begins that is neither empty nor a comment; None where there is none."""
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] == "#":
            at = _line_end(text, at)
        else:
            return at
    return None


def _value(text: str, begin: int) -> tuple[str | None, bool, int]:
    """A value, whether it is expanded, and where it ends; None for a quote that is never closed."""
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


def _unescaped(found: re.Match[str]) -> str:
    octal = found["octal"]
    if octal is None:
        return _ESCAPED.get(found["one"], found["one"])
    # What is no byte stays, but for the zero that compose takes out before it looks.
    return chr(int(octal, 8)) if re.fullmatch("[0-3][0-7]{2}", octal) else "\\" + octal


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _raw(text: str, file: str) -> list[Variable | Problem]:
    found: list[Variable | Problem] = []
    for number, whole in enumerate(text.split("\n"), start=1):
        line = whole.removesuffix("\r").lstrip()
        if not line or line.startswith("#"):
            continue
        name, sign, value = line.partition("=")
        if not sign or not name or re.search(r"\s", name):
            found.append(_no_variable(file, number, inherited="" if sign or re.search(r"\s", name) else name))
        else:
            found.append(Variable(name, value, file, number))
    return found


def _no_variable(file: str, line: int, what: str = "Not a variable", *, inherited: str = "") -> Problem:
    if inherited:
        what = f"`{inherited}` has no value: compose would take the shell's, and a release has no shell"
    expected = f"{inherited or 'NAME'}=value"
    return Problem(what=what, file=file, line=line, expected=expected, hint="mend or remove the line")

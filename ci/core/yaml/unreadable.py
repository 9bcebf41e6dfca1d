"""Problems for a text that the parser rejects."""

import re

from yaml import MarkedYAMLError

from ci.core.yaml.text import SourceText
from ci.errors import Problem

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that YAML 1.1 does not allow in a text (https://yaml.org/spec/1.1/#c-printable)."""


def syntax_problem(source: SourceText, error: MarkedYAMLError, shift: int) -> Problem:
    """A problem for a syntax error, at the parser's mark; `shift` is what the text had before the parser's index 0."""
    mark = error.problem_mark or error.context_mark
    at = min((mark.index if mark else 0) + shift, len(source.text))
    line = source.text[source.line_start(at) : source.line_end(at)]
    hint = "correct the YAML in the line shown, or in the line above it"
    if "{{" in line:
        hint = "put values that begin with a template into quotes: only `{{ $file:… }}` is replaced before YAML is read"
    if source.text[at : at + 1] == "\t":
        hint = "indent with spaces: YAML does not allow tabs there"
    what = f"Not readable as YAML: {error.problem or error.context}"
    return source.problem_at(at, what, expected="one YAML document", hint=hint)


def character_problem(source: SourceText, error: Exception) -> Problem:
    """A problem for a character that YAML does not allow, at the first such character."""
    found = _CONTROL.search(source.text)
    return source.problem_at(
        found.start() if found else 0,
        "Not readable as YAML: " + (f"the character U+{ord(found.group()):04X} is not allowed" if found else ""),
        value="" if found else str(error),
        expected="text without control characters",
        hint="remove the character, or write it as an escape in double quotes",
    )

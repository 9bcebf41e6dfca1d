"""Reads a YAML text into the proof's tree, by the events of ruamel.yaml's parsers.

Events, not ruamel.yaml's own nodes, since those lose where an alias stands. The tree is built in a loop and its depth
is limited, so that no later recursion on it can exhaust Python's stack; what aliases unfold to is limited as well. Each
limit holds for hostile texts, whatever was checked before the proof.
"""

import re
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ci.core.proof import parsers
from ci.core.proof.document import Document
from ci.core.proof.nodes import Scalar
from ci.core.proof.templates import mask
from ci.core.proof.tree import Tree
from ci.errors import ConfigurationError, Problem

_BOM = "\ufeff"
_NOT_YAML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What YAML 1.1 does not take as a character of a text (its production `c-printable`)."""


def read(text: str, file: str, *, expected: str, hint: str) -> Document:
    """Read one YAML document; `expected` and `hint` are of the problem where it can't be read.

    The C parser's reading counts where it reads the text, else the pure parser's. Where neither does, the problem is
    that of the one which came further.

    Raises:
        ConfigurationError: no parser reads the text, or it is not one document whose aliases are defined, whose keys
            are unique, and which is within the limits of depth and size.
    """
    masked, templates = mask(text)
    shift = len(_BOM) if text.startswith(_BOM) else 0
    bare = Document(text, file, Scalar(0, 0, "", None, None, ""))
    problems: list[Problem] = []
    for parser in parsers.PARSERS:
        tree = Tree(bare, templates, shift)
        try:
            return tree.read(parser(masked[shift:]))
        except (YAMLError, UnicodeEncodeError) as error:  # of a surrogate, which C can't encode
            problems.append(_not_readable(bare, error, shift, expected, hint))
    raise ConfigurationError(max(problems, key=lambda problem: (problem.line, problem.column)))


def _not_readable(document: Document, error: Exception, shift: int, expected: str, hint: str) -> Problem:
    """What a parser does not read, with its place."""
    mark: Any = None  # Any: marks of C have no types
    reason = str(error).partition("\n")[0]
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        reason = str(error.problem or error.context)
    found = None if mark else _NOT_YAML.search(document.text)
    at = found.start() if found else (mark.index if mark else 0) + shift
    if found:
        reason = f"the character U+{ord(found.group()):04X} is not allowed"
    return document.problem(at, f"ruamel.yaml does not read this: {reason}", expected=expected, hint=hint)

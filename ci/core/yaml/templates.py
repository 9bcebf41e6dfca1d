"""`{{ $file:PATH }}`, which omctl replaces by the text of a file before it reads the compose file as YAML.

A text with such a template need not be YAML: `image: {{ $file:./pg }}` is a flow mapping to a parser, and a template
alone on its line is not a key. To find places in it all the same, the parser is given a masked text of equal length, in
which a template in place of a value is a plain scalar, and one alone on its line is a comment.
"""

import re

EMBED_KEY = "x-embed-$"
"""The start of a key that omctl replaces together with its template; a mapping may have several."""
# omctl v1.10.5, cmd/build/build_from_repo.go, renderFileReferences: one template a line, the last one.
_TEMPLATE = re.compile(r"(?m)^(?P<before>[\S\t ]*?)(?P<template>\{\{[ \t]*\$file:(?P<path>[^\s}]+)[ \t]*\}\})")
_BEFORE_VALUE = re.compile(r"(?:.*[:\-?,\[{]|)[ \t]+(?:[&!]\S+[ \t]+)*|\s*")
"""What a line may have before a value: an indicator, then anchors and tags."""


def masked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text to parse, and the spans of the templates that are masked in it.

    A template within a scalar or a comment stays as it is.
    """
    if "$file:" not in text:
        return text, ()
    parts, at, spans = [], 0, []
    for found in _TEMPLATE.finditer(text):
        before, (start, end) = found["before"], found.span("template")
        if not _BEFORE_VALUE.fullmatch(before) or "#" in before:
            continue
        parts += [text[at:start], ("x" if before.strip() else "#") * (end - start)]
        spans.append((start, end))
        at = end
    return "".join([*parts, text[at:]]), tuple(spans)


def embedded(text: str) -> tuple[tuple[str, int], ...]:
    """The paths of the files that a text embeds, each with its line, counted from 1."""
    if "$file:" not in text:
        return ()
    return tuple((found["path"], text.count("\n", 0, found.start("path")) + 1) for found in _TEMPLATE.finditer(text))

"""`{{ $file:PATH }}`: what omctl replaces by a file's text before the compose file is YAML.

So a file that has one need not be YAML: `image: {{ $file:./pg }}` is a flow mapping to a parser, and one alone on its
line is no key. Its places can be found all the same, in a shadow of the text, equally long, in which each template that
stands for YAML is a plain text or, alone on its line, a comment.
"""

import re

EMBED = "x-embed-$"
"""A key that omctl removes with its template: the file's text stands in place of both."""
# omctl v1.10.5, cmd/build/build_from_repo.go, renderFileReferences: one on a line, the last one.
_TEMPLATE = re.compile(r"(?m)^(?P<before>[\S\t ]*?)(?P<template>\{\{[ \t]*\$file:(?P<path>[^\s}]+)[ \t]*\}\})")
_VALUE = re.compile(r"(?:.*[:\-?,\[{]|)[ \t]+(?:[&!]\S+[ \t]+)*|\s*")


def shadow(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text with its templates made plain, and where those stand that did not stand within a text."""
    if "$file:" not in text:
        return text, ()
    parts, at, places = [], 0, []
    for found in _TEMPLATE.finditer(text):
        before, (start, end) = found["before"], found.span("template")
        if not _VALUE.fullmatch(before) or "#" in before:
            continue
        parts += [text[at:start], ("x" if before.strip() else "#") * (end - start)]
        places.append((start, end))
        at = end
    return "".join([*parts, text[at:]]), tuple(places)


def embedded(text: str) -> tuple[tuple[str, int], ...]:
    """The paths whose files a text embeds, each with its line, counted from 1."""
    if "$file:" not in text:
        return ()
    return tuple((found["path"], text.count("\n", 0, found.start("path")) + 1) for found in _TEMPLATE.finditer(text))

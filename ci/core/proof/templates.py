"""omctl's templates in a compose file, masked so that the rest can be read as YAML.

omctl replaces `{{ $file:PATH }}` by the text of a file before it reads YAML (docs/omctl.md), one on a line. Where one
stands for a YAML node, the text as written is not the YAML that was meant: `image: {{ $file:./pg }}` is a flow mapping
to a parser, and one alone on its line is a key without a value.
"""

_OPEN, _NAME, _CLOSE = "{{", "$file:", "}}"
_INDICATORS = (":", "-", "?", ",", "[", "{")


def mask(text: str) -> tuple[str, dict[int, int]]:
    """The text with its templates masked, equally long, and the start and end of each that was.

    One that is alone on its line becomes a comment, and one where a value begins becomes a plain scalar. One inside of
    other text, of quotes or of a comment is text to YAML as well, and stays.
    """
    if _NAME not in text:
        return text, {}
    masked, spans, begin = [], {}, 0
    for line in text.split("\n"):
        found = _template(line)
        if found is None:
            masked.append(line)
        else:
            start, end = found
            filler = "x" if line[:start].strip() else "#"
            masked.append(line[:start] + filler * (end - start) + line[end:])
            spans[begin + start] = begin + end
        begin += len(line) + 1
    return "\n".join(masked), spans


def _template(line: str) -> tuple[int, int] | None:
    """The span of the first template of a line, if it stands for a YAML node."""
    start = line.find(_OPEN)
    while start >= 0:
        name = line[start + len(_OPEN) :].lstrip(" \t")
        if name.startswith(_NAME):
            path, close, _ = name.removeprefix(_NAME).partition(_CLOSE)
            path = path.rstrip(" \t")
            if close and path and not any(c.isspace() or c == "}" for c in path):
                end = line.index(_CLOSE, start) + len(_CLOSE)
                return (start, end) if _is_node(line[:start]) else None
        start = line.find(_OPEN, start + 1)
    return None


def _is_node(before: str) -> bool:
    """Whether a YAML node can begin behind the text `before` of its line."""
    if "#" in before or any(c.isspace() and c not in " \t" for c in before):
        return False
    words = before.split()
    if not words:
        return True
    if before[-1] not in " \t":
        return False
    while words and words[-1].startswith(("&", "!")):  # an anchor or a tag
        words.pop()
    return words[-1].endswith(_INDICATORS) if words else before[0] in " \t"

"""Which comments and blank lines go with a key that is removed from a block mapping.

The rule (docs/decisions/0002-exact-pin.md), written here a second time on purpose: the edit has its own. The lines of
the key and its value go as a whole, with all comments in them and beside them, and with

- the comment lines directly above the key, in its column, up to a line that is anything else. A list item or a key of
  a service that is commented out (`# - "81:81"`, `# image: x`) is such a line: it says nothing of the key below it;
- the comment lines below its value that stand deeper than the key, up to a line that is anything else but blank. Blank
  lines between these go as well.

Every other comment and every other blank line stays.
"""

from ci.core.proof.document import Document

COMMENTED_OUT_KEYS = frozenset(
    {
        *("command", "container_name", "depends_on", "deploy", "entrypoint", "environment", "expose", "extra_hosts"),
        *("healthcheck", "hostname", "image", "labels", "logging", "networks", "platform", "ports", "privileged"),
        *("profiles", "restart", "user", "volumes", "working_dir"),
    }
)
"""The keys of a service that make a comment a key that is commented out."""


def removed_lines(document: Document, start: int, end: int, floor: int) -> tuple[int, int]:
    """The span of the lines that go with a key that begins its line.

    `start` is where the key or its `?` begins, `end` where its value ends. No line above `floor` is taken, which is the
    end of what stands before the key.
    """
    first = document.line_start(start)
    column = start - first
    last = document.line_end(end)
    return first_comment_above(document, first, column, floor), _end_of_comments_below(document, last, column)


def first_comment_above(document: Document, line: int, column: int, floor: int) -> int:
    """Where the comment lines directly above the line that begins at `line` begin; there where there are none."""
    while line > floor:
        above = document.line_start(line - 1)
        text = document.text[above:line]
        if above < floor or not _is_comment(text) or _column(text) != column or is_commented_out(text):
            break
        line = above
    return line


def _end_of_comments_below(document: Document, line: int, column: int) -> int:
    """Where the comment lines deeper than a column end, from the line that begins at `line`."""
    end = line
    while line < len(document.text):
        following = document.line_end(line)
        text = document.text[line:following]
        if _is_comment(text) and _column(text) > column:
            end = following
        elif text.strip():
            break
        line = following
    return end


def is_commented_out(comment: str) -> bool:
    """Whether a comment line is a list item or a key of a service that is commented out."""
    content = comment.strip()[1:].strip()
    if content.startswith("-"):
        return content == "-" or content[1].isspace()
    key, colon, _ = content.partition(":")
    return bool(colon) and key.rstrip() in COMMENTED_OUT_KEYS


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))

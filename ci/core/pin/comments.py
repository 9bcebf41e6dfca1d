"""Which comments belong to a key of block style: they are removed with it.

- Above: comment lines directly above the key, in the key's column, up to one that is an item or a key commented out.
- Below: comment lines after the key's value, indented deeper than the key.
- Comments beside the value and inside of it, since whole lines are removed.

Every other comment stays.
"""

import re

from ci.core.yaml.text import SourceText

_COMMENTED_OUT = re.compile(
    r"\s*#\s*(?:-\s|(?:image|ports|expose|volumes|environment|command|entrypoint|restart|networks|depends_on|labels|user"
    r"|healthcheck|container_name|hostname|deploy|logging|profiles|extra_hosts|working_dir|platform|privileged)\s*:)"
)


def start_of_comments_above(source: SourceText, line_start: int, indent: int, limit: int) -> int:
    """Where the comments above a key begin; `line_start` if there are none.

    `line_start` is where the key's line begins, `limit` where the key before it ends.
    """
    begin = line_start
    while begin > limit:
        start = source.line_start(begin - 1)
        if start < limit or not belongs_above(source.text[start:begin], indent):
            break
        begin = start
    return begin


def end_of_comments_below(source: SourceText, line_end: int, indent: int) -> int:
    """The end of the comments below a key's value; `line_end`, where the value's last line ends, if there are none."""
    end = at = line_end
    while at < len(source.text):
        line = source.text[at : source.line_end(at)]
        at = source.line_end(at)
        if belongs_below(line, indent):
            end = at
        elif line.strip():
            break
    return end


def belongs_above(line: str, indent: int) -> bool:
    """Whether a line above a key with this indentation is a comment on the key."""
    return is_comment(line) and indentation(line) == indent and not is_commented_out(line)


def belongs_below(line: str, indent: int) -> bool:
    """Whether a line below a key's value is a comment on the value."""
    return is_comment(line) and indentation(line) > indent


def is_comment(line: str) -> bool:
    """Whether a line has a comment and nothing else."""
    return line.strip().startswith("#")


def is_commented_out(line: str) -> bool:
    """Whether a comment is an item or another key of a service commented out: it says nothing of the key below it."""
    return _COMMENTED_OUT.match(line) is not None


def indentation(line: str) -> int:
    """The number of spaces that a line begins with."""
    return len(line) - len(line.lstrip(" "))

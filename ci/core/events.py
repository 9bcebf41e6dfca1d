"""A YAML text as a list of events: what a parser read, and where, as plain values.

The edit reads with PyYAML, the proof with ruamel.yaml. Both describe the text in this form, so that the proof can
compare what the two parsers read without importing anything of the edit.
"""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What an event is: a leaf, or the start or the end of a collection."""

    SCALAR = "scalar"
    ALIAS = "alias"
    MAPPING = "mapping"
    SEQUENCE = "sequence"
    MAPPING_END = "end of a mapping"
    SEQUENCE_END = "end of a sequence"


class Event(NamedTuple):
    """One event of a YAML text.

    `kind`: see `Kind`.
    `start`, `end`: the node's span `text[start:end]` in characters, its anchor and tag included; a byte order mark
        counts as a character. A block collection ends with its last leaf, and a block scalar with its last line
        (without the line break). A node that is empty has `start == end`. The start of a collection has the span of
        the whole collection; its end has `start == end`, the collection's end.
    `value`: a scalar's value, its quotes, escapes and folding resolved; an alias's name without `*`; else `""`. Where
        omctl's template `{{ $file:… }}` is the node, the value is the text of the node as written.
    `tag`: the tag in full, such as `tag:yaml.org,2002:str`, if the text has one; `!local` tags as they are. None where
        the text has no tag: nothing is resolved.
    `anchor`: the name without `&`; None where there is none.
    `style`: of a scalar `""` if it is plain, else its first character: `'`, `"`, `|` or `>`; of a collection in flow
        style `{` or `[`, in block style `""`; `""` for an alias and for ends.
    """

    kind: Kind
    start: int
    end: int
    value: str = ""
    tag: str | None = None
    anchor: str | None = None
    style: str = ""

"""Keys that a mapping has twice: compose refuses them."""

from collections.abc import Iterable, Iterator

from ci.core.yaml.document import Document
from ci.core.yaml.nodes import Mapping, Scalar
from ci.core.yaml.templates import EMBED_KEY
from ci.errors import Problem


def duplicate_keys(document: Document, mappings: Iterable[Mapping]) -> Iterator[Problem]:
    """A problem for each key that its mapping has already had.

    Of `x-embed-$…`, whose place omctl gives to a file's text, a mapping may have several.
    """
    for mapping in mappings:
        keys = [key for key, _ in mapping.items if isinstance(key, Scalar)]
        if len({key.value for key in keys}) == len(keys):
            continue
        first: dict[str, Scalar] = {}
        for key in keys:
            if key.value not in first:
                first[key.value] = key
            elif not (key.value.startswith(EMBED_KEY) and document.templates):
                yield document.problem(
                    key,
                    "A mapping has a key twice",
                    value=f"{key.value!r}, first in line {document.line(first[key.value])}",
                    expected="each key once in a mapping",
                    hint="remove one of the two",
                )

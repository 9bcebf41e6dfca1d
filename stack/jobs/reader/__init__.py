"""Splits prose into passages of complete sentences, short enough for search and quotation."""

import json
from collections.abc import Iterable
from typing import Any

import pysbd

from jobs.base import Message, Step, Store

PASSAGE_CHARACTERS = 600


def read(message: Message, store: Store) -> dict[str, Any]:
    text = store.get_text(message.data["text_file"])
    segmenter = pysbd.Segmenter(language="en", clean=False)
    # Line by line: the segmenter searches each sentence from the start of its input, so its time is quadratic.
    sentences = [sentence.strip() for line in text.splitlines() if line.strip() for sentence in segmenter.segment(line)]
    found = passages(filter(None, sentences))
    file = store.put(json.dumps(found, ensure_ascii=False).encode(), ".json")
    return {"passages_file": file, "passages": len(found), "sentences": len(sentences)}


def passages(sentences: Iterable[str], limit: int = PASSAGE_CHARACTERS) -> list[str]:
    """Sentences joined up to the limit; a longer sentence is a passage of its own."""
    found: list[str] = []
    for sentence in sentences:
        if found and len(found[-1]) + 1 + len(sentence) <= limit:
            found[-1] += f" {sentence}"
        else:
            found.append(sentence)
    return found


STEP = Step(
    name="reader",
    work=read,
    then="enrichment",
    sample=lambda store: {"text_file": store.put_text("Dr. Ada wrote 3.5 pages. Nobody read them. " + "word " * 200)},
    expected={"sentences": 3, "passages": 2},
)

"""Determines the kind of a document, and so its next queue: records go to one worker, prose to another."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jobs.base import Message, Step, Store

STRUCTURED = {"application/json", "text/csv", "text/tab-separated-values"}


@cache
def rules() -> dict[str, re.Pattern[str]]:
    words = yaml.safe_load((Path(__file__).parent / "rules.yaml").read_text())
    return {kind: re.compile(rf"\b({'|'.join(map(re.escape, some))})\b", re.IGNORECASE) for kind, some in words.items()}


def classify(message: Message, store: Store) -> dict[str, Any]:
    if message.data["media_type"] in STRUCTURED:
        return {"kind": "data", "structured": True}
    text = store.get_text(message.data["text_file"])
    found = {kind: len({match.lower() for match in words.findall(text)}) for kind, words in rules().items()}
    best = max(found, key=lambda kind: found[kind])
    return {"kind": best if found[best] else "other", "structured": False}


STEP = Step(
    name="classifier",
    work=classify,
    then=lambda message: "structured_data" if message.data["structured"] else "reader",
    sample=lambda store: {
        "text_file": store.put_text("Invoice 17\nSubtotal 40.00\nVAT 8.00\nDear customer, regards"),
        "media_type": "text/html",
    },
    expected={"kind": "invoice", "structured": False},
)

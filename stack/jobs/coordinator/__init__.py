"""The end of the pipeline: checks that a document is complete. It is then due for the graph."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from jobs.base import Message, Step, Store
from jobs.coordinator.graph import keep_up


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((Path(__file__).parent / "record.schema.json").read_text()))


def finish(message: Message, store: Store) -> dict[str, Any]:
    problems = [error.message for error in schema().iter_errors(message.data)]
    problems += [
        f"{key} is {message.data[key]!r}, which is not in the file store"
        for key in ("file", "text_file", "passages_file", "records_file")
        if key in message.data and not store.path(message.data[key]).is_file()
    ]
    if problems:
        raise ValueError(f"not finished: {'; '.join(problems)}")
    return {"finished": True}


STEP = Step(
    name="coordinator",
    work=finish,
    then=None,
    sample=lambda store: {
        "name": "q3.html",
        "kind": "report",
        "file": store.put(b"<p>x</p>"),
        "text_file": store.put_text("x"),
        "passages_file": store.put(b"[]"),
        "keywords": [],
    },
    expected={"finished": True},
    alongside=keep_up,
)

"""The end of the pipeline: a document is done when nothing of it is missing; its record is written down whole."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from jobs.base import Message, Step, Store


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((Path(__file__).parent / "record.schema.json").read_text()))


def finish(message: Message, store: Store) -> dict[str, Any]:
    problems = [error.message for error in schema().iter_errors(message.data)]
    if problems:
        raise ValueError(f"{message.id} is not finished: {'; '.join(problems)}")
    record = {"id": message.id, "data": message.data, "trace": message.trace}
    return {"record_file": store.put(json.dumps(record, ensure_ascii=False).encode(), ".json"), "finished": True}


STEP = Step(
    name="coordinator",
    work=finish,
    then="done",
    sample=lambda store: {
        "name": "q3.html",
        "kind": "report",
        "file": store.put(b"<p>x</p>"),
        "text_file": store.put_text("x"),
        "passages_file": store.put(b"[]"),
        "keywords": [],
    },
    expected={"finished": True},
)

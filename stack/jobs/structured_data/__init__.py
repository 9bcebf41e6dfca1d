"""Parses JSON or CSV records into typed rows, with a summary of each column."""

import csv
import io
import json
from typing import Any

from dateutil import parser as dates

from jobs.base import Message, Step, Store


def extract(message: Message, store: Store) -> dict[str, Any]:
    text = store.get_text(message.data["text_file"])
    rows = read_json(text) if message.data["media_type"] == "application/json" else read_csv(text)
    columns: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            kind = type(value).__name__
            columns[name] = kind if columns.get(name, kind) == kind else "mixed"
    file = store.put(json.dumps(rows, ensure_ascii=False).encode(), ".json")
    return {"records_file": file, "records": len(rows), "columns": columns}


def read_json(text: str) -> list[dict[str, Any]]:
    given = json.loads(text)
    rows = given if isinstance(given, list) else [given]
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("neither an object nor a list of objects")
    return rows


def read_csv(text: str) -> list[dict[str, Any]]:
    dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t|")
    rows = csv.DictReader(io.StringIO(text), dialect=dialect)
    return [{name: typed(value or "") for name, value in row.items() if name} for row in rows]


def typed(value: str) -> int | float | str:
    """A number as a number, a date in ISO form, anything else as it is."""
    for convert in (int, float):
        try:
            return convert(value)
        except ValueError:
            continue
    try:
        return dates.parse(value).date().isoformat() if any(map(str.isdigit, value)) else value
    except (ValueError, OverflowError):
        return value


STEP = Step(
    name="structured_data",
    work=extract,
    then="enrichment",
    sample=lambda store: {
        "text_file": store.put_text("item;amount;due\nInk;4.50;3 March 2026\nPaper;12;2026-04-01\n"),
        "media_type": "text/csv",
    },
    expected={"records": 2, "columns": {"item": "str", "amount": "mixed", "due": "str"}},
)

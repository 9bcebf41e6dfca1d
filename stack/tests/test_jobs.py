"""Each worker's one job, and a document's way through all of them, without a broker."""

import importlib
import json
import logging
from pathlib import Path

import pytest

pytest.importorskip("tenacity", reason="the workers' packages are not installed")

from jobs.base import Message, Step, Store

NAMES = (
    "ingestion_v2",
    "download",
    "parser",
    "classifier",
    "reader",
    "structured_data",
    "enrichment",
    "coordinator",
    "cleanup",
)


def step(name: str) -> Step:
    return importlib.import_module(f"jobs.{name}").STEP


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    store.inbox.mkdir()
    return store


@pytest.mark.parametrize("name", NAMES)
def test_self_test_passes_and_the_queue_is_named_after_the_program(name: str) -> None:
    assert step(name).self_test()
    assert step(name).name == name


@pytest.mark.parametrize(
    ("name", "content", "way"),
    [
        ("report.md", "# Q3\n\nThe summary of our findings, by ada@example.org.", "reader"),
        ("sales.csv", "item,amount\nink,4\npaper,12\n", "structured_data"),
    ],
)
def test_a_file_put_in_at_the_front_comes_out_at_the_end(store: Store, name: str, content: str, way: str) -> None:
    (store.inbox / name).write_text(content)
    message, queue = Message({"source": name}), "ingestion_v2"
    while queue != "done":
        message = Message.from_json(step(queue).do(message, store).to_json())
        queue = step(queue).next_queue(message)
    steps = [entry["step"] for entry in message.trace]
    assert steps == ["ingestion_v2", "download", "parser", "classifier", way, "enrichment", "coordinator"]
    record = json.loads(store.get(message.data["record_file"]))
    assert (record["id"], record["data"]["name"]) == (message.id, name)


@pytest.mark.parametrize("source", ["", "../secret", "/etc/passwd", "file:///etc/passwd", "ftp://example.org/x"])
def test_ingestion_lets_no_other_source_in(store: Store, source: str) -> None:
    with pytest.raises(ValueError, match="source"):
        step("ingestion_v2").do(Message({"source": source}), store)


def test_the_store_keeps_to_itself(store: Store) -> None:
    with pytest.raises(ValueError, match="outside"):
        store.get("../x")


def test_the_coordinator_names_all_that_is_missing(store: Store) -> None:
    with pytest.raises(ValueError, match=r"'kind' is a required property.*'keywords' is a required property"):
        step("coordinator").do(Message({"name": "x"}), store)


def test_a_failed_self_test_says_what_is_wrong(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    broken = Step("x", lambda message, store: {"a": 1}, None, lambda store: {}, {"a": 2})
    assert not broken.self_test()
    assert "a is 1, not 2" in caplog.text

"""The job of each worker, without broker and database; also run with the Python of the workers' images (Makefile)."""

import importlib
import logging
import os
import uuid
from pathlib import Path

import pytest
from product import WORKERS

from jobs.base import Message, Step, Store, environment


def step(name: str) -> Step:
    return importlib.import_module(f"jobs.{name}").STEP


def message(**data: object) -> Message:
    return Message(uuid.uuid4(), data)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.mark.parametrize("name", WORKERS)
def test_self_test_passes_and_the_queue_is_named_after_the_program(name: str) -> None:
    assert step(name).self_test()
    assert step(name).name == name


# Not those whose result is the time, or how much there was left to remove.
@pytest.mark.parametrize("name", [name for name in WORKERS if name not in {"ingestion_v2", "cleanup"}])
def test_a_job_done_twice_has_the_same_result(store: Store, name: str) -> None:
    work = step(name)
    first = work.do(Message(uuid.UUID(int=1), work.sample(store)), store)
    files = {path: path.read_bytes() for path in store.files()}
    again = work.do(Message(first.id, {key: first.data[key] for key in work.sample(Store(store.root / "x"))}), store)
    assert again == first
    assert {path: path.read_bytes() for path in store.files()} == files


@pytest.mark.parametrize("source", ["", "../secret", "/etc/passwd", "file:///etc/passwd", "ftp://example.org/x"])
def test_ingestion_refuses_other_sources(store: Store, source: str) -> None:
    with pytest.raises(ValueError, match="source"):
        step("ingestion_v2").do(message(source=source), store)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"not json", "not a message: Expecting value"),
        (b"[]", 'an object with an object "data" is needed'),
        (b'{"id": "00000000-0000-0000-0000-000000000001"}', 'an object "data" is needed'),
        (b'{"data": {}}', '"id" is None, not a UUID'),
        (b'{"id": "7", "data": {}}', "\"id\" is '7', not a UUID"),
    ],
)
def test_an_invalid_message_is_refused_with_the_reason(raw: bytes, why: str) -> None:
    with pytest.raises(ValueError, match="not a message") as caught:
        Message.from_json(raw)
    assert why in str(caught.value)


def test_a_message_survives_being_sent() -> None:
    sent = message(name="Größe", labels=["a"])
    assert Message.from_json(sent.to_json()) == sent


def test_the_store_refuses_paths_outside_of_it(store: Store) -> None:
    for name in ("../x", "/etc/passwd", "documents/../../x"):
        with pytest.raises(ValueError, match="outside"):
            store.get(name)
    with pytest.raises(ValueError, match="outside"):
        store.put_into_inbox("../../x", [b""])


def test_a_file_is_written_atomically_and_readable_by_others(store: Store) -> None:
    def broken() -> object:
        yield b"half"
        raise OSError("the visitor hung up")

    with pytest.raises(OSError, match="hung up"):
        store.put_into_inbox("x.md", broken())
    assert list(store.files()) == []
    assert store.path(store.put(b"x")).stat().st_mode & 0o777 == 0o644


def test_the_coordinator_names_all_that_is_missing(store: Store) -> None:
    with pytest.raises(ValueError, match=r"'kind' is a required property.*'keywords' is a required property"):
        step("coordinator").do(message(name="x"), store)


def test_the_coordinator_finishes_nothing_whose_files_are_gone(store: Store) -> None:
    data = step("coordinator").sample(store)
    store.path(data["text_file"]).unlink()
    with pytest.raises(ValueError, match=r"text_file is .* not in the file store"):
        step("coordinator").do(message(**data), store)


def test_cleanup_takes_old_files_of_the_inbox_as_well_and_leaves_new_ones(store: Store) -> None:
    store.put_into_inbox("old.md", [b"old"])
    os.utime(store.path("inbox/old.md"), (0, 0))
    store.put_into_inbox("new.md", [b"new"])
    assert step("cleanup").do(message(older_than_days=30), store).data["removed"] == 1
    assert [path.name for path in store.files()] == ["new.md"]


def test_cleanup_refuses_to_touch_what_may_be_in_use(store: Store) -> None:
    with pytest.raises(ValueError, match=r"older_than_days is 0\.5"):
        step("cleanup").do(message(older_than_days=0.5), store)


def test_text_with_a_nul_character_can_be_written_to_postgresql(store: Store) -> None:
    found = step("parser").do(message(file=store.put(b"a\x00b"), media_type="text/plain", name="x.txt"), store)
    assert store.get_text(found.data["text_file"]) == "ab"


def test_a_block_is_a_line_of_its_own(store: Store) -> None:
    html = b"<h1>One</h1><p>two <b>three</b><br>four</p><ul><li>five<li>six</ul><p>seven"
    found = step("parser").do(message(file=store.put(html), media_type="text/html", name="x"), store)
    assert store.get_text(found.data["text_file"]).splitlines() == ["One", "two three", "four", "five", "six", "seven"]


def test_a_failed_self_test_says_what_is_wrong(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    broken = Step("x", lambda message, store: {"a": 1}, None, lambda store: {}, {"a": 2})
    assert not broken.self_test()
    assert "a is 1, not 2" in caplog.text


def test_a_password_is_read_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("P", " a b ")
    assert environment.secret("P") == " a b "
    for nothing in ("", "  "):
        monkeypatch.setenv("P", nothing)
        assert environment.secret("P") == ""


@pytest.mark.parametrize("value", ["ten", "0", "-1", "nan", "inf"])
def test_an_invalid_number_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("N", value)
    with pytest.raises(ValueError, match=f"N is '{value}': a number above zero is needed"):
        environment.number("N", 1)


def test_an_invalid_flag_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("F", "ja")
    with pytest.raises(ValueError, match="F is 'ja': true or false is needed"):
        environment.flag("F")

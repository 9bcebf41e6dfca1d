"""What is kept of the inputs of an image."""

import json
from dataclasses import replace

import pytest

from ci.core.images.inputs import Input, InputKind, Inputs
from ci.core.images.inputs_document import differences, document_of, document_text, read_document
from ci.errors import PublishError

REPOSITORY, GIT_SHA, DIGEST = "r.example/o/web", "a" * 40, f"sha256:{'1' * 64}"
ITEMS = (
    Input(InputKind.DOCKERFILE, "Dockerfile.web", "d1"),
    Input(InputKind.FILE, "app/a.py", "a1"),
    Input(InputKind.FILE, "app/b.py", "b1"),
    Input(InputKind.IMAGE, "python:3.11-slim", DIGEST),
    Input(InputKind.ARGUMENT, "MODE", "fast"),
    Input(InputKind.ARGUMENT, "TOKEN", "hunter2"),
    Input(InputKind.TARGET, "", "web"),
)
INPUTS = Inputs(ITEMS, masked=frozenset({"TOKEN"}))
DOCUMENT = document_of(REPOSITORY, DIGEST, INPUTS, GIT_SHA, "2026-01-02T03:04:05+00:00")


def changed(*items: Input) -> Inputs:
    """The inputs with these in the place of those of the same name."""
    kept = {(one.kind, one.name): one for one in (*ITEMS, *items)}
    return replace(INPUTS, items=tuple(one for one in kept.values() if one.value != "gone"))


def test_a_document_is_read_as_it_was_written_and_has_no_value_of_a_masked_argument() -> None:
    text = document_text(DOCUMENT)
    assert read_document(text, REPOSITORY) == DOCUMENT
    assert "hunter2" not in text
    assert "fast" not in text
    assert DIGEST in text


@pytest.mark.parametrize(
    ("items", "phrases"),
    [
        ((), ()),
        ((Input(InputKind.FILE, "app/a.py", "a2"),), ("app/a.py changed",)),
        ((Input(InputKind.FILE, "app/c.py", "c1"),), ("app/c.py was added",)),
        ((Input(InputKind.FILE, "app/a.py", "gone"),), ("app/a.py was removed",)),
        ((Input(InputKind.DOCKERFILE, "Dockerfile.web", "d2"),), ("Dockerfile.web changed",)),
        ((Input(InputKind.IMAGE, "python:3.11-slim", "2"),), ("base image python:3.11-slim moved",)),
        ((Input(InputKind.ARGUMENT, "MODE", "slow"),), ("build argument MODE changed",)),
        ((Input(InputKind.ARGUMENT, "TOKEN", "other"),), ()),
        ((Input(InputKind.TARGET, "", ""),), ("target changed",)),
        (
            (Input(InputKind.FILE, "app/a.py", "a2"), Input(InputKind.DOCKERFILE, "Dockerfile.web", "d2")),
            ("Dockerfile.web changed", "app/a.py changed"),
        ),
    ],
)
def test_what_has_changed_is_told_by_its_name(items: tuple[Input, ...], phrases: tuple[str, ...]) -> None:
    assert differences(DOCUMENT, changed(*items)) == phrases


def test_of_very_many_files_none_is_kept() -> None:
    files = tuple(Input(InputKind.FILE, f"{number}", "x" * 64) for number in range(20_001))
    document = document_of(REPOSITORY, DIGEST, Inputs((*ITEMS, *files)), GIT_SHA, "")
    assert InputKind.FILE not in document.kept
    assert InputKind.DOCKERFILE in document.kept
    kept = document_of(REPOSITORY, DIGEST, Inputs(files[:20_000]), GIT_SHA, "")
    assert len(document_text(kept)) < 4 * 2**20


@pytest.mark.parametrize(
    "change",
    [
        {"inputs_format": 2},
        {"repository": "r.example/o/other"},
        {"inputs": "0"},
        {"git_sha": "main"},
        {"digest": None},
        {"kept": None, "built": 1},
    ],
)
def test_what_is_no_document_of_the_image_is_not_trusted(change: dict[str, object]) -> None:
    with pytest.raises(PublishError, match="none that can be trusted"):
        read_document(json.dumps(json.loads(document_text(DOCUMENT)) | change), REPOSITORY)
    with pytest.raises(PublishError, match="none that can be trusted"):
        read_document("<html>", REPOSITORY)


def test_kept_values_of_another_form_are_left_out() -> None:
    text = json.dumps(json.loads(document_text(DOCUMENT)) | {"kept": {"file": {"a": 1, "b": "2"}, "target": "x"}})
    assert read_document(text, REPOSITORY).kept == {"file": {"b": "2"}}

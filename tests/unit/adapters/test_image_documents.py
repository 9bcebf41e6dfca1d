"""The documents of images as artifacts of a registry."""

from dataclasses import replace
from functools import partial

import anyio
import pytest
from fakes import GIT_SHA, digest_of
from registry_stub import REPOSITORY, RegistryStub

from ci.adapters.artifacts import put_artifact
from ci.adapters.image_documents import OciImageDocuments
from ci.core.images.inputs_document import InputsDocument
from ci.errors import PublishError

IMAGE = "registry.example/o/web"
DOCUMENT = InputsDocument(IMAGE, digest_of("one"), "0" * 64, GIT_SHA, "2026-01-02T03:04:05+00:00", {"file": {"a": "1"}})
NEWER = replace(DOCUMENT, digest=digest_of("two"))


def test_a_document_is_found_by_the_digest_of_its_image_and_the_newest_by_its_repository() -> None:
    stub = RegistryStub()
    documents = OciImageDocuments(stub.client(), REPOSITORY)
    assert anyio.run(documents.of, IMAGE, DOCUMENT.digest) is None
    assert anyio.run(documents.last, IMAGE) is None
    for one in (DOCUMENT, NEWER):
        anyio.run(documents.write, one)
        assert anyio.run(documents.last, IMAGE) == one
    assert anyio.run(documents.of, IMAGE, DOCUMENT.digest) == DOCUMENT
    assert stub.tags.keys() == {
        f"image-{DOCUMENT.digest[7:]}",
        f"image-{NEWER.digest[7:]}",
        "last-o.web",
    }


def test_a_document_of_another_image_is_not_trusted() -> None:
    stub = RegistryStub()
    documents = OciImageDocuments(stub.client(), REPOSITORY)
    anyio.run(documents.write, DOCUMENT)
    with pytest.raises(PublishError, match="none that can be trusted"):
        anyio.run(documents.of, "registry.example/o/other", DOCUMENT.digest)


def test_another_artifact_under_its_tag_is_not_trusted() -> None:
    stub = RegistryStub()
    tag = f"image-{DOCUMENT.digest[7:]}"
    anyio.run(partial(put_artifact, stub.client(), REPOSITORY, [tag], "text/plain", "{}"))
    with pytest.raises(PublishError, match="none that can be trusted"):
        anyio.run(OciImageDocuments(stub.client(), REPOSITORY).of, IMAGE, DOCUMENT.digest)


def test_a_repository_that_is_too_long_for_a_tag_has_one_all_the_same() -> None:
    stub = RegistryStub()
    repository = f"registry.example/{'o' * 200}"
    anyio.run(OciImageDocuments(stub.client(), REPOSITORY).write, replace(DOCUMENT, repository=repository))
    assert len(max(stub.tags, key=len)) <= 128

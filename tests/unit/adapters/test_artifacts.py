"""Artifacts of one layer in a registry."""

from functools import partial

import anyio
from registry_stub import REPOSITORY, RegistryStub

from ci.adapters.artifacts import Artifact, put_artifact, read_artifact

KIND = "application/vnd.slipway.test+json"


def test_an_artifact_is_read_under_each_of_its_tags_as_it_was_put() -> None:
    stub = RegistryStub()
    digest = anyio.run(partial(put_artifact, stub.client(), REPOSITORY, ["one", "two"], KIND, '{"a": "ü"}'))
    for tag in ("one", "two"):
        assert stub.tags[tag] == digest
        found = anyio.run(read_artifact, stub.client(), REPOSITORY, tag, KIND)
        assert found == Artifact(digest, KIND, '{"a": "ü"}')


def test_an_artifact_of_another_kind_is_not_read() -> None:
    stub = RegistryStub()
    digest = anyio.run(partial(put_artifact, stub.client(), REPOSITORY, ["one"], KIND, "{}"))
    assert anyio.run(read_artifact, stub.client(), REPOSITORY, "one", "text/plain") == Artifact(digest, KIND, "")


def test_a_tag_that_is_not_there() -> None:
    assert anyio.run(read_artifact, RegistryStub().client(), REPOSITORY, "none", KIND) is None

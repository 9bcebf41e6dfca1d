"""Release records as artifacts of a registry; a real registry tests the rest."""

import json
from functools import partial

import anyio
import httpx
import pytest
from fakes import GIT_SHA, SHA_TAG
from registry_stub import OCI, REPOSITORY, RegistryStub
from sample_reports import failed_report, good_report

from ci.adapters.artifacts import put_artifact
from ci.adapters.records import OciRecords
from ci.adapters.registry_answers import digest_of
from ci.core.release.record import RECORD_TYPE, record_of, record_text
from ci.errors import PublishError

GOOD, FAILED = record_of(good_report(), {}, ""), record_of(failed_report(), {}, digest_of(b"before"))


def records(stub: RegistryStub) -> OciRecords:
    return OciRecords(stub.client(), REPOSITORY)


def test_a_record_is_an_artifact_of_a_type_of_its_own_under_the_sha_tag() -> None:
    stub = RegistryStub()
    digest = anyio.run(records(stub).write, GOOD)
    assert stub.tags == {SHA_TAG: digest}
    manifest = json.loads(stub.manifests[digest])
    assert (manifest["mediaType"], manifest["artifactType"]) == (OCI, RECORD_TYPE)
    assert stub.blobs[manifest["config"]["digest"]] == b"{}"
    (layer,) = manifest["layers"]
    content = record_text(GOOD).encode()
    assert layer == {"mediaType": RECORD_TYPE, "digest": digest_of(content), "size": len(content)}
    assert stub.blobs[layer["digest"]] == content


def test_the_newest_record_is_read_and_the_older_ones_stay() -> None:
    stub = RegistryStub()
    assert anyio.run(records(stub).newest, GIT_SHA) is None
    first = anyio.run(records(stub).write, FAILED)
    second = anyio.run(records(stub).write, GOOD)
    state = anyio.run(records(stub).newest, GIT_SHA)
    assert state is not None
    assert (state.digest, state.record) == (second, GOOD)
    assert first in stub.manifests


@pytest.mark.parametrize(
    "manifest",
    [
        {"mediaType": OCI, "layers": [{"digest": digest_of(b"{}")}]},
        {"mediaType": OCI, "artifactType": "application/x", "layers": [{"digest": digest_of(b"{}")}]},
        {"mediaType": OCI, "artifactType": RECORD_TYPE, "layers": []},
        {"mediaType": OCI, "artifactType": RECORD_TYPE, "layers": "no"},
        {"mediaType": OCI, "artifactType": RECORD_TYPE, "layers": [{"digest": digest_of(b"{}")}]},
        {"mediaType": OCI, "artifactType": RECORD_TYPE, "layers": ["no"]},
        {"mediaType": OCI, "artifactType": RECORD_TYPE, "layers": [{}]},
    ],
)
def test_what_is_no_record_is_said_and_not_trusted(manifest: dict[str, object]) -> None:
    stub = RegistryStub()
    stub.blobs[digest_of(b"{}")] = b"{}"
    stub.put(json.dumps(manifest).encode(), SHA_TAG)
    with pytest.raises(PublishError, match="none that can be trusted"):
        anyio.run(records(stub).newest, GIT_SHA)


def test_a_registry_that_refuses_is_an_error() -> None:
    stub = RegistryStub().reply("PUT manifests/.*", httpx.Response(403))
    with pytest.raises(PublishError, match="403"):
        anyio.run(records(stub).write, GOOD)


def test_the_record_of_the_last_release_is_the_one_that_was_marked() -> None:
    stub = RegistryStub()
    assert anyio.run(records(stub).released) is None
    first = anyio.run(records(stub).write, FAILED)
    anyio.run(records(stub).mark_released, first)
    anyio.run(records(stub).write, GOOD)
    state = anyio.run(records(stub).released)
    assert state is not None
    assert (state.digest, state.record) == (first, FAILED)


def test_another_artifact_is_no_record_of_the_last_release() -> None:
    stub = RegistryStub()
    digest = anyio.run(partial(put_artifact, stub.client(), REPOSITORY, ["released"], "text/plain", "{}"))
    assert digest in stub.manifests
    with pytest.raises(PublishError, match="none that can be trusted"):
        anyio.run(records(stub).released)

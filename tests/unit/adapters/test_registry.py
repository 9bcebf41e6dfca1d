"""The registry adapter, with a registry in memory whose responses can be replaced; a real registry tests the rest."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import httpx
import pytest
from registry_stub import HOST, INDEX, OCI, REPOSITORY, RegistryStub

from ci.adapters.registry import OciRegistry
from ci.adapters.registry_answers import digest_of
from ci.adapters.retry import ATTEMPTS
from ci.core.references import Reference
from ci.errors import Problem, PublishError, TagUnknownError

TAG = Reference(REPOSITORY, "1.2.0")
PORTAL = httpx.Response(200, html="<html>Welcome to the Wi-Fi</html>")
ERROR = {"errors": [{"code": "DENIED"}]}


def refused(call: Callable[..., Awaitable[object]], *arguments: object) -> Problem:
    with pytest.raises(PublishError) as caught:
        anyio.run(call, *arguments)
    return caught.value.problems[0]


def test_the_digest_of_a_tag_is_the_hash_of_its_manifest() -> None:
    stub = RegistryStub()
    digest = stub.image(tag="1.2.0")
    assert anyio.run(stub.client().digest, TAG) == digest
    assert anyio.run(stub.client().digest, Reference(REPOSITORY, "another")) is None


def test_a_repository_is_signed_in_to_once() -> None:
    stub = RegistryStub()
    registry = stub.client()
    for _ in range(3):
        anyio.run(registry.digest, TAG)
    assert stub.requests == ["GET manifests/1.2.0", "GET /token", *["GET manifests/1.2.0"] * 3]


@pytest.mark.parametrize(
    ("reply", "value", "expected"),
    [
        (PORTAL, "200 OK text/html <html>Welcome", "the media type of an image manifest"),
        (httpx.Response(404, html="<html>no such page"), "404 Not Found text/html", "status 200"),
        (httpx.Response(200, content=b"{}"), "200 OK {}", "media type"),
        (httpx.Response(200, content=b"<html>", headers={"Content-Type": OCI}), "200 OK", "a JSON object"),
        (httpx.Response(200, content=b"[]", headers={"Content-Type": OCI}), "200 OK", "a JSON object"),
        (
            httpx.Response(200, content=b"{}", headers={"Content-Type": OCI, "Docker-Content-Digest": "sha256:1"}),
            "a manifest with the digest sha256:44136",
            "one with the digest sha256:1",
        ),
        (httpx.Response(200, content=b" " * 5_000_000), "200 with a larger body", "at most 4 MiB"),
        (httpx.Response(400, content=b"x" * 5_000_000), "400 Bad Request xxx", "status 200"),
        (httpx.Response(301, headers={"Location": "/v2/o/app/manifests/1.2.0"}), "", "a response as"),
        (KeyError("www-authenticate"), "KeyError: 'www-authenticate'", "a response as"),
    ],
)
def test_a_broken_response_is_a_problem_with_words_and_is_not_retried(
    reply: httpx.Response | Exception, value: str, expected: str
) -> None:
    stub = RegistryStub()
    stub.image(tag="1.2.0")
    stub.reply("GET manifests/1.2.0", *[reply] * 20)
    problem = refused(stub.client().digest, TAG)
    assert problem.what == f"Reading {TAG} failed"
    assert value in problem.value
    assert expected in problem.expected
    assert len(problem.value) <= 300
    assert stub.log == []


@pytest.mark.parametrize("status", [200, 301, 404])
def test_a_push_that_gets_another_status_than_the_spec_s_has_failed(status: int) -> None:
    stub = RegistryStub().reply("POST blobs/uploads/", httpx.Response(status, html="<html>"))
    assert refused(stub.client().check_push, REPOSITORY).what == f"The registry does not accept pushes to {REPOSITORY}"
    stub = RegistryStub()
    digest = stub.image()
    stub.reply("PUT manifests/1.2.0", httpx.Response(status, html="<html>"))
    assert refused(stub.client().set_tag, REPOSITORY, digest, "1.2.0").what == f"Setting {TAG} failed"


def test_a_token_that_may_not_push_is_refused() -> None:
    stub = RegistryStub().reply("POST blobs/uploads/", httpx.Response(403, json=ERROR))
    assert "write:packages" in refused(stub.client().check_push, REPOSITORY).expected


def test_artifactory_refuses_to_read_a_tag_that_does_not_exist() -> None:
    stub = RegistryStub(tags={"another": "sha256:1"})
    stub.reply("GET manifests/1.2.0", httpx.Response(403, json=ERROR))
    assert anyio.run(stub.client().digest, TAG) is None


def test_a_tag_that_exists_and_may_not_be_read_is_no_missing_tag() -> None:
    stub = RegistryStub()
    stub.image(tag="1.2.0")
    stub.reply("GET manifests/1.2.0", httpx.Response(403, json=ERROR))
    assert "a token" in refused(stub.client().digest, TAG).expected
    stub.reply("GET manifests/1.2.0", httpx.Response(403, json=ERROR))
    stub.reply("GET tags/list", httpx.Response(403, json=ERROR))
    assert "a token" in refused(stub.client().digest, TAG).expected


def test_a_tag_is_set_byte_for_byte_and_read_back() -> None:
    stub = RegistryStub()
    digest = stub.put(b'{ "mediaType":\n"application/vnd.oci.image.index.v1+json" }')
    assert anyio.run(stub.client().set_tag, REPOSITORY, digest, "1.2.0") == digest == stub.tags["1.2.0"]
    assert stub.sent[-2].headers["Content-Type"] == INDEX
    assert stub.requests[-2:] == ["PUT manifests/1.2.0", "GET manifests/1.2.0"]


def test_a_tag_of_an_image_that_does_not_exist_is_not_set() -> None:
    stub = RegistryStub()
    problem = refused(stub.client().set_tag, REPOSITORY, digest_of(b"none"), "1.2.0")
    assert problem.value == f"the registry has no {digest_of(b'none')}"
    assert stub.tags == {}


def test_what_a_tag_names_afterwards_is_returned() -> None:
    """Another run has set it between the request and the look-up."""
    stub = RegistryStub()
    ours, theirs = stub.image("ours"), stub.image("theirs")

    def overtaken(request: httpx.Request) -> httpx.Response:
        stub.put(request.content, "1.2.0")
        stub.tags["1.2.0"] = theirs
        return httpx.Response(201)

    for name in ("set_tag", "set_free_tag"):
        stub.tags.clear()
        stub.reply("PUT manifests/1.2.0", overtaken)
        assert anyio.run(getattr(stub.client(), name), REPOSITORY, ours, "1.2.0") == theirs


def test_a_tag_that_exists_is_not_changed_where_it_must_be_free() -> None:
    stub = RegistryStub()
    theirs, ours = stub.image("theirs", tag="1.2.0"), stub.image("ours")
    assert anyio.run(stub.client().set_free_tag, REPOSITORY, ours, "1.2.0") == theirs == stub.tags["1.2.0"]
    assert not any(one.startswith("PUT") for one in stub.requests)
    assert anyio.run(stub.client().set_tag, REPOSITORY, ours, "1.2.0") == ours == stub.tags["1.2.0"]


@pytest.mark.parametrize("name", ["set_tag", "set_free_tag"])
def test_a_tag_whose_response_is_lost_is_looked_up_before_the_next_attempt(name: str) -> None:
    stub = RegistryStub()
    digest = stub.image()

    def lost(request: httpx.Request) -> httpx.Response:
        stub.put(request.content, "1.2.0")
        raise httpx.RemoteProtocolError("no response")

    stub.reply("PUT manifests/1.2.0", lost)
    assert anyio.run(getattr(stub.client(), name), REPOSITORY, digest, "1.2.0") == digest
    assert stub.requests.count("PUT manifests/1.2.0") == 1
    assert len(stub.log) == 1


def test_a_free_tag_that_another_run_sets_between_two_attempts_is_not_overwritten() -> None:
    stub = RegistryStub()
    ours, theirs = stub.image("ours"), stub.image("theirs")

    def overtaken(_: httpx.Request) -> httpx.Response:
        stub.tags["1.2.0"] = theirs
        return httpx.Response(502)

    stub.reply("PUT manifests/1.2.0", overtaken)
    assert anyio.run(stub.client().set_free_tag, REPOSITORY, ours, "1.2.0") == theirs == stub.tags["1.2.0"]


@pytest.mark.parametrize("status", [400, 403, 409, 412])
def test_a_registry_that_refuses_to_move_a_tag_names_the_winner(status: int) -> None:
    """Where tags are immutable, the put of a tag that another run has set since the look-up is refused."""
    stub = RegistryStub()
    ours, theirs = stub.image("ours"), stub.image("theirs")

    def refuse(_: httpx.Request) -> httpx.Response:
        stub.tags["1.2.0"] = theirs
        return httpx.Response(status)

    stub.reply("PUT manifests/1.2.0", refuse)
    assert anyio.run(stub.client().set_free_tag, REPOSITORY, ours, "1.2.0") == theirs == stub.tags["1.2.0"]


def test_a_refusal_to_set_a_free_tag_is_an_error() -> None:
    stub = RegistryStub()
    digest = stub.image()
    stub.reply("PUT manifests/1.2.0", httpx.Response(403))
    assert "403" in refused(stub.client().set_free_tag, REPOSITORY, digest, "1.2.0").value


def test_a_tag_that_was_not_set_is_an_error_and_one_that_may_have_been_is_unknown() -> None:
    stub = RegistryStub()
    digest = stub.image()
    stub.reply("PUT manifests/1.2.0", *[httpx.Response(503)] * ATTEMPTS)
    assert "503" in refused(stub.client().set_tag, REPOSITORY, digest, "1.2.0").value
    stub.reply("PUT manifests/1.2.0", *[httpx.ReadError("reset")] * ATTEMPTS)
    stub.reply("GET manifests/1.2.0", *[httpx.ReadError("reset")] * ATTEMPTS * 2)
    with pytest.raises(TagUnknownError, match="is not known"):
        anyio.run(stub.client().set_tag, REPOSITORY, digest, "1.2.0")


def test_the_labels_of_an_image_are_those_of_its_config() -> None:
    stub = RegistryStub()
    digest, bare = stub.image(labels={"a": "1"}), stub.image()
    index = stub.put(f'{{"mediaType": "{INDEX}", "manifests": [{{"digest": "{digest}"}}]}}'.encode())
    assert anyio.run(stub.client().labels, REPOSITORY, digest) == {"a": "1"}
    assert anyio.run(stub.client().labels, REPOSITORY, bare) == {}
    assert anyio.run(stub.client().labels, REPOSITORY, index) == {"a": "1"}


def test_a_blob_with_another_digest_is_not_believed() -> None:
    stub = RegistryStub()
    digest = stub.image(labels={"a": "1"})
    stub.blobs = dict.fromkeys(stub.blobs, b"{}")
    assert "a blob with the digest" in refused(stub.client().labels, REPOSITORY, digest).value


def test_all_pages_of_tags_are_read() -> None:
    stub = RegistryStub(tags={"b": "sha256:1"})
    first = httpx.Response(200, json={"tags": ["a"]}, headers={"Link": '</v2/o/app/tags/list?n=1&last=a>; rel="next"'})
    stub.reply("GET tags/list", httpx.Response(401, headers={"WWW-Authenticate": "Basic"}), first)
    assert anyio.run(stub.client().list_tags, REPOSITORY)[0] == "a"
    missing = RegistryStub().reply("GET tags/list", httpx.Response(404, json=ERROR))
    assert anyio.run(missing.client().list_tags, REPOSITORY) == ()


def test_pages_of_tags_without_end_are_an_error() -> None:
    stub = RegistryStub()

    def page(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"tags": ["a"]}, headers={"Link": "</v2/o/app/tags/list?n=1>; rel=next"})

    stub.reply("GET tags/list", *[page] * 1000)
    assert "more than 50 pages" in refused(stub.client().list_tags, REPOSITORY).value
    assert len(stub.requests) == 50


def test_a_blob_and_a_manifest_of_one_s_own_are_pushed_and_read() -> None:
    stub = RegistryStub()
    registry = stub.client()
    blob = anyio.run(registry.push_blob, REPOSITORY, b"record")
    assert anyio.run(registry.blob, REPOSITORY, blob) == b"record"
    digest = anyio.run(registry.put_manifest, REPOSITORY, "record", b"{}", OCI)
    manifest = anyio.run(registry.manifest, REPOSITORY, "record")
    assert manifest
    assert (manifest.content, manifest.digest) == (b"{}", digest)


def test_a_transient_fault_is_retried_and_each_retry_is_one_line_of_the_progress() -> None:
    stub = RegistryStub()
    digest = stub.image(tag="1.2.0")
    stub.reply("GET manifests/1.2.0", httpx.Response(503, text="two\nlines"), httpx.ConnectError("refused"))
    assert anyio.run(stub.client().digest, TAG) == digest
    assert [line.partition(", the next in")[0] for line in stub.log] == [
        f"Reading {TAG}: attempt 1 failed",
        f"Reading {TAG}: attempt 2 failed",
    ]
    assert stub.log[0].endswith("s: 503 Service Unavailable text/plain two lines")


@pytest.mark.parametrize(("asked", "waits"), [("7", [7.0]), ("86400", [])])
def test_retry_after_is_heeded_within_the_deadline(asked: str, waits: list[float]) -> None:
    stub = RegistryStub()
    stub.image(tag="1.2.0")
    stub.reply("GET manifests/1.2.0", httpx.Response(429, headers={"Retry-After": asked}))
    registry = stub.client()
    if waits:
        anyio.run(registry.digest, TAG)
    else:
        assert "Retry-After: 86400" in refused(registry.digest, TAG).value
    assert [wait for wait in stub.clock.waits if wait >= 7] == waits


def test_a_response_that_drips_ends_at_the_deadline() -> None:
    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:  # Any: an asynchronous iterator
            while True:
                await anyio.sleep(0.001)
                yield b" "

    stub = RegistryStub()
    stub.reply("GET manifests/1.2.0", *[lambda _: httpx.Response(200, stream=Drip())] * ATTEMPTS)
    problem = refused(stub.client(seconds=0.02).digest, TAG)
    assert problem.what == f"The registry {HOST} does not respond in time"
    assert "registry_seconds" in problem.hint


def test_a_rehearsal_uses_plain_http_and_never_signs_in() -> None:
    stub = RegistryStub()
    registry = OciRegistry("somebody", "secret", redirect="127.0.0.1:5001", transport=httpx.MockTransport(stub.handle))
    refused(registry.digest, TAG)
    assert [str(one.url) for one in stub.sent] == ["http://127.0.0.1:5001/v2/o/app/manifests/1.2.0"]
    assert "Authorization" not in stub.sent[0].headers

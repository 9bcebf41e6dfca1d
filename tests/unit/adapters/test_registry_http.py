"""Signing in to a registry, and what is masked of it."""

from urllib.parse import quote

import anyio
import httpx
import pytest
from registry_stub import BASIC, CHALLENGE, PASSWORD, REPOSITORY, TOKEN, RegistryStub

from ci.core.references import Reference
from ci.errors import PublishError

TAG = Reference(REPOSITORY, "1.2.0")


def refused(stub: RegistryStub, password: str = PASSWORD) -> str:
    with pytest.raises(PublishError) as caught:
        anyio.run(stub.client(password).digest, TAG)
    return str(caught.value)


def test_the_token_service_gets_the_credential_and_the_registry_gets_the_token() -> None:
    stub = RegistryStub()
    anyio.run(stub.client().digest, TAG)
    first, token, second = stub.sent
    assert "Authorization" not in first.headers
    assert token.headers["Authorization"] == BASIC
    assert dict(token.url.params) == {"service": "registry.example", "scope": "repository:o/app:pull,push"}
    assert second.headers["Authorization"] == f"Bearer {TOKEN}"


def test_without_a_password_the_token_service_is_asked_for_what_the_registry_names() -> None:
    stub = RegistryStub()
    anyio.run(stub.client("").digest, TAG)
    assert "Authorization" not in stub.sent[1].headers
    assert stub.sent[1].url.params["scope"] == "repository:o/app:pull"


def test_a_token_that_may_not_push_is_asked_for_again_with_the_right_to_read() -> None:
    stub = RegistryStub().reply("GET /token", httpx.Response(403))
    assert anyio.run(stub.client().digest, TAG) is None
    assert [one.url.params["scope"] for one in stub.sent if one.url.path == "/token"] == [
        "repository:o/app:pull,push",
        "repository:o/app:pull",
    ]


def test_a_token_that_has_expired_is_asked_for_again() -> None:
    stub = RegistryStub()
    registry = stub.client()
    anyio.run(registry.digest, TAG)
    stub.reply("GET manifests/1.2.0", httpx.Response(401, headers=CHALLENGE))
    assert anyio.run(registry.digest, TAG) is None
    assert stub.requests.count("GET /token") == 2


def test_a_registry_with_basic_authentication_gets_the_credential() -> None:
    stub = RegistryStub().reply("GET .*", httpx.Response(401, headers={"WWW-Authenticate": 'Basic realm="r"'}))
    refused(stub)
    assert stub.sent[1].headers["Authorization"] == BASIC


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ({}, "401 Unauthorized"),
        ({"WWW-Authenticate": "Negotiate"}, "401 Unauthorized"),
        ({"WWW-Authenticate": "Bearer"}, "401 Unauthorized"),
        ({"WWW-Authenticate": 'Bearer realm="http://auth.example/token"'}, "401 Unauthorized"),
    ],
)
def test_a_challenge_that_is_none_is_a_problem_and_no_credential_is_sent(header: dict[str, str], value: str) -> None:
    stub = RegistryStub().reply("GET manifests/1.2.0", httpx.Response(401, headers=header))
    assert value in refused(stub)
    assert len(stub.sent) == 1


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        (httpx.Response(200, json={}), "200 without a token"),
        (httpx.Response(200, json={"token": ""}), "200 without a token"),
        (httpx.Response(200, json={"token": 7}), "200 without a token"),
        (httpx.Response(200, html="<html>"), "200 OK text/html <html>"),
        (httpx.Response(500, text="x" * 5_000_000), "500 Internal Server Error text/plain xxx"),
    ],
)
def test_a_token_service_that_gives_no_token_is_a_problem(reply: httpx.Response, value: str) -> None:
    text = refused(RegistryStub().reply("GET /token", *[reply] * 10))
    assert value in text
    assert len(text) < 700


def test_a_redirect_to_another_host_is_followed_without_the_credential() -> None:
    stub = RegistryStub()
    digest = stub.image(labels={"a": "1"})
    stub.reply(
        "GET blobs/.*",
        httpx.Response(401, headers=CHALLENGE),
        httpx.Response(307, headers={"Location": "https://cdn.example/b"}),
    )
    stub.reply("GET /b", lambda _: httpx.Response(200, content=next(iter(stub.blobs.values()))))
    assert anyio.run(stub.client().labels, REPOSITORY, digest) == {"a": "1"}
    assert stub.sent[-1].url.host == "cdn.example"
    assert "Authorization" not in stub.sent[-1].headers


@pytest.mark.parametrize("form", [PASSWORD, BASIC, BASIC.removeprefix("Basic "), quote(PASSWORD, safe=""), TOKEN])
@pytest.mark.parametrize("before", [0, 290])
def test_what_a_registry_repeats_of_the_credential_is_masked(form: str, before: int) -> None:
    def repeated(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, json={"header": "." * before + form})

    stub = RegistryStub().reply("GET manifests/1.2.0", httpx.Response(401, headers=CHALLENGE), *[repeated] * 9)
    text = refused(stub) + "".join(stub.log)
    secret = form.removeprefix("Basic ")
    assert not any(secret[at : at + 8] in text for at in range(len(secret) - 7))
    assert "***" in text or before

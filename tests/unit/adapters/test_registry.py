"""The registry adapter: its errors, and registries that send no digest; a real registry tests the rest."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import anyio
import pytest
import requests
from dxf.exceptions import DXFUnauthorizedError

from ci.adapters.registry import DxfRegistry, _is_transient
from ci.core.references import Reference
from ci.errors import Problem

PASSWORD = "stand-in-of-a-token"


def http_error(status: int, text: str = "", reason: str = "") -> requests.HTTPError:
    response = requests.Response()
    response.status_code, response.reason = status, reason
    response._content = text.encode()
    return requests.HTTPError(f"{status} for a url", response=response)


def problem_of(error: Exception, password: str = PASSWORD) -> Problem:
    return DxfRegistry("somebody", password)._problem("Reading failed", "registry.example/o/app", error)


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        *((http_error(status), True) for status in (408, 429, 500, 502, 503, 504)),
        *((http_error(status), False) for status in (400, 401, 403, 404, 405, 413)),
        (requests.ConnectionError("connection refused"), True),
        (requests.ConnectTimeout("slow"), True),
        (requests.ReadTimeout("slow"), True),
        (requests.exceptions.ChunkedEncodingError("cut off"), True),
        (requests.exceptions.SSLError("certificate verify failed"), False),
        (requests.exceptions.InvalidURL("no host"), False),
        (DXFUnauthorizedError(), False),
        (ValueError("503"), False),
    ],
)
def test_which_errors_are_retried(error: Exception, transient: bool) -> None:  # noqa: FBT001 - a column of the table
    assert _is_transient(error) is transient


@pytest.mark.parametrize(
    "error", [DXFUnauthorizedError(), http_error(401, "no", "Unauthorized"), http_error(403, "denied", "Forbidden")]
)
@pytest.mark.parametrize(
    ("password", "message"), [(PASSWORD, "the registry token given is refused"), ("", "no registry token was given")]
)
def test_a_refusal_names_the_token_that_is_needed_and_whether_one_was_given(
    error: Exception, password: str, message: str
) -> None:
    problem = problem_of(error, password)
    assert "write:packages" in problem.expected
    assert message in problem.expected
    assert "docker login registry.example" in problem.hint
    assert PASSWORD not in str(problem)


def test_another_error_response_is_shown_with_its_status_and_body() -> None:
    problem = problem_of(http_error(500, '{"errors": [{"code": "UNKNOWN"}]}\n', "Internal Server Error"))
    assert (problem.what, problem.value) == (
        "Reading failed",
        '500 Internal Server Error {"errors": [{"code": "UNKNOWN"}]}',
    )
    assert "run the same call again" in problem.hint


def test_a_long_response_is_cut() -> None:
    assert len(problem_of(http_error(500, "<html>" * 1000, "Oops")).value) == 300


def test_an_error_without_a_message_is_shown_by_its_type() -> None:
    assert problem_of(requests.ConnectionError()).value == "ConnectionError"


@pytest.mark.parametrize(
    ("redirect", "url"),
    [("", "https://registry.example:5000/v2/"), ("127.0.0.1:5001", "http://127.0.0.1:5001/v2/")],
)
def test_only_a_rehearsal_uses_plain_http_and_it_never_sends_the_token(redirect: str, url: str) -> None:
    client = DxfRegistry("somebody", PASSWORD, redirect=redirect)._client("registry.example:5000/o/app")
    assert (client._base_url, client._repo) == (url, "o/app")
    assert (client._auth is None) == bool(redirect)


MANIFEST = b'{ "schemaVersion":2,\n "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": [] }'
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"


@contextmanager
def one_manifest_registry(methods: list[str], *, digest: str = "") -> Iterator[str]:
    """A registry with one manifest, at `host:port`; it sends the digest header only if `digest` is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            methods.append(self.command)
            there = self.path == "/v2/o/app/manifests/1.2.0"
            self.send_response(200 if there else 404)
            self.send_header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
            self.send_header("Content-Length", str(len(MANIFEST) if there else 0))
            if digest:
                self.send_header("Docker-Content-Digest", digest)
            self.end_headers()
            if there and self.command == "GET":
                self.wfile.write(MANIFEST)

        do_HEAD = do_GET  # noqa: N815 - the name http.server wants

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(timeout=30)


def test_without_a_digest_header_the_digest_is_computed_from_the_manifest() -> None:
    methods: list[str] = []
    with one_manifest_registry(methods) as host:
        registry = DxfRegistry(redirect=host)
        assert anyio.run(registry.digest, Reference("registry.example/o/app", "1.2.0")) == DIGEST
        assert anyio.run(registry.digest, Reference("registry.example/o/app", "another")) is None
    assert methods == ["HEAD", "GET", "HEAD"]


def test_with_a_digest_header_the_manifest_is_not_fetched() -> None:
    methods: list[str] = []
    with one_manifest_registry(methods, digest=DIGEST) as host:
        found = anyio.run(DxfRegistry(redirect=host).digest, Reference("registry.example/o/app", "1.2.0"))
    assert (found, methods) == (DIGEST, ["HEAD"])

"""Fetching a document by its address: over HTTP, and over TLS with an authority of the customer's own network."""

import http.server
import shutil
import ssl
import subprocess
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from programs import program

from jobs import download
from jobs.base import Message, Store

HTML = b"<title>Q3</title><p>All is well.</p>"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/report")
        else:
            self.send_response(200 if self.path.startswith("/report") else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(HTML)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield server
        server.shutdown()


def fetched(store: Store, url: str) -> dict[str, object]:
    return download.STEP.do(Message(uuid.uuid4(), {"source": url, "name": "report"}), store).data


@pytest.mark.parametrize("path", ["report", "moved"])
def test_a_document_is_fetched_with_its_media_type(
    server: http.server.ThreadingHTTPServer, tmp_path: Path, path: str
) -> None:
    store = Store(tmp_path)
    found = fetched(store, f"http://127.0.0.1:{server.server_port}/{path}")
    assert (found["media_type"], found["bytes"]) == ("text/html", len(HTML))
    assert store.get(found["file"]) == HTML


def test_an_error_response_is_not_a_document(server: http.server.ThreadingHTTPServer, tmp_path: Path) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        fetched(Store(tmp_path), f"http://127.0.0.1:{server.server_port}/nowhere")
    assert list(Store(tmp_path).files()) == []


def test_a_document_that_is_too_large_is_refused(
    server: http.server.ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "LIMIT_BYTES", len(HTML) - 1)
    with pytest.raises(ValueError, match=f"/report is larger than {len(HTML) - 1} bytes"):
        fetched(Store(tmp_path), f"http://127.0.0.1:{server.server_port}/report")


def openssl(*arguments: str | Path) -> None:
    subprocess.run([program("openssl"), *arguments], check=True, capture_output=True)


def test_only_authorities_in_the_mounted_folder_are_trusted(
    server: http.server.ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate, certs = tmp_path / "key", tmp_path / "certificate", tmp_path / "certs"
    certs.mkdir()
    openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=customer",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # a client that does not trust the server disconnects
    monkeypatch.setenv("CERTS_DIR", str(certs))
    url, store = f"https://127.0.0.1:{server.server_port}/report", Store(tmp_path / "store")
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        fetched(store, url)
    shutil.copy(certificate, certs / "customer.crt")
    assert store.get(fetched(store, url)["file"]) == HTML


def test_the_committed_example_is_a_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTS_DIR", str(Path(__file__).parents[2] / "certs"))
    subjects = [dict(pair[0] for pair in found["subject"]) for found in download.trust().get_ca_certs()]
    assert any("ustomer" in name for subject in subjects for name in subject.values())

"""Requests of a smoke to a real server on loopback: host names, cookies, bodies."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anyio
import pytest

from ci.adapters import http
from ci.adapters.http import HttpServiceControl, HttpxClient
from ci.core.smoke.step_check import ActionResult
from ci.core.smoke.step_request import Request
from ci.errors import SmokeError

pytestmark = pytest.mark.integration


class Echo(BaseHTTPRequestHandler):
    """Responds with the request, and counts a session's requests in a cookie."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        before = (self.headers.get("Cookie") or "n=0").partition("n=")[2]
        self.send_response(201)
        self.send_header("Set-Cookie", f"n={int(before) + 1}; Path=/")
        self.end_headers()
        parts = [self.command, self.path, self.headers["Host"], self.headers.get("X-A", ""), before, body]
        self.wfile.write("|".join(parts).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def send(client: HttpxClient, port: int, **more: Any) -> ActionResult:
    return anyio.run(client.send, Request("web", port, "POST", "/a/", **more), "127.0.0.1", 5)


def test_a_request_goes_to_the_address_with_the_service_s_name_as_host(port: int) -> None:
    assert send(HttpxClient(), port, headers={"X-A": "b"}) == ActionResult(201, f"POST|/a/|web:{port}|b|0|")


def test_each_kind_of_body(port: int) -> None:
    assert send(HttpxClient(), port, json={"a": 1}).output.endswith('|{"a":1}')
    assert send(HttpxClient(), port, form={"a": "b c"}).output.endswith("|a=b+c")
    file = send(HttpxClient(), port, file={"field": "f", "name": "n.md", "content": "# T\n"}).output
    assert 'name="f"; filename="n.md"' in file
    assert "# T\n" in file


def test_only_requests_of_one_session_share_cookies(port: int) -> None:
    client = HttpxClient()
    counts = [send(client, port, session=session).output.split("|")[4] for session in ("a", "a", "b", "", "", "a")]
    assert counts == ["0", "1", "0", "0", "0", "2"]
    assert (client.cookie("a", "n"), client.cookie("b", "n"), client.cookie("", "n"), client.cookie("a", "x")) == (
        "3",
        "1",
        None,
        None,
    )


def test_a_missing_response_is_a_result_with_an_error(port: int) -> None:
    result = anyio.run(HttpxClient().send, Request("web", 1, "GET", "/"), "127.0.0.1", 5)
    assert "no response from `web` on port 1" in result.error
    assert port


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a server that accepts connections and never responds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_supervisor_that_does_not_respond_in_time_may_have_done_what_it_was_asked_to(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_RESPONSE_SECONDS", 0.05)
    with pytest.raises(SmokeError, match="whether it did as asked is unknown") as raised:
        anyio.run(HttpServiceControl(silent, "token", "127.0.0.1").memory)
    assert raised.value.problems[0].value == f"{silent}/memory: no response after 0.05 s"


def test_a_stop_may_take_its_grace_period_and_as_long_as_any_command(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_RESPONSE_SECONDS", 0.01)
    monkeypatch.setattr(http, "_COMMAND_SECONDS", 0.02)

    async def stopped() -> str:
        control = HttpServiceControl(silent, "token", "127.0.0.1")
        with pytest.raises(SmokeError):
            await control.run({"stop_grace_seconds": 0.07})
        with pytest.raises(SmokeError) as raised:
            await control.stop()
        return raised.value.problems[0].value

    assert anyio.run(stopped).endswith("/stop: no response after 0.1 s")


def test_a_container_that_has_ended_does_not_respond() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(SmokeError, match="its container has ended"):
        anyio.run(HttpServiceControl(url, "token", "127.0.0.1").memory)

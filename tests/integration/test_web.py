"""The web of a smoke against a real server on loopback: names, cookies, bodies."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anyio
import pytest

from ci.adapters.http import HttpWeb
from ci.core.smoke.steps import Answer, Request

pytestmark = pytest.mark.integration


class Echo(BaseHTTPRequestHandler):
    """Says what it was asked, and counts a session's requests in a cookie."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        before = (self.headers.get("Cookie") or "n=0").partition("n=")[2]
        self.send_response(201)
        self.send_header("Set-Cookie", f"n={int(before) + 1}; Path=/")
        self.end_headers()
        told = [self.command, self.path, self.headers["Host"], self.headers.get("X-A", ""), before, body]
        self.wfile.write("|".join(told).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def ask(web: HttpWeb, port: int, **more: Any) -> Answer:
    return anyio.run(web.ask, Request("web", port, "POST", "/a/", **more), "127.0.0.1", 5)


def test_a_request_goes_to_the_address_under_the_service_s_name(port: int) -> None:
    assert ask(HttpWeb(), port, headers={"X-A": "b"}) == Answer(201, f"POST|/a/|web:{port}|b|0|")


def test_each_kind_of_body(port: int) -> None:
    assert ask(HttpWeb(), port, json={"a": 1}).text.endswith('|{"a":1}')
    assert ask(HttpWeb(), port, form={"a": "b c"}).text.endswith("|a=b+c")
    file = ask(HttpWeb(), port, file={"field": "f", "name": "n.md", "content": "# T\n"}).text
    assert 'name="f"; filename="n.md"' in file
    assert "# T\n" in file


def test_requests_of_one_session_share_their_cookies_and_no_others_do(port: int) -> None:
    web = HttpWeb()
    counts = [ask(web, port, session=session).text.split("|")[4] for session in ("a", "a", "b", "", "", "a")]
    assert counts == ["0", "1", "0", "0", "0", "2"]
    assert (web.cookie("a", "n"), web.cookie("b", "n"), web.cookie("", "n"), web.cookie("a", "x")) == (
        "3",
        "1",
        None,
        None,
    )


def test_nobody_there_is_an_answer(port: int) -> None:
    answer = anyio.run(HttpWeb().ask, Request("web", 1, "GET", "/"), "127.0.0.1", 5)
    assert "no answer from `web` on port 1" in answer.error
    assert port

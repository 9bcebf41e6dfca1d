"""A message is sent by apprise to a server of this machine; what goes wrong fails nothing and shows no URL."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import anyio
import pytest

from ci.adapters.notify import check_url, send
from ci.core.release.notification import Message
from ci.errors import ConfigurationError

DONE = Message("Release 1.2.0 of Shop: done", "plan version 2.0\n- **a** \\n <b>", ok=True)
RECEIVED: list[dict[str, str]] = []


class Webhook(BaseHTTPRequestHandler):
    """A webhook that takes messages under /ok and refuses all others with the URL in its response."""

    def do_POST(self) -> None:
        RECEIVED.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200 if self.path == "/ok" else 500)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    RECEIVED.clear()
    with HTTPServer(("127.0.0.1", 0), Webhook) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("message", [DONE, Message("Release: FAILED", "x", ok=False)])
def test_a_message_is_sent_once_as_it_is(address: str, message: Message) -> None:
    assert anyio.run(send, message, f"{address}/ok\n") == ""  # a file:// secret ends with a line break
    (received,) = RECEIVED
    assert (received["title"], received["message"]) == (message.title, message.body)
    assert received["type"] == ("success" if message.ok else "failure")


def test_what_prevents_a_message_is_told_without_its_url(
    address: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        refused = anyio.run(send, DONE, f"{address}/hunter2")
        unreachable = anyio.run(send, DONE, "json://127.0.0.1:1/hunter2?cto=1&rto=1")
    assert refused == unreachable == "its service refused the message, or can't be reached"
    assert len(RECEIVED) == 1
    apprise = "".join(record.getMessage() for record in caplog.records if record.name.startswith("apprise"))
    out, err = capfd.readouterr()
    assert "hunter2" not in apprise + out + err


@pytest.mark.parametrize("url", ["", "hunter2", "slack://hunter2", "https://hunter2.example/x\x00"])
def test_what_is_no_url_of_a_service_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_url(url)
    assert "The URL to notify" in str(caught.value)
    assert "hunter2" not in str(caught.value)

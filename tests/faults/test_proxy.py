"""The proxy of the fault harness: each kind of fault as a client sees it, and as the upstream does."""

import hashlib
import http.client
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from docker_registry import certify
from faults import script
from faults.proxy import Proxy
from faults.script import HUGE, Fault, Kind, Response

SOON = 0.3
"""Seconds after which a client of these tests gives up."""


@contextmanager
def proxied(*faults: Fault, events: dict[str, threading.Event] | None = None) -> Iterator[tuple[Proxy, list[str]]]:
    """A proxy in front of a server that answers with what it was asked, and notes each request."""
    seen: list[str] = []

    class Upstream(BaseHTTPRequestHandler):
        def answer(self) -> None:
            seen.append(f"{self.command} {self.path}")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.dumps([self.command, self.path, body.decode(), self.headers.get("X-Mine", "")]).encode()
            self.send_response(404 if "missing" in self.path else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Docker-Content-Digest", f"sha256:{hashlib.sha256(body).hexdigest()}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    happenings = {name: event.set for name, event in (events or {}).items()}
    try:
        with Proxy(f"127.0.0.1:{server.server_address[1]}", faults, happenings).running() as proxy:
            yield proxy, seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def get(proxy: Proxy, path: str = "/a", method: str = "GET", seconds: float = 5) -> requests.Response:
    return requests.request(method, f"http://{proxy.address}{path}", timeout=seconds, allow_redirects=False)


def test_without_a_fault_it_passes_on_what_it_gets() -> None:
    with proxied() as (proxy, seen):
        answer = requests.put(f"http://{proxy.address}/a?b=c", data=b"text", headers={"X-Mine": "kept"}, timeout=5)
        assert answer.json() == ["PUT", "/a?b=c", "text", "kept"]
        assert answer.headers["Content-Type"] == "application/json"
        length = get(proxy, method="HEAD").headers["Content-Length"]
        assert int(length) == len(get(proxy, method="GET").content) + 1
        chunks = requests.post(f"http://{proxy.address}/a", data=iter([b"te", b"xt"]), timeout=5)
        assert chunks.json()[2] == "text"
    assert seen == ["PUT /a?b=c", "HEAD /a", "GET /a", "POST /a"]
    assert [(one.method, one.status, one.acted) for one in proxy.exchanges[:2]] == [
        ("PUT", 200, True),
        ("HEAD", 200, True),
    ]


def test_a_fault_meets_the_requests_that_it_names_and_no_other() -> None:
    with proxied(script.status(503).at("GET", r"/b$", first=2, times=2)) as (proxy, seen):
        assert [get(proxy, "/b").status_code for _ in range(5)] == [200, 503, 503, 200, 200]
        assert get(proxy, "/b", "POST").status_code == 200
        assert get(proxy, "/bb/").status_code == 200
        assert len(seen) == 5
        proxy.script([script.status(500).at("", "", times=0)])
        assert [get(proxy, "/b").status_code for _ in range(3)] == [500, 500, 500]


def test_an_answer_of_its_own_does_not_reach_the_upstream_unless_it_comes_after() -> None:
    early, late = script.status(502).at("GET", "/early"), script.status(502, after=True).at("GET", "/late")
    with proxied(early, late) as (proxy, seen):
        assert get(proxy, "/early").status_code == 502
        assert get(proxy, "/late").status_code == 502
        assert seen == ["GET /late"]
        assert [one.acted for one in proxy.exchanges] == [False, True]
        assert proxy.reached("GET", "/") == [proxy.exchanges[1]]


def test_what_the_upstream_refused_was_not_done() -> None:
    with proxied() as (proxy, _):
        assert get(proxy, "/missing").status_code == 404
        assert not proxy.exchanges[0].acted


@pytest.mark.parametrize("after", [False, True])
def test_a_reset(*, after: bool) -> None:
    with proxied(Fault(kind=Kind.RESET, after=after)) as (proxy, seen):
        with pytest.raises(requests.ConnectionError, match="reset"):
            get(proxy)
        assert seen == ["GET /a"] * after


def test_a_lost_response() -> None:
    with proxied(Fault(kind=Kind.LOST)) as (proxy, seen):
        with pytest.raises(requests.ConnectionError, match="closed connection without response"):
            get(proxy)
        assert seen == ["GET /a"]
        assert proxy.exchanges[0].status == 0


def test_the_end_in_the_middle() -> None:
    with proxied(Fault(kind=Kind.EOF)) as (proxy, seen):
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
            get(proxy)
        assert seen == ["GET /a"]
        connection = http.client.HTTPConnection(proxy.address, timeout=5)
        proxy.script([Fault(kind=Kind.EOF)])
        connection.request("HEAD", "/a")
        assert connection.getresponse().getheader("Connection") is None  # cut off among the headers
        connection.close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_drip_goes_on_for_longer_than_a_client_waits_between_two_bytes(method: str) -> None:
    ended = threading.Event()

    def client() -> None:
        with suppress(requests.exceptions.RequestException):  # requests takes headers that are cut off for all of them
            get(proxy, method=method, seconds=SOON)
        ended.set()

    with proxied(Fault(kind=Kind.DRIP)) as (proxy, seen):
        thread = threading.Thread(target=client)
        thread.start()
        assert not ended.wait(3 * SOON)
        assert seen == [f"{method} /a"]
    thread.join()
    assert ended.is_set()


@pytest.mark.parametrize("after", [False, True])
def test_a_hang_ends_when_the_client_goes_away(*, after: bool) -> None:
    with proxied(Fault(kind=Kind.HANG, after=after)) as (proxy, seen):
        with pytest.raises(requests.Timeout):
            get(proxy, seconds=SOON)
        assert proxy.exchanges[0].ended.wait(SOON)
        assert seen == ["GET /a"] * after


def test_a_hang_ends_when_the_proxy_is_closed() -> None:
    def client() -> None:
        with pytest.raises(requests.ConnectionError):
            get(proxy)

    begun = time.monotonic()
    with proxied(Fault(kind=Kind.HANG)) as (proxy, _):
        thread = threading.Thread(target=client)
        thread.start()
        while not proxy.exchanges:
            time.sleep(0.01)
    thread.join()
    assert time.monotonic() - begun < 3


def test_a_request_is_held_back_until_another_was_answered() -> None:
    with proxied(Fault(kind=Kind.HOLD, method="PUT", until=("GET", "/b"))) as (proxy, seen):
        held = threading.Thread(target=get, args=(proxy, "/a", "PUT"))
        held.start()
        while not proxy.exchanges:
            time.sleep(0.01)
        get(proxy, "/b")
        held.join()
    assert seen == ["GET /b", "PUT /a"]


def test_a_request_is_sent_twice() -> None:
    with proxied(Fault(kind=Kind.TWICE)) as (proxy, seen):
        assert get(proxy).status_code == 200
        assert len(proxy.exchanges[0].upstream) == 2
    assert seen == ["GET /a", "GET /a"]


@pytest.mark.parametrize("after", [False, True])
def test_an_event_happens_before_or_after_the_upstream_acts(*, after: bool) -> None:
    event = threading.Event()
    with proxied(Fault(kind=Kind.PASS, event="push", after=after), events={"push": event}) as (proxy, seen):
        happened_first = []
        proxy.events["push"] = lambda: happened_first.append(not seen)
        assert get(proxy).status_code == 200
        assert happened_first == [not after]


def test_an_error_of_an_event_is_raised_when_the_proxy_is_closed() -> None:
    with pytest.raises(KeyError, match="unknown"), proxied(Fault(kind=Kind.PASS, event="unknown")) as (proxy, _):
        assert get(proxy).status_code == 200


def test_edited_responses() -> None:
    faults = [
        script.wrong_digest().at("GET", "/digest"),
        script.wrong_body().at("GET", "/body"),
        script.truncated().at("GET", "/truncated"),
        script.without("Content-Type").at("GET", "/type"),
    ]
    with proxied(*faults) as (proxy, seen):
        digest, body, truncated, bare = (get(proxy, f"/{name}") for name in ("digest", "body", "truncated", "type"))
        assert digest.headers["Docker-Content-Digest"] == "sha256:" + "0" * 64
        assert body.headers["Docker-Content-Digest"] != f"sha256:{hashlib.sha256(body.content).hexdigest()}"
        assert truncated.text == '["GET", "/trun'
        assert "Content-Type" not in bare.headers
        assert len(seen) == 4


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (script.captive_portal(), Response(200, (("Content-Type", "text/html"),))),
        (script.denied(), Response(403)),
        (script.no_challenge(), Response(401)),
        (script.challenge(), Response(401, (("WWW-Authenticate", "Bearer realm"),))),
        (script.token(b"{}"), Response(200, (), b"{}")),
        (script.circle(), Response(307, (("Location", "/a"),))),
        (script.retry_after("7"), Response(429, (("Retry-After", "7"),))),
        (script.huge(), Response(500, (), b"x" * HUGE)),
    ],
    ids=["captive portal", "denied", "no challenge", "challenge", "no token", "circle", "retry after", "huge"],
)
def test_answers_that_a_registry_gives_when_it_is_not_well(fault: Fault, expected: Response) -> None:
    with proxied(fault) as (proxy, seen):
        answer = get(proxy)
        assert answer.status_code == expected.status
        assert all(answer.headers[name].startswith(value) for name, value in expected.headers)
        assert expected.body in (b"", answer.content)
        assert ("WWW-Authenticate" in answer.headers) == bool(expected.header("WWW-Authenticate"))
        assert seen == []


def test_it_speaks_https_with_a_certificate(tmp_path: Path) -> None:
    certify(tmp_path)
    faults: Sequence[Fault] = [script.status(418)]
    with Proxy("127.0.0.1:9", faults, certificate=tmp_path).running() as proxy:
        answer = requests.get(f"https://{proxy.address}/", timeout=5, verify=str(tmp_path / "cert.pem"))
        assert answer.status_code == 418

"""A proxy on loopback, between a client and a real server, that carries out a script of faults and keeps a record.

One thread a request, one request a connection. Nothing lasts longer than `PATIENCE`: a hang or a drip ends when the
client goes away, when the proxy is closed, or then.
"""

import http.client
import select
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from faults.script import PROXY, SAME, Fault, Kind, Response

from ci.simulation.registry_faults import Script

PATIENCE = 20.0
"""Seconds that anything in the proxy lasts at most."""
_TICK = 0.02
_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "te", "upgrade"})
"""Headers of one connection, and the length, which the proxy counts itself."""


class _DroppedError(Exception):
    """The connection ends here."""


@dataclass
class Exchange:
    """A request and what came of it."""

    method: str
    path: str
    body: bytes = b""
    fault: Fault | None = None
    upstream: list[Response] = field(default_factory=list)
    """The responses of the upstream: none if it was not reached, two if the request was sent twice."""
    status: int = 0
    """The status that the client got; 0 where it got no complete response."""
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def acted(self) -> bool:
        """Whether the upstream got the request, and took it."""
        return any(response.status < http.client.BAD_REQUEST for response in self.upstream)


class Proxy:
    """Passes requests on to `upstream` (`host:port`), but for those that the script's faults meet.

    `events` are what a fault may cause beside itself, by name; an error of one is raised when the proxy is closed.
    """

    def __init__(
        self,
        upstream: str,
        faults: Sequence[Fault] = (),
        events: Mapping[str, Callable[[], None]] | None = None,
        *,
        certificate: Path | None = None,
    ) -> None:
        self.upstream, self.events = upstream, dict(events or {})
        self.exchanges: list[Exchange] = []
        self.errors: list[BaseException] = []
        self.closed = threading.Event()
        self._lock = threading.Lock()
        self.script(faults)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self.secure = certificate is not None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    def script(self, faults: Sequence[Fault]) -> None:
        """Replace the script; counting begins anew."""
        with self._lock:
            self._script = Script(faults)

    @property
    def unmet(self) -> bool:
        """Whether the script has faults, and no request has met any of them."""
        with self._lock:
            return self._script.unmet

    def cut(self) -> None:
        """Reset every connection from now on, as if the client's machine had stopped; wait for requests under way."""
        self.script([Fault(kind=Kind.RESET, times=0)])
        for one in [*self.exchanges]:
            one.ended.wait(10 * _TICK)

    def claim(self, method: str, path: str) -> Fault | None:
        """The fault that a request meets; see `Script`."""
        with self._lock:
            return self._script.claim(method, path)

    def reached(self, method: str, path: str) -> list[Exchange]:
        """The exchanges that the upstream took, by their method and a regular expression of their path."""
        matching = Fault(method=method, path=path)
        return [one for one in self.exchanges if one.acted and matching.meets(one.method, one.path)]

    def wait_for(self, method: str, path: str) -> None:
        """Wait until a request was answered, for as long as `PATIENCE` and the proxy last."""
        matching, end = Fault(method=method, path=path), time.monotonic() + PATIENCE
        while time.monotonic() < end and not self.closed.wait(_TICK):
            if any(one.ended.is_set() and matching.meets(one.method, one.path) for one in [*self.exchanges]):
                return

    def happen(self, event: str) -> None:
        """Cause an event, where one is named."""
        if event:
            try:
                self.events[event]()
            except BaseException as error:  # noqa: BLE001 - it belongs to the test, not to this thread
                self.errors.append(error)

    def forward(self, exchange: Exchange, headers: Mapping[str, str]) -> Response:
        """Send a request to the upstream."""
        connection = http.client.HTTPConnection(self.upstream, timeout=PATIENCE)
        try:
            proto = {"X-Forwarded-Proto": "https"} if self.secure else {}
            connection.request(exchange.method, exchange.path, exchange.body, {**headers, **proto})
            got = connection.getresponse()
            response = Response(got.status, tuple(got.getheaders()), got.read())
        finally:
            connection.close()
        exchange.upstream.append(response)
        return response

    @contextmanager
    def running(self) -> Iterator["Proxy"]:
        """Serve until the end of the block; then raise the first error of an event or of the proxy itself."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": _TICK}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.closed.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()
            for one in [*self.exchanges]:
                one.ended.wait(1)
        if self.errors:
            raise self.errors[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    proxy: Proxy

    def shutdown_request(self, request: Any) -> None:
        self.close_request(request)  # without a shutdown first, which would turn a reset into an end

    def handle_error(self, _: object, __: object) -> None:
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):  # a client that went away
            self.proxy.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    """Serves one request, and closes the connection."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        self.close_connection = True
        exchange = Exchange(self.command, self.path, self._body())
        exchange.fault = self.server.proxy.claim(self.command, self.path)
        self.server.proxy.exchanges.append(exchange)
        try:
            self._carry_out(exchange, exchange.fault or Fault(kind=Kind.PASS))
        except _DroppedError:
            pass
        finally:
            exchange.ended.set()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names

    def _carry_out(self, exchange: Exchange, fault: Fault) -> None:
        proxy = self.server.proxy
        if not fault.after:
            proxy.happen(fault.event)
        if fault.kind is Kind.HOLD:
            proxy.wait_for(*fault.until)
        response = self._upstream(exchange) if fault.reaches else fault.response
        if fault.kind is Kind.TWICE:
            response = self._upstream(exchange)
        if fault.after:
            proxy.happen(fault.event)
        self._reply(exchange, fault, response)

    def _reply(self, exchange: Exchange, fault: Fault, response: Response) -> None:
        match fault.kind:
            case Kind.PASS | Kind.HOLD | Kind.TWICE:
                self._send(exchange, response)
            case Kind.ANSWER:
                self._send(exchange, fault.response)
            case Kind.EDIT:
                self._send(exchange, fault.edit(response) if fault.edit else response)
            case Kind.EOF:
                self.wfile.write(self._bytes(response, half=True))
            case Kind.DRIP:
                self._drip()
            case Kind.HANG:
                self._wait(PATIENCE)
            case Kind.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case Kind.LOST:
                pass

    def _upstream(self, exchange: Exchange) -> Response:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        return self.server.proxy.forward(exchange, {**headers, "Content-Length": str(len(exchange.body))})

    def _send(self, exchange: Exchange, response: Response) -> None:
        self.wfile.write(self._bytes(response))
        exchange.status = response.status

    def _bytes(self, response: Response, *, half: bool = False) -> bytes:
        """The response as bytes; with `half`, only the first half of its body or, without one, of its headers."""
        kept = [(name, value) for name, value in response.headers if name.lower() not in _HOP]
        length = response.header("Content-Length") if self.command == "HEAD" else str(len(response.body))
        lines = [f"HTTP/1.1 {response.status} {http.client.responses.get(response.status, '')}"]
        lines += [f"{name}: {self._here(value)}" for name, value in (*kept, ("Content-Length", length or "0"))]
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
        body = b"" if self.command == "HEAD" else response.body
        if half:
            return head + body[: len(body) // 2] if body else head[: len(head) // 2]
        return head + body

    def _here(self, value: str) -> str:
        """A header's value with the proxy's address and the request's path in place of their names in the script."""
        return value.replace(PROXY, self.server.proxy.address).replace(SAME, self.path)

    def _drip(self) -> None:
        """Send a response without end, byte by byte: its body, or one of its headers for a HEAD request."""
        begin = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
        begin += "X-Drip: " if self.command == "HEAD" else "Content-Length: 100000000\r\n\r\n"
        self.wfile.write(begin.encode())
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self._wait(_TICK)
            self.wfile.write(b"x")

    def _wait(self, seconds: float) -> None:
        """Wait, and drop the connection once the client has closed it or the proxy is closed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.server.proxy.closed.is_set() or select.select([self.connection], [], [], _TICK)[0]:
                raise _DroppedError  # the request is complete: readable means closed

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, *_: object) -> None:
        """Nothing: the record of exchanges is the log."""

"""The supervisor's HTTP server: every request is a POST of JSON with the token of the run."""

import argparse
import hmac
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import processes
from .api import respond
from .supervisor import Supervisor

TOKEN_VARIABLE = "SLIPWAY_SUPERVISOR_TOKEN"  # noqa: S105 - a variable's name
TOKEN_HEADER = "X-Slipway-Token"  # noqa: S105 - a header's name


def handler(supervisor: Supervisor, token: str) -> type[BaseHTTPRequestHandler]:
    """The class that http.server instantiates for each connection."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if not hmac.compare_digest(self.headers.get(TOKEN_HEADER, ""), token):
                self._send(403, "wrong token")
                return
            try:
                self._send(200, respond(supervisor, self.path, json.loads(body or b"{}")))
            except KeyError as error:
                self._send(404, str(error))
            except (TypeError, ValueError) as error:
                self._send(400, str(error))
            except Exception as error:  # noqa: BLE001 - the client reports it: nobody reads a supervisor's own log
                self._send(500, repr(error))

        def _send(self, status: int, value: object) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, _: str, *args: object) -> None:
            """Write nothing: the supervisor's output is the service's."""

    return Handler


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the token is removed from the environment, so the service does not get it."""
    parser = argparse.ArgumentParser(prog="supervisor", description="Runs one service of a compose product")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 in a container")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 for a free one, which is printed")
    args = parser.parse_args(argv)
    token = os.environ.pop(TOKEN_VARIABLE, "")
    if not token:
        parser.error(f"{TOKEN_VARIABLE} is not set")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    processes.adopt_orphans()
    threading.Thread(target=_reap_orphans, daemon=True).start()
    server = ThreadingHTTPServer((args.host, args.port), handler(Supervisor(), token))
    sys.stdout.write(f"supervisor listens on port {server.server_address[1]}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        processes.end_all()
    return 0


def _reap_orphans() -> None:
    while True:
        time.sleep(1)
        processes.reap()

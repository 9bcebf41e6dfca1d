"""The stand-in over HTTP: one state, one lock, and one line on stderr for each request (method, path and status)."""

import argparse
import json
import sys
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qsl, urlsplit

from .request import Request
from .routes import Response, respond
from .seed import SeedError, parse
from .state import State, initial_state
from .state_json import as_json


class Standin:
    """The current state, which one request at a time replaces."""

    def __init__(self, state: State) -> None:
        self._state, self._lock = state, Lock()

    def respond(self, request: Request) -> Response:
        """Respond to a request and keep the new state; the two paths below `/_standin/` change nothing."""
        with self._lock:
            if (request.method, request.path) == ("GET", "/_standin/health"):
                return Response(200, {"status": "ok"})
            if (request.method, request.path) == ("GET", "/_standin/state"):
                return Response(200, as_json(self._state))
            self._state, response = respond(self._state, request)
            return response


def handler(standin: Standin) -> type[BaseHTTPRequestHandler]:
    """The class that http.server instantiates for each connection."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _respond(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            response = standin.respond(Request(self.command, parts.path, dict(parse_qsl(parts.query)), token, body))
            content = json.dumps(response.body).encode()
            self.send_response(response.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _respond  # noqa: N815  (names that http.server calls)

        def log_message(self, _: str, *args: object) -> None:
            sys.stderr.write(f"{self.command} {urlsplit(self.path).path} {args[1] if len(args) > 1 else ''}\n")

    return Handler


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the arguments, print the address on stdout, and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="rehearsal", description="A stand-in Omnistrate API for omctl")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 in a container")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on; 0 for any free port")
    parser.add_argument("--seed", default="{}", help="a JSON object, or the path of a file with one (see seed.py)")
    args = parser.parse_args(argv)
    try:
        text = args.seed if args.seed.lstrip().startswith("{") else Path(args.seed).read_text(encoding="utf-8")
        standin = Standin(initial_state(parse(text)))
    except (OSError, SeedError) as error:
        parser.error(str(error))
    server = ThreadingHTTPServer((args.host, args.port), handler(standin))
    sys.stdout.write(f"listening on http://{args.host}:{server.server_address[1]}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0

"""HTTP around the routes: one world, one lock, one line on stderr for each request (method, path and status)."""

import argparse
import json
import sys
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qsl, urlsplit

from .operations import Request
from .record import state
from .routes import Reply, answer
from .seed import SeedError, parse
from .world import World, begin


class Standin:
    """The one thing that changes: the world, moved on by one request at a time."""

    def __init__(self, world: World) -> None:
        self._world, self._lock = world, Lock()

    def answer(self, request: Request) -> Reply:
        """Answer from the world as it is, and keep the world as it is then. The stand-in's own paths leave no trace."""
        with self._lock:
            if (request.method, request.path) == ("GET", "/_standin/health"):
                return Reply(200, {"status": "ok"})
            if (request.method, request.path) == ("GET", "/_standin/state"):
                return Reply(200, state(self._world))
            self._world, reply = answer(self._world, request)
            return reply


def handler(standin: Standin) -> type[BaseHTTPRequestHandler]:
    """The handler that http.server makes anew for each connection."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            reply = standin.answer(Request(self.command, parts.path, dict(parse_qsl(parts.query)), token, body))
            content = json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815  (the names http.server wants)

        def log_message(self, _: str, *args: object) -> None:
            sys.stderr.write(f"{self.command} {urlsplit(self.path).path} {args[1] if len(args) > 1 else ''}\n")

    return Handler


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the arguments, say on stdout where it listens, serve until interrupted."""
    parser = argparse.ArgumentParser(prog="rehearsal", description="A stand-in Omnistrate API for omctl")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 in a container")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on; 0 takes a free one")
    parser.add_argument(
        "--seed", default="{}", help="a JSON object, or the path of a file that holds one (see seed.py)"
    )
    args = parser.parse_args(argv)
    try:
        text = args.seed if args.seed.lstrip().startswith("{") else Path(args.seed).read_text(encoding="utf-8")
        standin = Standin(begin(parse(text)))
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

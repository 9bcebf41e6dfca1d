"""Keeps jobs in a file until they are acknowledged; every request but `GET /` needs the password."""

import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

JOBS = Path(os.environ.get("JOBS", "/tmp/jobs.json"))
LEASE_SECONDS = 2
lock = Lock()
jobs = json.loads(JOBS.read_text()) if JOBS.exists() else {}
leases = {}


def respond(method: str, path: str) -> object:
    if path.startswith("/jobs?"):
        jobs[path.partition("?")[2]] = False
        JOBS.write_text(json.dumps(jobs))
    elif path == "/next":
        for name, done in jobs.items():
            if not done and leases.get(name, 0) < time.monotonic():
                leases[name] = time.monotonic() + LEASE_SECONDS
                return {"job": name}
        return {"job": None}
    elif path.startswith("/done?"):
        jobs[path.partition("?")[2]] = True
        JOBS.write_text(json.dumps(jobs))
    return {"jobs": len(jobs), "done": sum(jobs.values())}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        allowed = self.path == "/" or self.headers.get("X-Password") == os.environ["PASSWORD"]
        with lock:
            response = respond(self.command, self.path) if allowed else "wrong password"
        self.send_response(200 if allowed else 401)
        self.end_headers()
        self.wfile.write(json.dumps(response).encode())

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


print("broker with", len(jobs), "jobs, password", os.environ["PASSWORD"])
ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()

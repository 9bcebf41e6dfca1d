"""Keeps jobs in a file until they are acknowledged; to whoever knows the password."""

import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

KEPT = Path(os.environ.get("KEPT", "/tmp/jobs.json"))
LEASE_SECONDS = 2
lock = Lock()
jobs = json.loads(KEPT.read_text()) if KEPT.exists() else {}
leases = {}


def answer(method: str, path: str) -> object:
    if path.startswith("/jobs?"):
        jobs[path.partition("?")[2]] = False
        KEPT.write_text(json.dumps(jobs))
    elif path == "/next":
        for name, done in jobs.items():
            if not done and leases.get(name, 0) < time.monotonic():
                leases[name] = time.monotonic() + LEASE_SECONDS
                return {"job": name}
        return {"job": None}
    elif path.startswith("/done?"):
        jobs[path.partition("?")[2]] = True
        KEPT.write_text(json.dumps(jobs))
    return {"jobs": len(jobs), "done": sum(jobs.values())}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        right = self.path == "/" or self.headers.get("X-Password") == os.environ["PASSWORD"]
        with lock:
            told = answer(self.command, self.path) if right else "wrong password"
        self.send_response(200 if right else 401)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


print("broker with", len(jobs), "jobs, password", os.environ["PASSWORD"])
ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()

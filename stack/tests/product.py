"""The product's programs as the images start them (commands, workers, the server), and an HTTP client."""

import http.cookiejar
import json
import os
import signal
import subprocess
import sys
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from services import HOST, Server, free_port, until

STACK = Path(__file__).resolve().parent.parent
WORKERS = (
    "ingestion_v2",
    "download",
    "parser",
    "classifier",
    "reader",
    "structured_data",
    "enrichment",
    "coordinator",
    "cleanup",
)


def environment(changes: dict[str, str | None]) -> dict[str, str]:
    """The environment of this process, set by conftest.py, with some variables changed or, if None, removed."""
    merged = os.environ | {"PYTHONPATH": str(STACK)} | changes
    return {name: value for name, value in merged.items() if value is not None}


def manage(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=STACK / "server", env=environment(changes), capture_output=True, text=True, timeout=120,
    )  # fmt: skip


class Program(Server):
    """A long-running program of the product."""

    def __init__(self, folder: Path, arguments: list[str], cwd: Path = STACK, **changes: str | None) -> None:
        super().__init__(folder)
        self._arguments, self._cwd, self._changes = arguments, cwd, changes

    def command(self) -> list[str]:
        return [sys.executable, *self._arguments]

    def environment(self) -> dict[str, str]:
        # A folder for each worker, since each has a health file.
        return environment({"TMPDIR": str(self.folder), "PYTHONUNBUFFERED": "1"} | self._changes)

    @property
    def cwd(self) -> Path:
        return self._cwd

    def output(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def said(self, text: str) -> bool:
        return text in self.output()

    def ended(self) -> int:
        """Wait for its end, and return its exit code."""
        code = self._process.wait(30)
        self.stop()
        return code

    def end(self, number: int = signal.SIGTERM) -> int:
        self.tell(number)
        return self.ended()


class Worker(Program):
    def __init__(self, folder: Path, name: str, **changes: str | None) -> None:
        super().__init__(folder, ["-m", f"jobs.{name}"], **changes)
        self.name = name

    def ready(self) -> bool:
        return self.said("connected, waiting for jobs")


class Web(Program):
    """gunicorn with the configuration of the image, except the port."""

    def __init__(self, folder: Path, **changes: str | None) -> None:
        port = free_port()
        arguments = ["-m", "gunicorn", f"--bind={HOST}:{port}", "experio.wsgi:application"]
        super().__init__(folder, arguments, STACK / "server", **changes)
        self.port = port

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]


class Visitor:
    """An HTTP client that keeps cookies and sends the CSRF token."""

    def __init__(self, url: str) -> None:
        self._url, self._cookies = url, http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def call(self, method: str, path: str, body: bytes | None = None, content_type: str = "", **headers: str) -> Answer:
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "")
        given = {"X-CSRFToken": token, **({"Content-Type": content_type} if content_type else {}), **headers}
        request = urllib.request.Request(self._url + path, body, given, method=method)
        try:
            with self._opener.open(request, timeout=20) as response:
                return Answer(response.status, json.load(response))
        except HTTPError as error:
            with error:
                return Answer(error.code, json.load(error))

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def sign_in(self, email: str, password: str) -> Answer:
        self.get("/api/session/")
        body = json.dumps({"email": email, "password": password}).encode()
        return self.call("POST", "/api/session/", body, "application/json")

    def upload(self, name: str, content: bytes) -> Answer:
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self.call("POST", "/api/documents/", body, f"multipart/form-data; boundary={boundary}")

    def finished(self, key: str, seconds: float = 60) -> dict[str, Any]:
        """Wait until the document is done or has failed, and return it."""

        def asked() -> dict[str, Any] | None:
            found = self.get(f"/api/documents/{key}/").body
            return found if found["status"] in {"done", "failed"} else None

        return until(asked, f"{key} done or failed", seconds)

"""A whole smoke with real supervisors and real processes of this machine; no engine, no image."""

import socket
from pathlib import Path

import pytest
from host_runtime import SECRET, run_smoke

from ci.core.smoke.report import SmokeReport, summary

pytestmark = pytest.mark.integration
PROGRAM = (
    "import os, http.server as h; print('with', os.environ['PW'], flush=True);"
    "h.ThreadingHTTPServer(('127.0.0.1', {port}), h.SimpleHTTPRequestHandler).serve_forever()"
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def compose() -> str:
    port = free_port()
    check = f"import urllib.request as u; u.urlopen('http://127.0.0.1:{port}')"
    return f"""\
services:
  web:
    image: none
    command: [python3, -c, "{PROGRAM.format(port=port)}"]
    environment: {{PW: "{{{{ $secrets.password }}}}"}}
    expose: [{port}]
    depends_on: {{init: {{condition: service_completed_successfully}}}}
    healthcheck: {{test: [CMD, python3, -c, "{check}"], interval: 100ms, retries: 50}}
  init: {{image: none, command: [sh, -c, "echo set up"]}}
  client:
    image: none
    command: [sleep, "1000"]
    depends_on: {{web: {{condition: service_healthy}}}}
"""


def statuses(report: SmokeReport) -> dict[str, str]:
    return {one.name: one.status for one in report.services}


def test_a_product_is_started_checked_and_removed(compose: str, tmp_path: Path) -> None:
    steps = [
        {"name": "responds", "service": "web", "http": "GET /", "expect_regex": "Directory listing"},
        {"name": "has its password", "service": "web", "exec": ["sh", "-c", "test -n $PW"], "repeat": 2},
        {"name": "stop", "service": "web", "stop": True},
        {"name": "gone", "service": "web", "http": "GET /"},
        {"name": "start", "service": "web", "start": True},
        {"name": "back", "service": "web", "http": "GET /", "retry_seconds": 5},
    ]
    report = run_smoke(tmp_path, compose, steps=steps)
    assert report.problems == ()
    assert statuses(report) == {"init": "ready", "web": "ready", "client": "ready"}
    assert [(one.name, one.outcome) for one in report.steps] == [
        ("start order", "done"),
        *((name, "skipped" if name == "gone" else "done") for name in ("responds", "has its password", "stop", "gone")),
        *(("start", "done"), ("back", "done")),
    ]
    assert next(one for one in report.services if one.name == "web").memory_bytes > 0


def test_a_service_that_does_not_stop_in_time_is_reported_with_what_to_set(tmp_path: Path) -> None:
    stubborn = """services:
  db:
    image: none
    command: [sh, -c, "trap '' TERM; while :; do sleep 0.05; done"]
    stop_grace_period: 200ms
"""
    report = run_smoke(tmp_path, stubborn, steps=[{"name": "stop", "service": "db", "stop": True}])
    text = summary(report)
    assert (
        "The step `stop` failed: `db` did not stop within its grace period, and was killed: 0.2 s after SIGTERM" in text
    )
    assert "set a longer `stop_grace_period` for `db` in the compose file, such as 0.4s" in text
    assert report.services[0].killed_after_seconds == 0.2


def test_a_failure_is_reported_without_secrets(compose: str, tmp_path: Path) -> None:
    broken = compose.replace("serve_forever()", "nothing()")
    report = run_smoke(tmp_path, broken)
    assert statuses(report) == {"init": "ready", "web": "failed", "client": "blocked"}
    text = summary(report)
    assert "`web` ended with exit code 1" in text
    assert "AttributeError: 'ThreadingHTTPServer' object has no attribute 'nothing'" in text
    assert "with ***" in text
    assert SECRET not in text

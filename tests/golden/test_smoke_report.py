"""The report of a smoke as whole documents, for people and for machines."""

import json
from typing import Any

import pytest
from golden.goldens import HERE, assert_matches
from smoke_fakes import Trial

from ci.core.smoke.report import MIB, SmokeReport, as_json, summary
from ci.core.smoke.step_check import ActionResult

PASSING = """\
  web: {image: "r.example/web:sha-1 checked", privileged: true, depends_on: [job]}
  job: {image: "r.example/job:sha-1", depends_on: {db: {condition: service_healthy}}}
  db: {image: "postgres:17 checked", environment: {PASSWORD: "{{ $secrets.db }}"}, mem_limit: 64M}"""
FAILING = f"""\
{PASSING}
  mail: {{image: "r.example/mail:sha-1", depends_on: {{broken: {{condition: service_healthy}}}}}}
  broken: {{image: "r.example/broken:sha-1 checked", restart: always}}
  debug: {{image: busybox, profiles: [debug]}}"""
STEPS = (
    {"name": "healthy", "service": "web", "http": "GET /", "expect_json": {"status": "ok"}},
    {"name": "migrates twice", "service": "web", "exec": ["migrate"], "repeat": 2},
    {"name": "shows the password", "service": "db", "exec": ["env"], "expect_regex": "^nothing"},
    {"name": "mails", "service": "mail", "http": "GET /"},
)


def report(case: str) -> SmokeReport:
    behaviour: dict[str, dict[str, Any]] = {
        "job": {"exit_code": 0},
        "broken": {"healthy": False},
        "db": {"results": [ActionResult(0, "PASSWORD=secret-db")], "memory_bytes": 96 * MIB},
    }
    response = ActionResult(200, '{"status": "ok"}')
    if case == "smoke_passed":
        return Trial(PASSING, response, **behaviour).run(*STEPS[:2])
    return Trial(FAILING, response, **behaviour).run(*STEPS)


@pytest.mark.parametrize("case", ["smoke_passed", "smoke_failed"])
def test_the_summary_is_the_expected_document(case: str, pytestconfig: pytest.Config) -> None:
    text = summary(report(case))
    assert "secret-db" not in text
    assert_matches(HERE / "reports" / f"{case}_summary.txt", text, pytestconfig)


@pytest.mark.parametrize("case", ["smoke_passed", "smoke_failed"])
def test_the_json_is_the_expected_document(case: str, pytestconfig: pytest.Config) -> None:
    text = json.dumps(as_json(report(case)), indent=2) + "\n"
    assert "secret-db" not in text
    assert_matches(HERE / "reports" / f"{case}_report.json", text, pytestconfig)

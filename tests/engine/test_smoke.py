"""The smoke of a small product on an engine: it passes, and fails with the cause for each way to break it."""

import json
import shutil
import uuid
from pathlib import Path

import pytest
from engine.calls import Dagger

pytestmark = pytest.mark.engine
GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
COMPOSE = "docker-compose.yaml"


@pytest.fixture
def smoked(tmp_path: Path) -> Path:
    made = tmp_path / "smoked"
    shutil.copytree(Path(__file__).parent / "smoked", made)
    return made


def change(product: Path, *changes: tuple[str, str], file: str = COMPOSE) -> None:
    text = (product / file).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (product / file).write_text(text)


def passed(dagger: Dagger, product: Path, *more: str) -> dict[str, object]:
    report = product.parent / "smoke.json"
    call = ("call", "smoke", "--source", str(product), "--sha", GIT_SHA, *more)
    done = dagger(*call, "report", "export", "--path", str(report))
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, object] = json.loads(report.read_text())
    return found


def failed(dagger: Dagger, product: Path, *more: str) -> str:
    """The error of a smoke that fails."""
    done = dagger("call", "smoke", "--source", str(product), "--sha", GIT_SHA, *more, "summary")
    assert done.returncode != 0
    return done.stderr.rpartition("\nError: ")[2]


def returned(dagger: Dagger, product: Path) -> dict[str, object]:
    """The exported report of a smoke that fails."""
    folder = product.parent / "files"
    call = ("call", "smoke", "--source", str(product), "--sha", GIT_SHA, "--return-failed")
    done = dagger(*call, "files", "export", "--path", str(folder))
    assert done.returncode == 0, done.stderr[-4000:]
    assert (folder / "exit-code").read_text() == "1\n"
    report: dict[str, object] = json.loads((folder / "smoke.json").read_text())
    assert not report["ok"]
    return report


def results(report: object, key: str, what: str) -> list[tuple[object, object]]:
    assert isinstance(report, dict)
    return [(one["name"], one[what]) for one in report[key]]


def test_a_product_passes_and_loses_nothing_when_its_broker_stops(dagger: Dagger, smoked: Path) -> None:
    report = passed(dagger, smoked)
    assert {status for _, status in results(report, "services", "status")} == {"ready"}
    assert [name for name, outcome in results(report, "steps", "outcome") if outcome == "done"] == [
        "start order",
        "the first job is done",
        "jobs go in",
        "the broker stops",
        "no response without the broker",
        "the broker starts",
        "nothing was lost",
    ]
    assert report["notes"] == []


def test_the_core_is_started_with_its_dependencies_alone(dagger: Dagger, smoked: Path) -> None:
    report = passed(dagger, smoked, "--scope", "core")
    assert [name for name, _ in results(report, "services", "status")] == ["broker", "init"]
    assert ("nothing was lost", "skipped") in results(report, "steps", "outcome")


def test_a_broker_that_loses_jobs(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ('"/tmp/jobs.json"', '"/dev/null"'), ("JOBS.exists()", "JOBS.is_file()"), file="programs/broker.py")
    error = failed(dagger, smoked)
    assert "The step `nothing was lost` failed: jobs is 0, not 6" in error


def test_volumes_are_fresh_unless_they_are_kept(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ('product_name = "Smoked"', f'product_name = "Kept {uuid.uuid4().hex}"'), file="pyproject.toml")
    for _ in range(2):
        passed(dagger, smoked)  # each begins with no job at all
    passed(dagger, smoked, "--keep-volumes")
    assert "jobs is 6, not 1" in failed(dagger, smoked, "--keep-volumes")


def test_a_wrong_password(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ('PASSWORD: "{{ $secrets.brokerPassword }}"\n      GREETING', "PASSWORD: guessed\n      GREETING"))
    error = failed(dagger, smoked)
    assert "`init` ended with exit code 1, after 2 restart(s)" in error
    assert 'the broker refuses: "wrong password"' in error
    assert "blocked      worker  waits for `init`" in error


def test_a_missing_variable(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ("      GREETING: hello\n", ""))
    error = failed(dagger, smoked)
    assert "`worker` restarts again and again, last with exit code 1" in error
    assert "KeyError: 'GREETING'" in error


def test_a_worker_that_crashes_at_start(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ("python -u /programs/worker.py", "sh -c 'echo no such model >&2; exit 7'"))
    error = failed(dagger, smoked)
    assert "`worker` restarts again and again, last with exit code 7, after 3 restart(s)" in error
    assert "no such model" in error


def test_a_health_check_that_never_passes(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ('"http://127.0.0.1:8080/"', '"http://127.0.0.1:8081/"'), ("retries: 20", "retries: 3"))
    error = failed(dagger, smoked)
    assert "`broker` is unhealthy: 3 health checks failed; output of the health check:" in error
    assert "Connection refused" in error
    assert "broker with 0 jobs, password ***" in error  # the end of its log, and no secret in it


def test_an_image_that_is_not_available(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ("  extra:\n    image: python:3.11-slim", "  extra:\n    image: ghcr.io/slipway-tests/none:1"))
    error = failed(dagger, smoked)
    assert "The image of extra is not available: ghcr.io/slipway-tests/none:1" in error
    assert 'below [tool.slipway.smoke.images]: extra = "…"' in error
    with (smoked / "pyproject.toml").open("a") as file:
        file.write('\n[tool.slipway.smoke.images]\nextra = "python:3.11-slim"\n')
    passed(dagger, smoked)


def test_problems_of_the_file_are_reported_before_a_container_starts(dagger: Dagger, smoked: Path) -> None:
    more = "    depends_on: [worker]\n    ports: ['8080:1']\n"
    change(
        smoked,
        ("    command: [sleep, infinity]\n", f"    command: [sleep, infinity]\n{more}"),
        ("hostname: broker\n", "hostname: broker\n    depends_on: [extra]\n"),
        ("GREETING: hello", "GREETING: $$GREETING ${UNSET} {{ $sys.id }}"),
    )
    error = failed(dagger, smoked)
    assert "Services depend on each other in a cycle, and none can start: broker → extra → worker → broker" in error
    assert "Port 8080/tcp of the host is published twice: by `broker` and by `extra`" in error
    assert "No value for the variable `UNSET`" in error
    assert "No value for the Omnistrate expression `sys.id`" in error
    assert "depends on `extra`, directly or not, which is non-critical" in error
    assert "Smoke of" not in error
    report = returned(dagger, smoked)
    assert "Services depend on each other in a cycle" in str(report["problems"])


def test_a_rehearsal_ends_with_the_smoke_of_what_it_pushed(dagger: Dagger, product: Path, tmp_path: Path) -> None:
    call = ("call", "rehearse", "--smoke", "all", "--source", str(product), "--sha", GIT_SHA)
    done = dagger(*call, "files", "export", "--path", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr[-4000:]
    report = json.loads((tmp_path / "out" / "smoke.json").read_text())
    assert [(one["name"], one["image"].rpartition(":")[2]) for one in report["services"]] == [
        ("web", f"sha-{GIT_SHA}"),
        ("worker", f"sha-{GIT_SHA}"),
    ]
    assert "Smoke of Trial" in (tmp_path / "out" / "summary.txt").read_text()

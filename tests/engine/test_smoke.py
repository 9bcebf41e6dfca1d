"""The smoke of a small product on an engine: green, and red for each thing that breaks it, with the cause named."""

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


def green(dagger: Dagger, product: Path, *more: str) -> dict[str, object]:
    report = product.parent / "smoke.json"
    call = ("call", "smoke", "--source", str(product), "--sha", GIT_SHA, *more)
    done = dagger(*call, "report", "export", "--path", str(report))
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, object] = json.loads(report.read_text())
    return found


def red(dagger: Dagger, product: Path, *more: str) -> str:
    """What a smoke that fails says in the end."""
    done = dagger("call", "smoke", "--source", str(product), "--sha", GIT_SHA, *more, "summary")
    assert done.returncode != 0
    return done.stderr.rpartition("\nError: ")[2]


def lines(told: object, key: str) -> list[tuple[object, object]]:
    assert isinstance(told, dict)
    return [(one["name"], one["outcome"]) for one in told[key]]


def test_a_product_is_green_and_nothing_is_lost_when_its_broker_stops(dagger: Dagger, smoked: Path) -> None:
    report = green(dagger, smoked)
    assert {outcome for _, outcome in lines(report, "services")} == {"ready"}
    assert [name for name, outcome in lines(report, "steps") if outcome == "done"] == [
        "start order",
        "the first job is done",
        "jobs go in",
        "the broker stops",
        "nobody answers",
        "the broker starts",
        "nothing was lost",
    ]
    assert report["notes"] == []


def test_the_core_is_what_it_says(dagger: Dagger, smoked: Path) -> None:
    report = green(dagger, smoked, "--scope", "core")
    assert [name for name, _ in lines(report, "services")] == ["broker", "init"]
    assert ("nothing was lost", "passed over") in lines(report, "steps")


def test_a_broker_that_loses_jobs_is_found_out(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ('"/tmp/jobs.json"', '"/dev/null"'), ("KEPT.exists()", "KEPT.is_file()"), file="programs/broker.py")
    told = red(dagger, smoked)
    assert "The step `nothing was lost` failed: jobs is 0, not 6" in told


def test_volumes_are_fresh_unless_they_are_kept(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ('product_name = "Smoked"', f'product_name = "Kept {uuid.uuid4().hex}"'), file="pyproject.toml")
    for _ in range(2):
        green(dagger, smoked)  # each begins with no job at all
    green(dagger, smoked, "--keep-volumes")
    assert "jobs is 6, not 1" in red(dagger, smoked, "--keep-volumes")


def test_a_wrong_password(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ('PASSWORD: "{{ $secrets.brokerPassword }}"\n      GREETING', "PASSWORD: guessed\n      GREETING"))
    told = red(dagger, smoked)
    assert "`init` ended with exit code 1, after 2 restart(s)" in told
    assert 'the broker refuses: "wrong password"' in told
    assert "blocked     worker  waits for `init`" in told


def test_a_missing_variable(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ("      GREETING: hello\n", ""))
    told = red(dagger, smoked)
    assert "`worker` ends again and again, last with exit code 1" in told
    assert "KeyError: 'GREETING'" in told


def test_a_worker_that_crashes_at_start(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ("python -u /programs/worker.py", "sh -c 'echo no such model >&2; exit 7'"))
    told = red(dagger, smoked)
    assert "`worker` ends again and again, last with exit code 7, after 3 restart(s)" in told
    assert "no such model" in told


def test_a_health_check_that_never_passes(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ('"http://127.0.0.1:8080/"', '"http://127.0.0.1:8081/"'), ("retries: 20", "retries: 3"))
    told = red(dagger, smoked)
    assert "`broker` is unhealthy: 3 health checks failed; its health check said:" in told
    assert "Connection refused" in told
    assert "broker with 0 jobs, password ***" in told  # the end of its log, and no secret in it


def test_an_image_that_can_t_be_had(dagger: Dagger, smoked: Path) -> None:
    change(smoked, ("  extra:\n    image: python:3.11-slim", "  extra:\n    image: ghcr.io/slipway-tests/none:1"))
    told = red(dagger, smoked)
    assert "The image of extra can't be had: ghcr.io/slipway-tests/none:1" in told
    assert 'below [tool.slipway.smoke.images]: "extra" = "…"' in told
    with (smoked / "pyproject.toml").open("a") as file:
        file.write('\n[tool.slipway.smoke.images]\nextra = "python:3.11-slim"\n')
    green(dagger, smoked)


def test_what_is_wrong_with_the_file_is_told_before_a_container_starts(dagger: Dagger, smoked: Path) -> None:
    more = "    depends_on: [worker]\n    ports: ['8080:1']\n"
    change(
        smoked,
        ("    command: [sleep, infinity]\n", f"    command: [sleep, infinity]\n{more}"),
        ("hostname: broker\n", "hostname: broker\n    depends_on: [extra]\n"),
        ("GREETING: hello", "GREETING: $$GREETING ${UNSET} {{ $sys.id }}"),
    )
    told = red(dagger, smoked)
    assert "Services wait for each other in a circle, and none can start: broker → extra → worker → broker" in told
    assert "Port 8080/tcp of the host is published twice: by `broker` and by `extra`" in told
    assert "The variable `UNSET` has no value" in told
    assert "`sys.id` of Omnistrate has no value here" in told
    assert "waits for `extra`, which nobody may wait for" in told
    assert "Smoke of" not in told


def test_a_rehearsal_ends_with_the_smoke_of_what_it_pushed(dagger: Dagger, product: Path, tmp_path: Path) -> None:
    call = ("call", "rehearse", "--smoke", "all", "--source", str(product), "--sha", GIT_SHA)
    done = dagger(*call, "files", "export", "--path", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads((tmp_path / "out" / "smoke.json").read_text())
    assert [(one["name"], one["image"].rpartition(":")[2]) for one in told["services"]] == [
        ("web", f"sha-{GIT_SHA}"),
        ("worker", f"sha-{GIT_SHA}"),
    ]
    assert "Smoke of Trial" in (tmp_path / "out" / "summary.txt").read_text()

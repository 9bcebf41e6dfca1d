"""The module as its users call it, with the reference product."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from engine.calls import ROOT, Dagger
from github_events import push

pytestmark = pytest.mark.engine
GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
KEY = "env://PATH"  # any variable that exists: the call ends before it is used


def plain(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ci.cli", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_every_function_is_listed(dagger: Dagger) -> None:
    listed = dagger("functions").stdout
    names = {line.split()[0] for line in listed.splitlines() if line.strip()}
    assert {"plan", "build", "publish", "gen-compose", "release", "upgrade", "rehearse", "smoke"} <= names


def test_the_checks_pass_on_the_reference_product(dagger: Dagger) -> None:
    done = dagger("check")
    assert done.returncode == 0, done.stderr


def test_the_pinned_file_equals_that_of_the_plain_command(dagger: Dagger, tmp_path: Path) -> None:
    output = tmp_path / "pinned.yaml"
    done = dagger("call", "gen-compose", "--sha", GIT_SHA, "export", "--path", str(output))
    assert done.returncode == 0, done.stderr
    plain("gen-compose", "--sha", GIT_SHA, "--output", str(tmp_path / "plain.yaml"))
    assert output.read_bytes() == (tmp_path / "plain.yaml").read_bytes()


def test_the_plan_equals_that_of_the_plain_command_and_images_are_made_of_the_same(dagger: Dagger) -> None:
    """But for what needs an engine: the digests of base images, and what the registry has."""
    done = dagger("call", "plan", "--sha", GIT_SHA, "--explain", "--as-json")
    assert done.returncode == 0, done.stderr
    plans = [json.loads(done.stdout), json.loads(plain("plan", "--sha", GIT_SHA, "--explain", "--json"))]
    known = [[one["made_of"].pop("base image") for one in plan["images"]] for plan in plans]
    assert all(all(images.values()) for images in known[0])
    assert [image["inputs"] for image in plans[1]["images"]] == [""] * len(plans[1]["images"])
    for plan in plans:
        for image in plan["images"]:
            del image["action"], image["reasons"], image["inputs"]
    assert plans[0] == plans[1]


def test_a_release_without_credentials_names_both_and_builds_nothing(dagger: Dagger) -> None:
    done = dagger("call", "release", "--sha", GIT_SHA)
    assert done.returncode != 0
    assert "registry-token" in done.stderr
    assert "omnistrate-api-key" in done.stderr


def test_an_empty_credential_is_reported_before_any_request(dagger: Dagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_TOKEN", "")
    done = dagger("call", "publish", "--sha", GIT_SHA, "--registry-token", "env://NO_TOKEN")
    assert done.returncode != 0
    assert "The registry token is empty" in done.stderr


@pytest.mark.parametrize("version", ["latest", "preferred", "1.0,2.0"])
def test_an_upgrade_takes_one_exact_version(dagger: Dagger, version: str) -> None:
    done = dagger("call", "upgrade", "--instance", "instance-a", "--plan-version", version, "--omnistrate-api-key", KEY)
    assert done.returncode != 0
    assert "Not a plan version" in done.stderr


def test_an_error_for_the_user_is_shown_without_a_traceback(dagger: Dagger) -> None:
    done = dagger("call", "plan", "--sha", "main")
    assert done.returncode != 0
    assert "hint: give --sha $(git rev-parse HEAD)" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_event_that_is_not_released_ends_well_and_needs_no_credential(dagger: Dagger, tmp_path: Path) -> None:
    event, files = tmp_path / "event.json", tmp_path / "files"
    event.write_text(json.dumps(push("main", "feat: a cart", after=GIT_SHA)))
    arguments = ("--sha", GIT_SHA, "--registry-token", "env://NOT_SET", "--omnistrate-api-key", "env://NOT_SET")
    done = dagger("call", "release", *arguments, "--event", str(event), "files", "export", "--path", str(files))
    assert done.returncode == 0, done.stderr
    assert (files / "exit-code").read_text() == "0\n"
    assert json.loads((files / "report.json").read_text())["outcome"] == "not released"

"""The commands of the workflows with the real `dagger`, in a clone of this repository."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from engine.calls import ROOT
from github_events import push
from workflows import SECRETS, Ran, Runner, read

pytestmark = pytest.mark.engine


def released(message: str, folder: Path) -> Ran:
    """The job of release.yml for a push to `main` of the clone's commit."""
    (folder / "runner").mkdir()
    subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT, folder / "clone"], check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder / "clone", capture_output=True, text=True, check=True
    )
    git_sha, dagger = head.stdout.strip(), shutil.which("dagger")
    real = {"dagger": f'#!/bin/sh\nexec {dagger} "$@" 2>>{folder}/log\n'}
    here = Runner(
        folder / "clone",
        folder / "runner",
        event=push("main", message, after=git_sha),
        git_sha=git_sha,
        files={},
        stubs=real,
    )
    here.environment = {**os.environ, **{name: here.environment[name] for name in here.environment if name != "HOME"}}
    job = read(".github/workflows/release.yml")["jobs"]["release"]
    return here.run(job, {f"secrets.{name}": value for name, value in SECRETS.items()})


@pytest.mark.usefixtures("dagger")
def test_an_event_that_is_not_released_ends_well_with_its_reason(tmp_path: Path) -> None:
    ran = released("feat: a cart", tmp_path)
    assert (ran.code, ran.outputs) == (0, {"ok": "true", "version": "", "plan_version": ""}), ran.out
    assert ran.summary == "## Not released\n\npush to main without chore(release)\n"


@pytest.mark.usefixtures("dagger")
def test_what_ends_a_release_before_its_first_step_is_in_the_job_s_summary(tmp_path: Path) -> None:
    """The reference product is nobody's to release."""
    ran = released("chore(release): 0.1.0", tmp_path)
    assert (ran.code, ran.outputs["ok"]) == (1, "false"), ran.out
    assert "The image prefix is a placeholder" in ran.summary
    assert "::error title=Slipway::" in ran.out
    assert not [value for value in SECRETS.values() if value in ran.out + ran.summary + (tmp_path / "log").read_text()]

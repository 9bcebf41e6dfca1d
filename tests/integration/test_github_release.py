"""The step of docs/ci.md that makes a GitHub release: a valid part of release.yml, which runs with a stub of `gh`."""

import subprocess
import sys
from pathlib import Path

import pytest
from fakes import GIT_SHA
from products import shop
from ruamel.yaml import YAML
from sample_reports import good_report
from workflows import ROOT, Runner

from ci.results import release_texts

pytestmark = pytest.mark.integration
STEP = (ROOT / "docs/ci.md").read_text().split("## A GitHub release\n")[1].split("```yaml\n")[1].split("```")[0]
WORKFLOW = (ROOT / ".github/workflows/release.yml").read_text()
BEHIND = '          exit "$(cat dist/release/exit-code)"\n'
"""The last line of the step `Report`."""
GH = """#!/bin/sh
printf '%s\\n' "$*" >> "$HOME/gh-calls"
case "$1 $2" in
"release view") [ "$IS_THERE" = yes ] ;;
"release create") [ "$IS_MADE" = yes ] && cp "$9" "$HOME/notes" ;;
*) exit 2 ;;
esac
"""
VIEW = "release view v1.2.0 --json url --jq .url"
CREATE = f"release create v1.2.0 --target {GIT_SHA} --title v1.2.0 --notes-file dist/release/notes.md"
WARNING = (
    "::warning title=GitHub release::The release is done. The GitHub release v1.2.0 was not made: run this job again\n"
)


def test_the_linter_of_workflows_finds_nothing_in_the_step(tmp_path: Path) -> None:
    assert WORKFLOW.count(BEHIND) == 1
    file = tmp_path / "release.yml"
    for step, found in ((STEP, 0), (STEP.replace("hashFiles", "hashFile"), 1)):
        file.write_text(WORKFLOW.replace(BEHIND, BEHIND + step))
        done = subprocess.run(
            [Path(sys.executable).parent / "actionlint", file], capture_output=True, text=True, check=False
        )
        assert done.returncode == found, done.stdout


@pytest.mark.parametrize(
    ("is_there", "is_made", "calls", "out"),
    [
        ("yes", "yes", [VIEW], ""),
        ("no", "yes", [VIEW, CREATE], ""),
        ("no", "no", [VIEW, CREATE], WARNING),
    ],
    ids=["it exists", "it is made", "it can't be made"],
)
def test_a_github_release_is_made_once_and_a_failure_is_a_warning(
    tmp_path: Path, is_there: str, is_made: str, calls: list[str], out: str
) -> None:
    for name in ("product", "runner"):
        (tmp_path / name).mkdir()
    here = Runner(
        shop(tmp_path / "product"), tmp_path / "runner", event={}, git_sha=GIT_SHA, files={}, stubs={"gh": GH}
    )
    notes = release_texts(good_report()).files["notes.md"]
    (here.folder / "dist/release").mkdir(parents=True)
    (here.folder / "dist/release/notes.md").write_text(notes)
    (step,) = YAML(typ="safe", pure=True).load(STEP)
    done = here.shell(step["run"], {"VERSION": "1.2.0", "IS_THERE": is_there, "IS_MADE": is_made})
    assert (done.returncode, done.stdout) == (0, out), done.stderr
    assert (tmp_path / "runner/gh-calls").read_text().splitlines() == calls
    given = tmp_path / "runner/notes"
    assert (given.read_text() if given.exists() else "") == ("" if is_there == "yes" or out else notes)


def test_the_step_runs_for_releases_of_main_alone_and_no_value_is_inside_its_command() -> None:
    (step,) = YAML(typ="safe", pure=True).load(STEP)
    assert step["if"] == "github.ref == 'refs/heads/main' && hashFiles('dist/release/notes.md') != ''"
    assert "${{" not in step["run"]

"""The workflows of .github and the file for GitLab: they are valid, and their commands do what they are for.

The commands run as they are written, with a stub in place of `dagger` that takes what the module takes and exports the
files that a release makes. tests/engine/test_workflows.py runs them with the real one.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from fakes import GIT_SHA, problem
from github_events import dispatch, push
from products import shop
from programs import program
from sample_reports import failed_report, good_report
from workflows import FILES, ROOT, SECRETS, Runner, read

from ci.core.event.decide import Decision, Release, decide
from ci.core.event.read import parse_event
from ci.core.settings.events import EventSettings
from ci.results import decision_texts, failure_texts, release_texts

pytestmark = pytest.mark.integration
VALUES = {f"secrets.{name}": value for name, value in SECRETS.items()}
RELEASE = [
    *("call", "release", "--sha", GIT_SHA, "--event", "EVENT"),
    *("--registry-token", "env://GH_PAT", "--omnistrate-api-key", "env://OMNISTRATE_API_KEY"),
    *("--return-failed", "files", "export", "--path", "dist/release"),
]
PIPX = f"""#!/bin/sh
[ "$1 $2 $3 $4" = "run --spec . slipway" ] || exit 2
shift 4
exec {sys.executable} -m ci.cli "$@"
"""
needs_jq = pytest.mark.usefixtures("jq")
ENDS = {
    "done": release_texts(good_report()).files,
    "failed": release_texts(failed_report()).files,
    "refused": failure_texts([problem("no entry for 1.2.0")]).files,
    "not released": decision_texts(Decision(Release.NONE, "push to main without chore(release)"), GIT_SHA).files,
}


@pytest.fixture
def jq() -> str:
    return program("jq")


@pytest.fixture
def runner(tmp_path: Path) -> Callable[..., Runner]:
    """A runner with a checkout of the small product."""

    def made(event: object, files: Mapping[str, str] = ENDS["done"], **stubs: str) -> Runner:
        for name in ("product", "runner"):
            (tmp_path / name).mkdir()
        product, aside = shop(tmp_path / "product"), tmp_path / "runner"
        return Runner(product, aside, event=event, git_sha=GIT_SHA, files=files, stubs=stubs)

    return made


def lint(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "actionlint", *files]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_linter_of_workflows_finds_nothing_but_what_is_wrong(tmp_path: Path) -> None:
    done = lint(*FILES)
    assert (done.returncode, done.stdout) == (0, "")
    text = (ROOT / ".github/workflows/release.yml").read_text()
    wrong = tmp_path / "wrong.yml"
    for good, bad in (("queue: max", "queue: endless"), ("steps.report.outputs", "steps.reports.outputs")):
        assert good in text
        wrong.write_text(text.replace(good, bad))
        assert lint(wrong).returncode == 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_workflow_may_read_the_source_alone_and_runs_nothing_that_can_change(file: Path) -> None:
    """Actions by their commits, no right but to read, no token left in the checkout, no value inside a command."""
    workflow, text = read(file), file.read_text()
    jobs = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    assert not [job for job in jobs if "permissions" in job]
    uses = re.findall(r"(?m)uses: (.*)$", text)
    assert [one for one in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", one)] == []
    steps = [step for job in jobs for step in job["steps"]]
    assert len(uses) == sum("uses" in step for step in steps)
    checkouts = [step["with"] for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(jobs)
    assert all(one["persist-credentials"] is False for one in checkouts)
    assert [step for step in steps if "${{" in step.get("run", "")] == []


def test_an_action_has_one_version_in_all_workflows() -> None:
    pins = set(re.findall(r"uses: (.*)", "".join(file.read_text() for file in FILES)))
    assert len(pins) == len({pin.partition("@")[0] for pin in pins}) == 3


@pytest.mark.parametrize("end", ENDS)
def test_a_release_has_its_summary_outputs_annotations_and_exit_code(runner: Callable[..., Runner], end: str) -> None:
    event = push("main", "chore(release): 1.2.0", after=GIT_SHA)
    here = runner(event, ENDS[end])
    ran = here.run(read(".github/workflows/release.yml")["jobs"]["release"], VALUES)
    assert ran.calls == [[here.environment["GITHUB_EVENT_PATH"] if word == "EVENT" else word for word in RELEASE]]
    assert ran.code == int(ENDS[end]["exit-code"]), ran.out
    assert (ran.summary, ran.out) == (ENDS[end]["summary.md"], ENDS[end]["annotations.txt"])
    assert ran.outputs["ok"] == ("true" if end in {"done", "not released"} else "false")
    assert ran.outputs["version"] == ("1.2.0" if end in {"done", "failed"} else "")


def test_a_release_without_its_secrets_fails_and_reports_nothing(runner: Callable[..., Runner]) -> None:
    job = read(".github/workflows/release.yml")["jobs"]["release"]
    (step,) = [one for one in job["steps"] if one.get("name") == "Release"]
    del step["env"]["GH_PAT"]
    ran = runner(dispatch()).run(job, VALUES)
    assert ran.code
    assert "secret env var not found: env://GH_PAT" in ran.out
    assert (ran.summary, ran.outputs) == ("", {})


@needs_jq
@pytest.mark.parametrize(
    ("event", "images"),
    [
        (push("main", "chore(release): 1.2.0", after=GIT_SHA), '["web","worker","mail"]'),
        (push("main", "chore(release): 1.2.0\n\nbuild(skip-docker)", after=GIT_SHA), "[]"),
        (push("main", "feat: a cart", after=GIT_SHA), "[]"),
    ],
    ids=["full", "spec alone", "not released"],
)
def test_the_matrix_has_an_image_each_which_is_published_and_then_released(
    runner: Callable[..., Runner], event: object, images: str
) -> None:
    jobs = read(".github/workflows/release-matrix.yml")["jobs"]
    here = runner(event, pipx=PIPX)
    ran = here.run(jobs["plan"], {})
    assert (ran.code, ran.outputs["images"]) == (0, images), ran.out
    for image in json.loads(images):
        ran = here.run(jobs["publish"], VALUES | {"matrix.image": image})
        expected = ["call", "publish", "--sha", GIT_SHA, "--only", image, "--registry-token", "env://GH_PAT"]
        assert (ran.code, ran.calls[-1]) == (0, expected)
    ran = here.run(jobs["release"], VALUES)
    assert ran.code == 0
    assert ran.calls[-1][:7] == ["call", "release", "--sha", GIT_SHA, "--event", ran.calls[-1][5], "--skip-build"]
    assert len(ran.calls) == 1 + len(json.loads(images))


@needs_jq
def test_a_matrix_of_an_event_that_can_t_be_read_publishes_nothing(runner: Callable[..., Runner]) -> None:
    ran = runner({"action": "x"}, pipx=PIPX).run(read(".github/workflows/release-matrix.yml")["jobs"]["plan"], {})
    assert ran.code == 1
    assert ran.outputs == {}


def test_a_promotion_upgrades_what_its_inputs_name_and_no_word_of_them_is_a_command(
    runner: Callable[..., Runner],
) -> None:
    job = read(".github/workflows/promote.yml")["jobs"]["upgrade"]
    nasty = '$(touch pwned) "; touch pwned #'
    here = runner(dispatch())
    ran = here.run(job, VALUES | {"inputs.instance": nasty, "inputs.plan_version": "12.0"})
    flags = ["--instance", nasty, "--plan-version", "12.0", "--omnistrate-api-key", "env://OMNISTRATE_API_KEY"]
    assert (ran.code, ran.calls) == (0, [["call", "upgrade", *flags]]), ran.out
    assert not (here.folder / "pwned").exists()


def test_a_pull_request_is_checked_and_built_without_a_secret(runner: Callable[..., Runner]) -> None:
    ran = runner({}).run(read(".github/workflows/pull-request.yml")["jobs"]["check"], {})
    assert (ran.code, ran.calls) == (0, [["check"], ["call", "build"]]), ran.out
    assert "secrets." not in (ROOT / ".github/workflows/pull-request.yml").read_text()


def test_the_tests_of_this_repository_are_what_its_workflow_runs(pytestconfig: pytest.Config) -> None:
    jobs = read(".github/workflows/ci.yml")["jobs"]
    commands = [line for job in jobs.values() for step in job["steps"] for line in step.get("run", "").splitlines()]
    assert commands == [
        ".ci/run",
        *("make setup", ".venv/bin/pytest tests/engine"),
        "make setup",
        ".venv/bin/pytest tests/properties --hypothesis-profile=nightly",
        ".venv/bin/pytest tests/faults --every-fault",
    ]
    assert (ROOT / ".ci/run").stat().st_mode & 0o100
    assert re.search(r"(?m)^setup:", (ROOT / "Makefile").read_text())
    assert all((ROOT / name).is_dir() for name in ("tests/engine", "tests/properties", "tests/faults"))
    assert 'addoption("--every-fault"' in (ROOT / "tests/faults/conftest.py").read_text()
    assert 'register_profile("nightly"' in (ROOT / "tests/conftest.py").read_text()
    assert pytestconfig.rootpath == ROOT


def test_every_job_has_an_end_and_the_version_of_the_engine() -> None:
    version = json.loads((ROOT / "dagger.json").read_text())["engineVersion"].removeprefix("v")
    jobs = [job for file in FILES for job in read(file)["jobs"].values()]
    assert all("timeout-minutes" in job for job in jobs)
    installed = [
        step["with"]["version"] for job in jobs for step in job["steps"] if "dagger-for-github" in step.get("uses", "")
    ]
    assert len(installed) == 6
    assert set(installed) == {version}
    assert f"DAGGER_VERSION={version} " in (ROOT / "docs/gitlab-ci.yml").read_text()


def test_two_releases_of_one_environment_never_run_together_and_none_that_waits_is_dropped() -> None:
    for name in ("release", "release-matrix"):
        assert read(f".github/workflows/{name}.yml")["concurrency"] == {"group": "release-dev", "queue": "max"}
    assert read("docs/gitlab-ci.yml")["release"]["resource_group"] == "release-dev"


def test_the_release_is_started_for_every_branch_that_the_default_rules_know() -> None:
    rules, started = EventSettings(), read(".github/workflows/release.yml")["on"]["push"]["branches"]
    assert started == [*rules.release_branches, *rules.build_branches]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("call release --sha x", "required flags not set: ['omnistrate-api-key', 'registry-token']"),
        ("call release --commit x", "unknown flag: --commit"),
        ("call deploy", "unknown command: ['deploy']"),
        ("call build files export --path x", "unknown command: ['files', 'export', '--path', 'x']"),
        ("call release --sha --event x", "flag needs an argument: --sha"),
    ],
)
def test_the_stub_refuses_what_the_module_does_not_take(
    runner: Callable[..., Runner], words: str, message: str
) -> None:
    done = runner({}).shell(f"dagger {words}", {})
    assert (done.returncode, done.stderr) == (1, f"{message}\n")


@needs_jq
@pytest.mark.parametrize(
    ("given", "decision"),
    [
        (
            {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"},
            "released in full: push to main of chore(release)",
        ),
        ({"CI_PIPELINE_SOURCE": "web", "CI_COMMIT_BRANCH": "x"}, "released in full: started by hand for branch x"),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG": "v1"}, "not released: push of tag v1, which is no branch"),
    ],
)
def test_the_file_for_gitlab_makes_an_event_and_releases_it(
    runner: Callable[..., Runner], given: dict[str, str], decision: str
) -> None:
    message = 'chore(release): 1.2.0\n\n"quoted" $HOME `x`'
    variables = {"CI_COMMIT_BRANCH": "", "CI_COMMIT_TAG": "", "CI_COMMIT_SHA": GIT_SHA, "CI_COMMIT_MESSAGE": message}
    here = runner({}, ENDS["failed"])
    done = here.shell("\n".join(read("docs/gitlab-ci.yml")["release"]["script"]), variables | given | SECRETS)
    assert (done.returncode, done.stdout) == (1, ENDS["failed"]["summary.txt"]), done.stderr
    assert here.ran(0, "").calls == [["event.json" if word == "EVENT" else word for word in RELEASE]]
    event = parse_event((here.folder / "event.json").read_text())
    assert str(decide(event, EventSettings(), GIT_SHA)) == decision

"""What tests of preflight share: the texts of its problems, and that a release had no effect."""

from fakes import Stage

from ci.core.release.report import Report
from ci.core.release.steps import STEPS, StepName


def texts(report: Report) -> list[str]:
    return [problem.what for problem in report.problems]


def assert_no_effect(stage: Stage, report: Report) -> None:
    assert stage.effects.of("build", "push", "tag") == []
    assert not {"omctl build", "omctl upgrade"} & set(stage.effects.done)
    assert [(step.name, step.outcome) for step in report.steps] == [(StepName.PREFLIGHT, "failed")]
    assert report.not_run == STEPS[1:]
    assert (report.results.images, report.results.plan_version, report.results.upgrade) == ((), None, None)

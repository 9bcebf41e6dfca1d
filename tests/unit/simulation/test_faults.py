import re
from pathlib import Path

import anyio
import pytest
from fakes import TEXTS, small_plan

from ci.core.release.report import StepOutcome
from ci.core.release.steps import StepName
from ci.core.release.summary import summary
from ci.simulation.fault_names import FaultName
from ci.simulation.faults import MEANINGS
from ci.simulation.simulate import simulate

FAILED, UNKNOWN = StepOutcome.FAILED, StepOutcome.UNKNOWN
ENDS = {
    FaultName.SECRET_MISSING: (StepName.PREFLIGHT, FAILED, "lacks the secret `dbPassword`"),
    FaultName.PUSH_DENIED: (StepName.PREFLIGHT, FAILED, "does not accept pushes"),
    FaultName.BUILD_FAILS: (StepName.IMAGES, FAILED, "`web` could not be built"),
    FaultName.SHA_TAG_DENIED: (StepName.IMAGES, FAILED, "dockerfile.web:sha-"),
    FaultName.VERSION_TAG_DENIED: (StepName.VERSION_TAGS, FAILED, r"dockerfile.web:1\.2\.0"),
    FaultName.PLAN_REFUSED: (StepName.PLAN_VERSION, FAILED, "quota of plans reached"),
    FaultName.PLAN_VERSION_UNKNOWN: (StepName.PLAN_VERSION, UNKNOWN, "whether a plan version was made is unknown"),
    FaultName.UPGRADE_REFUSED: (StepName.UPGRADE, UNKNOWN, "instance-rehearsal not found"),
    FaultName.UPGRADE_FAILS: (StepName.UPGRADE, FAILED, "FAILED"),
    FaultName.UPGRADE_NEVER_ENDS: (StepName.UPGRADE, UNKNOWN, "has not ended after"),
}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("fault", FaultName)
def test_each_fault_ends_the_release_in_its_step(fault: FaultName, top: Path) -> None:
    report = anyio.run(simulate, small_plan(), top, top / "out", fault)
    step, outcome, says = ENDS[fault]
    assert (report.steps[-1].name, report.steps[-1].outcome) == (step, outcome)
    assert re.search(says, summary(report)), summary(report)


def test_without_a_fault_every_step_is_done(top: Path) -> None:
    report = anyio.run(simulate, small_plan(), top, top / "out", None)
    assert report.problems == ()
    assert report.not_run == ()
    assert report.results.upgrade
    assert [image.inputs != "" for image in report.results.images] == [True] * 3


def test_each_fault_says_what_it_is() -> None:
    assert MEANINGS.keys() == set(FaultName)

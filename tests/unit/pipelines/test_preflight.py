"""What a release and a publication check before their first effect is reported as a whole."""

from fakes import NAMES, Stage, broken, sha_ref
from preflights import assert_no_effect, texts

from ci.core.release.steps import STEPS


def test_all_problems_that_preflight_finds_are_in_one_report() -> None:
    stage = Stage(secrets=("dbPassword",), instances={"instance-1": "1.0", "instance-2": "1.0"})
    stage.effects.faults[f"check_push {sha_ref('web').rpartition(':')[0]}"] = broken("403 denied")
    report = stage.release(skip_build=True)
    assert texts(report) == [
        *(f"The image `{name}` of this commit does not exist" for name in NAMES),
        "403 denied",
        "The environment lacks the secret `queuePassword` of jobs",
        "Dev has 2 instances of the plan, and the settings name none of them",
    ]
    assert_no_effect(stage, report)


def test_publish_checks_that_it_may_push_before_it_builds() -> None:
    stage = Stage()
    stage.effects.faults[f"digest {sha_ref('worker')}"] = broken("502 Bad Gateway")
    stage.effects.faults[f"check_push {sha_ref('mail').rpartition(':')[0]}"] = broken("403 denied")
    report = stage.publish()
    assert texts(report) == ["502 Bad Gateway", "403 denied"]
    assert stage.effects.of("build", "push", "tag") == []
    assert report.not_run == STEPS[1:4]

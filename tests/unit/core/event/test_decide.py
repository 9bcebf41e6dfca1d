"""Whether an event is released, and how: each row of the table in docs/ci.md, and what settings change."""

import json

import pytest
from event_rows import ROWS, Row
from github_events import BEFORE, SHA, dispatch, push

from ci.core.event.decide import Release, as_json, decide
from ci.core.event.event import Event, Kind
from ci.core.event.read import parse_event
from ci.core.settings.events import EventSettings
from ci.errors import ConfigurationError

RULES = EventSettings()


@pytest.mark.parametrize("row", ROWS, ids=[f"{number}: {row.what}" for number, row in enumerate(ROWS, start=1)])
def test_the_decision_is_that_of_the_table(row: Row) -> None:
    assert str(decide(parse_event(json.dumps(row.event)), RULES)) == row.decision


def test_the_table_has_each_way_and_is_long_enough() -> None:
    assert len(ROWS) >= 40
    assert {row.decision.partition(":")[0] for row in ROWS} == set(Release)


@pytest.mark.parametrize(
    ("rules", "branch", "message", "release"),
    [
        (EventSettings(release_branches=("release/*",)), "release/1", "chore(release): 1", Release.FULL),
        (EventSettings(release_branches=("release/*",)), "release/1/2", "chore(release): 1", Release.NONE),
        (EventSettings(release_branches=("release/*",)), "main", "chore(release): 1", Release.NONE),
        (EventSettings(release_branches=()), "main", "chore(release): 1", Release.NONE),
        (EventSettings(build_branches=("**",)), "any/where", "build(full)", Release.FULL),
        (EventSettings(build_branches=("**",)), "main", "build(full)", Release.NONE),
        (EventSettings(build_branches=("v1.x",)), "v1yx", "build(full)", Release.NONE),
        (EventSettings(release_commit="release:"), "main", "release: 1.4.0", Release.FULL),
        (EventSettings(full_keyword="[ship]"), "staging", "a cart [ship]", Release.FULL),
        (EventSettings(full_keyword="[ship]"), "staging", "a cart build(full)", Release.NONE),
        (EventSettings(skip_build_keyword="spec"), "staging", "the spec alone", Release.SPEC),
    ],
)
def test_the_rules_are_settings(rules: EventSettings, branch: str, message: str, release: Release) -> None:
    event = Event(kind=Kind.PUSH, branch=branch, message=message, git_sha=SHA)
    assert decide(event, rules).release is release


@pytest.mark.parametrize("event", [push("main", "chore(release): 1", fork=True), dispatch(fork=True)])
def test_a_fork_is_released_if_the_setting_says_so(event: dict[str, object]) -> None:
    assert decide(parse_event(json.dumps(event)), EventSettings(forks=True)).release is Release.FULL


def test_an_event_of_another_commit_is_an_error_that_has_both() -> None:
    for message in ("chore(release): 1", "feat: a cart"):
        event = parse_event(json.dumps(push("main", message)))
        assert decide(event, RULES, SHA)
        with pytest.raises(ConfigurationError, match=f"event: {SHA}, --sha: {BEFORE}"):
            decide(event, RULES, BEFORE)


def test_the_json_has_what_a_workflow_needs_and_not_the_message() -> None:
    event = parse_event(json.dumps(push("fix/x", "build(skip-docker) hunter2")))
    found = as_json(decide(event, RULES), event)
    assert {name: found[name] for name in ("released", "skip_build", "reason")} == {
        "released": True,
        "skip_build": True,
        "reason": "push to fix/x with build(skip-docker)",
    }
    assert found["event"]["git_sha"] == SHA
    assert "hunter2" not in json.dumps(found)

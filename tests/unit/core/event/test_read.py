"""What is no event, or none that can be decided: each an error that names what is wrong."""

import json

import pytest
from github_events import dispatch, push

from ci.core.event.read import MAX_BYTES, check_size, parse_event
from ci.errors import ConfigurationError

PLAIN = {"kind": "push", "branch": "main", "git_sha": "a" * 40, "message": "x"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "The event's file is empty"),
        ("\ufeff\r\n", "The event's file is empty"),
        ("ref=main", "The event is not JSON: Expecting value at line 1, column 1"),
        ('{"ref": "x"', "The event is not JSON"),
        ("[" * 100_000, "The event is not JSON"),
        ("9" * 5000, "The event is not JSON"),
        ("[]", "The event is not a JSON object: list"),
        ("null", "The event is not a JSON object"),
        ("{}", "The event is of no known kind: its keys: none"),
        ('{"action": "started", "repository": {}}', "The event is of no known kind: its keys: action, repository"),
        (
            json.dumps(push("main", "x", head_commit=None)),
            "The event has no valid `head_commit.message`: found: nothing",
        ),
        (json.dumps(push("main", "x", commits=None)), "no valid `commits`"),
        (json.dumps(push("main", "x", deleted="no")), "no valid `deleted`: found: a string"),
        (json.dumps(push("main", "x", ref=7)), "no valid `ref`: found: a whole number"),
        (json.dumps(push("main", "x", after=1.5)), "no valid `after`: found: a number with a fraction"),
        (json.dumps(push("main", "x", repository=[])), "no valid `repository`: found: an array"),
        (
            json.dumps(dispatch(inputs={"skip_build": "yes"})),
            "The input `skip_build` of the dispatch is not valid: 'yes'",
        ),
        (json.dumps(PLAIN | {"kind": "cron"}), "The event has an unknown kind: cron"),
        (json.dumps(PLAIN | {"kind": None}), "no valid `kind`"),
        (json.dumps(PLAIN | {"commit": "a", "sha": "b"}), "The event has an unknown key: commit, sha"),
        (json.dumps(PLAIN | {"new_commits": True}), "no valid `new_commits`: found: true or false"),
        (json.dumps(PLAIN | {"branch": "", "tag": ""}), "no valid `branch`: found: an empty string"),
        (json.dumps(PLAIN | {"git_sha": ""}), "no valid `git_sha`: found: an empty string"),
        *((json.dumps({k: v for k, v in PLAIN.items() if k != key}), f"no valid `{key}`") for key in list(PLAIN)[1:]),
    ],
)
def test_an_event_that_can_t_be_read_is_an_error_that_says_why(text: str, part: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_event(text, "event.json")
    (problem,) = caught.value.problems
    assert part in str(problem)
    assert problem.file == "event.json"
    assert problem.hint


def test_a_file_that_no_ci_writes_is_refused_by_its_size() -> None:
    check_size(MAX_BYTES, "event.json")
    with pytest.raises(ConfigurationError, match="too long: 25,000,001 bytes"):
        check_size(MAX_BYTES + 1, "event.json")


def test_a_byte_order_mark_is_no_part_of_the_event() -> None:
    assert parse_event("\ufeff" + json.dumps(PLAIN)).branch == "main"


def test_a_push_of_our_own_json_may_say_that_it_has_no_new_commit() -> None:
    assert parse_event(json.dumps(PLAIN)).new_commits
    assert not parse_event(json.dumps(PLAIN | {"new_commits": 0})).new_commits
    assert parse_event(json.dumps({"kind": "push", "branch": "main", "deleted": True})).deleted

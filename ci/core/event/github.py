"""The events of GitHub Actions, from the JSON at `$GITHUB_EVENT_PATH`.

The file has the webhook's payload without the event's name, so that an event is known by its keys
(https://docs.github.com/webhooks/webhook-events-and-payloads).
"""

from ci.core.event.event import Event, Kind
from ci.core.event.fields import Fields

_BRANCH, _TAG = "refs/heads/", "refs/tags/"
_OTHERS = {
    "pull_request": "pull_request",
    "merge_group": "merge_group",
    "schedule": "schedule",
    "release": "release",
    "workflow_run": "workflow_run",
    "client_payload": "repository_dispatch",
    "registry_package": "registry_package",
    "issue": "issues",
    "discussion": "discussion",
    "deployment": "deployment",
    "check_run": "check_run",
    "check_suite": "check_suite",
}
"""Key that only this event's payload has -> the event."""


def github_event(fields: Fields) -> Event | None:
    """The event of a payload; None if it is none that this module knows.

    Raises:
        ConfigurationError: it is a push or a dispatch that lacks a part.
    """
    values = fields.values
    for key, name in _OTHERS.items():
        if key in values:
            return Event(kind=Kind.OTHER, name=name)
    if "ref_type" in values:  # a branch or tag
        return Event(kind=Kind.OTHER, name="create" if "master_branch" in values else "delete")
    fork = fields.table("repository").flag("fork", default=False)
    if {"ref", "workflow"} <= values.keys():
        branch, ref = _named(fields.string("ref"))
        return Event(kind=Kind.MANUAL, branch=branch, ref=ref, fork=fork, skip_build=_skip_build(fields))
    if {"ref", "before", "after"} <= values.keys():
        return _push(fields, fork=fork)
    return None


def _push(fields: Fields, *, fork: bool) -> Event:
    branch, ref = _named(fields.string("ref"))
    if fields.flag("deleted") or not branch:
        return Event(kind=Kind.PUSH, branch=branch, ref=ref, fork=fork, deleted=fields.flag("deleted"))
    return Event(
        kind=Kind.PUSH,
        branch=branch,
        git_sha=fields.string("after"),
        message=fields.table("head_commit").string("message"),
        new_commits=bool(fields.array("commits")),
        fork=fork,
    )


def _named(ref: str) -> tuple[str, str]:
    """The branch that a full ref names, or else what it names, for a message."""
    if ref.startswith(_BRANCH):
        return ref.removeprefix(_BRANCH), ""
    return "", f"tag {ref.removeprefix(_TAG)}" if ref.startswith(_TAG) else ref


def _skip_build(fields: Fields) -> bool:
    """The input `skip_build` of a dispatch: a boolean, which GitHub writes as a string."""
    inputs = fields.table("inputs")
    value = inputs.values.get("skip_build")
    text = str(value).lower() if isinstance(value, str | bool) else ""
    if value is not None and text not in {"true", "false", ""}:
        raise inputs.problem(
            "The input `skip_build` of the dispatch is not valid",
            value=repr(value)[:100],
            expected="true or false",
            hint="declare it with `type: boolean` in the workflow, and start the run again",
        )
    return text == "true"

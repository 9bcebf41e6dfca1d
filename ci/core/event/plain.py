"""An event in Slipway's own JSON, for a CI that is not GitHub Actions (docs/ci.md, "Any other CI")."""

from ci.core.event.event import Event, Kind
from ci.core.event.fields import Fields

KEYS = ("kind", "branch", "tag", "git_sha", "message", "new_commits", "deleted", "fork", "skip_build")


def plain_event(fields: Fields) -> Event:
    """The event of a JSON object that has `kind`.

    Raises:
        ConfigurationError: a key is unknown, missing or of another type.
    """
    if unknown := sorted(set(fields.values) - set(KEYS)):
        expected = "only " + ", ".join(KEYS)
        hint = "remove or correct the key"
        raise fields.problem("The event has an unknown key", value=", ".join(unknown), expected=expected, hint=hint)
    kind, known = fields.string("kind"), (Kind.PUSH, Kind.MANUAL)
    if kind not in known:
        hint = "write one of these; for anything else, do not call `release`"
        expected = " or ".join(known)
        raise fields.problem("The event has an unknown kind", value=kind[:100], expected=expected, hint=hint)
    tag, deleted, fork = (
        fields.string("tag", ""),
        fields.flag("deleted", default=False),
        fields.flag("fork", default=False),
    )
    ref = f"tag {tag}" if tag else ""
    if kind == Kind.MANUAL:
        return Event(
            kind=Kind.MANUAL,
            branch="" if tag else fields.string("branch", ""),
            ref=ref,
            git_sha=fields.string("git_sha", ""),
            fork=fork,
            skip_build=fields.flag("skip_build", default=False),
        )
    if tag or deleted:
        branch = fields.string("branch", "") if tag else fields.filled("branch")
        return Event(kind=Kind.PUSH, branch="" if tag else branch, ref=ref, deleted=deleted, fork=fork)
    return Event(
        kind=Kind.PUSH,
        branch=fields.filled("branch"),
        git_sha=fields.filled("git_sha"),
        message=fields.string("message"),
        new_commits=fields.number("new_commits", 1) > 0,
        fork=fork,
    )

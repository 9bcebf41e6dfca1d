"""Whether an event is released, and how: the rules of docs/ci.md with the settings of the product."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from ci.core.event.event import Event, Kind
from ci.core.event.message import has_keyword, is_titled, own_text
from ci.core.event.read import parse_event
from ci.core.settings.events import EventSettings
from ci.errors import ConfigurationError, Problem


class Release(StrEnum):
    """What is done for an event."""

    FULL = "released in full"
    SPEC = "released without building images"
    NONE = "not released"


@dataclass(frozen=True)
class Decision:
    """What is done for an event, and why, in half a sentence: `push to main without chore(release)`."""

    release: Release
    reason: str

    def __str__(self) -> str:
        return f"{self.release}: {self.reason}"


WITHOUT_EVENT = Decision(Release.FULL, "called without an event")


def as_json(decision: Decision, event: Event) -> dict[str, Any]:  # Any: JSON
    """The decision for machines; `event` as it was understood, without the message."""
    return {
        "released": decision.release is not Release.NONE,
        "skip_build": decision.release is Release.SPEC,
        "reason": decision.reason,
        "event": {name: value for name, value in asdict(event).items() if name != "message"},
    }


def decide_text(text: str, rules: EventSettings, git_sha: str) -> Decision:
    """As `decide`, for the text of an event's file; `""` if the caller gives none.

    Raises:
        ConfigurationError: as `decide` and `parse_event`.
    """
    return decide(parse_event(text), rules, git_sha) if text else WITHOUT_EVENT


def decide(event: Event, rules: EventSettings, git_sha: str = "") -> Decision:
    """The decision for an event of the commit `git_sha`; empty if the caller names none.

    Raises:
        ConfigurationError: the event is about another commit.
    """
    if event.kind is Kind.OTHER:
        return Decision(Release.NONE, f"{event.name} is neither a push nor a manual dispatch")
    if event.deleted:
        return Decision(Release.NONE, f"{_subject(event)} was deleted")
    if event.kind is Kind.PUSH and not event.branch:
        return Decision(Release.NONE, f"push of {event.ref}, which is no branch")
    if event.fork and not rules.forks:
        return Decision(Release.NONE, "the repository is a fork, and the setting `events.forks` is false")
    if git_sha and event.git_sha and git_sha != event.git_sha:
        raise ConfigurationError(
            Problem(
                what="The event is about another commit than --sha",
                value=f"event: {event.git_sha}, --sha: {git_sha}",
                expected="the commit of the event",
                hint="give --sha the commit that the CI runs for, such as $GITHUB_SHA, and check out that commit",
            )
        )
    if event.kind is Kind.MANUAL:
        how = Release.SPEC if event.skip_build else Release.FULL
        return Decision(
            how, f"started by hand for {_subject(event)}" + (" with skip_build" if event.skip_build else "")
        )
    return _push(event, rules)


def _push(event: Event, rules: EventSettings) -> Decision:
    push, text = f"push to {event.branch}", own_text(event.message)
    asked = {key for key in (rules.full_keyword, rules.skip_build_keyword) if has_keyword(text, key)}
    how = Release.SPEC if asked == {rules.skip_build_keyword} else Release.FULL
    reason = " and ".join(sorted(asked))
    is_release_branch = _matches(event.branch, rules.release_branches)
    if not is_release_branch and not _matches(event.branch, rules.build_branches):
        watched = ", ".join((*rules.release_branches, *rules.build_branches))
        return Decision(Release.NONE, f"{push}, which is none of {watched}")
    if not event.new_commits:
        return Decision(Release.NONE, f"{push} without a new commit")
    if is_release_branch:
        if not is_titled(event.message, rules.release_commit):
            return Decision(Release.NONE, f"{push} without {rules.release_commit}")
        return Decision(how, f"{push} of {rules.release_commit}" + (f" with {reason}" if asked else ""))
    if asked:
        return Decision(how, f"{push} with {reason}")
    keywords = (rules.full_keyword, rules.skip_build_keyword)
    quoted = next((key for key in keywords if has_keyword(event.message, key)), "")
    without = f"{push} without {' or '.join(keywords)}"
    return Decision(Release.NONE, without + (f": the commit message only quotes {quoted}" if quoted else ""))


def _subject(event: Event) -> str:
    return f"branch {event.branch}" if event.branch else event.ref or "no branch"


def _matches(branch: str, patterns: Iterable[str]) -> bool:
    return any(re.fullmatch(_expression(pattern), branch) for pattern in patterns)


def _expression(pattern: str) -> str:
    """A pattern of branches as a regular expression: `*` is anything but `/`, `**` anything, as in GitHub's filters."""
    parts = re.split(r"(\*+)", pattern)
    return "".join((".*" if len(one) > 1 else "[^/]*") if one.startswith("*") else re.escape(one) for one in parts)

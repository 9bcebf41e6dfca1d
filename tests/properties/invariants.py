"""What must hold after releases that ran at once, whatever the order of their steps.

A registry and Omnistrate have no compare-and-set: what one run does between another one's last look and its next call,
the other can't know. What follows from that alone is no finding here. So two runs of a commit that both find a sha tag
free may both set it; then one of them says so, and no two runs take different images for the commit's.
"""

import json
from collections.abc import Iterable, Sequence

from faults.claims import claims, covers, expected_images, lacking, named
from properties.contenders import Attempt
from properties.shared import COMMITS, PROD, Shared, plan_of

from ci.core.release.report import Report
from ci.core.release.report_json import as_json
from ci.core.release.steps import StepName
from ci.core.release.summary import summary

VERSIONS = tuple(f":{commit.version}" for commit in COMMITS)
IMAGES_OF = {expected_images(plan_of(commit)): commit for commit in COMMITS}


def broken(shared: Shared, attempts: Sequence[Attempt]) -> list[str]:
    """Each invariant that does not hold."""
    found = [*_sha_tags(shared, attempts), *_version_tags(shared, attempts), *_plan_versions(shared, attempts)]
    found += _instances(shared, attempts)
    for one in attempts:
        if not one.killed:
            found += [f"run {one.run} of commit {one.commit.letter}: {what}" for what in _untrue(shared, one, attempts)]
    return found


def raced(shared: Shared, attempts: Sequence[Attempt], kind: str = ":sha-") -> set[str]:
    """The sha tags, or others of a kind, that a run has set over another's image, since it had found them free."""
    by_run = {one.run: one for one in attempts}
    return {
        change.key
        for at, change in enumerate(shared.changes)
        if kind in change.key
        and change.old
        and change.new
        and not _value(shared, change.key, _last_look(by_run[change.run], at, change.key))
    }


def _sha_tags(shared: Shared, attempts: Sequence[Attempt]) -> Iterable[str]:
    lawful = raced(shared, attempts)
    for change in shared.changes:
        if ":sha-" in change.key and change.old and change.key not in lawful:
            yield f"the sha {change.key} moved from {change.old} to {change.new or 'nothing'}"
    for key in lawful:
        taken = {_taken(one.report, key.partition(" ")[2]) for one in attempts if one.report} - {""}
        if len(taken) > 1:
            yield f"the sha {key}: {' and '.join(sorted(taken))} are both taken for its image"


def _taken(report: Report, name: str) -> str:
    """The digest that a run has for a sha tag's image and says nothing of; `""` before it has verified the sha tags."""
    if StepName.VERIFY not in {step.name for step in report.steps} or any(name in str(one) for one in report.problems):
        return ""
    planned = {one.name: f"{one.sha_reference.path}:{one.sha_reference.tag}" for one in report.plan.images}
    return next((image.digest for image in report.results.images if planned[image.name] == name), "")


def _version_tags(shared: Shared, attempts: Sequence[Attempt]) -> Iterable[str]:
    """They point to images of releases, and their move to another commit is in the report of who moved them."""
    commit_of = _commits_of_images(shared)
    by_run = {one.run: one for one in attempts}
    for at, change in enumerate(shared.changes):
        if not change.key.startswith("tag ") or ":sha-" in change.key:
            continue
        if not change.key.endswith(VERSIONS):
            continue
        mover, old, new = by_run[change.run], commit_of.get(change.old, ""), commit_of.get(change.new, "")
        if mover.commit.letter not in new:
            yield f"the version {change.key} went to an image of {new or 'no commit'}, by the release of another one"
        looked = _last_look(mover, at, change.key)
        knew = looked < 0 or _value(shared, change.key, looked) == change.old  # it must look before it sets a tag
        if knew and old and old[0] > mover.commit.letter:
            yield f"the version {change.key} went back from commit {old} to {new}"
        told = any(letter * 40 in _text(mover) for letter in old)
        if old not in ("", new) and knew and not mover.killed and not told:
            yield f"the version {change.key} went from commit {old} to {new}, and the report does not say so"


def _plan_versions(shared: Shared, attempts: Sequence[Attempt]) -> Iterable[str]:
    """No version is made for a commit that had one when the release looked."""
    by_run = {one.run: one for one in attempts}
    made: dict[str, int] = {}
    for at, change in enumerate(shared.changes):
        if not change.key.startswith("version "):
            continue
        if change.old:
            yield f"{change.key} changed"
        elif change.new in made and made[change.new] < _last_look(by_run[change.run], at, "versions"):
            yield f"{change.key} was made for commit {IMAGES_OF[change.new].letter}, which has a version"
        made.setdefault(change.new, at)


def _instances(shared: Shared, attempts: Sequence[Attempt]) -> Iterable[str]:
    """The one in prod never moves, and the one in dev only to versions that reports name."""
    world = shared.world()
    texts = " ".join(_text(one) for one in attempts)
    killed = {one.commit for one in attempts if one.killed}
    for change in shared.changes:
        if change.key == f"instance {PROD}":
            yield f"{change.key} went from {change.old} to {change.new}"
        elif change.key.startswith("instance ") and change.old.split()[0] != (version := change.new.split()[0]):
            commit = IMAGES_OF.get(world.get(f"version Shop Plan {version}", ""))
            if commit is None or (f'"{version}"' not in texts and commit not in killed):
                yield f"{change.key} went to {version}, which no report names"


def _untrue(shared: Shared, attempt: Attempt, attempts: Sequence[Attempt]) -> Iterable[str]:
    """Where a report and the world differ; what another run may have moved since then was true when it was written."""
    if attempt.report is None:
        return [f"no report: {attempt.error}"]
    found, claimed = [], claims(attempt.report)
    lawful = raced(shared, attempts) | raced(shared, attempts, ":inputs-")
    for key, value in claimed.done.items():
        moves = key.startswith(("instance ", "preferred ")) or (key.startswith("tag ") and ":sha-" not in key)
        values = _values(shared, key, attempt.end) if moves else {shared.world().get(key)}
        if key in lawful:  # true when it was looked at
            values.add(_value(shared, key, _last_look(attempt, attempt.end, key)))
        if value not in values:
            found.append(f"reported as done: {key} = {value}; the truth: {shared.world().get(key)}")
    for at, change in enumerate(shared.changes[: attempt.end]):
        own = change.run == attempt.run and change.key.startswith(("tag ", "version ", "preferred "))
        if (change.key.startswith("preferred ") or change.key in lawful) and any(
            later.key == change.key for later in shared.changes[at + 1 : attempt.end]
        ):
            continue  # another release has made its version the preferred one since then, or set the tag
        told = claimed.done.get(change.key) == change.new or covers(claimed, change.key)
        if own and not told and not named(attempt.report, change.key, change.old, change.new):
            found.append(f"happened, and is not reported: {change.key} went from {change.old} to {change.new}")
    return [*found, *(f"reported as a success without {key}" for key in lacking(attempt.report))]


def _values(shared: Shared, key: str, end: int) -> set[str | None]:
    """Every value that a fact had until then."""
    changes = [change for change in shared.changes if change.key == key]
    had = {change.new for change in shared.changes[:end] if change.key == key}
    return {*had, changes[0].old if changes else shared.world().get(key)}


def _value(shared: Shared, key: str, at: int) -> str:
    """The value of a fact when there were so many changes."""
    before = [change.new for change in shared.changes[: max(at, 0)] if change.key == key]
    return before[-1] if before else ""


def _last_look(attempt: Attempt, at: int, what: str) -> int:
    """How many changes there were when a run last looked at a tag or at the versions, before a change; -1 for never."""
    name = f"registry.example/{what[4:]}"
    looks = ("omctl service-plan list-versions",) if what == "versions" else (f"digest {name}", f"look up {name}")
    return max((seen for seen, call in attempt.calls if seen <= at and call.startswith(looks)), default=-1)


def _commits_of_images(shared: Shared) -> dict[str, str]:
    """Digest -> the letters of the commits whose sha tags have or had it, in order: several where it was reused."""
    found: dict[str, str] = {}
    for one in shared.changes:
        if ":sha-" in one.key:
            found[one.new] = "".join(sorted({*found.get(one.new, ""), one.key.rpartition(":sha-")[2][0]}))
    return found


def _text(attempt: Attempt) -> str:
    return summary(attempt.report) + json.dumps(as_json(attempt.report)) if attempt.report else ""

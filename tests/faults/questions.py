"""The four questions asked of every fault.

    ended    did it end within its deadline, and with a report
    true     is everything that the report says true of the world, and everything that happened in the report
    moved    did nothing move that must not
    again    does the same call, without the fault, complete

An answer that is not as it must be is a line that begins with the question's word.
"""

import re

from faults.claims import expected_images, leaks, untruths
from faults.harness import SECRETS, Run, Stage
from faults.row import End, Row
from faults.script import Kind
from faults.world import changes, tag

from ci.core.release.summary import summary


def verdict(stage: Stage, row: Row) -> list[str]:
    """Play a row, and give back every answer that is not as it must be."""
    for event in stage.scene.before:
        stage.events[event]()
    first = stage.release(faulty=True, seconds=row.seconds)
    end = ended(first)
    found = [*truth(first, stage), *moves(first, stage, row)]
    if first.unmet:
        found.append("first: no request met the fault")
    if end not in row.ends:
        found.append(f"first: {end}, and not {' or '.join(row.ends)}: {message(first)}")
    if first.report and not re.search(row.says, summary(first.report)):
        found.append(f"first: it does not say {row.says!r}: {message(first)}")
    second = stage.release(faulty=False, seconds=row.seconds)
    if not row.refused:
        return [*found, *again(second, stage, row)]
    if ended(second) is End.DONE:
        found.append("again: what was refused is accepted by the second call")
    return [*found, *truth(second, stage), *moves(second, stage, row)]


def ended(run: Run) -> End:
    """How a call ended."""
    if run.cancelled:
        return End.KILLED
    return End.FAILED if run.report is None or run.report.problems else End.DONE


def message(run: Run) -> str:
    """The problems of a call, in short."""
    if run.report is None:
        return run.error
    return " | ".join(f"{problem.what}: {problem.value[:100]}" for problem in run.report.problems) or "nothing"


def truth(run: Run, stage: Stage) -> list[str]:
    """The first two questions, and the secrets."""
    if run.error:
        return [f"ended: {run.error}"]
    if run.report is None:
        return []  # killed: there is no report
    found = untruths(run.report, run.before, run.after, stage.others)
    return [f"true: {one}" for one in [*found, *leaks(run.report, SECRETS)]]


def moves(run: Run, stage: Stage, row: Row) -> list[str]:
    """What moved, and must not have: sha tags, version tags to what is foreign, instances, one version too many."""
    changed = changes(run.before, run.after)
    found = [
        f"{key} went from {old} to {new}" for key, (old, new) in changed.items() if key.startswith(row.still or "-")
    ]
    for key, (old, new) in changed.items():
        found += _tag_moves(key, old, new, stage) if key.startswith("tag ") else []
        found += _instance_moves(key, old, new, run, stage) if key.startswith("instance ") else []
    mine = expected_images(stage.plan)
    versions = [key for key, images in run.after.items() if key.startswith("version ") and images == mine]
    if len(versions) > 1:
        found.append(f"this commit has the versions {', '.join(versions)}")
    useless = [key for key, value in changed.items() if key.startswith("upgrade ") and " of nothing " in value[1]]
    if not _sent_again(stage):
        found += [f"{key} was scheduled beside another one" for key in useless]
    found += [f"another release was disturbed: {one}" for one in stage.disturbed]
    return [f"moved: {one}" for one in found]


def _sent_again(stage: Stage) -> bool:
    """Whether omctl or the network sends a request twice: a second upgrade is then not the release's doing."""
    return stage.scene.retries > 0 or any(fault.kind is Kind.TWICE for fault in stage.scene.api or ())


def again(run: Run, stage: Stage, row: Row) -> list[str]:
    """The fourth question, of the second call."""
    if ended(run) is not End.DONE:
        return [f"again: {ended(run)}: {message(run)}", *truth(run, stage), *moves(run, stage, row)]
    tags = [tag(reference.path, reference.tag) for one in stage.plan.images for reference in one.references]
    found = [f"again: there is no {key}" for key in tags if key not in run.after]
    mine = expected_images(stage.plan)
    versions = {
        key.rpartition(" ")[2] for key, images in run.after.items() if key.startswith("version ") and images == mine
    }
    if not versions:
        found.append("again: there is no version with this commit's images")
    elif "instance " not in row.still and run.after[f"instance {stage.omnistrate.instance}"].split()[0] not in versions:
        found.append("again: the instance has another version")
    return [*found, *truth(run, stage), *moves(run, stage, row)]


def _tag_moves(key: str, old: str, new: str, stage: Stage) -> list[str]:
    plan, theirs = stage.plan, stage.others.get(key)
    if key in {tag(one.sha_reference.path, one.sha_reference.tag) for one in plan.images}:
        first = old or theirs or new
        return [f"the sha {key} went from {first} to {new or 'nothing'}"] if new not in (first, theirs) else []
    return [f"the version {key} went to a foreign image"] if new in stage.foreign and new != theirs else []


def _instance_moves(key: str, old: str, new: str, run: Run, stage: Stage) -> list[str]:
    if key != f"instance {stage.omnistrate.instance}":
        return [f"{key} went from {old} to {new}"]
    before, after = old.partition(" ")[0], new.partition(" ")[0]
    images = run.after.get(f"version {stage.plan.plan_name} {after}")
    if after in (before, stage.others.get(key, "").partition(" ")[0]) or images == expected_images(stage.plan):
        return []
    return [f"{key} went to {after}, which does not hold this commit's images"]

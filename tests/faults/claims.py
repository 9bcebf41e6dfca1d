"""What a report claims, in the words of `faults.world`, and where that is not true.

This is the one file that knows the report's shape. A report claims what is done and what is unknown; all that it does
not mention, it claims not to have done.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from faults.world import World, changes, images_value, tag

from ci.core.release.lock import lock
from ci.core.release.plan import Plan
from ci.core.release.report import Report
from ci.core.release.report_json import as_json
from ci.core.release.steps import StepName
from ci.core.release.summary import summary

LONGEST = 40_000
"""Characters that a report may have at most: a body of 5 MB has no place in it."""


@dataclass(frozen=True)
class Claims:
    """What a report says of the world."""

    done: Mapping[str, str]
    unknown: tuple[str, ...] = ()
    """Regular expressions: what they match from the start of a key is called unknown."""


UNKNOWN = {
    StepName.IMAGES: r"tag \S+:(sha|inputs)-",
    StepName.VERSION_TAGS: r"tag \S+:(?!(sha|inputs)-)",
    StepName.PLAN_VERSION: "version |preferred ",
    StepName.PREFERRED: "preferred ",
    StepName.UPGRADE: "instance |upgrade ",
}
"""What a step changes, and what is thus unknown if its outcome is."""


def claims(report: Report) -> Claims:
    """The report's claims; a tag that it calls published has the image's digest."""
    done: dict[str, str] = {}
    unknown: list[str] = []
    by_name = {one.name: one for one in report.plan.images}
    for image in report.results.images:
        plan = by_name[image.name]
        references = {str(reference): reference for reference in plan.references}
        unknown += [re.escape(_tag(one)) for one in image.unknown]
        if image.inputs_tag:
            reference, _, digest = image.inputs_tag.partition("@")
            if digest:
                done[_tag(reference)] = digest
            else:
                unknown.append(re.escape(_tag(reference)))
        for one in image.references:
            done[tag(references[one].path, references[one].tag)] = image.digest
    if report.results.plan_version:
        plan_name = report.results.plan_version.plan_name or report.plan.plan_name
        done[f"version {plan_name} {report.results.plan_version.version}"] = expected_images(report.plan)
        if report.results.preferred:
            done[f"preferred {plan_name}"] = report.results.preferred.version
    if report.results.upgrade:
        done[f"instance {report.results.upgrade.instance_id}"] = f"{report.results.upgrade.version} RUNNING"
    steps = [UNKNOWN[name] for name in StepName if name in report.unknown and name in UNKNOWN]
    if unknown:  # then it is known of which tags
        steps = [pattern for pattern in steps if not pattern.startswith("tag ")]
    return Claims(done, (*steps, *unknown))


def _tag(reference: str) -> str:
    """The key of a reference."""
    path, _, name = reference.partition("/")[2].rpartition(":")
    return tag(path, name)


def covers(claimed: Claims, key: str) -> bool:
    """Whether a report calls something unknown."""
    return any(re.match(pattern, key) for pattern in claimed.unknown)


def lacking(report: Report) -> list[str]:
    """What a successful report must claim, and does not."""
    if report.problems:
        return []
    done = claims(report).done
    return [key for key in _complete(report.plan) if key not in done]


def expected_images(plan: Plan) -> str:
    """The images that a version of this commit has, as the value of `faults.world`."""
    lines = [line.strip() for line in plan.pinned.text.splitlines()]
    return images_value(line.partition(": ")[2] for line in lines if line.startswith(("image:", "imageNameWithTag:")))


def untruths(report: Report, before: World, after: World, others: World) -> list[str]:
    """Where the report and the world differ; `others` is what others changed meanwhile."""
    claimed, found = claims(report), []
    for key, value in claimed.done.items():
        if after.get(key) != value and not _moved_on(key, after, others):
            found.append(f"reported as done: {key} = {value}; the truth: {after.get(key) or 'there is none'}")
    for key, (old, new) in changes(before, after).items():
        if key in claimed.done or covers(claimed, key) or others.get(key) == new or named(report, key, old, new):
            continue
        found.append(f"happened, and is not reported: {key} went from {old or 'nothing'} to {new or 'nothing'}")
    found += [f"reported as a success without {key}" for key in lacking(report)]
    text = summary(report) + json.dumps(as_json(report)) + json.dumps(lock(report))
    if len(text) > LONGEST:
        found.append(f"the report has {len(text)} characters")
    return found


def _moved_on(key: str, after: World, others: World) -> bool:
    """Whether another release has set a version tag after this one had: the report is of the time before."""
    return key in others and key.startswith("tag ") and ":sha-" not in key and others[key] == after.get(key)


def leaks(report: Report, secrets: tuple[str, ...]) -> list[str]:
    """Which secrets are in the report, whichever its form."""
    text = summary(report) + json.dumps(as_json(report)) + json.dumps(lock(report)) + repr(report)
    return [f"the report holds the secret {secret!r}" for secret in secrets if secret in text]


def named(report: Report, key: str, old: str, new: str) -> bool:
    """Whether a problem or the result names an upgrade, an instance with its version, or a tag with its digest.

    An upgrade of nothing changes nothing; one that the release itself caused is a finding of `questions.moves`.
    """
    kind, _, name = key.partition(" ")
    if kind == "tag":  # set by this release, and then by another one
        return any(name in str(problem) and new in str(problem) for problem in report.problems)
    texts = [str(problem) for problem in report.problems if name in str(problem)]
    if kind == "upgrade":
        done = report.results.upgrade.upgrade_id if report.results.upgrade else ""
        return name == done or bool(texts) or " of nothing " in new
    version = new.partition(" ")[0]
    same = old.partition(" ")[0] == version
    return kind == "instance" and any(same or f"version {version}," in text for text in texts)


def _complete(plan: Plan) -> list[str]:
    return [tag(reference.path, reference.tag) for one in plan.images for reference in one.references]

"""A release of this repository's own product: a real registry, the real omctl, and the stand-in Omnistrate API.

Only the builds are fake: each pushes a tiny image.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from docker_registry import digest_of, push_image, read_manifest, tags
from fakes import BRANCHES, FakeClock, problem
from real_omctl import RealOmctl, real_omctl

from ci.adapters.disk import locate, read_source
from ci.adapters.registry import OciRegistry
from ci.concurrency import run_all
from ci.core.omctl.model import Completed
from ci.core.release.lock import lock
from ci.core.release.plan import ImagePlan, Plan, make_plan
from ci.core.release.rehearsal import REHEARSAL_KEY, rehearsal_seed
from ci.core.release.report import Report
from ci.core.release.report_json import as_json
from ci.core.release.steps import STEPS, StepName
from ci.core.release.summary import summary
from ci.core.settings.product import Preferred
from ci.errors import BuildError, Problem
from ci.pipelines.ports import Builds, Omctl
from ci.pipelines.release import release

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]
GIT_SHA = "fedcba9876543210fedcba9876543210fedcba98"
OTHER_SHA = "0123456789abcdef0123456789abcdef01234567"
ELEVEN = [
    *("classifier", "cleanup", "coordinator", "download", "enrichment", "ingestion_v2", "migrations", "parser"),
    *("reader", "server", "structured_data"),
]


@dataclass
class PushingBuilder:
    """Builds nothing, and pushes a tiny image that contains its name."""

    host: str
    fails: frozenset[str] = frozenset()
    built: list[str] = field(default_factory=list)

    async def build(self, images: Sequence[ImagePlan]) -> Builds:
        raise NotImplementedError

    async def publish(self, images: Sequence[ImagePlan]) -> Builds:
        return Builds(await run_all(images, self._published, at_once=len(images)))

    async def save_cache(self) -> tuple[Problem, ...]:
        return ()

    async def _published(self, image: ImagePlan) -> str:
        self.built.append(image.name)
        if image.name in self.fails:
            raise BuildError(problem(f"{image.name} could not be built"))
        path = image.image.repository.partition("/")[2]
        return await anyio.to_thread.run_sync(push_image, self.host, path, "", image.name)


@dataclass
class OmctlPort:
    """The real omctl as the port of the pipeline."""

    omctl: RealOmctl

    def with_compose(self, text: str) -> Omctl:
        self.omctl.write(text)
        return self

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        return await anyio.to_thread.run_sync(partial(self.omctl.run, *arguments, api_key=REHEARSAL_KEY))

    def state(self) -> dict[str, Any]:  # Any: JSON
        return self.omctl.state()


@contextmanager
def omnistrate(folder: Path, plan: Plan, seed: Mapping[str, Any] | None = None) -> Iterator[OmctlPort]:
    """A stand-in with what the plan needs, and an omctl beside the pinned file and what it mounts."""
    with real_omctl(folder, {**rehearsal_seed(plan), **(seed or {})}, "", REHEARSAL_KEY) as omctl:
        for path in plan.mounted:
            target = omctl.work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / path).is_dir() else shutil.copy)(ROOT / path, target)
        yield OmctlPort(omctl)


def own_plan(git_sha: str = GIT_SHA) -> Plan:
    settings = locate(ROOT, {}).settings
    return make_plan(read_source(ROOT, settings, full=True), settings, git_sha)


def released(plan: Plan, builder: PushingBuilder, runner: OmctlPort) -> Report:
    registry = OciRegistry(redirect=builder.host)
    return anyio.run(partial(release, plan, builder, registry, runner, FakeClock(), history=BRANCHES))


def test_a_release_succeeds_and_a_second_one_is_harmless(tmp_path: Path, registry_host: str) -> None:
    plan, builder = own_plan(), PushingBuilder(registry_host)
    with omnistrate(tmp_path, plan) as runner:
        first = released(plan, builder, runner)
        assert summary(first).count("FAILED") == 0, summary(first)
        assert [(step.name, step.outcome) for step in first.steps] == [(name, "done") for name in STEPS]
        assert sorted(builder.built) == ELEVEN

        found = json.loads(json.dumps(lock(first)))
        assert [image["name"] for image in found["images"]] == ELEVEN
        for image in found["images"]:
            paths = {reference.partition("/")[2].rpartition(":")[0] for reference in image["references"]}
            assert paths == {f"experio-ai/experio-dockerfile.{image['name']}"}
            (path,) = paths
            assert tags(registry_host, path) == sorted((plan.version, f"sha-{GIT_SHA}"))
            manifests = {read_manifest(registry_host, path, tag) for tag in (plan.version, f"sha-{GIT_SHA}")}
            ((content, _),) = manifests
            assert digest_of(content) == image["digest"]
        assert (found["plan_version"]["version"], found["plan_version"]["environment"]) == ("2.0", "Dev")
        assert (found["upgrade"]["instance_id"], found["upgrade"]["outcome"]) == ("instance-rehearsal", "upgraded")
        assert found["upgrade"]["version"] == "2.0"

        state = runner.state()
        assert state["unknown_requests"] == []
        assert [one["version"] for one in state["instances"]] == ["2.0"]
        version = state["plans"][-1]["versions"][-1]
        pinned = {service: str(one.sha_reference) for one in plan.images for service in one.image.services}
        assert {service: version["images"][service] for service in pinned} == pinned
        assert version["description"] == plan.description

        second = released(plan, builder, runner)
        assert second.problems == (), summary(second)
        assert len(builder.built) == len(ELEVEN)
        assert {image.action for image in second.results.images} == {"reused"}
        again = json.loads(json.dumps(lock(second)))
        assert again["upgrade"] == {**found["upgrade"], "outcome": "up to date", "upgrade_id": ""}
        assert {**again, "upgrade": None} == {**found, "upgrade": None}
        assert len(runner.state()["plans"][-1]["versions"]) == len(state["plans"][-1]["versions"])
        for report in (first, second):
            assert REHEARSAL_KEY not in summary(report) + json.dumps(as_json(report)) + json.dumps(lock(report))


def test_omctl_accepts_a_file_with_digests_and_sends_them_as_they_are(tmp_path: Path, registry_host: str) -> None:
    plan, builder = own_plan(), PushingBuilder(registry_host)
    plan = replace(plan, settings=replace(plan.settings, pin_digests=True))
    with omnistrate(tmp_path, plan) as runner:
        report = released(plan, builder, runner)
        assert report.problems == (), summary(report)
        digests = {image.name: image.digest for image in report.results.images}
        version = runner.state()["plans"][-1]["versions"][-1]
        pinned = {
            service: f"{one.sha_reference}@{digests[one.name]}" for one in plan.images for service in one.image.services
        }
        assert {service: version["images"][service] for service in pinned} == pinned
        sidecars = [image for one in version["sidecars"].values() for image in one.values()]
        assert len(sidecars) == len(plan.settings.sidecars)
        assert set(sidecars) <= set(pinned.values())


def test_a_release_that_failed_at_one_image_is_finished_by_the_next(tmp_path: Path, registry_host: str) -> None:
    plan, builder = own_plan(), PushingBuilder(registry_host, fails=frozenset({"parser"}))
    with omnistrate(tmp_path, plan) as runner:
        failed = released(plan, builder, runner)
        assert [problem.what for problem in failed.problems] == ["parser could not be built"]
        for one in plan.images:
            there = [] if one.name == "parser" else [one.sha_reference.tag]
            assert tags(registry_host, one.sha_reference.path) == there
        assert [one["version"] for one in runner.state()["instances"]] == ["1.0"]

        finishing = PushingBuilder(registry_host)
        assert released(plan, finishing, runner).problems == ()
        assert finishing.built == ["parser"]
        assert [one["version"] for one in runner.state()["instances"]] == ["2.0"]


def test_an_upgrade_that_reached_the_time_limit_is_watched_to_its_end_by_the_same_call(
    tmp_path: Path, registry_host: str
) -> None:
    plan, builder = own_plan(), PushingBuilder(registry_host)
    plan = replace(plan, settings=replace(plan.settings, poll_seconds=600))  # four polls before the time limit
    with omnistrate(tmp_path, plan, {"in_progress_polls": 6}) as runner:
        first = released(plan, builder, runner)
        assert "has not ended after 30 minutes" in summary(first)
        (pending,) = runner.state()["upgrades"]
        assert pending["status"] == "IN_PROGRESS"

        second = released(plan, builder, runner)
        assert second.problems == (), summary(second)
        assert second.results.upgrade is not None
        assert (second.results.upgrade.outcome, second.results.upgrade.upgrade_id) == ("upgraded", pending["id"])
        state = runner.state()
        assert [(one["id"], one["status"], one["ineligible"]) for one in state["upgrades"]] == [
            (pending["id"], "COMPLETE", {})
        ]
        assert [one["version"] for one in state["instances"]] == ["2.0"]
        assert state["unknown_requests"] == []


def test_an_upgrade_to_another_version_blocks_the_next_until_it_has_ended(tmp_path: Path, registry_host: str) -> None:
    plan, builder = own_plan(), PushingBuilder(registry_host)
    plan = replace(plan, settings=replace(plan.settings, poll_seconds=600))
    with omnistrate(tmp_path, plan, {"in_progress_polls": 6}) as runner:
        assert "has not ended after 30 minutes" in summary(released(plan, builder, runner))
        (pending,) = runner.state()["upgrades"]
        other = own_plan(OTHER_SHA)
        refused = released(other, builder, runner)
        assert [problem.what for problem in refused.problems] == [
            "instance-rehearsal can't be upgraded to 3.0: its upgrade to 2.0 is under way"
        ]
        assert [one["id"] for one in runner.state()["upgrades"]] == [pending["id"]]

        for _ in range(4):
            anyio.run(runner.run, ("upgrade", "status", pending["id"]))
        assert released(other, builder, runner).problems == ()
        assert [one["version"] for one in runner.state()["instances"]] == ["3.0"]


def test_after_dev_the_version_becomes_the_preferred_one_when_the_instance_runs_it(
    tmp_path: Path, registry_host: str
) -> None:
    plan, builder = own_plan(), PushingBuilder(registry_host)
    plan = replace(plan, settings=replace(plan.settings, preferred=Preferred.AFTER_DEV))
    with omnistrate(tmp_path, plan, {"fail_upgrades_of": ["instance-rehearsal"]}) as runner:
        assert "ended as FAILED" in summary(released(plan, builder, runner))
        (state,) = runner.state()["plans"]
        assert [(one["version"], one["status"]) for one in state["versions"]] == [
            ("1.0", "Preferred"),
            ("2.0", "Active"),
        ]
    other = tmp_path / "other"
    other.mkdir()
    with omnistrate(other, plan) as runner:
        report = released(plan, builder, runner)
        assert report.problems == (), summary(report)
        assert report.steps[-1].name == StepName.PREFERRED
        assert report.results.preferred is not None
        assert runner.state()["plans"][0]["preferred"] == "2.0"
        back = report.results.preferred.way_back.split()[1:]
        anyio.run(runner.run, tuple(back))
        assert runner.state()["plans"][0]["preferred"] == "1.0"


def test_a_failed_upgrade_is_tried_again_by_the_same_call(tmp_path: Path, registry_host: str) -> None:
    plan, builder = own_plan(), PushingBuilder(registry_host)
    with omnistrate(tmp_path, plan, {"fail_upgrades_of": ["instance-rehearsal"]}) as runner:
        for _ in range(2):
            assert "ended as FAILED" in summary(released(plan, builder, runner))
        upgrades = runner.state()["upgrades"]
        assert [(one["status"], one["instances"]) for one in upgrades] == [("FAILED", ["instance-rehearsal"])] * 2


@pytest.mark.parametrize(
    ("seed", "end", "message"),
    [
        (
            {"secrets": {"DEV": []}},
            (StepName.PREFLIGHT, "failed"),
            "The environment lacks the secret `falkordbPassword` of",
        ),
        ({"api_keys": ["another"]}, (StepName.PREFLIGHT, "failed"), "check OMNISTRATE_API_KEY"),
        ({"refuse_builds": "quota of plans reached"}, (StepName.PLAN_VERSION, "failed"), "quota of plans reached"),
        ({"fail_upgrades_of": ["instance-rehearsal"]}, (StepName.UPGRADE, "failed"), "ended as FAILED"),
        ({"in_progress_polls": 100000}, (StepName.UPGRADE, "unknown"), "has not ended after 30 minutes"),
    ],
)
def test_a_refusal_of_omnistrate_ends_the_release_at_its_step(
    tmp_path: Path, registry_host: str, seed: Mapping[str, Any], end: tuple[StepName, str], message: str
) -> None:
    plan, builder = own_plan(), PushingBuilder(registry_host)
    plan = replace(plan, settings=replace(plan.settings, poll_seconds=600))
    with omnistrate(tmp_path, plan, seed) as runner:
        report = released(plan, builder, runner)
        text = summary(report)
        assert (report.steps[-1].name, report.steps[-1].outcome) == end, text
        assert message in text
        assert runner.state()["unknown_requests"] == []
    assert REHEARSAL_KEY not in text + json.dumps(as_json(report)) + repr(report)
    if end[0] is StepName.PREFLIGHT:
        assert builder.built == []
        assert tags(registry_host, plan.images[0].sha_reference.path) == []

"""One registry and one Omnistrate for several releases, and every change of them with the run that made it."""

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from fake_omctl import PLAN, omnistrate
from fakes import SETTINGS, small_source
from faults.world import World, read_omnistrate
from reuse_fakes import FakeDocuments

from ci.core.release.plan import Plan, make_plan
from ci.core.release.record import Record
from ci.rehearsal.models import Instance, Version
from ci.rehearsal.rules import poll
from ci.rehearsal.state import State
from ci.rehearsal.state_json import as_json

PROD = "instance-prod"
CRANE_TAG = re.compile(r"`crane tag (\S+)@(\S+) (sha-\S+)`")


@dataclass(frozen=True)
class Commit:
    """A commit: its letter, and the VERSION of its tree. The letters are in the order of the history."""

    letter: str
    version: str

    @property
    def git_sha(self) -> str:
        return self.letter * 40


COMMITS = (Commit("a", "1.2.0"), Commit("b", "1.2.0"), Commit("c", "1.3.0"))


@cache
def plan_of(commit: Commit) -> Plan:
    """The small product's plan at a commit."""
    changelog = f"# Changelog\n\n## [{commit.version}] - 2026-01-02\n\n- Things\n"
    source = small_source(version=f"{commit.version}\n", changelog=changelog)
    return make_plan(source, SETTINGS, commit.git_sha)


@dataclass(frozen=True)
class Change:
    """A fact that a run changed, in the words of `faults.world`; empty where there was or is none."""

    run: int
    key: str
    old: str
    new: str


@dataclass
class Shared:
    """A registry and an Omnistrate with one instance in dev, and one in prod."""

    tags: dict[str, str] = field(default_factory=dict)
    labels_of: dict[str, dict[str, str]] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    documents: FakeDocuments | None = None
    """What is kept of the images that were built, where they are reused."""
    state: State = field(default_factory=lambda: _with_prod(omnistrate()))
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._read: tuple[State | None, World] = (None, {})
        self._world: World = self.world()

    def world(self) -> dict[str, str]:
        """The truth now, but for the plan of prod."""
        if self._read[0] is not self.state:
            known: dict[str, Any] = as_json(self.state)  # Any: JSON
            dev = [plan for plan in known["plans"] if plan["environment_type"] == PLAN.environment_type]
            self._read = (self.state, read_omnistrate({**known, "plans": dev}))
        tags = {f"tag {reference.partition('/')[2]}": digest for reference, digest in self.tags.items()}
        return {**tags, **self._read[1]}

    def follow(self, hint: str) -> None:
        """Set the sha tags as an error's hint says, as a person does where two runs have set one of them."""
        for repository, digest, tag in CRANE_TAG.findall(hint):
            self.tags[f"{repository}:{tag}"] = digest
        self._world = self.world()

    def finish_upgrades(self) -> None:
        """Let Omnistrate end every upgrade that is under way, as it does by itself in time."""
        for upgrade in self.state.upgrades:
            while not upgrade.ended:
                self.state, upgrade = poll(self.state, upgrade.id)  # noqa: PLW2901
        self._world = self.world()

    def after(self, run: int) -> None:
        """Record what a run has just changed."""
        old, new = self._world, self.world()
        if old != new:
            for key in sorted(old.keys() | new.keys()):
                if old.get(key) != new.get(key):
                    self.changes.append(Change(run, key, old.get(key, ""), new.get(key, "")))
        self._world = new


def _with_prod(state: State) -> State:
    """The state with a plan of the same name in an environment of type prod, and its instance."""
    version = Version(1, "", "seeded")
    plan = replace(PLAN, environment="Production", environment_type="PROD", versions=(version,), preferred=version.name)
    return replace(state.with_plan(plan), instances=(*state.instances, Instance(PROD, plan.id, version.name)))

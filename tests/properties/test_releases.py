"""Two and three releases at once, in orders of their steps that hypothesis chooses, some of them killed on the way.

A few in `make test`; five hundred with `pytest tests/properties --hypothesis-profile=nightly`.
"""

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from properties.contenders import Attempt, play
from properties.invariants import broken, raced
from properties.shared import COMMITS, CRANE_TAG, Commit, Shared
from properties.turns import End, Kill, Slice

from ci.errors import Problem

EXAMPLES = max(10, settings().max_examples // 20)
CALLS = 40
"""About how many calls a release makes."""

runs = st.lists(st.sampled_from(COMMITS), min_size=2, max_size=3)
slices = st.builds(Slice, st.integers(0, 2), st.integers(1, CALLS), st.integers(0, 2))
orders = st.one_of(
    st.lists(slices, max_size=8),
    st.builds(lambda seed: shuffled(Random(seed)), st.integers(0, 2**32)),  # noqa: S311 - an order, no secret
)
kills = st.dictionaries(
    st.integers(0, 2), st.builds(Kill, st.integers(1, CALLS), st.sampled_from(End)), min_size=1, max_size=2
)

REFUSED = re.compile("older|higher version")
"""Words of a problem that a commit has which is older than one that was released."""


def shuffled(random: Random) -> list[Slice]:
    """An order in which the runs take turns at every call."""
    return [Slice(random.randrange(3), 1, random.randrange(3)) for _ in range(3 * CALLS)]


@settings(max_examples=EXAMPLES)
@given(runs, orders)
def test_releases_at_once_keep_every_invariant(commits: list[Commit], order: list[Slice]) -> None:
    shared = Shared()
    attempts = play(shared, commits, order)
    assert broken(shared, attempts) == []
    again(shared, commits, attempts)


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**32))
def test_two_releases_of_one_commit_take_one_image_for_its_own(seed: int) -> None:
    shared = Shared()
    attempts = play(shared, COMMITS[:1] * 2, shuffled(Random(seed)))  # noqa: S311 - an order, no secret
    assert broken(shared, attempts) == []
    again(shared, [COMMITS[0]], attempts)


@settings(max_examples=EXAMPLES)
@given(runs, orders, kills)
def test_a_killed_release_leaves_nothing_that_the_same_call_does_not_finish(
    commits: list[Commit], order: list[Slice], killed: dict[int, Kill]
) -> None:
    shared = Shared()
    attempts = play(shared, commits, order, killed)
    assert broken(shared, attempts) == []
    again(shared, commits, attempts)


def again(shared: Shared, commits: list[Commit], attempts: list[Attempt]) -> None:
    """Make each call again, one after the other, the newest commit first: all complete, but for those of older ones.

    Where runs have set one sha tag, a call may be refused once, with what a person does then.
    """
    shared.finish_upgrades()
    newest, *older = sorted(set(commits), key=lambda one: one.letter, reverse=True)
    for commit in (newest, *older):
        attempts, problems = once_more(shared, commit, attempts)
        if raced(shared, attempts) and any(CRANE_TAG.search(one.hint) for one in problems):
            for problem in problems:
                shared.follow(problem.hint)
            attempts, problems = once_more(shared, commit, attempts)
        whats = [problem.what for problem in problems]
        assert [what for what in whats if commit == newest or not REFUSED.search(what)] == []


def once_more(shared: Shared, commit: Commit, attempts: list[Attempt]) -> tuple[list[Attempt], tuple[Problem, ...]]:
    """Make one more call; all attempts, and its problems."""
    [attempt] = play(shared, [commit], first=len(attempts))
    attempts = [*attempts, attempt]
    assert broken(shared, attempts) == []
    assert attempt.report
    return attempts, attempt.report.problems

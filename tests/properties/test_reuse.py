"""Releases at once that reuse images: two commits of the same inputs, and a third of others.

A few in `make test`; two hundred and fifty of each with `pytest tests/properties --hypothesis-profile=nightly`.
"""

from fakes import Effects
from hypothesis import given, settings
from properties.contenders import Attempt, play
from properties.invariants import broken, raced
from properties.shared import COMMITS, Commit, Shared
from properties.test_releases import again, kills, orders, runs
from properties.turns import Kill, Slice
from reuse_fakes import FakeDocuments

from ci.core.images.inputs_document import read_document

EXAMPLES = settings().max_examples // 40


def broken_reuse(shared: Shared, attempts: list[Attempt]) -> list[str]:
    """Each invariant of reuse that does not hold; the first two commits have the same inputs."""
    assert shared.documents
    lawful = raced(shared, attempts, ":inputs-")
    found = [
        f"{one.key} moved" for one in shared.changes if ":inputs-" in one.key and one.old and one.key not in lawful
    ]
    for tag, digest in shared.tags.items():
        repository, _, name = tag.rpartition(":")
        if name.startswith("inputs-"):
            text = shared.documents.by_digest.get((repository, digest), "")
            if not text or name != f"inputs-{read_document(text, repository).hash}":
                found.append(f"{tag} names {digest}, of which no release has recorded these inputs")
    if lawful or raced(shared, attempts):
        return found  # both have put a tag that they had found free: docs/decisions/0016-tags-and-races.md
    for one, digest in shared.tags.items():
        other = shared.tags.get(one.replace(COMMITS[0].git_sha, COMMITS[1].git_sha), digest)
        found += [f"{one} is {digest}, and of the same inputs there is {other}"] if other != digest else []
    return found


@settings(max_examples=EXAMPLES)
@given(runs, orders)
def test_of_the_same_inputs_there_is_one_image(commits: list[Commit], order: list[Slice]) -> None:
    shared = Shared(documents=FakeDocuments(Effects()))
    attempts = play(shared, commits, order)
    assert [*broken(shared, attempts), *broken_reuse(shared, attempts)] == []
    again(shared, commits, attempts)


@settings(max_examples=EXAMPLES)
@given(runs, orders, kills)
def test_a_killed_release_leaves_no_inputs_tag_that_the_next_one_does_not_use(
    commits: list[Commit], order: list[Slice], killed: dict[int, Kill]
) -> None:
    shared = Shared(documents=FakeDocuments(Effects()))
    attempts = play(shared, commits, order, killed)
    assert [*broken(shared, attempts), *broken_reuse(shared, attempts)] == []
    again(shared, commits, attempts)

"""When a version tag may be set."""

import pytest

from ci.core.references import Reference
from ci.core.release.version_tags import CommitRelation, VersionTag, backward_move, lower_version, relation


@pytest.mark.parametrize(
    ("ours_first", "theirs_first", "expected"),
    [
        (True, False, CommitRelation.OLDER),
        (True, None, CommitRelation.OLDER),
        (False, True, CommitRelation.NEWER),
        (None, True, CommitRelation.NEWER),
        (False, False, CommitRelation.UNRELATED),
        (False, None, CommitRelation.UNKNOWN),
        (None, False, CommitRelation.UNKNOWN),
        (None, None, CommitRelation.UNKNOWN),
    ],
)
def test_commits_are_related_by_what_is_known_of_their_order(
    ours_first: bool | None,  # noqa: FBT001 - a column of the table
    theirs_first: bool | None,  # noqa: FBT001 - a column of the table
    expected: CommitRelation,
) -> None:
    assert relation("a", "b", ours_first=ours_first, theirs_first=theirs_first) is expected
    assert relation("a", "a", ours_first=ours_first, theirs_first=theirs_first) is CommitRelation.SAME


@pytest.mark.parametrize("known", CommitRelation)
def test_only_a_move_that_goes_back_or_may_do_so_is_refused(known: CommitRelation) -> None:
    found = backward_move(Reference("r.example/a", "1.0.0"), "ours", VersionTag("sha256:1", "theirs", known))
    assert bool(found) is (known in {CommitRelation.OLDER, CommitRelation.UNKNOWN})


@pytest.mark.parametrize(
    ("version", "tags", "refused"),
    [
        ("1.0.0", [], False),
        ("1.0.0", ["1.0.0", "0.9.0", "sha-2.0.0", "latest", "2"], False),
        ("1.0.0", ["0.9.0", "1.0.1"], True),
        ("1.9.0", ["1.10.0"], True),
        ("1.0.0-rc.1", ["1.0.0"], True),
        ("1.0.0", ["1.0.0-rc.9"], False),
    ],
)
def test_a_version_is_compared_with_the_highest_tag_that_is_a_version(
    version: str,
    tags: list[str],
    refused: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert bool(lower_version("r.example/a", version, tags)) is refused

"""Whether a tree is that of the commit: what is said of each way in which it is not, and what to do."""

import hashlib

import pytest
from fakes import GIT_SHA

from ci.core.release.commit_tree import (
    SHOWN_PATHS,
    Change,
    GitFolder,
    TreeState,
    change_of,
    lfs_oid,
    tree_problems,
)
from ci.errors import Problem

OTHER = "f" * 40


def problems(git: GitFolder = GitFolder.FOLDER, head: str = GIT_SHA, **more: object) -> list[Problem]:
    return list(tree_problems(TreeState(git=git, head=head, **more), GIT_SHA))  # type: ignore[arg-type]


def test_the_tree_of_the_commit_has_no_problem() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("state", "what", "hint"),
    [
        (TreeState(git=GitFolder.MISSING), "has no .git folder", f"--source https://HOST/OWNER/REPOSITORY#{GIT_SHA}"),
        (TreeState(git=GitFolder.FILE), "worktree or a submodule", "git clone . ../release"),
        (TreeState(git=GitFolder.SHARED), "shares objects", "git repack -a -d && rm .git/objects/info/alternates"),
        (
            TreeState(git=GitFolder.FOLDER, unreadable='repository does not contain ref "HEAD"'),
            "no commit yet",
            "commit first",
        ),
        (TreeState(git=GitFolder.FOLDER, unreadable="exit status 128"), "can't be read", "git fsck"),
        (TreeState(git=GitFolder.FOLDER, head=OTHER), "another commit than --sha", f"git checkout {GIT_SHA}"),
        (TreeState(git=GitFolder.FOLDER, head=GIT_SHA, submodules=True), "submodules", f"#{GIT_SHA}"),
    ],
)
def test_a_tree_that_can_t_be_compared_or_is_another_has_one_problem(state: TreeState, what: str, hint: str) -> None:
    (problem,) = tree_problems(state, GIT_SHA)
    assert what in problem.what
    assert hint in problem.hint


def test_what_differs_is_listed_by_its_kind() -> None:
    changes = (("b", Change.REMOVED), ("n", Change.ADDED), ("a", Change.CHANGED), ("crlf", Change.LINE_ENDS))
    content, ends = problems(changes=changes)
    assert (content.what, content.value) == ("The source differs from its commit", "3 file(s)")
    assert content.excerpt.splitlines() == ["added: n", "changed: a", "removed: b"]
    assert "git stash" in content.hint
    assert ".gitignore" in content.hint
    assert (ends.value, ends.excerpt) == ("1 file(s)", "line ends: crlf")
    assert "core.autocrlf" in ends.hint


def test_a_long_list_is_cut_and_its_length_is_said() -> None:
    (problem,) = problems(changes=tuple((f"f{at:03}", Change.ADDED) for at in range(SHOWN_PATHS + 7)))
    lines = problem.excerpt.splitlines()
    assert (problem.value, len(lines), lines[-1]) == ("27 file(s)", SHOWN_PATHS + 1, "… and 7 more")


def test_another_commit_and_its_changes_are_said_together() -> None:
    assert len(problems(head=OTHER, changes=(("a", Change.CHANGED),))) == 2


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("registry=evil.example", True),
        ("imagePrefix=evil.example/o/p", True),
        ("IMAGE_PREFIX = evil.example/o/p", True),
        ("slipway_omctl-image=evil.example/omctl", True),
        ("export omctlImage=evil.example/omctl", True),
        ("release_registryToken=env://GH_PAT", False),
        ("REGISTRY_URL=https://registry.example", False),
        ("# registry=evil.example", False),
        ("productName=Shop", False),
    ],
)
def test_a_committed_env_does_not_name_who_is_given_a_credential(line: str, refused: bool) -> None:  # noqa: FBT001 - a column
    state = TreeState(git=GitFolder.FOLDER, head=GIT_SHA, committed_env=f"A=1\n{line}\n")
    found = list(tree_problems(state, GIT_SHA))
    assert [(one.file, one.line) for one in found] == [(".env", 2)] * refused


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("a\nb\n", "a\r\nb\r\n", Change.LINE_ENDS),
        ("a\r\n", "a\n", Change.LINE_ENDS),
        ("a\n", "b\r\n", Change.CHANGED),
        ("a\n", "a\n", Change.CHANGED),  # its mode
        (None, "a\n", Change.CHANGED),
        ("a\n", None, Change.CHANGED),
    ],
)
def test_line_ends_are_told_from_content(before: str | None, after: str | None, change: Change) -> None:
    assert change_of(before, after) is change


def test_a_pointer_of_git_lfs_names_the_sha256_of_its_file() -> None:
    oid = hashlib.sha256(b"big").hexdigest()
    assert lfs_oid(f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 3\n") == oid
    assert lfs_oid(f"version https://git-lfs.github.com/spec/v1\next-0-x sha256:1\noid sha256:{oid}\nsize 3\n") == oid
    assert lfs_oid(f"oid sha256:{oid}\n") == ""

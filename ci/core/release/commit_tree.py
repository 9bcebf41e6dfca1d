"""Whether a source tree is the tree of the commit that is to be released.

What an adapter knows of the tree and its repository is a `TreeState`; `tree_problems` says what is wrong with it, and
what to do. docs/decisions/0012-the-tree-is-the-commit.md has the cases and why they end as they do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ci.errors import Problem

SHOWN_PATHS = 20
"""How many paths of each kind a problem lists."""

_WHO_IS_GIVEN_A_CREDENTIAL = ("registry", "imageprefix", "omctlimage")
"""The arguments that name it, as letters alone: the engine takes several spellings."""
_LFS_POINTER = re.compile(r"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*oid sha256:(?P<oid>[0-9a-f]{64})\n")


class GitFolder(StrEnum):
    """What `.git` at the top of a source is."""

    MISSING = "missing"
    FILE = "file"
    """That of a worktree or of a submodule: the repository is elsewhere"""
    SHARED = "shared"
    """A clone made with --shared or --reference: some objects are elsewhere"""
    FOLDER = "folder"
    """A repository with all that it needs"""


class Change(StrEnum):
    """How a file of the source differs from the commit."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    LINE_ENDS = "line ends"
    """Its text is that of the commit, but for its line ends"""


@dataclass(frozen=True, kw_only=True)
class TreeState:
    """A source tree beside its repository's HEAD."""

    git: GitFolder
    head: str = ""
    """The git sha of HEAD; `""` if it can't be read."""
    unreadable: str = ""
    """Why the repository could not be read, in the engine's words."""
    changes: tuple[tuple[str, Change], ...] = ()
    """Each file that differs from HEAD, with how; what git ignores is not among them."""
    submodules: bool = False
    """Whether it has submodules whose content could not be compared."""
    committed_env: str = ""
    """The text of a `.env` at the top of the commit."""


def lfs_oid(text: str) -> str:
    """The sha256 of the file that the text of a Git LFS pointer stands for; `""` if it is no pointer."""
    match = _LFS_POINTER.match(text)
    return match["oid"] if match else ""


def change_of(before: str | None, after: str | None) -> Change:
    """How a changed file differs, by its texts in the commit and in the source; None for one that is not text."""
    if before is None or after is None or before == after:
        return Change.CHANGED
    same = before.replace("\r\n", "\n") == after.replace("\r\n", "\n")
    return Change.LINE_ENDS if same else Change.CHANGED


def tree_problems(state: TreeState, git_sha: str) -> Iterator[Problem]:
    """Why a tree is not that of the commit; nothing if it is."""
    by_address = f"give the commit by its address: --source https://HOST/OWNER/REPOSITORY#{git_sha}"
    if state.git is GitFolder.MISSING:
        yield Problem(
            what="The source has no .git folder, so that it can't be compared with --sha",
            value="no .git at the top of the source",
            expected="the top of a git repository whose HEAD is the commit",
            hint=f"give the repository's top as --source, not a folder in it; or {by_address}",
        )
    elif state.git is GitFolder.FILE:
        yield Problem(
            what="The source is a git worktree or a submodule: its repository is elsewhere, and not part of the source",
            value=".git is a file",
            expected="a .git folder, so that the source can be compared with --sha",
            hint=f"clone it (git clone . ../release) and call there; or, if it is pushed, {by_address}",
        )
    elif state.git is GitFolder.SHARED:
        yield Problem(
            what="The source is a clone that shares objects with another repository, which is not part of the source",
            value=".git/objects/info/alternates",
            expected="a repository with all of its objects, so that the source can be compared with --sha",
            hint="copy the objects: git repack -a -d && rm .git/objects/info/alternates",
        )
    elif not state.head:
        yield _without_head(state, by_address)
    else:
        yield from _differences(state, git_sha, by_address)
        yield from committed_env_problems(state.committed_env)


def committed_env_problems(text: str) -> Iterator[Problem]:
    """Problems of a committed `.env`, which the engine reads as the caller's own arguments.

    It may not name who is given a credential (`ci.core.release.recipients`).
    """
    for number, line in enumerate(text.splitlines(), start=1):
        name = line.partition("=")[0].strip()
        if not name.startswith("#") and re.sub(r"[^a-z]", "", name.lower()).endswith(_WHO_IS_GIVEN_A_CREDENTIAL):
            yield Problem(
                what="A committed .env names who is given a credential",
                value=name,
                file=".env",
                line=number,
                expected="no such argument in a file of the source: the source does not decide who is given one",
                hint="remove the line, and give the argument on the command line, or in a .env that git ignores",
            )


def _without_head(state: TreeState, by_address: str) -> Problem:
    if 'does not contain ref "HEAD"' in state.unreadable:
        return Problem(
            what="The source's repository has no commit yet",
            value="no HEAD",
            expected="the commit of --sha",
            hint="commit first, and give --sha $(git rev-parse HEAD)",
        )
    return Problem(
        what="The source's repository can't be read",
        value=state.unreadable,
        expected="a repository whose HEAD is the commit of --sha",
        hint=f"look at it with `git fsck`, or clone it again; or {by_address}",
    )


def _differences(state: TreeState, git_sha: str, by_address: str) -> Iterator[Problem]:
    if state.head != git_sha:
        yield Problem(
            what="The source is another commit than --sha",
            value=f"its HEAD is {state.head}",
            expected=git_sha,
            hint=f"git checkout {git_sha}, or give --sha $(git rev-parse HEAD); or {by_address}",
        )
    if state.submodules:
        yield Problem(
            what="The source has submodules, whose content can't be compared with the commit",
            value=".gitmodules",
            expected="submodules that the engine itself checks out at their commits",
            hint=by_address,
        )
    if content := [one for one in state.changes if one[1] is not Change.LINE_ENDS]:
        yield Problem(
            what="The source differs from its commit",
            value=f"{len(content)} file(s)",
            excerpt=_listed(content),
            expected="nothing that is not committed, since what is released is what --sha names",
            hint="commit it and give the new --sha, or put it away: git stash --include-untracked. What is not part "
            "of the product belongs into the repository's .gitignore; a global one is not known here",
        )
    if ends := [one for one in state.changes if one[1] is Change.LINE_ENDS]:
        yield Problem(
            what="Files of the source have other line ends than the commit",
            value=f"{len(ends)} file(s)",
            excerpt=_listed(ends),
            expected="the bytes of the commit",
            hint="write `* text=auto eol=lf` into .gitattributes and commit it, or git config core.autocrlf input; "
            f"then git rm -rq --cached . && git reset --hard. Or {by_address}",
        )


def _listed(changes: list[tuple[str, Change]]) -> str:
    lines = [f"{change}: {path}" for path, change in sorted(changes, key=lambda one: (one[1], one[0]))]
    more = [f"… and {len(lines) - SHOWN_PATHS} more"] if len(lines) > SHOWN_PATHS else []
    return "\n".join([*lines[:SHOWN_PATHS], *more])

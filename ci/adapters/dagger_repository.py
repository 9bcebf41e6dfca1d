"""The repository port, implemented with the `.git` of a Dagger directory."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

import dagger

from ci.adapters.dagger_errors import end_of_log
from ci.adapters.dagger_source import AT_ONCE, product_tree, read_texts
from ci.concurrency import run_all
from ci.core.product.source import is_excluded
from ci.core.release.commit_tree import Change, GitFolder, TreeState, change_of, lfs_oid
from ci.core.release.history import History

_COMPARED = 200
"""How many changed files are read, to find out how they differ; the others count as changed."""
_MADE_BY_THE_ENGINE = ".git/refs/dagger.tmp"
"""What the engine's own checkout of a git address has, which it makes with all submodules at their commits."""


class DaggerRepository:
    """The repository of a source; see `ci.pipelines.ports.Repository`.

    `given` is the source with its `.git`, `tree` what is released of it.
    """

    def __init__(self, given: dagger.Directory, tree: dagger.Directory) -> None:
        self._given, self._tree, self._git = given, tree, given.as_git()

    async def state(self) -> TreeState:
        """The source beside its HEAD; see `ci.pipelines.ports.Repository`."""
        try:
            folder = await self._folder()
            if folder is not GitFolder.FOLDER:
                return TreeState(git=folder)
            head = await self._git.head().commit()
        except dagger.QueryError as error:
            return TreeState(git=GitFolder.FOLDER, unreadable=end_of_log(error))
        try:
            return await self._compared(head)
        except dagger.QueryError as error:
            return TreeState(git=GitFolder.FOLDER, unreadable=end_of_log(error))

    def history(self, *, accept_images: bool) -> History:
        """What a release knows from before: here the order of commits; its record is read by the pipeline."""
        return History(is_ancestor=self.is_ancestor, accept_images=accept_images)

    async def is_ancestor(self, old: str, new: str) -> bool | None:
        """Whether a commit comes before another, or is it; see `ci.pipelines.ports.Repository`."""
        try:
            common = await self._git.commit(old).common_ancestor(self._git.commit(new)).commit()
            if common == old:
                return True
            return None if await self._given.exists(".git/shallow") else False
        except dagger.QueryError:  # a commit that the repository does not have, no common one, no repository
            return None

    async def _folder(self) -> GitFolder:
        if not await self._given.exists(".git"):
            return GitFolder.MISSING
        if not await self._given.exists(".git", expected_type=dagger.ExistsType.DIRECTORY_TYPE):
            return GitFolder.FILE
        shared = await self._given.exists(".git/objects/info/alternates")
        return GitFolder.SHARED if shared else GitFolder.FOLDER

    async def _compared(self, head: str) -> TreeState:
        state = TreeState(git=GitFolder.FOLDER, head=head)
        if await self._given.exists(".gitmodules"):
            # The engine can't check out a local repository's submodules; what it checked out itself has them.
            changes = self._git.uncommitted()
            own = await self._given.exists(_MADE_BY_THE_ENGINE)
            found = await _changes(changes)
            files = tuple(one for one in found if not is_excluded(one[0]))
            return replace(state, changes=files, submodules=not own)
        # Compared file by file, not with `git status`: that believes the index, which can be made to hide a change.
        commit = self._git.head().tree(discard_git_dir=True)
        changes = self._tree.changes(await product_tree(commit))
        env = (await read_texts(commit, [".env"])).get(".env", "")
        return replace(state, changes=await _changes(changes), committed_env=env)


async def _changes(found: dagger.Changeset) -> tuple[tuple[str, Change], ...]:
    if await found.is_empty():
        return ()
    changed = _files(await found.modified_paths())
    kinds = {one.item: one.result for one in await run_all(changed[:_COMPARED], _comparing(found), at_once=AT_ONCE)}
    return (
        *((path, Change.ADDED) for path in _files(await found.added_paths())),
        *((path, kind) for path in changed if (kind := kinds.get(path, Change.CHANGED))),
        *((path, Change.REMOVED) for path in _files(await found.removed_paths())),
    )


def _comparing(found: dagger.Changeset) -> Callable[[str], Awaitable[Change | None]]:
    async def kind(path: str) -> Change | None:
        """How a file differs; None for one of Git LFS that is the one that its commit's pointer stands for."""
        before = (await read_texts(found.before(), [path])).get(path)
        if before and (oid := lfs_oid(before)):
            # docs/engine.md, "The tree and the commit": it is the sha256 of the sha256 of the content.
            digest = await found.after().file(path).digest(exclude_metadata=True)
            same = digest.removeprefix("sha256:") == hashlib.sha256(bytes.fromhex(oid)).hexdigest()
            return None if same else Change.CHANGED
        return change_of(before, (await read_texts(found.after(), [path])).get(path))

    return kind


def _files(paths: list[str]) -> list[str]:
    """Files alone: git knows no folders, and an empty one is not of a commit."""
    return [path for path in paths if not path.endswith("/")]

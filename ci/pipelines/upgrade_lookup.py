"""The upgrades of an instance: which are under way, and which are new since they were last listed."""

from collections.abc import Iterable

from ci.core.omctl import commands
from ci.core.omctl.model import Deployment, Upgrade
from ci.core.omctl.upgrade_responses import read_upgrade_row, read_upgrades
from ci.errors import OmnistrateError, Problem
from ci.pipelines.one_instance import OneInstance

PAGES = 100
"""Pages of `omctl upgrade list` that are read at most: an API may send tokens without end."""


class Upgrades:
    """The upgrades of one instance, whose plan is that of `deployment`."""

    def __init__(self, instance: OneInstance, deployment: Deployment) -> None:
        self._instance, self._deployment = instance, deployment
        self._listed: frozenset[str] = frozenset()

    async def under_way(self, version: str) -> Upgrade | None:
        """The upgrade of the instance to the version that has not ended; None if there is none.

        Raises:
            OmnistrateError: an upgrade of the instance to another version is under way, or a list can't be read.
        """
        listed = await self._list()
        self._listed = frozenset(one.upgrade_id for one in listed)
        for one in await self._of_instance(one for one in listed if not one.ended):
            if one.version == version:
                return one
            raise OmnistrateError(
                Problem(
                    what=f"{self._instance.instance_id} can't be upgraded to {version}: its upgrade to {one.version} "
                    "is under way",
                    value=f"{one.upgrade_id}: {one.status}",
                    expected="no other upgrade of the instance, since a second one beside it fails",
                    hint=f"run the same call again when `omctl upgrade status {one.upgrade_id}` shows that it has "
                    f"ended, or cancel it with `omctl upgrade cancel {one.upgrade_id}`",
                )
            )
        return None

    async def new(self, version: str, besides: str = "") -> Upgrade | None:
        """An upgrade of the instance to the version that `under_way` did not list, also one that has ended.

        It is another one than `besides`.

        Raises:
            OmnistrateError: a list can't be read.
        """
        known = {*self._listed, besides}
        listed = [one for one in await self._list() if one.upgrade_id not in known and one.version == version]
        return next(iter(await self._of_instance(listed, ended=True)), None)

    async def _of_instance(self, upgrades: Iterable[Upgrade], *, ended: bool = False) -> list[Upgrade]:
        """Those in which the instance takes part, with its status; only those that it has not ended, unless `ended`."""
        found = []
        for one in upgrades:
            arguments = commands.upgrade_instances_arguments(one.upgrade_id)
            row = await self._instance.read(
                arguments, lambda response: read_upgrade_row(response, self._instance.instance_id)
            )
            own = one.of_instance(row)
            if row is not None and (ended or not own.ended):
                found.append(own)
        return found

    async def _list(self) -> list[Upgrade]:
        """Every upgrade of the instance's plan, of any instance and to any version."""
        found: list[Upgrade] = []
        pages = [""]
        while len(pages) <= PAGES:
            arguments = commands.upgrades_arguments(self._deployment, pages[-1])
            upgrades, following = await self._instance.read(arguments, read_upgrades)
            found += upgrades
            if not following:
                return found
            if following in pages:
                break
            pages.append(following)
        raise OmnistrateError(
            Problem(
                what="The list of upgrades has no end",
                value=f"{len(pages)} pages, and the last names another one: {following[:80]}",
                expected=f"at most {PAGES} pages, each with another token",
                hint="nothing was scheduled; look at `omctl upgrade list`, and report this to Omnistrate's support",
            )
        )

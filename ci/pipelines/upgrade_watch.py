"""The watch over an upgrade, until the instance's own part of it has ended; and over the instance after it.

A poll that fails is no failed upgrade: only many in a row, or the time limit, end the watch, and then the outcome is
unknown.
"""

from ci.core.omctl import commands
from ci.core.omctl.model import Deployment, InstanceStatus, Upgrade
from ci.core.omctl.upgrade_problems import not_as_expected, not_ended, unseen
from ci.core.omctl.upgrade_responses import read_upgrade_row, read_upgrade_status
from ci.errors import OmnistrateError, OutcomeUnknownError
from ci.pipelines.one_instance import OneInstance

FAILED_POLLS = 12
"""How many polls in a row may fail, and how often an instance may still show what it was before its upgrade."""


class Watch:
    """A watch over one instance, which begins now and has one time limit for all that it waits for."""

    def __init__(self, instance: OneInstance) -> None:
        self._instance, self._begin = instance, instance.clock.now()

    async def until_ended(self, upgrade: Upgrade) -> Upgrade:
        """The upgrade with the instance's own final status.

        Raises:
            OutcomeUnknownError: it did not end in time, or its status could not be read.
        """
        current, failed = upgrade, 0
        while not current.ended:
            if self._late():
                raise OutcomeUnknownError(
                    not_ended(self._instance.instance_id, current, self._instance.settings.upgrade_minutes)
                )
            await self._instance.pause()
            try:
                current, failed = await self._poll(current), 0
            except OmnistrateError as error:
                failed += 1
                if failed >= FAILED_POLLS:
                    problem = unseen(self._instance.instance_id, current, failed)
                    raise OutcomeUnknownError(problem, *error.problems) from error
        return current

    async def until_deployed(self) -> Deployment:
        """The instance, when nothing is being deployed to it.

        Raises:
            OmnistrateError: it is still being deployed to at the time limit, or can't be described.
        """
        failed = 0
        while True:
            try:
                deployment = await self._instance.described()
            except OmnistrateError:
                failed += 1
                if failed >= FAILED_POLLS:
                    raise
            else:
                if deployment.status != InstanceStatus.DEPLOYING or self._late():
                    return deployment
            await self._instance.pause()

    async def until_it_runs(self, version: str, upgrade: Upgrade | None) -> Deployment:
        """The instance when it runs the version.

        Raises:
            OmnistrateError: it has failed, or does not run the version.
            OutcomeUnknownError: that could not be read.
        """
        for _ in range(FAILED_POLLS):
            try:
                deployment = await self.until_deployed()
            except OmnistrateError as error:
                if upgrade is None:
                    raise
                raise OutcomeUnknownError(
                    unseen(self._instance.instance_id, upgrade, FAILED_POLLS), *error.problems
                ) from error
            if (deployment.version, deployment.status) == (version, InstanceStatus.RUNNING):
                return deployment
            if deployment.status == InstanceStatus.FAILED or self._late():
                break
            await self._instance.pause()
        problem = not_as_expected(self._instance.instance_id, version, deployment, upgrade)
        raise (OutcomeUnknownError if deployment.status == InstanceStatus.DEPLOYING else OmnistrateError)(problem)

    async def _poll(self, upgrade: Upgrade) -> Upgrade:
        response = await self._instance.omctl.run(commands.upgrade_status_arguments(upgrade.upgrade_id))
        whole = read_upgrade_status(response, upgrade)
        response = await self._instance.omctl.run(commands.upgrade_instances_arguments(upgrade.upgrade_id))
        return whole.of_instance(read_upgrade_row(response, self._instance.instance_id))

    def _late(self) -> bool:
        return (self._instance.clock.now() - self._begin).total_seconds() > self._instance.settings.upgrade_minutes * 60

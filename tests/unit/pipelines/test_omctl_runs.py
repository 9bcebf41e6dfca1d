"""Runs of omctl that end, and reads that are repeated after a transient fault only."""

from dataclasses import replace
from functools import partial

import anyio
import pytest
from fakes import SETTINGS, FakeClock, json_response

from ci.core.omctl.model import Completed
from ci.core.omctl.responses import read_secrets
from ci.errors import OmnistrateError
from ci.pipelines.omctl_runs import ATTEMPTS, STOPPED, BoundedOmctl, read
from ci.pipelines.ports import Omctl

GOOD, LOST, REFUSED = json_response([{"name": "a"}]), Completed(1, "", "Error: 503"), Completed(1, "", "Error: no")


class Scripted:
    """An omctl with a list of responses; None for a run that does not return."""

    def __init__(self, *responses: Completed | None) -> None:
        self.responses, self.runs = [*responses], 0

    def with_compose(self, text: str) -> Omctl:
        self.compose = text
        return self

    async def run(self, arguments: tuple[str, ...]) -> Completed:  # noqa: ARG002 - the same whatever they are
        self.runs += 1
        response = self.responses.pop(0)
        if response is None:
            await anyio.sleep_forever()
            raise AssertionError
        return response


def read_from(omctl: Scripted, clock: FakeClock) -> frozenset[str]:
    return anyio.run(partial(read, omctl, ("secret", "list"), read_secrets, clock, replace(SETTINGS, poll_seconds=7)))


def test_a_run_that_does_not_return_is_stopped_at_its_deadline() -> None:
    settings = replace(SETTINGS, omctl_seconds=0)
    done = anyio.run(BoundedOmctl(Scripted(None), settings).run, ("build",))
    assert done.exit_code == STOPPED
    assert done.stderr == "omctl did not return within 0 s, the setting `omctl_seconds`, and was stopped"


def test_a_run_within_its_deadline_is_as_it_is() -> None:
    assert anyio.run(BoundedOmctl(Scripted(GOOD), SETTINGS).run, ("build",)) == GOOD


@pytest.mark.parametrize("lost", [1, 2])
def test_a_read_is_repeated_after_a_transient_fault(lost: int) -> None:
    clock, omctl = FakeClock(), Scripted(*(LOST,) * lost, GOOD)
    assert read_from(omctl, clock) == {"a"}
    assert (omctl.runs, clock.waits) == (lost + 1, [7] * lost)


def test_a_read_ends_after_some_transient_faults() -> None:
    clock, omctl = FakeClock(), Scripted(*(LOST,) * 9)
    with pytest.raises(OmnistrateError, match="503"):
        read_from(omctl, clock)
    assert (omctl.runs, len(clock.waits)) == (ATTEMPTS, ATTEMPTS - 1)


def test_a_refusal_is_not_repeated() -> None:
    clock, omctl = FakeClock(), Scripted(REFUSED, GOOD)
    with pytest.raises(OmnistrateError, match="Error: no"):
        read_from(omctl, clock)
    assert (omctl.runs, clock.waits) == (1, [])

"""Faults of omctl itself: its exit code, what it prints, that it does not return. Omnistrate is the tests' fake."""

import json
from collections.abc import Callable
from dataclasses import replace

from faults.omnistrate import fields_set
from faults.row import During, End, Row
from faults.scene import Scene

from ci.core.omctl.model import Completed
from ci.core.settings.product import Preferred
from ci.simulation.omctl_faults import OmctlFault

COMMANDS = {
    "environment list": During.PREFLIGHT,
    "secret list": During.PREFLIGHT,
    "instance list": During.PREFLIGHT,
    "service-plan list": During.PLAN_VERSION,
    "service-plan list-versions": During.PLAN_VERSION,
    "build": During.PLAN_VERSION,
    "service-plan describe-version": During.PLAN_VERSION,
    "service-plan set-default": During.PREFERRED,
    "instance describe": During.UPGRADE,
    "upgrade list": During.UPGRADE,
    "upgrade": During.UPGRADE,
    "upgrade status": During.UPGRADE,
}
EITHER = (End.DONE, End.FAILED)


def warned(answer: Completed) -> Completed:
    return replace(answer, stdout=f"Warning: a new version of omctl is available\n{answer.stdout}")


def coloured(answer: Completed) -> Completed:
    return replace(answer, stderr="\x1b[33mWARN\x1b[0m deprecated")


def exit_code(code: int, stderr: str) -> Callable[[Completed], Completed]:
    return lambda _: Completed(code, "", stderr)


EDITS: dict[str, tuple[Callable[[Completed], Completed], tuple[End, ...]]] = {
    "a warning before the JSON": (warned, EITHER),
    "a warning on standard error": (coloured, (End.DONE,)),
    "exit code 1 when it is done": (exit_code(1, "Error: context deadline exceeded"), EITHER),
    "exit code 0 with an error": (exit_code(0, "Error: something went wrong"), EITHER),
    "killed when it is done": (exit_code(137, ""), EITHER),
    "nothing printed": (lambda _: Completed(0, "", ""), EITHER),
    "null printed": (lambda _: Completed(0, "null", ""), EITHER),
    "a number printed": (lambda _: Completed(0, "1", ""), EITHER),
    "an empty list printed": (lambda _: Completed(0, "[]", ""), EITHER),
    "output cut off": (lambda answer: replace(answer, stdout=answer.stdout[: len(answer.stdout) // 2]), EITHER),
    "5 MB printed": (lambda _: Completed(1, "x" * 5_000_000, ""), EITHER),
}


NUMBERS = {During.PREFLIGHT: 13, During.PLAN_VERSION: 9, During.PREFERRED: 9, During.UPGRADE: 11}


def row(
    command: str, fault: str, *faults: OmctlFault, ends: tuple[End, ...] = EITHER, number: int = 0, grid: bool = False
) -> Row:
    during, settings = COMMANDS[command], dict[str, object]()
    if any(fault.hang for fault in faults):
        settings["omctl_seconds"] = 0.2
    if during is During.PREFERRED:
        settings["preferred"] = Preferred.AFTER_DEV
    scene = Scene(omctl=faults, settings=settings)
    number = number or NUMBERS[during]
    request = f"omctl {command}"
    return Row(number=number, during=during, request=request, fault=fault, scene=scene, ends=ends, grid=grid)


def edited(command: str, *names: str) -> list[Row]:
    """omctl does its work, and its answer is not what it should be; while an upgrade is watched, that is no failure."""
    found = []
    for name in names:
        edit, ends = EDITS[name]
        ends = (End.DONE,) if command == "upgrade status" else ends
        found.append(row(command, name, OmctlFault(command=command, edit=edit), ends=ends, grid=True))
    return found


def engine(command: str, *names: str) -> list[Row]:
    """omctl gives no answer at all."""
    gone = RuntimeError("the engine went away")
    faults = {
        "the engine goes away": OmctlFault(command=command, error=gone),
        "the engine goes away when it is done": OmctlFault(command=command, error=gone, after=True),
        "it does not return": OmctlFault(command=command, hang=True),
        "it does not return when it is done": OmctlFault(command=command, hang=True, after=True),
    }
    return [row(command, name, faults[name], number=8 if "engine" in name else 14, grid=True) for name in names]


ENGINE = (
    "the engine goes away",
    "the engine goes away when it is done",
    "it does not return",
    "it does not return when it is done",
)
_SAME = Completed(1, "", "Error: source version 2.0 is the same as target version for instance-other")
_NOT_FOUND = Completed(0, "", "Error: instance-dev not found")

TABLE = [
    *(one for command in COMMANDS for one in (*edited(command, *EDITS), *engine(command, *ENGINE))),
    row(
        "upgrade",
        "another instance is on that version",
        OmctlFault(command="upgrade", instead=_SAME),
        ends=(End.FAILED,),
    ),
    row("upgrade", "an error with exit code 0", OmctlFault(command="upgrade", instead=_NOT_FOUND), ends=(End.FAILED,)),
    row(
        "upgrade list",
        "a page token without end",
        OmctlFault(command="upgrade list", times=0, edit=fields_set(nextPageToken="0")),
        number=14,
    ),
    row(
        "upgrade status",
        "it tells of another upgrade",
        OmctlFault(command="upgrade status", edit=fields_set(upgrade_id="upgrade-99")),
        ends=(End.DONE, End.FAILED),
    ),
    row(
        "instance list",
        "no instances",
        OmctlFault(command="instance list", instead=Completed(0, json.dumps([]), "")),
        ends=EITHER,
    ),
]

"""Faults of omctl itself: its exit code, what it prints, that it does not return. Omnistrate is the tests' fake."""

from collections.abc import Callable
from dataclasses import replace

from faults.omnistrate import OmctlFault, fields_set
from faults.row import During, End, Row
from faults.scene import Scene

from ci.core.omctl.model import Completed

COMMANDS = {
    "secret list": During.PREFLIGHT,
    "instance list": During.PREFLIGHT,
    "build": During.PLAN_VERSION,
    "service-plan describe-version": During.PLAN_VERSION,
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
}


NUMBERS = {During.PREFLIGHT: 13, During.PLAN_VERSION: 9, During.UPGRADE: 11}


def row(
    command: str, fault: str, *faults: OmctlFault, ends: tuple[End, ...] = EITHER, number: int = 0, grid: bool = False
) -> Row:
    during, scene = COMMANDS[command], Scene(omctl=faults)
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


_NONE = Completed(0, "[]", "")
_NOT_FOUND = Completed(0, "", "Error: instance-dev not found")

_HARMLESS = ("a warning on standard error",)
_READ = ("secret list", "instance list", "instance describe", "upgrade list")
"""Commands that change nothing."""
TABLE = [
    *(one for command in _READ for one in edited(command, *EDITS)),
    *edited("build", *_HARMLESS),
    *edited("service-plan describe-version", *_HARMLESS),
    *edited("upgrade", *_HARMLESS, "a warning before the JSON"),
    *edited("upgrade status", *_HARMLESS),
    row("upgrade", "an error with exit code 0", OmctlFault(command="upgrade", instead=_NOT_FOUND), ends=(End.FAILED,)),
    row(
        "upgrade status",
        "it tells of another upgrade",
        OmctlFault(command="upgrade status", edit=fields_set(upgrade_id="upgrade-99")),
    ),
    row("instance list", "no instances", OmctlFault(command="instance list", instead=_NONE)),
]

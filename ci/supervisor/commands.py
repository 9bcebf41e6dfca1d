"""Runs a command beside the service, with the service's user, environment and folder."""

import threading
from collections.abc import Sequence

from . import processes
from .spec import Spec
from .users import NoSuchUserError

NOT_FOUND, NOT_RUNNABLE = 127, 126
"""Exit codes, as a shell gives them, of a command that does not exist, and of one that can't be run."""


def run_command(spec: Spec, command: Sequence[str], seconds: float) -> tuple[int, str]:
    """The exit code and the output of a command; it is killed after `seconds`."""
    try:
        process = processes.start(command, spec.environment, spec.user, spec.working_dir)
    except (OSError, NoSuchUserError) as error:
        return exit_code_of(error), f"can't be run: {error}"
    timed_out = threading.Event()

    def kill() -> None:
        timed_out.set()
        processes.end_tree(process.pid)

    timer = threading.Timer(seconds, kill)
    timer.start()
    output = process.stdout.read().decode(errors="replace") if process.stdout else ""
    code = processes.wait(process)
    timer.cancel()
    return code, f"{output}\n(killed: it did not end within {seconds:g} s)" if timed_out.is_set() else output


def exit_code_of(error: Exception) -> int:
    """The exit code of a command that could not be started."""
    return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE

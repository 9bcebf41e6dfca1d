"""Runs a command, and says how it ended."""

import gc
from collections.abc import Sequence
from importlib import import_module

from ci.cli import terminal

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ends, as shells have it: 128 and the signal's number."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    collecting = gc.isenabled()
    gc.disable()  # a command ends before there is garbage; looking for it doubles the pin of 10,000 services
    try:
        return _run(argv)
    except KeyboardInterrupt:
        terminal.give_up_stdout()
        return INTERRUPTED
    except MemoryError:
        pass  # what it holds is free behind this statement
    except BrokenPipeError:  # the reader is gone: there is nobody to tell
        terminal.give_up_stdout()
        return 1
    finally:
        if collecting:
            gc.enable()
    terminal.error(terminal.OUT_OF_MEMORY)
    return 1


def _run(argv: Sequence[str] | None) -> int:
    from ci.cli.parser import COMMANDS, parser  # noqa: PLC0415 - Ctrl-C is caught from here on
    from ci.errors import SlipwayError  # noqa: PLC0415 - as above

    terminal.prepare()
    try:
        try:
            arguments = parser().parse_args(argv)
        except SystemExit:  # after usage or help
            terminal.flush()
            raise
        code: int = import_module(f"ci.cli.{COMMANDS[arguments.command]}").run(arguments)
        terminal.flush()
    except SlipwayError as error:
        terminal.give_up_stdout()
        terminal.error(str(error))
        return 1
    return code

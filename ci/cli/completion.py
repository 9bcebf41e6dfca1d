"""`slipway completion`: the script with which a shell completes the command."""

import argparse
from argparse import Namespace

import shtab

from ci.cli import terminal
from ci.cli.parser import parser, path


def run(arguments: Namespace) -> int:
    """Print the script."""
    made = parser()
    _complete_paths(made)
    terminal.out_exactly(shtab.complete(made, arguments.shell))
    return 0


def _complete_paths(made: argparse.ArgumentParser) -> None:
    """Have the shell offer files where an argument is a path."""
    for action in made._actions:  # noqa: SLF001 - argparse has no other way to its arguments; shtab reads the same
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for command in action.choices.values():
                _complete_paths(command)
        elif action.type is path:
            action.complete = shtab.FILE  # type: ignore[attr-defined] # where shtab looks for it

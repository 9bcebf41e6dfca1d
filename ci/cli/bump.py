"""`slipway bump`: VERSION and the changelog raised together."""

from argparse import Namespace
from pathlib import Path

from ci.adapters import disk
from ci.adapters.bump import bump_files
from ci.cli import terminal
from ci.cli.reading import located
from ci.errors import Findings


def run(arguments: Namespace) -> int:
    """Raise the version, and print what was changed."""
    top, settings, problems = disk.locate(Path.cwd(), {})
    with located(top):
        Findings(problems).raise_all()
        shown = bump_files(top, arguments.part, settings.events.release_commit, diff=arguments.diff)
    if arguments.diff:
        terminal.out_difference(shown)
    else:
        terminal.out(shown)
    return 0

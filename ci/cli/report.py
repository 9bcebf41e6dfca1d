"""`slipway report`: the page of a release, made of its report.json."""

from argparse import Namespace
from pathlib import Path

from ci.adapters.files import existing, write
from ci.cli import terminal
from ci.cli.parser import STDOUT
from ci.core.page.page import page, read_report


def run(arguments: Namespace) -> int:
    """Write the page."""
    text = existing(Path(arguments.report), "give the report.json that a release has exported")
    made = page(read_report(text, arguments.report))
    if arguments.output == STDOUT:
        terminal.out_exactly(made)
    else:
        write(Path(arguments.output), made)
    return 0

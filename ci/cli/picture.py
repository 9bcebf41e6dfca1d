"""`slipway picture`: the product drawn as SVG."""

from argparse import Namespace
from pathlib import Path

from ci.adapters.files import write
from ci.cli import terminal
from ci.cli.parser import STDOUT
from ci.cli.reading import read
from ci.core.picture.picture import picture


def run(arguments: Namespace) -> int:
    """Write the picture."""
    drawn = read(arguments, picture, full=False).result
    if arguments.output == STDOUT:
        terminal.out_exactly(drawn)
    else:
        write(Path(arguments.output), drawn)
    return 0

"""`slipway init`: the first files of a product, shown or written."""

from argparse import Namespace
from pathlib import Path

from ci.adapters import setup as on_disk
from ci.cli import check, terminal
from ci.cli.reading import from_here, locate, located
from ci.core.diff import unified
from ci.core.product.setup import Setup, setup
from ci.core.settings.compose_file import COMPOSE_FILES
from ci.errors import ConfigurationError, Findings, Problem, SlipwayError


def run(arguments: Namespace) -> int:
    """Show what would be written, or write it and print what is still to be done."""
    (top, settings, problems), _ = locate(arguments)
    with located(top):
        findings = Findings(problems)
        findings.collect(lambda: _check_compose_file(top, settings.compose_file))
        findings.raise_all()
    name, prefix = settings.product_name, settings.image_prefix
    made = setup(on_disk.found(top, name, settings.compose_file, prefix, arguments.blueprint))
    if not arguments.write:
        _show(top, made)
        return 0
    on_disk.write_all(top, made.files)
    terminal.out("".join(f"{from_here(top, file.path)}: written\n" for file in made.files))
    terminal.out(_left(top, made))
    try:
        check.run(arguments)
    except SlipwayError as error:
        terminal.note("Still to be corrected, as `slipway check` finds it:")
        terminal.error(str(error))
    terminal.out(_to_do(made))
    return 0


def _check_compose_file(top: Path, file: str) -> None:
    if not (top / file).is_file():
        raise ConfigurationError(
            Problem(
                what="There is no compose file here",
                value=str(top / file),
                expected=f"one of {', '.join(COMPOSE_FILES)}",
                hint="call it in the folder of the product, or give the compose file with --file",
            )
        )


def _show(top: Path, made: Setup) -> None:
    for file in made.files:
        name = from_here(top, file.path)
        terminal.out_difference(unified(file.before or "", file.text, name if file.before else "/dev/null", name))
    terminal.out(_left(top, made) + _to_do(made))
    if made.files:
        terminal.note("Nothing is written yet: slipway init --write")


def _left(top: Path, made: Setup) -> str:
    return "".join(f"{from_here(top, line)}; left as it is\n" for line in made.left)


def _to_do(made: Setup) -> str:
    return "To do:\n" + "".join(f"  {number}. {step}\n" for number, step in enumerate(made.to_do, 1))

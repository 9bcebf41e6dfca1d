"""`slipway gen-compose`: the pinned compose file, written or compared."""

import os
from argparse import Namespace
from pathlib import Path

from ci.adapters.files import existing, write
from ci.cli import terminal
from ci.cli.parser import STDOUT
from ci.cli.reading import Call, from_here, read
from ci.core.omctl.files import PINNED_FILE
from ci.core.pin.pin import Pinned
from ci.core.product.source import pinned_path
from ci.core.release.pinned import WITHOUT_DIGESTS, pinned_compose
from ci.errors import ConfigurationError, Problem


def run(arguments: Namespace) -> int:
    """Write the pinned file, or show how it differs."""
    call = read(arguments, lambda source, settings: pinned_compose(source, settings, arguments.sha), full=False)
    if call.settings.pin_digests:
        terminal.note(WITHOUT_DIGESTS)
    if arguments.check is not None:
        return _check(call.result, arguments.check)
    if arguments.diff:
        _show_difference(call)
    elif arguments.output == STDOUT:
        terminal.out_exactly(call.result.text)
    else:
        _write(call, arguments.output)
        return 0
    terminal.note(_changes(call.result))
    return 0


def _check(pinned: Pinned, file: str) -> int:
    from ci.core.diff import unified  # noqa: PLC0415 - for a comparison alone

    given = existing(Path(file), "generate the file first: slipway gen-compose")
    if difference := unified(given, pinned.text, file, "generated now"):
        terminal.out_difference(difference)
        return 1
    terminal.out(f"{file} is up to date\n")
    return 0


def _show_difference(call: Call[Pinned]) -> None:
    from ci.core.diff import unified  # noqa: PLC0415 - for a comparison alone

    name = call.settings.compose_file
    terminal.out_difference(unified(call.source.texts[name], call.result.text, name, pinned_path(call.settings)))


def _write(call: Call[Pinned], given: str | None) -> None:
    output = Path(given) if given else Path(from_here(call.top, pinned_path(call.settings)))
    if os.path.realpath(output) == os.path.realpath(call.top / call.settings.compose_file):
        raise ConfigurationError(
            Problem(
                what="The output is the compose file itself",
                value=str(output),
                expected="another file",
                hint=f"give another path with --output, such as {PINNED_FILE}",
            )
        )
    write(output, call.result.text)
    summary = f"{output}: {len(call.result.changes)} references pinned"
    terminal.out(f"{_changes(call.result)}{summary}\n", done=f"{output} is written")


def _changes(pinned: Pinned) -> str:
    return "".join(f"{line}\n" for line in (*pinned.changes, *pinned.replaced))

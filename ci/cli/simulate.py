"""`slipway simulate`: a release in which nothing outside of this process takes part."""

import json
from argparse import Namespace
from pathlib import Path

import anyio

from ci.adapters.files import read_text, write
from ci.cli import terminal
from ci.cli.parser import LIST
from ci.cli.reading import read
from ci.core.omctl.files import PINNED_FILE
from ci.core.page.page import PAGE_FILE, TIMELINE_FILE
from ci.core.release.files import FILES, REPORT_FILE
from ci.core.release.plan import NO_COMMIT, make_plan
from ci.errors import ConfigurationError, Problem
from ci.results import release_texts
from ci.simulation.fault_names import FaultName
from ci.simulation.faults import MEANINGS
from ci.simulation.simulate import simulate


def run(arguments: Namespace) -> int:
    """Play the release, write its files, and print its summary; 1 if it did not do all that it is for."""
    if arguments.fault == LIST:
        width = max(map(len, MEANINGS))
        terminal.out("".join(f"{name:{width}}  {meaning}\n" for name, meaning in MEANINGS.items()))
        return 0
    fault = FaultName(arguments.fault) if arguments.fault else None
    git_sha = NO_COMMIT if arguments.sha is None else arguments.sha
    call = read(arguments, lambda source, settings: make_plan(source, settings, git_sha))
    output = _folder(Path(arguments.output))
    report = anyio.run(simulate, call.result, call.top, output, fault)
    texts = release_texts(report)
    if fault and not texts.problems:
        raise ConfigurationError(_not_met(fault))
    kept = FILES | {PAGE_FILE, TIMELINE_FILE}
    # The digests of simulated images have no place in a file that omctl takes, whatever `pin_digests` says.
    files = {**texts.files, PINNED_FILE: call.result.pinned.text}
    for name in sorted(kept & files.keys()):
        write(output / name, files[name])
    terminal.out(f"{texts.summary}\nSummary, report, page, lock and pinned compose file: {output}/\n")
    return 1 if texts.problems else 0


def _folder(output: Path) -> Path:
    """The folder for the files, made if it does not exist.

    Raises:
        ConfigurationError: it can't be made, or has the report of a release that was none of a simulation.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            Problem(
                what=f"The folder for the simulation's files can't be made: {error.strerror}",
                value=str(output),
                expected="a folder, or a path at which one can be made",
                hint="give another path with --output",
            )
        ) from error
    text = read_text(output / REPORT_FILE)
    if text is not None and not _is_simulation(text):
        raise ConfigurationError(
            Problem(
                what="The folder has a report that is not one of a simulation",
                value=str(output / REPORT_FILE),
                expected="an empty folder, or one of an earlier simulation",
                hint="give another folder with --output, or remove the report",
            )
        )
    return output


def _not_met(fault: FaultName) -> Problem:
    return Problem(
        what="The fault has nothing to meet in a release of this product",
        value=fault,
        expected=f"a release in which it can happen: {MEANINGS[fault]}",
        hint=f"give another fault to --fault; `slipway simulate --fault {LIST}` shows all",
    )


def _is_simulation(text: str) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("simulation") is True

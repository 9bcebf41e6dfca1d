"""`slipway decide`: whether the event of a CI is released, and how."""

import json
from argparse import Namespace
from pathlib import Path

from ci.adapters import disk
from ci.adapters.files import existing
from ci.cli import terminal
from ci.core.event import decide, read
from ci.errors import Findings


def run(arguments: Namespace) -> int:
    """Print the decision."""
    _, settings, problems = disk.locate(Path.cwd(), {})
    path, findings = Path(arguments.event), Findings(problems)
    if path.is_file():
        read.check_size(path.stat().st_size, arguments.event)
    text = existing(path, "give the file as the CI wrote it: --event $GITHUB_EVENT_PATH")
    event = findings.require(findings.collect(lambda: read.parse_event(text, arguments.event)))
    decision = decide.decide(event, settings.events, arguments.sha)
    if arguments.json:
        terminal.out_exactly(json.dumps(decide.as_json(decision, event), indent=2) + "\n")
    else:
        terminal.out(f"{decision}\n")
    return 0

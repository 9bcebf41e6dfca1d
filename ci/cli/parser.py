"""The arguments of each command. `ci.cli.COMMAND` has its `run`."""

import argparse

from ci.core.omctl.files import PINNED_FILE

STDOUT = "-"
COMMANDS = {
    "plan": "plan",
    "gen-compose": "gen_compose",
    "picture": "picture",
    "bump": "bump",
    "decide": "decide",
    "check": "check",
    "report": "report",
}
"""The module of each command."""


def parser() -> argparse.ArgumentParser:
    """The parser of a command line; `command` of what it returns is one of `COMMANDS`."""
    made = argparse.ArgumentParser(prog="slipway", description="Release a compose product of many images to Omnistrate")
    commands = made.add_subparsers(dest="command", required=True, metavar=" | ".join(COMMANDS))

    def command(name: str, help_: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_, description=help_)

    plan = _product(command("plan", "Show what a release would do, without doing it"))
    plan.add_argument("--json", action="store_true", help="print JSON")
    plan.add_argument("--explain", action="store_true", help="show all that each image is made of")
    gen = _product(command("gen-compose", "Write the compose file with every own image at its sha tag"))
    output = gen.add_mutually_exclusive_group()
    place = f"the file to write (default: {PINNED_FILE} beside the compose file); - is standard output"
    output.add_argument("--output", type=_path, metavar="FILE", help=place)
    output.add_argument("--diff", action="store_true", help="show the difference to the source, and write nothing")
    checked = "show the difference to FILE, and write nothing; exit with 1 if there is one"
    output.add_argument("--check", type=_path, metavar="FILE", help=checked)
    draw = command("picture", "Draw the services, their dependencies and the queues as SVG")
    _product(draw, sha=False).add_argument(
        "--output", type=_path, metavar="FILE", default=STDOUT, help="the file to write (default: -, standard output)"
    )
    raised = command(
        "bump", "Move what is unreleased in CHANGELOG.md under the next version, and write that into VERSION"
    )
    raised.add_argument("part", choices=("major", "minor", "patch"), help="the part of the version to raise")
    raised.add_argument("--diff", "--dry-run", action="store_true", help="show what would change, and write nothing")
    judge = command("decide", "Say whether the event of a CI is released, and how")
    event = "the event: $GITHUB_EVENT_PATH, or as in docs/ci.md"
    judge.add_argument("--event", type=_path, required=True, metavar="FILE", help=event)
    judged = "the git sha that the CI runs for: another one is an error"
    judge.add_argument("--sha", default="", metavar="SHA", help=judged)
    judge.add_argument("--json", action="store_true", help="print JSON")
    _product(command("check", "Find every problem that can be found before a release without an engine"), sha=False)
    show = command("report", "Make the page report.html of a release's report.json")
    show.add_argument("report", type=_path, metavar="REPORT", help="the report.json that a release has exported")
    show.add_argument(
        "--output", type=_path, metavar="FILE", default="report.html", help="the file to write (default: report.html)"
    )
    return made


def _product(command: argparse.ArgumentParser, *, sha: bool = True) -> argparse.ArgumentParser:
    """A command that reads a product, with the arguments that say which; `sha`: of which commit."""
    if sha:
        command.add_argument("--sha", required=True, metavar="SHA", help="the git sha to release, 40 hex digits")
    file = command.add_argument("--file", "-f", type=_path, action="append", default=[], metavar="FILE")
    file.help = "the compose file (default: that of the setting compose_file)"
    command.add_argument("--image-prefix", metavar="PREFIX", help="the start of own repositories: ghcr.io/org/product")
    command.add_argument("--product-name", metavar="NAME", help="the product's name in Omnistrate")
    return command


def _path(text: str) -> str:
    """The path that an argument is."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty, and a path is expected (is a variable not set?)")
    return text

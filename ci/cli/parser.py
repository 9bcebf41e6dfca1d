"""The arguments of each command. `ci.cli.COMMAND` has its `run`."""

import argparse
import sys

from ci.core.omctl.files import PINNED_FILE
from ci.simulation.fault_names import FaultName

STDOUT, LIST = "-", "list"
COMMANDS = {
    "init": "init",
    "plan": "plan",
    "gen-compose": "gen_compose",
    "picture": "picture",
    "bump": "bump",
    "decide": "decide",
    "check": "check",
    "report": "report",
    "simulate": "simulate",
    "completion": "completion",
}
"""The module of each command."""
SHELLS = ("bash", "zsh", "fish")
EXIT_CODES = "exit codes: 0 done; 1 a problem, or a difference with --check; 2 wrong usage; 130 interrupted by Ctrl-C"


def parser() -> argparse.ArgumentParser:
    """The parser of a command line; `command` of what it returns is one of `COMMANDS`."""
    made = argparse.ArgumentParser(
        prog="slipway", description="Release a compose product of many images to Omnistrate", epilog=EXIT_CODES
    )
    made.add_argument("--version", action=_Version, nargs=0, help="show the version of Slipway and exit")
    commands = made.add_subparsers(dest="command", required=True, metavar=" | ".join(COMMANDS))

    def command(name: str, help_: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_, description=help_, epilog=f"example: slipway {name} {example}")

    first = command("init", "Show the files that a product needs to be released, or write them", "--write")
    first.add_argument("--write", action="store_true", help="write them; what exists is never replaced")
    whence = "where dagger.json takes Slipway from (default: the commit that this one was installed from)"
    first.add_argument("--blueprint", metavar="URL@REF", default="", help=whence)
    _product(first, sha=False)
    plan = _product(command("plan", "Show what a release would do, without doing it", "--sha $(git rev-parse HEAD)"))
    plan.add_argument("--json", action="store_true", help="print JSON")
    plan.add_argument("--explain", action="store_true", help="show all that each image is made of")
    gen = _product(
        command(
            "gen-compose",
            "Write the compose file with every own image at its sha tag",
            "--sha $(git rev-parse HEAD) --diff",
        )
    )
    output = gen.add_mutually_exclusive_group()
    place = f"the file to write (default: {PINNED_FILE} beside the compose file); - is standard output"
    output.add_argument("--output", type=path, metavar="FILE", help=place)
    output.add_argument("--diff", action="store_true", help="show the difference to the source, and write nothing")
    checked = "show the difference to FILE, and write nothing; exit with 1 if there is one"
    output.add_argument("--check", type=path, metavar="FILE", help=checked)
    draw = command("picture", "Draw the services, their dependencies and the queues as SVG", "--output product.svg")
    _product(draw, sha=False).add_argument(
        "--output", type=path, metavar="FILE", default=STDOUT, help="the file to write (default: -, standard output)"
    )
    moved = "Move what is unreleased in CHANGELOG.md under the next version, and write that into VERSION"
    raised = command("bump", moved, "minor --diff")
    raised.add_argument("part", choices=("major", "minor", "patch"), help="the part of the version to raise")
    raised.add_argument("--diff", "--dry-run", action="store_true", help="show what would change, and write nothing")
    judge = command("decide", "Say whether the event of a CI is released, and how", "--event $GITHUB_EVENT_PATH --json")
    event = "the event: $GITHUB_EVENT_PATH, or as in docs/ci.md"
    judge.add_argument("--event", type=path, required=True, metavar="FILE", help=event)
    judged = "the git sha that the CI runs for: another one is an error"
    judge.add_argument("--sha", default="", metavar="SHA", help=judged)
    judge.add_argument("--json", action="store_true", help="print JSON")
    _product(
        command(
            "check",
            "Find every problem that can be found before a release without an engine",
            "--file deploy/compose.yaml",
        ),
        sha=False,
    )
    show = command(
        "report", "Make the page report.html of a release's report.json", "released/report.json --output report.html"
    )
    show.add_argument("report", type=path, metavar="REPORT", help="the report.json that a release has exported")
    show.add_argument(
        "--output", type=path, metavar="FILE", default="report.html", help="the file to write (default: report.html)"
    )
    played = "Play a release in this process, without an engine or a network: a simulation, which releases nothing"
    play = _product(command("simulate", played, "--fault upgrade-fails"), sha=False)
    any_sha = "the git sha to show, 40 hex digits; any, since nothing leaves this process (default: zeros)"
    play.add_argument("--sha", metavar="SHA", help=any_sha)
    met = f"a fault that the release meets; `{LIST}` shows what each is"
    play.add_argument("--fault", choices=[*(one.value for one in FaultName), LIST], metavar="NAME", help=met)
    folder = "the folder for report, page, lock and pinned compose file (default: dist/simulation)"
    play.add_argument("--output", type=path, metavar="DIR", default="dist/simulation", help=folder)
    completed = command("completion", "Print the script with which a shell completes slipway", "bash")
    completed.description = f"{completed.description}: for bash, eval it in ~/.bashrc; docs/cli.md has every shell"
    completed.add_argument("shell", choices=SHELLS, help="the shell")
    return made


class _Version(argparse.Action):
    """Prints the version. The one of argparse wants it beforehand, and looking it up takes a tenth of a short call."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415 - for this option alone

        sys.stdout.write(f"slipway {version('slipway')}\n")
        parser.exit()


def _product(command: argparse.ArgumentParser, *, sha: bool = True) -> argparse.ArgumentParser:
    """A command that reads a product, with the arguments that say which; `sha`: of which commit."""
    if sha:
        command.add_argument("--sha", required=True, metavar="SHA", help="the git sha to release, 40 hex digits")
    file = command.add_argument("--file", "-f", type=path, action="append", default=[], metavar="FILE")
    file.help = "the compose file (default: that of the setting compose_file)"
    command.add_argument("--image-prefix", metavar="PREFIX", help="the start of own repositories: ghcr.io/org/product")
    command.add_argument("--product-name", metavar="NAME", help="the product's name in Omnistrate")
    return command


def path(text: str) -> str:
    """The path that an argument is."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty, and a path is expected (is a variable not set?)")
    return text

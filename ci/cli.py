"""The plain command, `slipway plan` and others: the same core as the module, without an engine.

Errors go to standard error, with exit code 1; wrong usage exits with 2. dagger is not imported.
"""

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TextIO, TypeVar

from ci.adapters import disk
from ci.adapters.files import existing, write
from ci.core.diff import unified
from ci.core.omctl.commands import PINNED_FILE
from ci.core.pin.pin import Pinned
from ci.core.product.product import read_product
from ci.core.product.source import Source, pinned_path
from ci.core.release import plan as planning
from ci.core.release.plan_text import plan_output
from ci.core.release.planned_images import not_looked_up
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Findings, Problem, SlipwayError

T = TypeVar("T")
STDOUT = "-"
_BUMP = "Move what is unreleased in CHANGELOG.md under the next version, and write that into VERSION"
_DECIDE = "Say whether the event of a CI is released, and how"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    arguments = _parser().parse_args(argv)
    collecting = gc.isenabled()
    gc.disable()  # a command ends before there is garbage; looking for it doubles the pin of 10,000 services
    try:
        code = _COMMANDS[arguments.command](arguments)
        sys.stdout.flush()
    except SlipwayError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader is gone; the interpreter must not write once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    finally:
        if collecting:
            gc.enable()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="slipway", description="Release a compose product of many images to Omnistrate"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar=" | ".join(_COMMANDS))

    def command(name: str, help_: str, *, sha: bool = True) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_, description=help_)
        if sha:
            added.add_argument("--sha", required=True, metavar="SHA", help="the git sha to release, 40 hex digits")
        file = added.add_argument("--file", "-f", action="append", default=[], metavar="FILE")
        file.help = "the compose file (default: that of the setting compose_file)"
        added.add_argument(
            "--image-prefix", metavar="PREFIX", help="the start of own repositories: ghcr.io/org/product"
        )
        added.add_argument("--product-name", metavar="NAME", help="the product's name in Omnistrate")
        return added

    plan = command("plan", "Show what a release would do, without doing it")
    plan.add_argument("--json", action="store_true", help="print JSON")
    plan.add_argument("--explain", action="store_true", help="show all that each image is made of")
    gen = command("gen-compose", "Write the compose file with every own image at its sha tag")
    output = gen.add_mutually_exclusive_group()
    place = f"the file to write (default: {PINNED_FILE} beside the compose file); - is standard output"
    output.add_argument("--output", metavar="FILE", help=place)
    output.add_argument("--diff", action="store_true", help="show the difference to the source, and write nothing")
    output.add_argument(
        "--check", metavar="FILE", help="show the difference to FILE, and write nothing; exit with 1 if there is one"
    )
    draw = command("picture", "Draw the services, their dependencies and the queues as SVG", sha=False)
    draw.add_argument(
        "--output", metavar="FILE", default=STDOUT, help="the file to write (default: -, standard output)"
    )
    raised = commands.add_parser("bump", help=_BUMP, description=_BUMP)
    raised.add_argument("part", choices=("major", "minor", "patch"), help="the part of the version to raise")
    raised.add_argument("--diff", "--dry-run", action="store_true", help="show what would change, and write nothing")
    judge = commands.add_parser("decide", help=_DECIDE, description=_DECIDE)
    judge.add_argument(
        "--event", required=True, metavar="FILE", help="the event: $GITHUB_EVENT_PATH, or as in docs/ci.md"
    )
    judge.add_argument(
        "--sha", default="", metavar="SHA", help="the git sha that the CI runs for: another one is an error"
    )
    judge.add_argument("--json", action="store_true", help="print JSON")
    command("check", "Find every problem that can be found before a release without an engine", sha=False)
    return parser


@dataclass(frozen=True)
class _Call(Generic[T]):
    """A source that was read: its top, the settings, and what a command made of it."""

    top: Path
    settings: Settings
    source: Source
    result: T


def _read(arguments: argparse.Namespace, reading: Callable[[Source, Settings], T], *, full: bool = True) -> _Call[T]:
    """The result of `reading` on the source; problems with settings and with the source come in one error."""
    given = {"image_prefix": arguments.image_prefix, "product_name": arguments.product_name}
    top, settings, problems = disk.locate(Path.cwd(), given, _one_file(arguments.file))
    source = disk.read_source(top, settings, full=full)
    findings = Findings(problems)
    result = findings.collect(lambda: reading(source, settings))
    return _Call(top, settings, source, findings.require(result))


def _one_file(files: list[str]) -> str:
    if len(files) > 1:
        raise ConfigurationError(
            Problem(
                what="Several compose files are given, and omctl takes one",
                value=", ".join(files),
                expected="one file",
                hint="merge them with `docker compose -f … -f … config --no-interpolate --no-path-resolution`",
            )
        )
    return files[0] if files else ""


def _plan(arguments: argparse.Namespace) -> int:
    call = _read(arguments, lambda source, settings: planning.make_plan(source, settings, arguments.sha))
    images = not_looked_up(call.result, disk.entries(call.top)) if arguments.explain else ()
    sys.stdout.write(plan_output(call.result, images, explain=arguments.explain, json=arguments.json))
    return 0


def _gen_compose(arguments: argparse.Namespace) -> int:
    call = _read(
        arguments, lambda source, settings: planning.pinned_compose(source, settings, arguments.sha), full=False
    )
    pinned, name = call.result, call.settings.compose_file
    if call.settings.pin_digests:
        print(planning.WITHOUT_DIGESTS, file=sys.stderr)
    if arguments.check is not None:
        difference = unified(_given(arguments.check), pinned.text, arguments.check, "generated now")
        sys.stdout.buffer.write((difference or f"{arguments.check} is up to date\n").encode())
        return 1 if difference else 0
    if arguments.diff or arguments.output == STDOUT:
        new_name = pinned_path(call.settings)
        text = unified(call.source.texts[name], pinned.text, name, new_name) if arguments.diff else pinned.text
        sys.stdout.buffer.write(text.encode())
        _print_changes(pinned, sys.stderr)
        return 0
    output = Path(arguments.output) if arguments.output else call.top / pinned_path(call.settings)
    if output.resolve() == (call.top / name).resolve():
        raise ConfigurationError(
            Problem(
                what="The output is the compose file itself",
                value=str(output),
                expected="another file",
                hint=f"give another path with --output, such as {PINNED_FILE}",
            )
        )
    write(output, pinned.text)
    _print_changes(pinned, sys.stdout, f"{output}: {len(pinned.changes)} references pinned")
    return 0


def _given(check: str) -> str:
    return existing(Path(check), "generate the file first: slipway gen-compose")


def _print_changes(pinned: Pinned, stream: TextIO, *more: str) -> None:
    for line in (*pinned.changes, *pinned.replaced, *more):
        print(line, file=stream)


def _check(arguments: argparse.Namespace) -> int:
    from ci.core.env_files import migration  # noqa: PLC0415 - no other command needs it
    from ci.core.images import published_names  # noqa: PLC0415 - as above

    call = _read(arguments, read_product)
    spec, files, texts = call.result.spec, call.source.files, call.source.texts
    pinned = planning.pin_spec(spec, call.settings, f"sha-{planning.NO_COMMIT}")
    print(
        f"{call.settings.compose_file}: {len(spec.images)} images, {len(pinned.changes)} references to pin, "
        f"version {call.result.version}; no problem was found without an engine"
    )
    names = migration.variable_names(spec.compose, files, texts)
    contexts = migration.build_contexts(spec.compose)
    mentioned = disk.mentioned(call.top, contexts, names) if names else frozenset[str]()
    sys.stdout.write(migration.render(migration.uses(spec.compose, files, texts, call.settings, mentioned)))
    sys.stdout.write(published_names.render(spec.compose, spec.images, call.settings.image_prefix))
    return 0


def _picture(arguments: argparse.Namespace) -> int:
    from ci.core.picture.picture import picture  # noqa: PLC0415 - no other command needs it

    drawn = _read(arguments, picture, full=False).result
    if arguments.output == STDOUT:
        sys.stdout.write(drawn)
    else:
        write(Path(arguments.output), drawn)
    return 0


def _bump(arguments: argparse.Namespace) -> int:
    from ci.adapters.bump import bump_files  # noqa: PLC0415 - no other command needs it

    top, settings, problems = disk.locate(Path.cwd(), {})
    Findings(problems).raise_all()
    sys.stdout.buffer.write(
        bump_files(top, arguments.part, settings.events.release_commit, diff=arguments.diff).encode()
    )
    return 0


def _decide(arguments: argparse.Namespace) -> int:
    from ci.core.event import decide, read  # noqa: PLC0415 - no other command needs them

    _, settings, problems = disk.locate(Path.cwd(), {})
    path, findings = Path(arguments.event), Findings(problems)
    if path.is_file():
        read.check_size(path.stat().st_size, arguments.event)
    text = existing(path, "give the file as the CI wrote it: --event $GITHUB_EVENT_PATH")
    event = findings.require(findings.collect(lambda: read.parse_event(text, arguments.event)))
    decision = decide.decide(event, settings.events, arguments.sha)
    print(json.dumps(decide.as_json(decision, event), indent=2) if arguments.json else decision)
    return 0


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "plan": _plan,
    "gen-compose": _gen_compose,
    "picture": _picture,
    "bump": _bump,
    "decide": _decide,
    "check": _check,
}

if __name__ == "__main__":
    sys.exit(main())

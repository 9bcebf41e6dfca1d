"""The plain command: `slipway plan | gen-compose | picture | check`; the same core as the module, with no engine.

Errors go to standard error, with exit code 1; wrong usage exits with 2. dagger is not imported.
"""

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast

from ci.adapters import disk as workspace
from ci.core.diff import unified
from ci.core.env_files import migration as env_advice
from ci.core.omctl.commands import PINNED_FILE
from ci.core.pin.pin import Pinned
from ci.core.product.product import Source, read_product
from ci.core.release import plan as planning
from ci.core.release.plan import NO_COMMIT
from ci.core.release.plan_text import as_json, as_text
from ci.core.settings.product import Settings
from ci.core.settings.read import resolve_settings
from ci.errors import ConfigurationError, Findings, Problem, SlipwayError

T = TypeVar("T")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give back its exit code."""
    arguments = _parser().parse_args(argv)
    collecting = gc.isenabled()
    gc.disable()  # a command ends before there is garbage; looking for it doubles the pin of 10,000 services
    try:
        code = cast("int", arguments.run(arguments))
        sys.stdout.flush()
    except SlipwayError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # nobody reads on; the interpreter must not try once more at its end
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
    commands = parser.add_subparsers(required=True, metavar="plan | gen-compose | picture | check")

    def command(name: str, help_: str, *, sha: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_, description=help_)
        if sha:
            made.add_argument("--sha", required=True, metavar="SHA", help="the git sha to release, 40 hex digits")
        made.add_argument(
            *("--file", "-f"), action="append", metavar="FILE", help="the compose file (default: docker-compose.yaml)"
        )
        made.add_argument(
            "--image-prefix", metavar="PREFIX", help="what own repositories begin with: ghcr.io/org/product"
        )
        made.add_argument("--product-name", metavar="NAME", help="the product's name in Omnistrate")
        return made

    plan = command("plan", "Show what a release would do; nothing is done")
    plan.add_argument("--json", action="store_true", help="for machines")
    plan.set_defaults(run=_plan)
    gen = command("gen-compose", "Write the compose file with every own image at its sha tag")
    into = gen.add_mutually_exclusive_group()
    into.add_argument(
        "--output", metavar="FILE", help=f"where to (default: {PINNED_FILE} beside the source); - is stdout"
    )
    into.add_argument("--diff", action="store_true", help="show what differs from the source, and write nothing")
    into.add_argument(
        "--check", metavar="FILE", help="show what differs from FILE, with exit code 1 if anything does; write nothing"
    )
    gen.set_defaults(run=_gen_compose)
    draw = command("picture", "Draw the services, who waits for whom, and the queues, as SVG", sha=False)
    draw.add_argument("--output", metavar="FILE", default="-", help="where to (default: -, which is stdout)")
    draw.set_defaults(run=_picture)
    check = command("check", "Find everything that can be known to be wrong before a release", sha=False)
    check.set_defaults(run=_check)
    return parser


def _read(
    arguments: argparse.Namespace, reading: Callable[[Source, Settings], T], *, whole: bool = True
) -> tuple[Path, Settings, T]:
    """What `reading` makes of the source beside the compose file; all that is wrong, settings included, at once."""
    files = arguments.file or [Settings.compose_file]
    if len(files) > 1:
        raise ConfigurationError(
            Problem(
                what="Several compose files: omctl is handed one, and how they merge is compose's business",
                value=", ".join(files),
                expected="one file",
                hint="merge them with `docker compose -f … -f … config --no-interpolate --no-path-resolution`",
            )
        )
    file = Path(files[0])
    folder = file.parent.resolve()
    given = {"image_prefix": arguments.image_prefix, "product_name": arguments.product_name}
    settings, problems = resolve_settings(lambda: workspace.read_settings(folder), given)
    settings = replace(settings, compose_file=file.name)
    if not settings.image_prefix:
        settings = replace(settings, image_prefix=workspace.image_prefix_of_remote(folder))
    found = Findings(problems)
    made = found.collect(lambda: reading(workspace.read_source(folder, settings, whole=whole), settings))
    return folder, settings, found.require(made)


def _plan(arguments: argparse.Namespace) -> int:
    _, _, plan = _read(arguments, lambda source, settings: planning.make_plan(source, settings, arguments.sha))
    shown = json.dumps(as_json(plan), indent=2) + "\n" if arguments.json else as_text(plan)
    sys.stdout.write(shown)
    return 0


def _gen_compose(arguments: argparse.Namespace) -> int:
    folder, settings, (source, pinned) = _read(
        arguments,
        lambda source, settings: (source, planning.pinned_compose(source, settings, arguments.sha)),
        whole=False,
    )
    result = pinned.text
    if arguments.check is not None:
        there = workspace.existing(Path(arguments.check))
        return _differs(unified(there, result, arguments.check, "generated now"), f"{arguments.check} is up to date")
    if arguments.diff or arguments.output == "-":
        name = settings.compose_file
        shown = unified(source.texts[name], result, name, PINNED_FILE) if arguments.diff else result
        sys.stdout.buffer.write(shown.encode())
        for change in pinned.changes:
            print(change, file=sys.stderr)
        _tell_notes(pinned)
        return 0
    output = Path(arguments.output) if arguments.output else folder / PINNED_FILE
    if output.resolve() == (folder / settings.compose_file).resolve():
        raise ConfigurationError(
            Problem(
                what="The output is the source itself", value=str(output), expected="another file", hint="mend --output"
            )
        )
    _write(output, result)
    for change in pinned.changes:
        print(change)
    print(f"{output}: {len(pinned.changes)} references pinned")
    _tell_notes(pinned)
    return 0


def _tell_notes(pinned: Pinned) -> None:
    for note in pinned.notes:
        print(note, file=sys.stderr)


def _write(output: Path, text: str) -> None:
    try:
        workspace.write(output, text)
    except OSError as error:
        raise ConfigurationError(
            Problem(what=f"The output can't be written: {error.strerror}", value=str(output), hint="mend --output")
        ) from error


def _differs(difference: str, equal: str) -> int:
    """Show a difference, or say that there is none; the exit code."""
    if not difference:
        print(equal)
        return 0
    sys.stdout.buffer.write(difference.encode())
    return 1


def _check(arguments: argparse.Namespace) -> int:
    folder, settings, (source, product) = _read(
        arguments, lambda source, settings: (source, read_product(source, settings))
    )
    pinned = planning.pin_spec(product.spec, settings, f"sha-{NO_COMMIT}")
    print(
        f"{settings.compose_file}: {len(product.spec.images)} images, {len(pinned.changes)} references to pin, "
        f"version {product.version}; nothing is wrong that can be known without an engine"
    )
    compose = product.spec.compose
    wanted = env_advice.names(compose, source.files, source.texts)
    named = workspace.named(folder, env_advice.contexts(compose), wanted) if wanted else frozenset[str]()
    sys.stdout.write(env_advice.tell(env_advice.uses(compose, source.files, source.texts, settings, named)))
    return 0


def _picture(arguments: argparse.Namespace) -> int:
    from ci.core.picture.picture import picture  # noqa: PLC0415 - as `semver` in `ci.core.product.version`

    _, _, drawn = _read(arguments, picture, whole=False)
    if arguments.output == "-":
        sys.stdout.write(drawn)
        return 0
    _write(Path(arguments.output), drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())

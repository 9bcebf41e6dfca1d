"""`slipway plan`: what a release would do."""

from argparse import Namespace

from ci.cli import terminal
from ci.cli.reading import read
from ci.core.release.plan import make_plan
from ci.core.release.plan_text import plan_output
from ci.core.release.planned_images import PlannedImage, not_looked_up


def run(arguments: Namespace) -> int:
    """Print the release plan."""
    call = read(arguments, lambda source, settings: make_plan(source, settings, arguments.sha))
    images: tuple[PlannedImage, ...] = ()
    if arguments.explain:
        from ci.adapters.disk_inputs import entries  # noqa: PLC0415 - it reads every file

        images = not_looked_up(call.result, entries(call.top))
    shown = plan_output(call.result, images, explain=arguments.explain, json=arguments.json)
    if arguments.json:
        terminal.out_exactly(shown)
    else:
        terminal.out(shown)
    return 0

"""The release plan for people and for machines."""

import textwrap
from typing import Any

from ci.core.omctl import commands as omctl
from ci.core.omctl.files import PINNED_FILE
from ci.core.references import SHA_TAG_PREFIX
from ci.core.release import planned_images
from ci.core.release.files import json_text
from ci.core.release.plan import Plan
from ci.core.release.planned_images import PlannedImage, not_looked_up
from ci.core.settings.product import Settings

WIDTH = 120


def plan_output(plan: Plan, images: tuple[PlannedImage, ...] = (), *, explain: bool, json: bool) -> str:
    """What `plan` prints: `as_text`, or with `json` that of `as_json`."""
    if json:
        return json_text(as_json(plan, images, explain=explain))
    return as_text(plan, images, explain=explain)


def as_text(plan: Plan, images: tuple[PlannedImage, ...] = (), *, explain: bool = False) -> str:
    """The plan for people; `images` say what would be done with each, with `explain` also what it is made of."""
    images = images or not_looked_up(plan)
    settings, tag = plan.settings, f"{SHA_TAG_PREFIX}{plan.git_sha}"
    lines = [
        f"Release {plan.version} of {settings.product_name}, commit {plan.git_sha}",
        "",
        f"{len(plan.images)} images, up to {settings.parallel_builds} built at the same time;",
        f"each is pushed as :{tag}, then all of them are tagged :{plan.version}",
        *_image_lines(plan),
        "",
        *planned_images.as_lines(images, explain=explain),
        "",
        f"{PINNED_FILE}: {len(plan.pinned.changes)} references pinned to :{tag}{_digests(settings)}",
    ]
    places = ", ".join(change.where for change in plan.pinned.changes)
    lines += textwrap.wrap(places, WIDTH, initial_indent="  ", subsequent_indent="  ")
    if plan.pinned.replaced:
        filled = ", ".join(dict.fromkeys(one.where for one in plan.pinned.replaced))
        lines += [
            f"{len(plan.pinned.replaced)} texts replaced as omctl would, which runs docker compose for this file:"
        ]
        lines += textwrap.wrap(filled, WIDTH, initial_indent="  ", subsequent_indent="  ")
    if plan.secrets:
        lines += ["", f"Omnistrate secrets that {settings.environment} must have:"]
        lines += [f"  {name}: {', '.join(dict.fromkeys(s for s, _ in uses))}" for name, uses in plan.secrets.items()]
    if plan.mounted:
        lines += ["", f"Read by omctl beside the file: {', '.join(plan.mounted)}"]
    lines += ["", "omctl commands, in order (what is done already is not done again):"]
    lines += [f"  {omctl.shown(command)}" for command in omctl.commands(plan.settings, plan.description)]
    lines += ["", "Description of the plan version:", *(f"  {line}".rstrip() for line in plan.description.splitlines())]
    lines += ["", "Prod is not changed; `dagger call upgrade --instance … --plan-version …` upgrades it."]
    return "\n".join(lines) + "\n"


def _digests(settings: Settings) -> str:
    return ", each with its image's digest once that is known" if settings.pin_digests else ""


def as_json(plan: Plan, images: tuple[PlannedImage, ...] = (), *, explain: bool = False) -> dict[str, Any]:  # Any: JSON
    """The plan for machines, as `as_text`."""
    planned = {one.image.name: one for one in images or not_looked_up(plan)}
    return {
        "git_sha": plan.git_sha,
        "version": plan.version,
        "product_name": plan.settings.product_name,
        "environment": plan.settings.environment,
        "images": [
            {
                "name": one.name,
                "dockerfile": one.image.dockerfile,
                "services": list(one.image.services),
                "references": [str(reference) for reference in one.references],
                **planned_images.as_json(planned[one.name], explain=explain),
            }
            for one in plan.images
        ],
        "pinned": [{"where": c.where, "line": c.line, "from": c.old, "to": c.new} for c in plan.pinned.changes],
        "replaced": [one._asdict() for one in plan.pinned.replaced],
        "secrets": sorted(plan.secrets),
    }


def _image_lines(plan: Plan) -> list[str]:
    """A table: name, repository, Dockerfile, services."""
    rows = [
        (one.name, one.image.repository, one.image.dockerfile, f"for {', '.join(one.image.services)}")
        for one in plan.images
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]

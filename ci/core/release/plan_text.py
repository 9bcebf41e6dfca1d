"""A plan told: for people, and as JSON for machines."""

import textwrap
from typing import Any

from ci.core.omctl import commands as omctl
from ci.core.release.plan import Plan

WIDTH = 120


def render(plan: Plan) -> str:
    """The plan for people."""
    settings, sha, images = plan.settings, f"sha-{plan.git_sha}", plan.images
    lines = [
        f"Release {plan.version} of {settings.product_name}, commit {plan.git_sha}",
        "",
        f"{len(images)} images, built at the same time ({settings.parallel_builds} at most);",
        f"each is pushed as :{sha}, and when all are there as :{plan.version}",
    ]
    rows = [(one.name, one.image.repository, one.image.dockerfile, ", ".join(one.image.services)) for one in images]
    widths = [max(len(row[at]) for row in rows) for at in range(3)] if rows else []
    lines += [
        "  " + "  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=False)) + f"  for {row[-1]}"
        for row in rows
    ]
    places = ", ".join(change.where for change in plan.pinned.changes)
    lines += ["", f"{omctl.PINNED_FILE}: {len(plan.pinned.changes)} references pinned to :{sha}"]
    lines += textwrap.wrap(places, WIDTH, initial_indent="  ", subsequent_indent="  ")
    if plan.secrets:
        lines += ["", f"Omnistrate secrets that {settings.environment} must have:"]
        lines += [f"  {name}: {', '.join(dict.fromkeys(s for s, _ in uses))}" for name, uses in plan.secrets.items()]
    if plan.mounted:
        lines += ["", f"Read by omctl beside the file: {', '.join(plan.mounted)}"]
    lines += ["", "omctl, in this order (details of an upgrade only where one is under way):"]
    lines += [f"  {omctl.shown(command)}" for command in omctl.commands(plan.settings, plan.description)]
    lines += ["", "Description of the plan version:", *(f"  {line}" for line in plan.description.splitlines())]
    lines += ["", "Prod is not touched: `dagger call upgrade --instance … --plan-version …` moves it."]
    return "\n".join(lines) + "\n"


def as_json(plan: Plan) -> dict[str, Any]:  # Any: JSON
    """The plan for machines."""
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
            }
            for one in plan.images
        ],
        "pinned": [{"where": c.where, "line": c.line, "from": c.old, "to": c.new} for c in plan.pinned.changes],
        "secrets": sorted(plan.secrets),
    }

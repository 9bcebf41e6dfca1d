"""What a rehearsal changes of a release plan, and the state that its stand-in API starts with."""

from dataclasses import replace
from typing import Any

from ci.core.release.plan import Plan

REHEARSAL_KEY = "key-for-the-stand-in-api"
"""The only API key that the stand-in API accepts.

It is part of no other name, since the engine masks a secret's value wherever it occurs (docs/engine.md).
"""
POLL_SECONDS = 1
"""The stand-in API advances an upgrade with each request for its status, so there is no need to wait longer."""


def rehearsal_plan(plan: Plan) -> Plan:
    """The plan with the settings of a rehearsal."""
    return replace(plan, settings=replace(plan.settings, poll_seconds=POLL_SECONDS))


def simulation_plan(plan: Plan) -> Plan:
    """The plan of a rehearsal in which nothing outside of the process takes part."""
    return replace(rehearsal_plan(plan), simulation=True)


def rehearsal_seed(plan: Plan) -> dict[str, Any]:  # Any: JSON
    """The initial state of the stand-in API with which the plan can be released: its secrets and a dev instance."""
    settings = plan.settings
    return {
        "api_keys": [REHEARSAL_KEY],
        "secrets": {settings.environment_type.upper(): sorted(plan.secrets)},
        "instances": [
            {
                "id": settings.instance or "instance-rehearsal",
                "product": settings.product_name,
                "environment": settings.environment,
                "environment_type": settings.environment_type.upper(),
                "plan": plan.plan_name or settings.product_name,
                "version": "1.0",
            }
        ],
    }

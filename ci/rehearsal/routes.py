"""A request to an answer: which operation a path means, which fault is due, and what was asked so far."""

import re
from dataclasses import dataclass, replace

from . import operations as on
from .answers_v1 import Json, error
from .operations import Operation, Request
from .things import Refusal
from .world import World

API = "/2022-09-01-00"


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int
    body: Json


def answer(world: World, request: Request) -> tuple[World, Reply]:
    """Note the request, show a seeded fault, or do what it means."""
    call = f"{request.method} {request.path}"
    calls = dict(world.calls)
    world = replace(world, calls=tuple({**calls, call: calls.get(call, 0) + 1}.items()))
    world, faulty = _fault(world, call)
    if faulty:
        return world, _reply(Refusal(503, "service_unavailable", f"a seeded fault of {call}"))
    for method, pattern, operation in OPERATIONS:
        match = re.fullmatch(API + pattern, request.path)
        if method == request.method and match:
            try:
                if operation is not on.sign_in:
                    on.check_token(world, request)
                world, body = operation(world, request, match.groupdict())
            except Refusal as refusal:
                return world, _reply(refusal)
            return world, Reply(200, body)
    world = replace(world, unknown_calls=(*world.unknown_calls, call))
    message = f"the stand-in has no {call}; add it to OPERATIONS in rehearsal/routes.py if omctl asks for it"
    return world, _reply(Refusal(404, "not_found", message))


def _fault(world: World, call: str) -> tuple[World, bool]:
    for at, (prefix, left) in enumerate(world.faults):
        if left and call.startswith(prefix):
            return replace(world, faults=(*world.faults[:at], (prefix, left - 1), *world.faults[at + 1 :])), True
    return world, False


def _reply(refusal: Refusal) -> Reply:
    return Reply(refusal.status, error(refusal.name, refusal.message, refusal.status))


_PLAN = r"/service/[^/]+/productTier/(?P<plan>[^/]+)"
_VERSION = rf"{_PLAN}/version-set/(?P<version>[^/]+)"
_UPGRADES = rf"/fleet{_PLAN}/upgrade-path"
OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("POST", r"/signin", on.sign_in),
    ("GET", r"/user", on.describe_user),
    ("PUT", r"/service/composespec", on.build),
    ("GET", r"/service/(?P<service>[^/]+)", on.describe_service),
    ("GET", r"/service/[^/]+/product-tier/(?P<plan>[^/]+)", on.describe_plan),
    ("GET", r"/service/[^/]+/environment/(?P<environment>[^/]+)", on.describe_environment),
    ("GET", r"/service/[^/]+/resource/(?P<resource>[^/]+)", on.describe_resource),
    ("GET", rf"{_PLAN}/version-set", on.list_versions),
    ("GET", _VERSION, on.describe_version),
    ("PATCH", rf"{_VERSION}/promote", on.promote_version),
    ("GET", r"/accountconfig/cloudprovider/all", on.list_accounts),
    ("GET", r"/environmentType/(?P<kind>[^/]+)/secrets", on.list_secrets),
    ("POST", r"/fleet/search-inventory", on.search_inventory),
    ("GET", r"/fleet/service/[^/]+/environment/[^/]+/instance/(?P<instance>[^/]+)", on.describe_instance),
    ("POST", _UPGRADES, on.create_upgrade),
    ("GET", rf"{_UPGRADES}s", on.list_upgrade_paths),
    ("GET", rf"{_UPGRADES}/(?P<upgrade>[^/]+)", on.describe_upgrade),
    ("GET", rf"{_UPGRADES}/(?P<upgrade>[^/]+)/eligible-instances", on.list_upgrade_instances),
)
"""Method, path and operation, as the real omctl v1.10.5 was seen to ask for."""

"""From a request to a response: it is counted, a due fault is shown, or the operation of its path is done."""

import re
from dataclasses import dataclass, replace
from http import HTTPStatus

from . import auth
from . import operations_fleet as fleet
from . import operations_v1 as v1
from .models import ApiError
from .request import Operation, Request
from .responses_v1 import Json, error
from .state import State

API = "/2022-09-01-00"


@dataclass(frozen=True)
class Response:
    """An HTTP response with a JSON body."""

    status: int
    body: Json


def respond(state: State, request: Request) -> tuple[State, Response]:
    """The new state and the response; an `ApiError` and an unknown path are responses as well."""
    name = f"{request.method} {request.path}"
    counts = dict(state.requests)
    state = replace(state, requests=tuple({**counts, name: counts.get(name, 0) + 1}.items()))
    state, faulty = _take_fault(state, name)
    if faulty:
        return state, _failed(ApiError(503, "service_unavailable", f"a seeded fault of {name}"))
    for method, pattern, operation in OPERATIONS:
        match = re.fullmatch(API + pattern, request.path)
        if method == request.method and match:
            try:
                if operation is not auth.sign_in:
                    auth.check_token(state, request)
                state, body = operation(state, request, match.groupdict())
            except ApiError as problem:
                return state, _failed(problem)
            return state, Response(HTTPStatus.OK, body)
    state = replace(state, unknown_requests=(*state.unknown_requests, name))
    message = f"the stand-in has no {name}; add it to OPERATIONS in rehearsal/routes.py if omctl needs it"
    return state, _failed(ApiError(404, "not_found", message))


def _take_fault(state: State, name: str) -> tuple[State, bool]:
    """Whether a fault is due for a request, and the state in which it is used up."""
    for at, (prefix, due) in enumerate(state.faults):
        if due and name.startswith(prefix):
            return replace(state, faults=(*state.faults[:at], (prefix, due - 1), *state.faults[at + 1 :])), True
    return state, False


def _failed(problem: ApiError) -> Response:
    return Response(problem.status, error(problem.name, problem.message, problem.status))


_PLAN = r"/service/[^/]+/productTier/(?P<plan>[^/]+)"
_VERSION = rf"{_PLAN}/version-set/(?P<version>[^/]+)"
_UPGRADES = rf"/fleet{_PLAN}/upgrade-path"
OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("POST", r"/signin", auth.sign_in),
    ("GET", r"/user", auth.describe_user),
    ("PUT", r"/service/composespec", v1.build),
    ("GET", r"/service", v1.list_services),
    ("GET", r"/service/(?P<service>[^/]+)", v1.describe_service),
    ("GET", r"/service/[^/]+/product-tier/(?P<plan>[^/]+)", v1.describe_plan),
    ("GET", r"/service/[^/]+/environment/(?P<environment>[^/]+)", v1.describe_environment),
    ("GET", r"/service/[^/]+/resource/(?P<resource>[^/]+)", v1.describe_resource),
    ("GET", rf"{_PLAN}/version-set", v1.list_versions),
    ("GET", _VERSION, v1.describe_version),
    ("PATCH", rf"{_VERSION}/promote", v1.promote_version),
    ("GET", r"/accountconfig/cloudprovider/all", v1.list_accounts),
    ("GET", r"/environmentType/(?P<kind>[^/]+)/secrets", v1.list_secrets),
    ("POST", r"/fleet/search-inventory", fleet.search_inventory),
    ("GET", r"/fleet/service/[^/]+/environment/[^/]+/instance/(?P<instance>[^/]+)", fleet.describe_instance),
    ("POST", _UPGRADES, fleet.create_upgrade),
    ("GET", rf"{_UPGRADES}s", fleet.list_upgrade_paths),
    ("GET", rf"{_UPGRADES}/(?P<upgrade>[^/]+)", fleet.describe_upgrade),
    ("GET", rf"{_UPGRADES}/(?P<upgrade>[^/]+)/eligible-instances", fleet.list_upgrade_instances),
)
"""Method, path and operation, as the real omctl v1.10.5 was seen to request them."""

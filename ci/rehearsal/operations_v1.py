"""The operations of the API's part `v1`: products, plans, versions, secrets. Each docstring has the SDK's name."""

import base64
import binascii
import hashlib
from collections.abc import Mapping

from . import responses_v1 as v1
from . import rules
from .models import ApiError, BuildRequest
from .request import Outcome, Request, found
from .state import State


def build(state: State, request: Request, _: Mapping[str, str]) -> Outcome:
    """service-api#BuildServiceFromComposeSpec. Of each file in `configs` only name and digest are kept."""
    given = request.json()
    try:
        compose = base64.b64decode(given.get("fileContent", ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, TypeError):
        message = "Invalid request: fileContent is not base64-encoded UTF-8"
        raise ApiError(400, "bad_request", message) from None
    configs = sorted((given.get("configs") or {}).items())
    state, plan, created = rules.build(
        state,
        BuildRequest(
            product=given.get("name", ""),
            environment=given.get("environment") or "Dev",
            environment_type=given.get("environmentType") or "DEV",
            compose=compose,
            release=bool(given.get("release")),
            preferred=bool(given.get("releaseAsPreferred")),
            description=given.get("releaseVersionName") or "",
            dry_run=bool(given.get("dryrun")),
            force_new=bool(given.get("forceCreateNewServicePlanVersion")),
            configs=tuple(f"{name} {_digest(content)}" for name, content in configs),
        ),
    )
    ids: v1.Json = {"serviceID": plan.service_id, "serviceEnvironmentID": plan.environment_id, "productTierID": plan.id}
    return state, {**ids, "isNewServicePlanVersionCreated": created}


def _digest(content: str) -> str:
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def list_services(state: State, _: Request, __: Mapping[str, str]) -> Outcome:
    """service-api#ListService; requested by the lists of environments and of plans."""
    return state, v1.services(state)


def describe_service(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """service-api#DescribeService."""
    return state, found(v1.service(state, at["service"]), f"service {at['service']!r}")


def describe_plan(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """product-tier-api#DescribeProductTier."""
    return state, v1.product_tier(state.plan(at["plan"]))


def describe_environment(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """service-environment-api#DescribeServiceEnvironment; requested by a build without `-o json`."""
    plans = [plan for plan in (*state.plans, *state.simulated) if plan.environment_id == at["environment"]]
    return state, found(v1.environment(plans[0]) if plans else None, f"environment {at['environment']!r}")


def list_accounts(state: State, _: Request, __: Mapping[str, str]) -> Outcome:
    """account-config-api#ListAccountConfig; requested by a build without `-o json`."""
    return state, {"accountConfigs": [], "ids": []}


def list_secrets(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """secrets-api#ListSecrets; omctl sends the environment type in the case that the user typed."""
    return state, v1.secrets(at["kind"], state.seed.secret_names(at["kind"]))


def list_versions(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """tier-version-set-api#ListTierVersionSets, the newest first."""
    plan = state.plan(at["plan"])
    return state, {"tierVersionSets": [v1.version_set(plan, version) for version in plan.newest_first()]}


def describe_version(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """tier-version-set-api#DescribeTierVersionSet."""
    plan = state.plan(at["plan"])
    return state, v1.version_set(plan, plan.version(at["version"]))


def promote_version(state: State, _: Request, at: Mapping[str, str]) -> Outcome:
    """tier-version-set-api#PromoteTierVersionSet."""
    state, plan, version = rules.promote(state, at["plan"], at["version"])
    return state, v1.version_set(plan, version)


def describe_resource(state: State, request: Request, at: Mapping[str, str]) -> Outcome:
    """resource-api#DescribeResource; the query names the plan and its version."""
    plan = state.plan(request.query.get("ProductTierId", ""))
    version = plan.version(request.query.get("ProductTierVersion", ""))
    return state, found(v1.resource(plan, version, at["resource"]), f"resource {at['resource']!r}")

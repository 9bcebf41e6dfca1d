"""What omctl asks for: each operation a function (world, request, what its path names) -> (world, body) or refusal."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import answers_fleet as fleet
from . import answers_v1 as v1
from . import decide
from .search import list_upgrades, search
from .things import BuildWish, Refusal
from .world import World

APIKEY_EMAIL = "apikey@apikeys.invalid"
"""The sign-in address which says that the password is an API key (omctl, internal/dataaccess/signin.go)."""


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        """The body, which every operation that has one wants as an object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            raise Refusal(400, "decode_payload", "the body is no JSON") from None
        if not isinstance(value, dict):
            raise Refusal(400, "decode_payload", "the body is no JSON object")
        return value


Outcome = tuple[World, v1.Json]
Operation = Callable[[World, Request, Mapping[str, str]], Outcome]


def token_for(api_key: str) -> str:
    """A token with a JWT's shape that never ends: omctl reads `exp` itself, and drops a token without it or near it."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).decode().rstrip("=")

    signature = hashlib.sha256(f"standin {api_key}".encode()).digest()
    return ".".join((part(b'{"alg":"none"}'), part(b'{"exp":4102444800}'), part(signature)))


def check_token(world: World, request: Request) -> None:
    """Let pass who signed in; every operation but the sign-in asks this first."""
    if request.token not in {token_for(key) for key in world.seed.api_keys}:
        raise Refusal(401, "unauthorized", "Invalid request: missing or unknown token")


def sign_in(world: World, request: Request, _: Mapping[str, str]) -> Outcome:
    """signin-api#Signin: a key becomes a token, without a refresh token (omctl, cmd/auth/login/api_key_login.go)."""
    wish = request.json()
    key = wish.get("password", "")
    if wish.get("email") != APIKEY_EMAIL or not key or key not in world.seed.api_keys:
        raise Refusal(401, "unauthorized", "Invalid request: wrong user email or password")
    return world, {"jwtToken": token_for(key)}


def describe_user(world: World, _: Request, __: Mapping[str, str]) -> Outcome:
    """users-api#DescribeUser: how omctl finds out whether the token that it kept still holds."""
    return world, v1.user()


def build(world: World, request: Request, _: Mapping[str, str]) -> Outcome:
    """service-api#BuildServiceFromComposeSpec. The files of `configs` come along; name and digest are kept."""
    wish = request.json()
    try:
        text = base64.b64decode(wish.get("fileContent", ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, TypeError):
        raise Refusal(400, "bad_request", "Invalid request: fileContent is no base64 of a text") from None
    world, plan, new = decide.build(
        world,
        BuildWish(
            product=wish.get("name", ""),
            environment=wish.get("environment") or "Dev",
            environment_type=wish.get("environmentType") or "DEV",
            text=text,
            release=bool(wish.get("release")),
            preferred=bool(wish.get("releaseAsPreferred")),
            description=wish.get("releaseVersionName") or "",
            dry_run=bool(wish.get("dryrun")),
            force_new=bool(wish.get("forceCreateNewServicePlanVersion")),
            configs=tuple(
                f"{name} {_digest(content)}" for name, content in sorted((wish.get("configs") or {}).items())
            ),
        ),
    )
    ids: v1.Json = {"serviceID": plan.service_id, "serviceEnvironmentID": plan.environment_id, "productTierID": plan.id}
    return world, {**ids, "isNewServicePlanVersionCreated": new}


def _digest(content: str) -> str:
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def describe_service(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """service-api#DescribeService."""
    return world, _found(v1.service(world, at["service"]), f"service {at['service']!r}")


def describe_plan(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """product-tier-api#DescribeProductTier."""
    return world, v1.product_tier(world.plan(at["plan"]))


def describe_environment(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """service-environment-api#DescribeServiceEnvironment, asked for by a build that prints no JSON."""
    plans = [plan for plan in (*world.plans, *world.simulated) if plan.environment_id == at["environment"]]
    return world, _found(v1.environment(plans[0]) if plans else None, f"environment {at['environment']!r}")


def list_accounts(world: World, _: Request, __: Mapping[str, str]) -> Outcome:
    """account-config-api#ListAccountConfig, asked for by a build that prints no JSON."""
    return world, {"accountConfigs": [], "ids": []}


def list_secrets(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """secrets-api#ListSecrets; omctl writes the environment type as it was typed."""
    return world, v1.secrets(at["kind"], world.seed.secret_names(at["kind"]))


def list_versions(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """tier-version-set-api#ListTierVersionSets, the newest first."""
    plan = world.plan(at["plan"])
    return world, {"tierVersionSets": [v1.version_set(plan, version) for version in plan.newest_first()]}


def describe_version(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """tier-version-set-api#DescribeTierVersionSet."""
    plan = world.plan(at["plan"])
    return world, v1.version_set(plan, plan.version(at["version"]))


def promote_version(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """tier-version-set-api#PromoteTierVersionSet."""
    world, plan, version = decide.promote(world, at["plan"], at["version"])
    return world, v1.version_set(plan, version)


def describe_resource(world: World, request: Request, at: Mapping[str, str]) -> Outcome:
    """resource-api#DescribeResource, in a version of a plan that the query names."""
    plan = world.plan(request.query.get("ProductTierId", ""))
    version = plan.version(request.query.get("ProductTierVersion", ""))
    return world, _found(v1.resource(plan, version, at["resource"]), f"resource {at['resource']!r}")


def search_inventory(world: World, request: Request, _: Mapping[str, str]) -> Outcome:
    """inventory-api#SearchInventory."""
    return world, search(world, request.json())


def describe_instance(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#DescribeResourceInstance."""
    instance = world.instance(at["instance"])
    return world, fleet.instance_detail(world.plan(instance.plan_id), instance)


def create_upgrade(world: World, request: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#CreateUpgradePath."""
    wish = request.json()
    world, upgrade = decide.start_upgrade(
        world,
        at["plan"],
        source=wish.get("sourceVersion", ""),
        target=wish.get("targetVersion", ""),
        instances=tuple((wish.get("upgradeFilters") or {}).get("INSTANCE_IDS", ())),
        notify=bool(wish.get("notifyCustomer")),
    )
    return world, fleet.upgrade_path(world, world.plan(at["plan"]), upgrade)


def describe_upgrade(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#DescribeUpgradePath: the look that moves an upgrade on."""
    world, upgrade = decide.look(world, at["upgrade"])
    return world, fleet.upgrade_path(world, world.plan(upgrade.plan_id), upgrade)


def list_upgrade_paths(world: World, request: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#ListUpgradePaths; to see them in a list moves none of them on."""
    return world, list_upgrades(world, world.plan(at["plan"]), request.query)


def list_upgrade_instances(world: World, _: Request, at: Mapping[str, str]) -> Outcome:
    """inventory-api#ListEligibleInstancesPerUpgrade."""
    upgrade = world.upgrade(at["upgrade"])
    return world, fleet.eligible(world, world.plan(upgrade.plan_id), upgrade)


def _found(body: v1.Json | None, what: str) -> v1.Json:
    if body is None:
        raise Refusal(404, "not_found", f"{what} not found")
    return body

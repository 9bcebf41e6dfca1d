"""omctl's argument lists and answers (the contract of omctl v1.10.5, read from its source).

An exit code alone is never believed: every answer is read as JSON and must hold what its command promises.
"""

import json
import re
import shlex
from dataclasses import dataclass
from typing import Any

from ci.core.settings import Settings
from ci.errors import OmnistrateError, Problem

PINNED_FILE = "docker-compose.omni.yaml"
LOG_LINES = 20

COMPLETE = frozenset({"COMPLETE", "COMPLETED"})
FAILED = frozenset({"FAILED", "CANCELLED", "SKIPPED"})


@dataclass(frozen=True)
class Completed:
    """What a run of omctl left behind."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class PlanVersion:
    """A released plan version of Omnistrate."""

    service_id: str
    plan_id: str
    plan_name: str
    version: str
    environment: str


@dataclass(frozen=True)
class Instance:
    """An instance as `omctl instance list` tells of it."""

    instance_id: str
    environment: str
    version: str
    status: str


@dataclass(frozen=True)
class Upgrade:
    """An upgrade and how far it has come."""

    upgrade_id: str
    status: str

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.status in COMPLETE | FAILED


def build_arguments(settings: Settings, description: str) -> tuple[str, ...]:
    """`omctl build`: the pinned file becomes a plan version, and the preferred one."""
    return (
        "build",
        "--file",
        PINNED_FILE,
        "--spec-type",
        "DockerCompose",  # else a service named `helm` or `operator` makes omctl take the file for another kind of spec
        "--product-name",
        settings.product_name,
        "--environment",
        settings.environment,
        "--environment-type",
        settings.environment_type,
        "--release-as-preferred",
        "--release-description",
        description,
        "--output",
        "json",
    )


def describe_version_arguments(version: PlanVersion) -> tuple[str, ...]:
    """`omctl service-plan describe-version`: what is in a plan version."""
    ids = ("--service-id", version.service_id, "--plan-id", version.plan_id)
    return ("service-plan", "describe-version", *ids, "--version", version.version, "--output", "json")


def secrets_arguments(settings: Settings) -> tuple[str, ...]:
    """`omctl secret list`: the names of the environment's secrets, never their values."""
    return ("secret", "list", settings.environment_type, "--output", "json")


def instances_arguments(settings: Settings) -> tuple[str, ...]:
    """`omctl instance list`: the product's instances in the environment."""
    filters = f"service:{settings.product_name},environment:{settings.environment}"
    return ("instance", "list", "--filter", filters, "--output", "json")


def instance_arguments(instance_id: str) -> tuple[str, ...]:
    """`omctl instance list` for one instance, wherever it is."""
    return ("instance", "list", "--filter", f"instance_id:{instance_id}", "--output", "json")


def upgrade_arguments(instance_id: str, version: str) -> tuple[str, ...]:
    """`omctl upgrade`: schedules the upgrade of one instance, and returns."""
    return ("upgrade", instance_id, "--version", version, "--output", "json")


def upgrade_status_arguments(upgrade_id: str) -> tuple[str, ...]:
    """`omctl upgrade status`: how far an upgrade has come."""
    return ("upgrade", "status", upgrade_id, "--output", "json")


def commands(settings: Settings, description: str) -> tuple[tuple[str, ...], ...]:
    """What a release runs, in order, with names in capitals for what only the answers tell."""
    unknown = PlanVersion("SERVICE_ID", "PLAN_ID", "", "PLAN_VERSION", settings.environment)
    return (
        secrets_arguments(settings),
        instances_arguments(settings),
        build_arguments(settings, description),
        describe_version_arguments(unknown),
        upgrade_arguments(settings.instance or "INSTANCE", "PLAN_VERSION"),
        upgrade_status_arguments("UPGRADE_ID"),
    )


def shown(arguments: tuple[str, ...]) -> str:
    """A command for people, on one line."""
    return "omctl " + " ".join(
        shlex.quote(part if "\n" not in part else f"{part.splitlines()[0]}…") for part in arguments
    )


def read_plan_version(answer: Completed, settings: Settings) -> PlanVersion:
    """The plan version that `omctl build` made, or found unchanged.

    Raises:
        OmnistrateError: it failed, or its answer names no version.
    """
    what = "omctl build"
    found = _object(answer, what)
    missing = [name for name in ("service_id", "plan_id", "version") if not found.get(name)]
    if missing:
        raise _unexpected(answer, what, f"an object with {', '.join(missing)}")
    return PlanVersion(
        str(found["service_id"]),
        str(found["plan_id"]),
        str(found.get("plan_name", "")),
        str(found["version"]),
        str(found.get("environment", settings.environment)),
    )


def check_preferred(answer: Completed, version: PlanVersion) -> None:
    """Hold `omctl service-plan describe-version` against what `omctl build` said: the version is there, and preferred.

    The answer names no images (v1.10.5), so these are not looked at.

    Raises:
        OmnistrateError: it is not, or omctl failed.
    """
    what = "omctl service-plan describe-version"
    found = _object(answer, what)
    if found.get("version") != version.version or str(found.get("version_set_status", "")).lower() != "preferred":
        raise _unexpected(answer, what, f"version {version.version} with the status Preferred")


def read_secrets(answer: Completed) -> frozenset[str]:
    """The names of the environment's secrets.

    Raises:
        OmnistrateError: it failed.
    """
    what = "omctl secret list"
    found = _parsed(answer, what)
    items = (found["secrets"] or []) if isinstance(found, dict) and "secrets" in found else found
    if not isinstance(items, list) or not all(isinstance(one, dict) and "name" in one for one in items):
        raise _unexpected(answer, what, "a list of names")
    return frozenset(str(one["name"]) for one in items)


def read_instances(answer: Completed) -> tuple[Instance, ...]:
    """The instances that `omctl instance list` names.

    Raises:
        OmnistrateError: it failed.
    """
    what = "omctl instance list"
    found = _objects(answer, what)
    if not all(one.get("instance_id") for one in found):
        raise _unexpected(answer, what, "a list of instances, each with its instance_id")
    return tuple(
        Instance(
            str(one["instance_id"]),
            str(one.get("environment", "")),
            str(one.get("version", "")),
            str(one.get("status", "")),
        )
        for one in found
    )


def read_upgrade(answer: Completed, instance_id: str, version: str) -> Upgrade | None:
    """The upgrade that `omctl upgrade` scheduled; None where the instance has that version already.

    omctl fails when source and target are the same version, which is what a second run of a release meets; and one of
    its paths prints an error and exits 0, so only an answer that names the instance is a success.

    Raises:
        OmnistrateError: it failed otherwise, or scheduled something else.
    """
    what = "omctl upgrade"
    if "is the same as target version" in answer.stderr + answer.stdout:
        return None
    for one in _objects(answer, what):
        instances = str(one.get("instance_ids", "")).replace(" ", "").split(",")
        if instance_id in instances and one.get("upgrade_id"):
            if str(one.get("target_version")) != version:
                raise _unexpected(answer, what, f"an upgrade to version {version}")
            return Upgrade(str(one["upgrade_id"]), "SCHEDULED")
    raise _unexpected(answer, what, f"an upgrade of {instance_id}")


def read_upgrade_status(answer: Completed, upgrade_id: str) -> Upgrade:
    """How far an upgrade has come.

    Raises:
        OmnistrateError: it failed, or does not know the upgrade.
    """
    what = "omctl upgrade status"
    for one in _objects(answer, what):
        if one.get("upgrade_id") == upgrade_id and one.get("status"):
            status = str(one["status"])
            failed = isinstance(one.get("failed"), int) and one["failed"] > 0
            return Upgrade(upgrade_id, "FAILED" if failed and status in COMPLETE else status)
    raise _unexpected(answer, what, f"the status of {upgrade_id}")


def _parsed(answer: Completed, what: str) -> Any:  # Any: JSON, here and below
    if answer.exit_code != 0:
        raise OmnistrateError(
            Problem(
                what=f"{what} failed with exit code {answer.exit_code}",
                value=_said(answer),
                right="exit code 0",
                do=_advice(answer),
            )
        )
    try:
        return json.loads(answer.stdout)
    except ValueError:
        raise _unexpected(answer, what, "JSON on standard output") from None


def _object(answer: Completed, what: str) -> dict[str, Any]:
    found = _parsed(answer, what)
    if not isinstance(found, dict):
        raise _unexpected(answer, what, "one object")
    return found


def _objects(answer: Completed, what: str) -> list[dict[str, Any]]:
    found = _parsed(answer, what)
    items = [] if found is None else [found] if isinstance(found, dict) else found
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise _unexpected(answer, what, "a list of objects")
    return items


def _unexpected(answer: Completed, what: str, right: str) -> OmnistrateError:
    said = _said(answer)
    return OmnistrateError(
        Problem(what=f"{what} answered what was not expected", value=said, right=right, do=_advice(answer))
    )


def _said(answer: Completed) -> str:
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", f"{answer.stderr}\n{answer.stdout}".strip())
    return "\n".join(text.splitlines()[-LOG_LINES:]) or "(nothing)"


def _advice(answer: Completed) -> str:
    said = _said(answer).lower()
    if re.search(r"unauthorized|401|not logged in|invalid (api )?key|please (log|run).*login|forbidden|403", said):
        return "check OMNISTRATE_API_KEY: make a key in Omnistrate's settings, and give it with --omnistrate-api-key"
    if re.search(r"secret", said):
        return "add the secret with `omctl secret set ENVIRONMENT-TYPE NAME VALUE`, then run the same call again"
    if re.search(r"timeout|connection|503|502|504|no such host|eof", said):
        return "run the same call again: what was done is found and reused"
    return "mend what omctl says, then run the same call again"

"""How omctl's answers are read (the contract of omctl v1.10.5, read from its source).

An exit code alone is never believed: every answer is read as JSON and must hold what its command promises.
"""

import json
import re
from dataclasses import replace
from typing import Any

from ci.core.omctl.commands import COMPLETE, FAILED, LOG_LINES, Completed, Deployment, Instance, PlanVersion, Upgrade
from ci.core.settings.product import Settings
from ci.errors import OmnistrateError, Problem


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


def read_deployment(answer: Completed, instance_id: str) -> Deployment:
    """The plan and version of one instance.

    Raises:
        OmnistrateError: it failed, or tells of another instance.
    """
    what = "omctl instance describe"
    found = _object(answer, what)
    keys = ("serviceId", "productTierId", "tierVersion")
    if found.get("instanceId") != instance_id or not all(map(found.get, keys)):
        raise _unexpected(answer, what, f"{instance_id} with its {', '.join(keys)}")
    return Deployment(*(str(found[key]) for key in keys))


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
            return Upgrade(str(one["upgrade_id"]), version, "SCHEDULED")
    raise _unexpected(answer, what, f"an upgrade of {instance_id}")


def read_upgrade_status(answer: Completed, upgrade: Upgrade) -> Upgrade:
    """How far an upgrade has come since.

    Raises:
        OmnistrateError: it failed, or does not know the upgrade.
    """
    what = "omctl upgrade status"
    for one in _objects(answer, what):
        if one.get("upgrade_id") == upgrade.upgrade_id and one.get("status"):
            status = str(one["status"])
            failed = isinstance(one.get("failed"), int) and one["failed"] > 0
            return replace(upgrade, status="FAILED" if failed and status in COMPLETE else status)
    raise _unexpected(answer, what, f"the status of {upgrade.upgrade_id}")


def read_upgrades(answer: Completed) -> tuple[tuple[Upgrade, ...], str]:
    """The upgrades that `omctl upgrade list` names, and the token of its next page: none on the last.

    Raises:
        OmnistrateError: it failed.
    """
    what = "omctl upgrade list"
    expected = "one object with its upgradePaths, each with its upgradePathId, targetVersion and status"
    pages = _objects(answer, what)
    if len(pages) != 1 or "upgradePaths" not in pages[0]:
        raise _unexpected(answer, what, expected)
    paths = pages[0]["upgradePaths"] or []
    keys = ("upgradePathId", "targetVersion", "status")
    if not isinstance(paths, list) or not all(isinstance(one, dict) and all(map(one.get, keys)) for one in paths):
        raise _unexpected(answer, what, expected)
    found = tuple(Upgrade(*(str(one[key]) for key in keys)) for one in paths)
    return found, str(pages[0].get("nextPageToken") or "")


def read_upgrade_instances(answer: Completed) -> frozenset[str]:
    """The instances that an upgrade still has to do with; one whose own part has ended is none of them.

    Where an upgrade has no instances, `omctl upgrade status detail` prints nothing at all and exits 0: every instance
    was refused, which is what becomes of a second upgrade beside a first.

    Raises:
        OmnistrateError: it failed.
    """
    what = "omctl upgrade status detail"
    if answer == Completed(0, "", ""):
        return frozenset()
    found = _objects(answer, what)
    if not all(one.get("instance_id") and one.get("upgrade_status") for one in found):
        raise _unexpected(answer, what, "a list of instances, each with its instance_id and upgrade_status")
    return frozenset(str(one["instance_id"]) for one in found if one["upgrade_status"] not in COMPLETE | FAILED)


def _parsed(answer: Completed, what: str) -> Any:  # Any: JSON, here and below
    if answer.exit_code != 0:
        raise OmnistrateError(
            Problem(
                what=f"{what} failed with exit code {answer.exit_code}",
                value=_said(answer),
                expected="exit code 0",
                hint=_advice(answer),
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


def _unexpected(answer: Completed, what: str, expected: str) -> OmnistrateError:
    said = _said(answer)
    return OmnistrateError(
        Problem(what=f"{what} answered what was not expected", value=said, expected=expected, hint=_advice(answer))
    )


def _said(answer: Completed) -> str:
    error = re.split(r"^Usage:$", answer.stderr, maxsplit=1, flags=re.MULTILINE)[0]  # `upgrade list` adds its flags
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", f"{error.strip()}\n{answer.stdout}".strip())
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

"""Faults of Omnistrate's API, as the real omctl meets them; the proxy stands between it and the stand-in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from faults import script
from faults.row import During, End, Row
from faults.scene import Scene
from faults.script import Fault, Kind, Response

SIGN_IN = ("POST", "/signin$")
SERVICES = ("GET", "/service$")
SECRETS = ("GET", "/secrets$")
SEARCH = ("POST", "/search-inventory$")
BUILD = ("PUT", "/composespec$")
VERSIONS = ("GET", "/version-set$")
VERSION = ("GET", r"/version-set/2\.0$")
INSTANCE = ("GET", "/instance/")
UPGRADES = ("GET", "/upgrade-paths")
UPGRADE = ("POST", "/upgrade-path$")
WATCH = ("GET", "/upgrade-path/[^/]+$")
DETAIL = ("GET", "/eligible-instances$")
DONE, FAILED = (End.DONE,), (End.FAILED,)
EITHER = (End.DONE, End.FAILED)

KINDS = {
    "503 once": script.status(503, b'{"name":"unavailable","message":"try later"}'),
    "502 once, when it is done": script.status(502, b"<html>Bad Gateway</html>", after=True),
    "response lost once": Fault(kind=Kind.LOST),
    "connection reset once": Fault(kind=Kind.RESET),
    "end in the middle of the response once": Fault(kind=Kind.EOF),
    "captive portal once": script.captive_portal(),
    "body cut off once": script.truncated(),
    "401 once": script.status(401, b'{"name":"unauthorized","message":"token expired"}'),
    "an empty object once": script.edited(lambda response: replace(response, body=b"{}")),
    "no answer": Fault(kind=Kind.HANG),
    "no answer, when it is done": Fault(kind=Kind.HANG, after=True),
    "drip": Fault(kind=Kind.DRIP),
}
TIME = ("no answer", "no answer, when it is done", "drip")
SOON = {"omctl_seconds": 1.5}
"""The deadline of a run of omctl where the fault is that it does not return."""


def rows(
    during: During, what: str, request: tuple[str, str], *kinds: str, first: int = 1, ends: tuple[End, ...] = EITHER
) -> list[Row]:
    """A row for each kind of fault."""
    number = {During.PREFLIGHT: 13, During.PLAN_VERSION: 9, During.UPGRADE: 11}[during]
    return [
        Row(
            number=14 if kind in TIME else number,
            during=during,
            request=what,
            fault=kind,
            scene=Scene(api=(KINDS[kind].at(*request, first=first),), settings=SOON if kind in TIME else {}),
            ends=ends,
            grid=True,
        )
        for kind in kinds
    ]


def edit(**values: Any) -> Fault:  # Any: JSON
    """The response with other fields."""
    return edit_by(lambda body: {**body, **values})


def edit_by(change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> Fault:
    """The response with its JSON changed by a function."""

    def edited(response: Response) -> Response:
        return replace(response, body=json.dumps(change(json.loads(response.body))).encode())

    return script.edited(edited)


def status_of_instance(status: str) -> Fault:
    """The instance has another status, in its description and in a search."""

    def change(body: dict[str, Any]) -> Mapping[str, Any]:
        if "consumptionResourceInstanceResult" in body:
            body["consumptionResourceInstanceResult"]["status"] = status
        for record in body.get("resourceInstanceResults", []):
            record["status"] = status
        return body

    return edit_by(change)


def status_of_row(status: str) -> Fault:
    """The instances of the upgrade have another status in it."""
    return edit_by(lambda body: {**body, "instances": [{**row, "status": status} for row in body["instances"]]})


def api(*faults: Fault, **more: Any) -> Scene:  # Any: fields of Scene
    return Scene(api=faults, **more)


def upgrade(
    request: str,
    fault: str,
    scene: Scene,
    ends: tuple[End, ...] = FAILED,
    *,
    says: str = "",
    number: int = 11,
    refused: bool = False,
) -> Row:
    return Row(
        number=number,
        during=During.UPGRADE,
        request=request,
        fault=fault,
        scene=scene,
        ends=ends,
        says=says,
        refused=refused,
    )


_PROD = {
    "id": "instance-prod",
    "product": "Shop",
    "environment": "Production",
    "environment_type": "PROD",
    "plan": "Shop Plan",
}
_DEV = {"id": "instance-dev", "product": "Shop", "plan": "Shop Plan"}
_OTHER_PLAN = {"id": "instance-other-plan", "product": "Shop", "plan": "Other Plan", "version": "5.0"}

TABLE = [
    *rows(During.PREFLIGHT, "sign in", SIGN_IN, *KINDS),
    *rows(During.PREFLIGHT, "list the environments", SERVICES, *KINDS),
    *rows(During.PREFLIGHT, "list the secrets", SECRETS, *KINDS),
    *rows(During.PREFLIGHT, "list the instances", SEARCH, *KINDS),
    *rows(During.PLAN_VERSION, "list the plans", SERVICES, *KINDS, first=2),
    *rows(During.PLAN_VERSION, "make the version", BUILD, *KINDS),
    *rows(During.PLAN_VERSION, "list the versions", VERSIONS, *KINDS),
    *rows(During.PLAN_VERSION, "describe the version", VERSION, *KINDS),
    *rows(During.UPGRADE, "describe the instance", INSTANCE, *KINDS),
    *rows(During.UPGRADE, "list the upgrades", UPGRADES, *KINDS),
    *rows(During.UPGRADE, "schedule the upgrade", UPGRADE, *KINDS),
    *rows(During.UPGRADE, "watch the upgrade", WATCH, *[kind for kind in KINDS if "once" in kind], first=2, ends=DONE),
    *rows(During.UPGRADE, "watch the upgrade", WATCH, "no answer", "drip", first=2),
    *rows(
        During.UPGRADE,
        "describe the instance afterwards",
        INSTANCE,
        *[kind for kind in KINDS if "once" in kind],
        first=2,
        ends=DONE,
    ),
    Row(
        number=3,
        during=During.PREFLIGHT,
        request="find the instance",
        fault="the environment named Production is of type PROD, and the setting says dev",
        scene=Scene(api=(), seed={"instances": [_PROD]}, settings={"environment": "Production"}),
        refused=True,
        still=("instance ", "version ", "preferred ", "tag "),
    ),
    Row(
        number=3,
        during=During.PREFLIGHT,
        request="find the instance",
        fault="the instance named is of another plan",
        scene=Scene(api=(), seed={"instances": [_OTHER_PLAN, _DEV]}, settings={"instance": "instance-other-plan"}),
        refused=True,
        still=("instance ", "version ", "preferred ", "tag "),
    ),
    Row(
        number=3,
        during=During.PREFLIGHT,
        request="find the instance",
        fault="another plan has the environment's only instance",
        scene=Scene(api=(), seed={"instances": [_OTHER_PLAN]}),
        ends=EITHER,
        refused=False,
        still=("instance ",),
    ),
    Row(
        number=13,
        during=During.PREFLIGHT,
        request="list the secrets",
        fault="a secret of the compose file is not there",
        scene=Scene(api=(), seed={"secrets": {"DEV": ["dbPassword"]}}),
        refused=True,
        still=("instance ", "version ", "preferred ", "tag "),
        says="lacks the secret `queuePassword`",
    ),
    Row(
        number=10,
        during=During.PLAN_VERSION,
        request="list the versions",
        fault="another commit's version was made between",
        scene=api(Fault(kind=Kind.PASS, event="another commit's build").at(*VERSIONS)),
        ends=EITHER,
    ),
    Row(
        number=10,
        during=During.PLAN_VERSION,
        request="make the version",
        fault="another commit's version was made before",
        scene=api(Fault(kind=Kind.PASS, event="another commit's build").at(*BUILD)),
        ends=DONE,
    ),
    Row(
        number=9,
        during=During.PLAN_VERSION,
        request="make the version",
        fault="refused: the quota of plans is reached",
        scene=Scene(api=(script.status(400, b'{"name":"bad_request","message":"quota of plans reached"}').at(*BUILD),)),
        says="quota of plans reached",
    ),
    upgrade(
        "schedule the upgrade",
        "response lost, and omctl sends it again",
        api(Fault(kind=Kind.LOST).at(*UPGRADE), retries=1),
        EITHER,
    ),
    upgrade(
        "schedule the upgrade",
        "502 when it is done, and omctl sends it again",
        api(script.status(502, after=True).at(*UPGRADE), retries=1),
        EITHER,
    ),
    upgrade("schedule the upgrade", "sent twice by the network", api(Fault(kind=Kind.TWICE).at(*UPGRADE)), EITHER),
    upgrade(
        "watch the upgrade",
        "another instance of the path failed",
        api(edit(failedCount=1, totalCount=2, completedCount=1).at(*WATCH, first=3)),
        DONE,
    ),
    upgrade("watch the upgrade", "CANCELLED", api(edit(status="CANCELLED").at(*WATCH, first=2)), says="CANCELLED"),
    upgrade("watch the upgrade", "SKIPPED", api(edit(status="SKIPPED").at(*WATCH, first=2)), says="SKIPPED"),
    upgrade(
        "watch the upgrade",
        "PAUSED for ever",
        api(edit(status="PAUSED").at(*WATCH, first=2, times=0), status_of_row("IN_PROGRESS").at(*DETAIL, times=0)),
        says="PAUSED",
    ),
    upgrade(
        "watch the upgrade",
        "IN_PROGRESS for ever",
        Scene(api=(), seed={"in_progress_polls": 100_000}),
        says="has not ended after",
        refused=True,
    ),
    upgrade(
        "watch the upgrade",
        "503 for longer than it is watched",
        api(script.status(503).at(*WATCH, first=2, times=0)),
    ),
    upgrade(
        "describe the instance afterwards",
        "COMPLETE, and the instance is FAILED",
        api(status_of_instance("FAILED").at(*INSTANCE, first=2)),
        says="FAILED",
    ),
    upgrade(
        "describe the instance afterwards",
        "COMPLETE, and the instance is still on the version before, once",
        api(edit(tierVersion="1.0").at(*INSTANCE, first=2)),
        DONE,
    ),
    upgrade(
        "find the instance",
        "it is DEPLOYING before",
        api(status_of_instance("DEPLOYING").at(*SEARCH)),
        EITHER,
        says="DEPLOYING",
    ),
    upgrade(
        "find the instance",
        "it is FAILED before",
        api(status_of_instance("FAILED").at(*SEARCH)),
        EITHER,
        says="FAILED before|status FAILED",
    ),
    upgrade(
        "find the instance",
        "it is STOPPED before",
        api(status_of_instance("STOPPED").at(*SEARCH)),
        EITHER,
        says="STOPPED",
    ),
    upgrade(
        "list the upgrades", "a page token without end", api(edit(nextPageToken="0").at(*UPGRADES, times=0)), EITHER
    ),
    upgrade(
        "the upgrade itself",
        "it fails",
        Scene(api=(), seed={"fail_upgrades_of": ["instance-rehearsal"]}),
        says="FAILED",
        refused=True,
    ),
]

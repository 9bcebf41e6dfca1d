"""The truth after a run: which tags point where, and which plan versions, instances and upgrades there are.

A `World` is a flat mapping of facts, so that two of them, or one and a report, can be compared:

    tag o/shop-dockerfile.web:1.2.0       sha256:…
    version Shop Plan 2.0                 the references of its images, sorted
    preferred Shop Plan                   2.0
    instance instance-dev                 2.0 RUNNING
    upgrade upgrade-1                     2.0 of instance-dev COMPLETE
"""

import http.client
import json
from collections.abc import Iterable, Mapping
from typing import Any

from docker_registry import DOCKER, OCI, OCI_INDEX

World = Mapping[str, str]
OMNISTRATE = ("version ", "preferred ", "instance ", "upgrade ")


def tag(path: str, name: str) -> str:
    """The key of a tag."""
    return f"tag {path}:{name}"


def read_tags(host: str, paths: Iterable[str]) -> dict[str, str]:
    """Every tag of the repositories with its digest, read from the registry directly."""
    found = {}
    connection = http.client.HTTPConnection(host, timeout=10)
    try:
        for path in paths:
            connection.request("GET", f"/v2/{path}/tags/list")
            names = json.loads(connection.getresponse().read()).get("tags") or []
            for name in names:
                accepted = {"Accept": f"{OCI}, {OCI_INDEX}, {DOCKER}"}
                connection.request("HEAD", f"/v2/{path}/manifests/{name}", headers=accepted)
                response = connection.getresponse()
                response.read()
                found[tag(path, name)] = response.headers["Docker-Content-Digest"]
    finally:
        connection.close()
    return found


def read_omnistrate(state: Mapping[str, Any]) -> dict[str, str]:  # Any: JSON
    """What the stand-in API tells of its state (`GET /_standin/state`)."""
    found = {}
    for plan in state["plans"]:
        found[f"preferred {plan['plan']}"] = plan["preferred"]
        for version in plan["versions"]:
            images = [*version["images"].values(), *(i for s in version["sidecars"].values() for i in s.values())]
            found[f"version {plan['plan']} {version['version']}"] = images_value(images)
    for one in state["instances"]:
        found[f"instance {one['id']}"] = f"{one['version']} {one['status']}"
    for one in state["upgrades"]:
        instances = ",".join(one["instances"]) or "nothing"
        found[f"upgrade {one['id']}"] = f"{one['target_version']} of {instances} {one['status']}"
    return found


def images_value(references: Iterable[str | None]) -> str:
    """The value of a version: its images."""
    return " ".join(sorted({reference for reference in references if reference}))


def changes(before: World, after: World) -> dict[str, tuple[str, str]]:
    """What is different, as old and new value; empty where there was or is none."""
    keys = sorted(before.keys() | after.keys())
    return {key: (before.get(key, ""), after.get(key, "")) for key in keys if before.get(key) != after.get(key)}

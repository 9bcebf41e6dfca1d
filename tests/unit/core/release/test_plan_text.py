"""A plan told, for people and for machines."""

import json
from dataclasses import replace

from fakes import GIT_SHA, NAMES, sha_ref, small_plan, version_ref

from ci.core.release.plan_text import as_json, render


def test_the_plan_is_told_whole() -> None:
    told = render(small_plan())
    assert told.startswith(f"Release 1.2.0 of Shop, commit {GIT_SHA}\n")
    for name in NAMES:
        assert sha_ref(name).partition(":")[0] in told
        assert f"Dockerfile.{name}" in told
    for text in (
        f"each is pushed as :sha-{GIT_SHA}, and when all are there as :1.2.0",
        f"4 references pinned to :sha-{GIT_SHA}",
        "web, web/scaler, jobs, mail",
        "queuePassword: jobs",
        "dbPassword: web, jobs",
        "omctl build --file docker-compose.omni.yaml",
        "  - Things",
        "Prod is not touched",
    ):
        assert text in told


def test_the_plan_for_machines_survives_json() -> None:
    found = as_json(small_plan())
    assert json.loads(json.dumps(found)) == found
    assert found["git_sha"] == GIT_SHA
    assert found["images"][1] == {
        "name": "worker",
        "dockerfile": "Dockerfile.worker",
        "services": ["jobs"],
        "references": [sha_ref("worker"), version_ref("worker")],
    }
    assert found["pinned"][1] == {
        "where": "web/scaler",
        "line": 11,
        "from": "registry.example/o/shop-dockerfile.web:latest",
        "to": sha_ref("web"),
    }
    assert found["secrets"] == ["dbPassword", "queuePassword"]


def test_a_plan_of_no_own_image_is_told_as_well() -> None:
    plan = replace(small_plan(), images=())
    assert "0 images" in render(plan)

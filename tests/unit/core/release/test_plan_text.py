"""The plan for people and for machines; tests/golden/reports has complete ones."""

import json
from dataclasses import replace

from fakes import GIT_SHA, NAMES, SETTINGS, SHA_TAG, sha_ref, small_plan, version_ref

from ci.core.release.plan_text import as_json, as_text


def test_the_plan_shows_all_that_a_release_does() -> None:
    text = as_text(small_plan())
    assert text.startswith(f"Release 1.2.0 of Shop, commit {GIT_SHA}\n")
    for name in NAMES:
        assert sha_ref(name).partition(":")[0] in text
        assert f"Dockerfile.{name}" in text
    for part in (
        f"each is pushed as :sha-{GIT_SHA}, then all of them are tagged :1.2.0",
        f"4 references pinned to :sha-{GIT_SHA}",
        "web, web/scaler, jobs, mail",
        "queuePassword: jobs",
        "dbPassword: web, jobs",
        "omctl build --file docker-compose.omni.yaml",
        "  - Things",
        "Prod is not changed",
    ):
        assert part in text


def test_the_plan_as_json() -> None:
    found = as_json(small_plan())
    assert json.loads(json.dumps(found)) == found
    assert found["git_sha"] == GIT_SHA
    assert found["images"][1] == {
        "name": "worker",
        "dockerfile": "Dockerfile.worker",
        "services": ["jobs"],
        "references": [sha_ref("worker"), version_ref("worker")],
        "action": "unknown",
        "reasons": [],
        "built_in": "",
        "inputs": "",
        "notes": [],
    }
    assert found["pinned"][1] == {
        "where": "web/scaler",
        "line": 11,
        "from": "registry.example/o/shop-dockerfile.web:latest",
        "to": sha_ref("web"),
    }
    assert found["secrets"] == ["dbPassword", "queuePassword"]


def test_a_plan_without_own_images_is_shown() -> None:
    plan = replace(small_plan(), images=())
    assert "0 images" in as_text(plan)


def test_the_text_says_where_digests_are_pinned() -> None:
    assert "pinned to :sha-" in as_text(small_plan())
    assert "once that is known" not in as_text(small_plan())
    assert f":{SHA_TAG}, each with its image's digest once" in as_text(small_plan(replace(SETTINGS, pin_digests=True)))

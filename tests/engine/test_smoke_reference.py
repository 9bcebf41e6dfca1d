"""The reference product on an engine: rehearsed, then started from what was pushed and checked; the longest test."""

import json
import os
from pathlib import Path

import pytest
from engine.calls import Dagger

pytestmark = pytest.mark.engine
GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
MEMORY = 3 * 2**30


def test_the_reference_product_passes_and_loses_nothing(dagger: Dagger, tmp_path: Path) -> None:
    image = os.environ.get("BUILDKIT_IMAGE")
    builder = ["--buildkit-image", image] if image else []
    done = dagger(
        "call", *builder, "rehearse", "--smoke", "all", "--sha", GIT_SHA, "files", "export", "--path", str(tmp_path)
    )
    assert done.returncode == 0, done.stderr[-6000:]
    report = json.loads((tmp_path / "smoke.json").read_text())
    assert {one["status"] for one in report["services"]} == {"ready"}
    assert len(report["services"]) == 17
    steps = {one["name"]: one["outcome"] for one in report["steps"]}
    wanted = ("start order", "healthy", "degraded", "unhealthy", "and comes out", "nothing was lost", "healthy again")
    assert {name: steps[name] for name in wanted} == dict.fromkeys(wanted, "done")
    assert set(steps.values()) == {"done"}
    assert report["memory_bytes"] < MEMORY

"""A full release on an engine, with a product of two images."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from engine.calls import Dagger, interrupted, lock

pytestmark = pytest.mark.engine
MOST_LINES = 130
GIT_SHA = "0123456789abcdef0123456789abcdef01234567"


def rehearse(dagger: Dagger, product: Path, output: Path) -> tuple[int, str]:
    call = ("call", "rehearse", "--source", str(product), "--sha", GIT_SHA)
    done = dagger(*call, "files", "export", "--path", str(output))
    return done.returncode, done.stderr


def test_a_release_succeeds(dagger: Dagger, product: Path, tmp_path: Path) -> None:
    code, stderr = rehearse(dagger, product, tmp_path)
    assert code == 0, stderr
    # The summary, and a line at the begin and at the end of each step: no step of the engine, no log of a service.
    assert len(stderr.splitlines()) <= MOST_LINES, stderr
    assert "build and push images: 2 built, 0 reused" in stderr
    assert "image web: " in stderr
    assert "/v2/" not in stderr
    assert "ERROR" not in stderr
    found = lock(tmp_path)
    prefix = "ghcr.io/slipway-tests/trial-dockerfile."
    references = [[f"{prefix}{name}:sha-{GIT_SHA}", f"{prefix}{name}:1.2.3"] for name in ("web", "worker")]
    assert [image["references"] for image in found["images"]] == references
    assert all(image["digest"].startswith("sha256:") for image in found["images"])
    assert (found["plan_version"]["version"], found["upgrade"]["outcome"]) == ("2.0", "upgraded")
    pinned = (tmp_path / "docker-compose.omni.yaml").read_text()
    source = (product / "docker-compose.yaml").read_text()
    assert f'image: "{prefix}web:sha-{GIT_SHA}" # quoted, and it stays so' in pinned
    assert f"imageNameWithTag: {prefix}web:sha-{GIT_SHA}" in pinned
    assert set(pinned.splitlines()) - set(source.splitlines()) == {
        line for line in pinned.splitlines() if f"sha-{GIT_SHA}" in line
    }


def test_two_rehearsals_at_once_do_not_share_anything(dagger: Dagger, product: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda name: rehearse(dagger, product, tmp_path / name), ("one", "two")))
    assert [code for code, _ in results] == [0, 0], results
    assert lock(tmp_path / "one")["plan_version"] == lock(tmp_path / "two")["plan_version"]


def test_a_failing_image_does_not_stop_the_other_and_no_version_tag_is_set(
    dagger: Dagger, product: Path, tmp_path: Path
) -> None:
    with (product / "Dockerfile.worker").open("a") as file:
        file.write("RUN echo the reason is here && exit 7\n")
    code, stderr = rehearse(dagger, product, tmp_path)
    assert code != 0
    assert "The image `worker` could not be built" in stderr
    assert "the reason is here" in stderr
    assert f"trial-dockerfile.web:sha-{GIT_SHA}" in stderr
    assert "not run  make plan version" in stderr
    assert not (tmp_path / "slipway.lock.json").exists()


def test_the_files_of_a_failed_rehearsal_are_exported_with_its_exit_code(
    dagger: Dagger, product: Path, tmp_path: Path
) -> None:
    with (product / "Dockerfile.worker").open("a") as file:
        file.write("RUN exit 7\n")
    call = ("call", "rehearse", "--source", str(product), "--sha", GIT_SHA, "--return-failed")
    done = dagger(*call, "files", "export", "--path", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "exit-code").read_text() == "1\n"
    found = lock(tmp_path / "out")
    assert (found["outcome"], found["plan_version"]) == ("failed", None)
    assert {image["name"]: bool(image["digest"]) for image in found["images"]} == {"web": True, "worker": False}
    assert "FAILED" in (tmp_path / "out" / "summary.txt").read_text()
    assert "FAILED" not in done.stderr  # the caller shows the summary, and once


def test_a_rehearsal_that_is_cancelled_in_its_builds_ends_and_the_same_call_completes(
    dagger: Dagger, product: Path, tmp_path: Path
) -> None:
    with (product / "Dockerfile.worker").open("a") as file:
        file.write(f"RUN echo {uuid4()} && sleep 20\n")  # never from the cache
    call = ("call", "rehearse", "--source", str(product), "--sha", GIT_SHA)
    output = tmp_path / "out"
    pushed = '"PUT /v2/slipway-tests/trial-dockerfile.web/manifests/'  # in the registry's log, while the other is built
    code = interrupted("-vvv", *call, "files", "export", "--path", str(output), at=pushed)
    assert code != 0
    assert not output.exists()
    code, stderr = rehearse(dagger, product, output)
    assert code == 0, stderr
    assert (lock(output)["outcome"], lock(output)["plan_version"]["version"]) == ("done", "2.0")


def test_all_problems_of_the_source_are_reported_at_once(dagger: Dagger, product: Path, tmp_path: Path) -> None:
    (product / "VERSION").write_text("one\n")
    (product / "Dockerfile.worker").write_text("FROM python:3.11-slim\nCOPY nothing.txt /\n")
    code, stderr = rehearse(dagger, product, tmp_path)
    assert code != 0
    assert "VERSION" in stderr
    assert "Dockerfile.worker:2" in stderr
    assert "Release 1.2.3" not in stderr

"""`OciRegistry` with a real registry: it reads and sets tags byte for byte, and reports refusals."""

import base64
import json
import socket
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
import requests
from docker_registry import (
    DOCKER,
    OCI,
    OCI_INDEX,
    PASSWORD,
    USER,
    docker_registry,
    manifest,
    push_image,
    push_manifest,
    read_manifest,
    tags,
)
from fakes import GIT_SHA, NAMES, SETTINGS, SHA_TAG, FakeClock, Stage, small_plan
from sample_reports import failed_report, good_report

from ci.adapters.records import records_of
from ci.adapters.registry import OciRegistry
from ci.adapters.retry import ATTEMPTS
from ci.core.references import Reference
from ci.core.release.lock import lock
from ci.core.release.record import record_of
from ci.core.release.report_json import as_json
from ci.core.release.summary import summary
from ci.errors import PublishError

pytestmark = pytest.mark.integration
APP = Reference("registry.example/o/app", SHA_TAG)
MISSING = f"sha256:{'1' * 64}"


def test_the_digest_of_a_missing_tag_is_none(registry_host: str) -> None:
    registry = OciRegistry(redirect=registry_host)
    assert anyio.run(registry.digest, APP) is None
    push_image(registry_host, APP.path, "another", "x")
    assert anyio.run(registry.digest, APP) is None


@pytest.mark.parametrize("kind", [OCI, DOCKER])
def test_the_digest_of_a_tag_is_that_of_the_push(registry_host: str, kind: str) -> None:
    pushed = push_image(registry_host, APP.path, APP.tag, "x", kind)
    assert anyio.run(OciRegistry(redirect=registry_host).digest, APP) == pushed


@pytest.mark.parametrize(
    ("kind", "with_media_type"),
    [(OCI, True), (OCI, False), (DOCKER, True)],
)
def test_a_second_tag_has_the_same_manifest_byte_for_byte(
    registry_host: str, kind: str, *, with_media_type: bool
) -> None:
    pushed = push_image(registry_host, APP.path, APP.tag, "x", kind, with_media_type=with_media_type)
    registry = OciRegistry(redirect=registry_host)
    assert anyio.run(registry.set_tag, APP.repository, pushed, "1.2.0") == pushed
    assert anyio.run(registry.digest, Reference(APP.repository, "1.2.0")) == pushed
    assert read_manifest(registry_host, APP.path, "1.2.0") == read_manifest(registry_host, APP.path, APP.tag)


def test_a_second_tag_of_an_image_for_several_platforms_has_all_of_them(registry_host: str) -> None:
    one = manifest(registry_host, APP.path, "x")
    inner = push_manifest(registry_host, APP.path, "inner", one, OCI)
    listed = {"mediaType": OCI, "digest": inner, "size": len(one), "platform": {"os": "linux", "architecture": "amd64"}}
    index = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [listed]}, indent=3).encode()
    pushed = push_manifest(registry_host, APP.path, APP.tag, index, OCI_INDEX)
    assert anyio.run(OciRegistry(redirect=registry_host).set_tag, APP.repository, pushed, "1.2.0") == pushed != inner
    assert read_manifest(registry_host, APP.path, "1.2.0") == (index, OCI_INDEX)


def test_a_version_tag_moves_and_the_sha_tag_stays(registry_host: str) -> None:
    old = push_image(registry_host, APP.path, "1.2.0", "old")
    new = push_image(registry_host, APP.path, APP.tag, "new")
    registry = OciRegistry(redirect=registry_host)
    anyio.run(registry.set_tag, APP.repository, new, "1.2.0")
    assert anyio.run(registry.digest, Reference(APP.repository, "1.2.0")) == new != old
    assert anyio.run(registry.digest, APP) == new


def test_a_put_has_no_condition(registry_host: str) -> None:
    """docs/decisions/0016-tags-and-races.md: were this to fail, a race of two runs could be ended here."""
    path = "o/conditions"
    first, second = (push_image(registry_host, path, "", text) for text in ("first", "second"))
    for digest in (first, second):
        content, media_type = read_manifest(registry_host, path, digest)
        url = f"http://{registry_host}/v2/{path}/manifests/{SHA_TAG}"
        headers = {"Content-Type": media_type, "If-None-Match": "*"}
        assert requests.put(url, data=content, headers=headers, timeout=30).status_code == 201
    assert (
        anyio.run(OciRegistry(redirect=registry_host).digest, Reference(f"registry.example/{path}", SHA_TAG)) == second
    )


def test_a_missing_image_cannot_be_tagged(registry_host: str) -> None:
    with pytest.raises(PublishError) as caught:
        anyio.run(OciRegistry(redirect=registry_host).set_tag, APP.repository, MISSING, "1.2.0")
    (problem,) = caught.value.problems
    assert (problem.what, problem.value) == (f"Setting {APP.repository}:1.2.0 failed", f"the registry has no {MISSING}")


def test_checking_the_right_to_push_sets_no_tag(registry_host: str) -> None:
    registry = OciRegistry(redirect=registry_host)
    for _ in range(2):
        anyio.run(registry.check_push, APP.repository)
    assert tags(registry_host, APP.path) == []


def closed(folder: Path, trust: pytest.MonkeyPatch, stack: ExitStack) -> Reference:
    """A reference in a registry that needs a password and has a trusted certificate."""
    host = stack.enter_context(docker_registry(folder / "closed", closed=True))
    trust.setenv("REQUESTS_CA_BUNDLE", str(folder / "closed" / "cert.pem"))
    return Reference(f"{host}/o/app", SHA_TAG)


def test_a_closed_registry_accepts_the_right_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        reference = closed(tmp_path, monkeypatch, stack)
        registry = OciRegistry(USER, PASSWORD)
        anyio.run(registry.check_push, reference.repository)
        assert anyio.run(registry.digest, reference) is None


@pytest.mark.parametrize(
    ("user", "password", "message"),
    [
        (USER, "another-secret", "the registry token given is refused"),
        ("nobody", PASSWORD, "the registry token given is refused"),
        (USER, "", "no registry token was given, so that access is refused"),
    ],
)
def test_a_wrong_credential_is_reported_without_retries_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str, password: str, message: str
) -> None:
    clock = FakeClock()
    with ExitStack() as stack:
        reference = closed(tmp_path, monkeypatch, stack)
        registry = OciRegistry(user, password, sleep=clock.sleep)
        text = ""
        for call in (
            partial(registry.digest, reference),
            partial(registry.check_push, reference.repository),
            partial(registry.set_tag, reference.repository, MISSING, "1.2.0"),
        ):
            with pytest.raises(PublishError) as caught:
                anyio.run(call)
            text += str(caught.value) + repr(caught.value.problems)
            assert message in caught.value.problems[0].expected
    assert clock.waits == []
    if password:
        assert password not in text
        assert base64.b64encode(f"{user}:{password}".encode()).decode() not in text


def test_a_release_with_a_wrong_token_has_no_effect_and_its_report_does_not_show_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        reference = closed(tmp_path, monkeypatch, stack)
        stage = Stage()
        plan = small_plan(replace(SETTINGS, image_prefix=f"{reference.host}/o/shop", sidecars={}))
        report = stage.release(plan, registry=OciRegistry(USER, "another-secret"))
    reading, pushing = (problem.what.splitlines() for problem in report.problems)
    assert [line.split()[0] for line in reading] == ["Reading"] * len(NAMES)
    assert [line.partition(" to ")[0] for line in pushing] == ["The registry does not accept pushes"] * len(NAMES)
    assert stage.effects.of("build", "push", "tag") == []
    text = summary(report) + json.dumps(as_json(report)) + json.dumps(lock(report)) + repr(report)
    assert "another-secret" not in text
    assert base64.b64encode(f"{USER}:another-secret".encode()).decode() not in text


def test_an_untrusted_certificate_is_not_retried(tmp_path: Path) -> None:
    clock = FakeClock()
    with docker_registry(tmp_path / "closed", closed=True) as host, pytest.raises(PublishError, match="certificate"):
        anyio.run(OciRegistry(USER, PASSWORD, sleep=clock.sleep).digest, Reference(f"{host}/o/app", "1.2.0"))
    assert clock.waits == []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_an_unreachable_registry_is_retried_and_then_reported() -> None:
    clock = FakeClock()
    registry = OciRegistry(redirect=f"127.0.0.1:{free_port()}", sleep=clock.sleep)
    with pytest.raises(PublishError) as caught:
        anyio.run(registry.digest, APP)
    (problem,) = caught.value.problems
    assert problem.what == f"The registry {registry._redirect} can't be reached"
    assert "Connection refused" in problem.value
    assert APP.path not in problem.value  # otherwise eleven images have eleven problems
    assert "refused" in problem.value.lower()
    assert "run the same call again" in problem.hint
    assert len(clock.waits) == ATTEMPTS - 1


def test_a_registry_that_responds_again_in_time_causes_no_error(tmp_path: Path) -> None:
    port, waits = free_port(), list[float]()
    with ExitStack() as stack:

        async def responds_again(seconds: float) -> None:
            await anyio.lowlevel.checkpoint()
            waits.append(seconds)
            if len(waits) == 2:
                stack.enter_context(docker_registry(tmp_path / "registry", port=port))

        registry = OciRegistry(redirect=f"127.0.0.1:{port}", sleep=responds_again)
        anyio.run(registry.check_push, APP.repository)
    assert len(waits) == 2


def test_a_release_is_recorded_beside_its_images_and_read_again(registry_host: str) -> None:
    registry = OciRegistry(redirect=registry_host)
    records = records_of(SETTINGS, registry)
    for _ in range(2):  # a second state of the same record is another manifest
        digest = anyio.run(records.write, record_of(good_report(), {}, ""))
        digest = anyio.run(records.write, record_of(failed_report(), {}, digest))
    state = anyio.run(records.newest, GIT_SHA)
    assert state is not None
    assert (state.digest, state.record) == (digest, record_of(failed_report(), {}, ""))
    assert tags(registry_host, "o/shop-releases") == [SHA_TAG]
    before = anyio.run(registry.manifest, "registry.example/o/shop-releases", state.record.previous)
    assert before is not None

"""`DxfRegistry` with a real registry: what it reads, what it sets byte for byte, and what it says when refused."""

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
from fakes import NAMES, SETTINGS, SHA_TAG, FakeClock, Stage, small_plan

from ci.adapters.registry import DxfRegistry
from ci.adapters.retry import ATTEMPTS
from ci.core.references import Reference
from ci.core.release.lock import lock
from ci.core.release.report import as_json
from ci.core.release.summary import summary
from ci.errors import PublishError

pytestmark = pytest.mark.integration
APP = Reference("registry.example/o/app", SHA_TAG)


def test_the_digest_of_a_tag_that_is_not_there_is_none(registry_host: str) -> None:
    registry = DxfRegistry(redirect=registry_host)
    assert anyio.run(registry.digest, APP) is None
    push_image(registry_host, APP.path, "another", "x")
    assert anyio.run(registry.digest, APP) is None


@pytest.mark.parametrize("kind", [OCI, DOCKER])
def test_the_digest_of_a_tag_is_that_of_its_push(registry_host: str, kind: str) -> None:
    pushed = push_image(registry_host, APP.path, APP.tag, "x", kind)
    assert anyio.run(DxfRegistry(redirect=registry_host).digest, APP) == pushed


@pytest.mark.parametrize(
    ("kind", "with_media_type"),
    [(OCI, True), (OCI, False), (DOCKER, True)],
)
def test_a_second_tag_has_the_same_manifest_byte_for_byte(
    registry_host: str, kind: str, *, with_media_type: bool
) -> None:
    pushed = push_image(registry_host, APP.path, APP.tag, "x", kind, with_media_type=with_media_type)
    registry = DxfRegistry(redirect=registry_host)
    assert anyio.run(registry.tag, APP, "1.2.0") == pushed
    assert anyio.run(registry.digest, Reference(APP.repository, "1.2.0")) == pushed
    assert read_manifest(registry_host, APP.path, "1.2.0") == read_manifest(registry_host, APP.path, APP.tag)


def test_a_second_tag_of_an_image_for_several_platforms_is_the_whole_of_it(registry_host: str) -> None:
    one = manifest(registry_host, APP.path, "x")
    inner = push_manifest(registry_host, APP.path, "inner", one, OCI)
    listed = {"mediaType": OCI, "digest": inner, "size": len(one), "platform": {"os": "linux", "architecture": "amd64"}}
    index = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [listed]}, indent=3).encode()
    pushed = push_manifest(registry_host, APP.path, APP.tag, index, OCI_INDEX)
    assert anyio.run(DxfRegistry(redirect=registry_host).tag, APP, "1.2.0") == pushed != inner
    assert read_manifest(registry_host, APP.path, "1.2.0") == (index, OCI_INDEX)


def test_a_version_tag_moves_and_the_sha_tag_stays(registry_host: str) -> None:
    old = push_image(registry_host, APP.path, "1.2.0", "old")
    new = push_image(registry_host, APP.path, APP.tag, "new")
    registry = DxfRegistry(redirect=registry_host)
    anyio.run(registry.tag, APP, "1.2.0")
    assert anyio.run(registry.digest, Reference(APP.repository, "1.2.0")) == new != old
    assert anyio.run(registry.digest, APP) == new


def test_an_image_that_is_not_there_cannot_be_tagged(registry_host: str) -> None:
    with pytest.raises(PublishError) as caught:
        anyio.run(DxfRegistry(redirect=registry_host).tag, APP, "1.2.0")
    (problem,) = caught.value.problems
    assert problem.what == f"Tagging {APP} as 1.2.0 failed"
    assert problem.value.startswith("404")


def test_proving_that_pushes_are_taken_sets_no_tag(registry_host: str) -> None:
    registry = DxfRegistry(redirect=registry_host)
    for _ in range(2):
        anyio.run(registry.check_push, APP.repository)
    assert tags(registry_host, APP.path) == []


def closed(folder: Path, trust: pytest.MonkeyPatch, stack: ExitStack) -> Reference:
    """A reference in a registry that asks for a password, and whose certificate is trusted."""
    host = stack.enter_context(docker_registry(folder / "closed", closed=True))
    trust.setenv("REQUESTS_CA_BUNDLE", str(folder / "closed" / "cert.pem"))
    return Reference(f"{host}/o/app", SHA_TAG)


def test_a_closed_registry_takes_the_right_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        reference = closed(tmp_path, monkeypatch, stack)
        registry = DxfRegistry(USER, PASSWORD)
        anyio.run(registry.check_push, reference.repository)
        assert anyio.run(registry.digest, reference) is None


@pytest.mark.parametrize(
    ("user", "password", "said"),
    [
        (USER, "another-secret", "the registry token given is refused"),
        ("nobody", PASSWORD, "the registry token given is refused"),
        (USER, "", "no registry token was given, so that it is refused"),
    ],
)
def test_a_wrong_credential_is_said_at_once_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str, password: str, said: str
) -> None:
    clock = FakeClock()
    with ExitStack() as stack:
        reference = closed(tmp_path, monkeypatch, stack)
        registry = DxfRegistry(user, password, sleep=clock.sleep)
        told = ""
        for call in (
            partial(registry.digest, reference),
            partial(registry.check_push, reference.repository),
            partial(registry.tag, reference, "1.2.0"),
        ):
            with pytest.raises(PublishError) as caught:
                anyio.run(call)
            told += str(caught.value) + repr(caught.value.problems)
            assert said in caught.value.problems[0].expected
    assert clock.waits == []
    if password:
        assert password not in told
        assert base64.b64encode(f"{user}:{password}".encode()).decode() not in told


def test_a_release_with_a_wrong_token_has_no_effect_and_its_report_does_not_hold_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        reference = closed(tmp_path, monkeypatch, stack)
        stage = Stage()
        plan = small_plan(replace(SETTINGS, image_prefix=f"{reference.host}/o/shop", sidecars={}))
        report = stage.release(plan, registry=DxfRegistry(USER, "another-secret"))
    reading, pushing = (problem.what.splitlines() for problem in report.problems)
    assert [line.split()[0] for line in reading] == ["Reading"] * len(NAMES)
    assert [line.partition(" to ")[0] for line in pushing] == ["The registry does not accept pushes"] * len(NAMES)
    assert stage.effects.of("build", "push", "tag") == []
    told = summary(report) + json.dumps(as_json(report)) + json.dumps(lock(report)) + repr(report)
    assert "another-secret" not in told
    assert base64.b64encode(f"{USER}:another-secret".encode()).decode() not in told


def test_a_certificate_that_is_not_trusted_is_no_reason_to_try_again(tmp_path: Path) -> None:
    clock = FakeClock()
    with docker_registry(tmp_path / "closed", closed=True) as host, pytest.raises(PublishError, match="certificate"):
        anyio.run(DxfRegistry(USER, PASSWORD, sleep=clock.sleep).digest, Reference(f"{host}/o/app", "1.2.0"))
    assert clock.waits == []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_a_registry_that_is_away_is_tried_again_and_then_said() -> None:
    clock = FakeClock()
    registry = DxfRegistry(redirect=f"127.0.0.1:{free_port()}", sleep=clock.sleep)
    with pytest.raises(PublishError) as caught:
        anyio.run(registry.digest, APP)
    (problem,) = caught.value.problems
    assert problem.what == f"The registry {registry._redirect} can't be reached"
    assert "Connection refused" in problem.value
    assert APP.path not in problem.value  # else eleven images would give eleven problems
    assert "refused" in problem.value.lower()
    assert "run the same call again" in problem.hint
    assert len(clock.waits) == ATTEMPTS - 1


def test_a_registry_that_comes_back_in_time_is_as_if_it_had_not_been_away(tmp_path: Path) -> None:
    port, waits = free_port(), list[float]()
    with ExitStack() as stack:

        async def comes_back_meanwhile(seconds: float) -> None:
            await anyio.lowlevel.checkpoint()
            waits.append(seconds)
            if len(waits) == 2:
                stack.enter_context(docker_registry(tmp_path / "registry", port=port))

        registry = DxfRegistry(redirect=f"127.0.0.1:{port}", sleep=comes_back_meanwhile)
        anyio.run(registry.check_push, APP.repository)
    assert len(waits) == 2

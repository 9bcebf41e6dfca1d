"""A builder for the fault harness: it builds nothing, pushes tiny real images, and fails as an engine does."""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
import requests
from docker_registry import OCI

from ci.concurrency import run_all
from ci.core.images.build_problems import too_slow
from ci.core.references import SHA_TAG_PREFIX
from ci.core.release.plan import REVISION, ImagePlan
from ci.core.settings.product import Settings
from ci.errors import BuildError, Problem, PublishError
from ci.pipelines.ports import Builds
from ci.simulation.builder import BuilderFault, BuilderFaultKind

ATTEMPTS = 3
SECONDS = 0.6
"""How long a push waits for a byte."""


class EngineGoneError(Exception):
    """What an SDK raises when the engine stops: it is none of Slipway's own errors."""


@dataclass
class PushingBuilder:
    """Pushes an image that holds its name and the machine: two machines' builds of one commit are not the same."""

    host: str
    machine: str
    faults: Sequence[BuilderFault] = ()
    events: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    seconds: float = SECONDS
    settings: Settings = field(default_factory=Settings)
    pushes: list[threading.Event] = field(default_factory=list)
    """One for each push that was begun, set when it has ended."""

    async def build(self, images: Sequence[ImagePlan]) -> Builds:
        raise NotImplementedError

    async def publish(self, images: Sequence[ImagePlan]) -> Builds:
        return Builds(
            await run_all(
                images,
                self._published,
                at_once=self.settings.parallel_builds,
                seconds=self.settings.build_minutes * 60,
                on_timeout=lambda image, seconds: too_slow(image.name, seconds),
            )
        )

    async def save_cache(self) -> tuple[Problem, ...]:
        return ()

    async def _published(self, image: ImagePlan) -> str:
        name, built = image.name, f"{image.name} {self.machine} {image.sha_reference.tag}"
        await self._before("build", name)
        await self._after("build", name)
        await self._before("push", name)
        digest = await self._push(built, image.image.repository)
        await self._after("push", name)
        wrong = any(one.kind is BuilderFaultKind.WRONG_DIGEST and one.image == name for one in self.faults)
        return "sha256:" + "1" * 64 if wrong else digest

    async def _push(self, built: str, repository: str) -> str:
        for attempt in range(ATTEMPTS):
            try:
                return await anyio.to_thread.run_sync(self._push_once, built, repository, abandon_on_cancel=True)
            except requests.RequestException as error:
                if attempt == ATTEMPTS - 1:
                    raise _problem(f"An image could not be pushed to {repository}", str(error)[:300]) from error
        raise AssertionError("unreachable")

    def _push_once(self, built: str, repository: str) -> str:
        ended = threading.Event()
        self.pushes.append(ended)
        try:
            return push_image(self.host, repository.partition("/")[2], "", built, self.seconds)
        finally:
            ended.set()

    def idle(self, seconds: float) -> None:
        """Wait until no push is under way: one that was cancelled goes on in its thread."""
        for ended in [*self.pushes]:
            ended.wait(seconds)

    async def _before(self, moment: str, name: str) -> None:
        for fault in self._of(moment, name):
            match fault.kind:
                case BuilderFaultKind.REFUSED if moment == "build":
                    raise BuildError(_problem(f"The image `{name}` could not be built", "exit code 1").problems[0])
                case BuilderFaultKind.REFUSED:
                    raise _problem(f"{name} could not be pushed", "denied")
                case BuilderFaultKind.GONE:
                    raise EngineGoneError("Client connection to the engine is closed")
                case BuilderFaultKind.HANG:
                    await anyio.sleep_forever()
                case BuilderFaultKind.EVENT:
                    await anyio.to_thread.run_sync(self.events[fault.event])

    async def _after(self, moment: str, name: str) -> None:
        for fault in self._of(moment, name):
            if fault.kind is BuilderFaultKind.LOST:
                raise _problem(f"{name} could not be pushed", "unexpected EOF")
            if fault.kind is BuilderFaultKind.EVENT_AFTER:
                await anyio.to_thread.run_sync(self.events[fault.event])

    def _of(self, moment: str, name: str) -> list[BuilderFault]:
        return [one for one in self.faults if (one.moment, one.image) == (moment, name)]


def push_image(host: str, path: str, tag: str, content: str, seconds: float = 30.0) -> str:
    """Push an image of one layer that holds `content`, and give back its digest; without a tag by its digest alone.

    Its label for the commit is the git sha of the sha tag that is the last word of `content`, if it is one.
    """
    _, _, git_sha = content.rpartition(f" {SHA_TAG_PREFIX}")
    settings = json.dumps({"config": {"Labels": {REVISION: git_sha}}}).encode() if git_sha != content else b"{}"
    config, layer = (_push_blob(host, path, blob, seconds) for blob in (settings, content.encode()))
    manifest = json.dumps({"schemaVersion": 2, "mediaType": OCI, "config": config, "layers": [layer]}).encode()
    digest = "sha256:" + hashlib.sha256(manifest).hexdigest()
    url = f"http://{host}/v2/{path}/manifests/{tag or digest}"
    answer = requests.put(url, data=manifest, headers={"Content-Type": OCI}, timeout=seconds)
    answer.raise_for_status()
    return digest


def _push_blob(host: str, path: str, content: bytes, seconds: float) -> dict[str, object]:
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    begun = requests.post(f"http://{host}/v2/{path}/blobs/uploads/", timeout=seconds)
    begun.raise_for_status()
    if "Location" not in begun.headers:
        raise requests.RequestException("the registry names no place for the upload")
    put = requests.put(begun.headers["Location"], params={"digest": digest}, data=content, timeout=seconds)
    put.raise_for_status()
    return {"mediaType": "application/octet-stream", "size": len(content), "digest": digest}


def _problem(what: str, value: str) -> PublishError:
    return PublishError(Problem(what=what, value=value, expected="a push", hint="run the same call again"))

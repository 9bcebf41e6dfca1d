"""Builds in a simulation: an image of one small layer in place of what its Dockerfile describes, really pushed."""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

from ci.adapters.artifacts import descriptor
from ci.adapters.registry import OciRegistry
from ci.adapters.registry_answers import MANIFEST_TYPES, digest_of
from ci.concurrency import run_all
from ci.core.images.build_problems import too_slow
from ci.core.images.build_results import ImageOutcome, Status, failure
from ci.core.images.spans import ImageSpan, SpanKind, spans_of
from ci.core.release.plan import ImagePlan
from ci.core.settings.product import Settings
from ci.errors import Problem, PublishError
from ci.pipelines.ports import Builds

_LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"
_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"


class BuilderFaultKind(StrEnum):
    """What happens to a build or a push."""

    REFUSED = "fails with a message"
    GONE = "the engine goes away"
    LOST = "done, and its result is lost"
    HANG = "never ends"
    WRONG_DIGEST = "done, and gives another digest"
    EVENT = "something else happens first"
    EVENT_AFTER = "something else happens behind it"


@dataclass(frozen=True, kw_only=True)
class BuilderFault:
    """A fault of the build or the push of one image."""

    moment: str
    """`build` or `push`."""
    kind: BuilderFaultKind
    image: str = "web"
    event: str = ""


class SimulatedBuilder:
    """Makes images and pushes them; see `ci.pipelines.ports.Builder`.

    Of the faults it knows a build that is `REFUSED`, and a push that is `LOST`.
    """

    def __init__(
        self,
        registry: OciRegistry,
        settings: Settings,
        labels: Mapping[str, str],
        faults: Sequence[BuilderFault] = (),
    ) -> None:
        self._registry, self._settings, self._labels = registry, settings, labels
        self._faults = {(one.image, one.moment, one.kind) for one in faults}
        self._spans: dict[str, tuple[ImageSpan, ...]] = {}

    async def build(self, images: Sequence[ImagePlan]) -> Builds:
        """See `ci.pipelines.ports.Builder`."""
        return await self._run(images, push=False)

    async def publish(self, images: Sequence[ImagePlan]) -> Builds:
        """See `ci.pipelines.ports.Builder`."""
        return await self._run(images, push=True)

    async def save_cache(self) -> tuple[Problem, ...]:
        """Nothing: there is no layer cache."""
        return ()

    async def _run(self, images: Sequence[ImagePlan], *, push: bool) -> Builds:
        began = monotonic()

        async def one(image: ImagePlan) -> str:
            return await self._image(image, began, push=push)

        outcomes = await run_all(
            images,
            one,
            at_once=self._settings.parallel_builds,
            seconds=self._settings.build_minutes * 60,
            on_timeout=lambda image, seconds: too_slow(image.name, seconds),
        )
        return Builds(outcomes, spans=self._spans)

    async def _image(self, image: ImagePlan, began: float, *, push: bool) -> str:
        started = monotonic() - began
        if self._meets(image, "build", BuilderFaultKind.REFUSED):
            log = ("RUN in the Dockerfile of this image (simulated)", "exit code: 1")
            raise failure(image.name, image.image.dockerfile, 0.0, ImageOutcome(Status.FAILED, log=log))
        layer = _layer(image.name)
        config = _config({**self._labels, **image.own_labels}, layer)
        built = monotonic() - began
        digest = await self._push(image.image.repository, config, layer) if push else ""
        marks = [(SpanKind.WAITING, 0.0), (SpanKind.BUILDING, started), (SpanKind.PUSHING, built)]
        self._spans[image.name] = spans_of(marks, monotonic() - began)
        if self._meets(image, "push", BuilderFaultKind.LOST):
            raise _lost(image.name)
        return digest

    def _meets(self, image: ImagePlan, moment: str, kind: BuilderFaultKind) -> bool:
        return (image.name, moment, kind) in self._faults

    async def _push(self, repository: str, config: bytes, layer: bytes) -> str:
        for blob in (config, layer):
            await self._registry.push_blob(repository, blob)
        content = _json(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST_TYPES[0],
                "config": descriptor(_CONFIG_TYPE, config),
                "layers": [descriptor(_LAYER_TYPE, layer)],
            }
        )
        return await self._registry.put_manifest(repository, digest_of(content), content, MANIFEST_TYPES[0])


def _layer(name: str) -> bytes:
    """A layer with one file that says what it is; the same bytes in each run."""
    text = f"{name}: an image of `slipway simulate`; nothing was built.\n".encode()
    archive, entry = io.BytesIO(), tarfile.TarInfo("SIMULATED")
    entry.size = len(text)
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(entry, io.BytesIO(text))
    return gzip.compress(archive.getvalue(), mtime=0)


def _config(labels: Mapping[str, str], layer: bytes) -> bytes:
    """The image's configuration."""
    root = {"type": "layers", "diff_ids": [digest_of(gzip.decompress(layer))]}
    return _json({"architecture": "amd64", "os": "linux", "config": {"Labels": dict(labels)}, "rootfs": root})


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _lost(name: str) -> PublishError:
    return PublishError(
        Problem(
            what=f"The image `{name}` was pushed, and the result of the push was lost",
            value="unexpected EOF",
            expected="the digest of the image",
            hint="run the same call again, which looks its tag up",
        )
    )

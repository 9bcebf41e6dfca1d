"""The builder port, implemented with BuildKit in a privileged container of the engine."""

from collections.abc import Iterator, Mapping, Sequence
from time import monotonic

import dagger

from ci.adapters.dagger_build_inputs import BuildInputs
from ci.adapters.dagger_buildkit_container import BuildkitContainer
from ci.adapters.dagger_errors import end_of_log
from ci.adapters.dagger_progress import DaggerProgress
from ci.adapters.dagger_rehearsal import Rehearsal
from ci.concurrency import Outcome
from ci.core.images import build_results
from ci.core.images.build_command import exports_cache
from ci.core.images.layer_cache import not_given, not_read, not_written
from ci.core.redaction import Redactor
from ci.core.release.plan import ImagePlan
from ci.core.settings.product import LayerCache, Settings
from ci.errors import BuildError, Problem, SlipwayError
from ci.pipelines.ports import Builds

_REFUSED = "security.insecure is not allowed"
"""What the engine says where its configuration forbids privileged containers: docs/engine.md, "Privileges"."""


class BuildkitBuilder:
    """Builds from a source directory, and pushes to the repositories or to the registry of a rehearsal."""

    def __init__(
        self,
        source: dagger.Directory,
        settings: Settings,
        labels: Mapping[str, str],
        password: str = "",
        *,
        rehearsal: Rehearsal | None = None,
        inputs: BuildInputs | None = None,
    ) -> None:
        self._settings, self._inputs = settings, inputs or BuildInputs()
        self._container = BuildkitContainer(
            source, settings, labels, password, rehearsal=rehearsal, inputs=self._inputs
        )
        self._built: list[ImagePlan] = []
        """What the last call has built and has not exported to the layer cache."""
        self._redactor = Redactor((*filter(None, [password]), *self._inputs.values))

    async def build(self, images: Sequence[ImagePlan]) -> Builds:
        """Build images; see `ci.pipelines.ports.Builder`."""
        return await self._run(images, "build")

    async def publish(self, images: Sequence[ImagePlan]) -> Builds:
        """Build images and push each by its digest alone; see `ci.pipelines.ports.Builder`."""
        return await self._run(images, "push")

    async def save_cache(self) -> tuple[Problem, ...]:
        """Export what the last call has built to the layer cache; see `ci.pipelines.ports.Builder`."""
        images, self._built = self._built, []
        if not images:
            return ()
        results = build_results.read_results(await self._results(images, "cache"))
        done = {name for name, one in results.images.items() if one.status is build_results.Status.DONE}
        failed = [one.name for one in images if one.name not in done]
        logs = (line for name in failed if name in results.images for line in results.images[name].log[-1:])
        return (not_written(failed, self._redactor.text(next(logs, "it did not end"))),) if failed else ()

    async def _run(self, images: Sequence[ImagePlan], mode: str) -> Builds:
        began = monotonic()
        results = build_results.read_results(await self._results(images, mode))
        before = max(monotonic() - began - results.seconds, 0.0)
        built = {name for name, one in results.images.items() if one.built}
        self._built = [
            one for one in images if one.name in built and exports_cache(one.image, self._container.cache(one))
        ]
        missing = [one.name for one in images if one.name not in results.images]
        lost = build_results.no_outcome(missing, results, self._settings.build_minutes) if missing else None
        outcomes = [
            Outcome(one, error=lost) if one.name in missing else self._outcome(one, results.images[one.name], mode)
            for one in images
        ]
        spans = {name: tuple(span.later(before) for span in one.spans) for name, one in results.images.items()}
        return Builds(outcomes, tuple(self._redactor.problems(self._warnings(results))), spans)

    def _warnings(self, results: build_results.BuilderResults) -> Iterator[Problem]:
        if results.emptied:
            yield build_results.emptied(results)
        if unread := {name: one.not_imported for name, one in results.images.items() if one.not_imported}:
            yield not_read([*unread], next(iter(unread.values())))
        if self._settings.layer_cache is LayerCache.GHA and not self._inputs.actions_token:
            yield not_given()

    def _outcome(self, image: ImagePlan, done: build_results.ImageOutcome, mode: str) -> Outcome[ImagePlan, str]:
        if done.status is build_results.Status.DONE and (done.digest or mode != "push"):
            did = ("built" if done.built else "from the cache") + (" and pushed" if mode == "push" else "")
            DaggerProgress().ended(f"image {image.name}: {did}", done.seconds)
            return Outcome(image, result=done.digest)
        seconds = self._settings.build_minutes * 60
        DaggerProgress().ended(f"image {image.name}", done.seconds, failed=str(done.status))
        error = build_results.failure(image.name, image.image.dockerfile, seconds, done)
        return Outcome(image, error=type(error)(*self._redactor.problems(error.problems)))

    async def _results(self, images: Sequence[ImagePlan], mode: str) -> str:
        """The text that the script has written.

        Raises:
            BuildError: the container could not be started.
            SlipwayError: it ended by itself, and what it did is not known.
        """
        try:
            return await self._container.run(images, mode)
        except dagger.ClientError as error:
            raise self._failed(error) from error

    def _failed(self, error: dagger.ClientError) -> SlipwayError:
        text = self._redactor.text(end_of_log(error))
        if _REFUSED in str(error):
            return BuildError(
                Problem(
                    what="The engine refuses the privileges that BuildKit needs in its container",
                    value=text,
                    expected="an engine whose configuration allows privileged containers, as it does by default",
                    hint='set `builder = "dagger"` in [tool.slipway], which builds with the engine itself; or allow '
                    "`insecureRootCapabilities` in the engine's configuration",
                )
            )
        return SlipwayError(
            Problem(
                what="The builder's container could not be run to its end",
                value=text,
                expected=f"a container of {self._settings.buildkit_image} that ends by itself",
                hint="run the same call again: what was built is cached. If its image can't be pulled, set "
                '`buildkit_image` in [tool.slipway], or `builder = "dagger"` to build with the engine itself',
            )
        )

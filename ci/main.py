"""The Dagger surface: arguments, their documentation, and one pipeline for each function; no logic."""

import sys
from typing import Annotated

import dagger
from dagger import Doc, check, dag, enum_type, function, object_type

from ci import session
from ci.adapters.clock import SystemClock
from ci.adapters.dagger_builder import DaggerBuilder
from ci.adapters.dagger_containers import DaggerRuntime
from ci.adapters.dagger_images import DaggerImages, RehearsalImages
from ci.adapters.dagger_omctl import DaggerOmctl, release_folder
from ci.adapters.dagger_rehearsal import start_rehearsal
from ci.adapters.dagger_secrets import DaggerSecret
from ci.adapters.dagger_source import DaggerSource
from ci.adapters.dagger_types import (
    ApiKey,
    GitSha,
    Only,
    Result,
    SmokeResult,
    Source,
    Token,
    effect,
    readable,
    release_result,
    smoke_result,
)
from ci.adapters.http import HttpxClient
from ci.adapters.registry import DxfRegistry
from ci.core.omctl.commands import PINNED_FILE
from ci.core.release.plan import NO_COMMIT, select
from ci.core.release.plan_text import as_text
from ci.core.release.rehearsal import REHEARSAL_KEY, rehearsal_plan, rehearsal_seed
from ci.core.release.report import pushed_digests
from ci.pipelines import release as pipelines
from ci.pipelines import smoke as smoke_pipeline
from ci.pipelines.images import build_images
from ci.pipelines.upgrade import upgrade as upgrade_pipeline
from ci.results import release_texts, smoke_texts
from ci.session import RehearsedSmoke, SmokeScope

enum_type(SmokeScope)
enum_type(RehearsedSmoke)


@object_type
class Slipway:
    """Release a compose product of many images to Omnistrate with one call.

    An argument here overrides the setting of the same name in [tool.slipway] of the product's pyproject.toml.
    """

    image_prefix: Annotated[str, Doc("What own repositories begin with, such as ghcr.io/org/product")] = ""
    product_name: Annotated[str, Doc("The product's name in Omnistrate")] = ""
    environment: Annotated[str, Doc("The Omnistrate environment to release to")] = ""
    environment_type: Annotated[str, Doc("Its type: dev, prod, qa, canary, staging or private")] = ""
    instance: Annotated[str, Doc("The dev instance to upgrade, if there are several")] = ""
    omctl_image: Annotated[str, Doc("The image with omctl as its entry point")] = ""
    registry_image: Annotated[str, Doc("The image of the registry that a rehearsal starts")] = ""
    python_image: Annotated[str, Doc("The Python image of a rehearsal's stand-in API")] = ""
    platform: Annotated[str, Doc("The platform to build for, such as linux/amd64")] = ""
    parallel_builds: Annotated[int, Doc("How many images are built at the same time; 0 for the setting's")] = 0
    compose_file: Annotated[str, Doc("The compose file, relative to the source")] = ""

    @function
    @readable
    async def plan(self, source: Source, sha: GitSha) -> str:
        """Show what a release would do; no credentials, no effect."""
        return as_text(await self._session(source).plan(sha))

    @effect  # it prints; a cached result prints nothing
    async def gen_compose(
        self,
        source: Source,
        sha: GitSha,
        check: Annotated[dagger.File | None, Doc("A file to compare with: fail if it differs, and show how")] = None,
        diff: Annotated[bool, Doc("Show what differs from the source")] = False,  # noqa: FBT002 - a flag of the command line
    ) -> dagger.File:
        """Return the compose file with every own image at its sha tag, and print what was pinned."""
        made = await self._session(source).pinned(sha)
        print(made.log(diff=diff), file=sys.stderr)  # noqa: T201 - a function's log is its standard error
        if check:
            session.check_unchanged(await check.contents(), made.pinned.text)
        return dag.file(PINNED_FILE, made.pinned.text)

    @effect
    async def build(self, source: Source, only: Only = "") -> str:
        """Build all images and push nothing; for pull requests."""
        settings, images = await self._session(source).images(only)
        await build_images(images, DaggerBuilder(source, settings, {}), settings)
        return f"{len(images)} images built: {', '.join(image.name for image in images)}\n"

    @effect
    async def publish(self, source: Source, sha: GitSha, registry_token: Token, only: Only = "") -> Result:
        """Build images and push them under their sha tags and, unless `only` selects one, under the version."""
        token = session.registry_token(DaggerSecret(registry_token))
        plan, (password,) = await self._session(source).plan_with(sha, token)
        images, clock = select(plan.images, only), SystemClock()
        builder = DaggerBuilder(source, plan.settings, session.image_labels(plan), registry_token)
        registry = DxfRegistry(plan.settings.registry_username, password)
        return release_result(release_texts(await pipelines.publish(plan, images, builder, registry, clock)))

    @effect
    async def release(
        self,
        source: Source,
        sha: GitSha,
        registry_token: Token,
        omnistrate_api_key: ApiKey,
        skip_build: Annotated[bool, Doc("The images of this commit exist: only the spec changed")] = False,  # noqa: FBT002 - a flag of the command line
    ) -> Result:
        """Build, tag and pin all images, release the plan, and upgrade the dev instance; prod is never changed."""
        token = session.registry_token(DaggerSecret(registry_token))
        key = session.omnistrate_api_key(DaggerSecret(omnistrate_api_key))
        plan, (password, _) = await self._session(source).plan_with(sha, token, key)
        clock = SystemClock()
        builder = DaggerBuilder(source, plan.settings, session.image_labels(plan), registry_token)
        registry = DxfRegistry(plan.settings.registry_username, password)
        omctl = DaggerOmctl(plan.settings, omnistrate_api_key, folder=release_folder(plan, source))
        report = await pipelines.release(plan, builder, registry, omctl, clock, skip_build=skip_build)
        return release_result(release_texts(report))

    @effect
    async def upgrade(
        self,
        source: Source,
        instance: Annotated[str, Doc("The instance to upgrade, by its one exact id")],
        plan_version: Annotated[str, Doc("The plan version, as Omnistrate writes it: 12.0")],
        omnistrate_api_key: ApiKey,
    ) -> str:
        """Upgrade one instance to a plan version and watch it: how prod is upgraded, and how to go back."""
        key = session.omnistrate_api_key(DaggerSecret(omnistrate_api_key))
        settings, target = await self._session(source).upgrade(instance, plan_version, key)
        omctl = DaggerOmctl(settings, omnistrate_api_key)
        done = await upgrade_pipeline(target.instance_id, target.version, omctl, SystemClock(), settings)
        return f"Instance {done.instance_id}: {done.outcome}, version {done.version}\n"

    @effect
    async def rehearse(
        self,
        source: Source,
        sha: Annotated[str, Doc("The git sha to rehearse; any, since nothing leaves the engine")] = NO_COMMIT,
        smoke: Annotated[RehearsedSmoke, Doc("Which services to start and check at the end")] = RehearsedSmoke.NONE,
    ) -> Result:
        """Do a full release against a registry and an Omnistrate API of its own; no credentials, nothing outside."""
        plan, clock = rehearsal_plan(await self._session(source).plan(sha)), SystemClock()
        # Before the release: what is wrong with the smoke is known before the first build.
        planned = session.plan_rehearsed_smoke(plan, smoke)
        services = await start_rehearsal(plan.settings, rehearsal_seed(plan))
        labels = session.image_labels(plan)
        builder = DaggerBuilder(source, plan.settings, labels, rehearsal=services)
        registry = DxfRegistry(redirect=services.registry_endpoint)
        key = dag.set_secret("slipway-rehearsal-key", REHEARSAL_KEY)
        omctl = DaggerOmctl(plan.settings, key, folder=release_folder(plan, source), rehearsal=services)
        report = await pipelines.release(plan, builder, registry, omctl, clock)
        if report.problems or planned is None:
            return release_result(release_texts(report))
        pushed = RehearsalImages(services.registry, pushed_digests(report))
        runtime = _runtime(source, DaggerImages(plan.settings, rehearsal=pushed))
        smoke_report = await smoke_pipeline.smoke(planned, runtime, HttpxClient(), clock)
        return release_result(release_texts(report, smoke_report))

    @effect
    async def smoke(
        self,
        source: Source,
        sha: GitSha,
        registry_token: Annotated[
            dagger.Secret | None, Doc("The registry's token if the images are private: env://NAME")
        ] = None,
        scope: Annotated[SmokeScope, Doc("Which services to start")] = SmokeScope.ALL,
        keep_volumes: Annotated[bool, Doc("Keep the named volumes, and use those of the last such call")] = False,  # noqa: FBT002 - a flag of the command line
    ) -> SmokeResult:
        """Start the pinned product from its published images, and check its start order, health and behaviour."""
        made = await self._session(source).pinned(sha)
        planned = session.plan_smoke(made.settings, sha, made.pinned.text, scope, keep_volumes=keep_volumes)
        runtime = _runtime(source, DaggerImages(made.settings, registry_token), keep_volumes=keep_volumes)
        return smoke_result(smoke_texts(await smoke_pipeline.smoke(planned, runtime, HttpxClient(), SystemClock())))

    @function
    @check
    @readable
    async def check_product(self, source: Source) -> None:
        """Find everything that can be known to be wrong before a release; this pins and proves the compose file too."""
        await self._session(source).plan()

    def _session(self, source: dagger.Directory) -> session.Session:
        return session.Session(DaggerSource(source), {name: getattr(self, name) for name in session.OVERRIDES})


def _runtime(source: dagger.Directory, images: DaggerImages, *, keep_volumes: bool = False) -> DaggerRuntime:
    supervisor = dag.current_module().source().directory("ci/supervisor")
    return DaggerRuntime(source, images, images.settings.product_name, supervisor, keep_volumes)

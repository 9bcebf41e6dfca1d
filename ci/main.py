"""The Dagger surface: arguments, their documentation, and one pipeline for each function; no logic."""

import sys
from typing import Annotated

import dagger
from dagger import Doc, check, dag, enum_type, function, object_type

from ci import session
from ci.adapters.clock import SystemClock
from ci.adapters.dagger_build_inputs import build_inputs
from ci.adapters.dagger_builder import DaggerBuilder
from ci.adapters.dagger_containers import runtime_of
from ci.adapters.dagger_credentials import ApiKey, BuildSecrets, OptionalToken, SshAgent, Token, TokenRegistry
from ci.adapters.dagger_images import DaggerImages, RehearsalImages
from ci.adapters.dagger_omctl import DaggerOmctl, release_folder
from ci.adapters.dagger_rehearsal import start_rehearsal
from ci.adapters.dagger_repository import DaggerRepository
from ci.adapters.dagger_results import Result, SmokeResult, release_result, smoke_result
from ci.adapters.dagger_secrets import DaggerSecret, made_secret
from ci.adapters.dagger_source import DaggerSource, open_source
from ci.adapters.dagger_types import (
    AcceptImages,
    CommittedSource,
    GitSha,
    Only,
    ReturnFailed,
    Source,
    effect,
    readable,
)
from ci.adapters.http import HttpxClient
from ci.adapters.records import records_of
from ci.adapters.registry import OciRegistry, registry_of
from ci.core.omctl.commands import PINNED_FILE
from ci.core.redaction import Redactor
from ci.core.release.history import History
from ci.core.release.plan import NO_COMMIT, select
from ci.core.release.plan_text import as_text
from ci.core.release.rehearsal import REHEARSAL_KEY, rehearsal_plan, rehearsal_seed
from ci.core.release.report import pushed_digests
from ci.pipelines import credentials
from ci.pipelines import release as pipelines
from ci.pipelines import smoke as smoke_pipeline
from ci.pipelines.images import build_images
from ci.pipelines.upgrade import upgrade as upgrade_pipeline
from ci.results import record_texts, release_texts, smoke_texts
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
    registry: TokenRegistry = ""
    build_secret: BuildSecrets = None
    ssh: SshAgent = None

    @function
    @readable
    async def plan(self, source: Source, sha: GitSha) -> str:
        """Show what a release would do; no credentials, no effect."""
        return as_text(await self._session(await open_source(source)).plan(sha))

    @effect  # it prints; a cached result prints nothing
    async def gen_compose(
        self,
        source: Source,
        sha: GitSha,
        check: Annotated[dagger.File | None, Doc("A file to compare with: fail if it differs, and show how")] = None,
        diff: Annotated[bool, Doc("Show what differs from the source")] = False,  # noqa: FBT002 - a flag of the command line
    ) -> dagger.File:
        """Return the compose file with every own image at its sha tag, and print what was pinned."""
        made = await self._session(await open_source(source)).pinned(sha)
        print(made.log(diff=diff), file=sys.stderr)  # noqa: T201 - a function's log is its standard error
        if check:
            session.check_unchanged(await check.contents(), made.pinned.text)
        return dag.file(PINNED_FILE, made.pinned.text)

    @effect
    async def build(self, source: Source, only: Only = "") -> str:
        """Build all images and push nothing; for pull requests."""
        opened = await open_source(source)
        settings, images = await self._session(opened).images(only)
        builder = DaggerBuilder(
            opened.directory, settings, {}, inputs=await build_inputs(images, self.build_secret, self.ssh)
        )
        await build_images(images, builder, settings)
        return f"{len(images)} images built: {', '.join(image.name for image in images)}\n"

    @effect
    async def publish(  # noqa: PLR0917 - the arguments of a command line
        self,
        source: CommittedSource,
        sha: GitSha,
        registry_token: Token,
        only: Only = "",
        accept_images: AcceptImages = False,  # noqa: FBT002 - a flag of the command line
        return_failed: ReturnFailed = False,  # noqa: FBT002 - a flag of the command line
    ) -> Result:
        """Build images and push them under their sha tags and, unless `only` selects one, under the version."""
        token = credentials.registry_token(DaggerSecret(registry_token))
        opened = await open_source(source)
        call, repository = self._session(opened), DaggerRepository(source, opened.directory)
        plan, (password,) = await call.with_credentials(call.released(sha, repository), token)
        images = select(plan.images, only)
        labels, secret = session.image_labels(plan), made_secret("registry-token", password)
        inputs = await build_inputs(images, self.build_secret, self.ssh)
        builder = DaggerBuilder(opened.directory, plan.settings, labels, secret, inputs=inputs)
        registry = registry_of(plan.settings, password)
        report = await pipelines.publish(
            *(plan, images, builder, registry, SystemClock()),
            history=History(is_ancestor=repository.is_ancestor, accept_images=accept_images),
            redactor=Redactor((password, *inputs.values)),
            records=records_of(plan.settings, registry),
        )
        return release_result(release_texts(report), return_failed=return_failed)

    @effect
    async def release(  # noqa: PLR0917 - the arguments of a command line
        self,
        source: CommittedSource,
        sha: GitSha,
        registry_token: Token,
        omnistrate_api_key: ApiKey,
        skip_build: Annotated[bool, Doc("The images of this commit exist: only the spec changed")] = False,  # noqa: FBT002 - a flag of the command line
        accept_images: AcceptImages = False,  # noqa: FBT002 - a flag of the command line
        return_failed: ReturnFailed = False,  # noqa: FBT002 - a flag of the command line
    ) -> Result:
        """Build, tag and pin all images, release the plan, and upgrade the dev instance; prod is never changed."""
        token = credentials.registry_token(DaggerSecret(registry_token))
        key = credentials.omnistrate_api_key(DaggerSecret(omnistrate_api_key))
        opened = await open_source(source)
        call, repository = self._session(opened), DaggerRepository(source, opened.directory)
        plan, (password, api_key) = await call.with_credentials(call.released(sha, repository), token, key)
        labels, secret = session.image_labels(plan), made_secret("registry-token", password)
        inputs = await build_inputs(() if skip_build else plan.images, self.build_secret, self.ssh)
        builder = DaggerBuilder(opened.directory, plan.settings, labels, secret, inputs=inputs)
        registry = registry_of(plan.settings, password)
        folder = release_folder(plan, opened.directory)
        omctl = DaggerOmctl(plan.settings, made_secret("omnistrate-api-key", api_key), folder=folder)
        report = await pipelines.release(
            *(plan, builder, registry, omctl, SystemClock()),
            skip_build=skip_build,
            history=History(is_ancestor=repository.is_ancestor, accept_images=accept_images),
            redactor=Redactor((password, api_key, *inputs.values)),
            records=records_of(plan.settings, registry),
        )
        return release_result(release_texts(report), return_failed=return_failed)

    @effect
    async def report(self, source: Source, sha: GitSha, registry_token: Token) -> Result:
        """Return what the newest release of a commit has recorded in the registry: done, not done, unknown."""
        token = credentials.registry_token(DaggerSecret(registry_token))
        call = self._session(await open_source(source))
        settings, (password,) = await call.with_credentials(call.settings(sha), token)
        state = await records_of(settings, registry_of(settings, password)).newest(sha)
        return release_result(record_texts(sha, state.record if state else None), return_failed=True)

    @effect
    async def upgrade(
        self,
        source: Source,
        instance: Annotated[str, Doc("The instance to upgrade, by its one exact id")],
        plan_version: Annotated[str, Doc("The plan version, as Omnistrate writes it: 12.0")],
        omnistrate_api_key: ApiKey,
    ) -> str:
        """Upgrade one instance to a plan version and watch it: how prod is upgraded, and how to go back."""
        key = credentials.omnistrate_api_key(DaggerSecret(omnistrate_api_key))
        call = self._session(await open_source(source))
        (settings, target), (api_key,) = await call.with_credentials(call.upgrade(instance, plan_version), key)
        omctl = DaggerOmctl(settings, made_secret("omnistrate-api-key", api_key))
        done = await upgrade_pipeline(target.instance_id, target.version, omctl, SystemClock(), settings)
        return f"Instance {done.instance_id}: {done.outcome}, version {done.version}\n"

    @effect
    async def rehearse(
        self,
        source: Source,
        sha: Annotated[str, Doc("The git sha to rehearse; any, since nothing leaves the engine")] = NO_COMMIT,
        smoke: Annotated[RehearsedSmoke, Doc("Which services to start and check at the end")] = RehearsedSmoke.NONE,
        return_failed: ReturnFailed = False,  # noqa: FBT002 - a flag of the command line
    ) -> Result:
        """Do a full release against a registry and an Omnistrate API of its own; no credentials, nothing outside."""
        opened, clock = await open_source(source), SystemClock()
        plan = rehearsal_plan(await self._session(opened).plan(sha))
        # Before the release: what is wrong with the smoke is known before the first build.
        planned = session.plan_rehearsed_smoke(plan, smoke)
        inputs = await build_inputs(plan.images, self.build_secret, self.ssh)
        services = await start_rehearsal(plan.settings, rehearsal_seed(plan))
        labels, redactor = session.image_labels(plan), Redactor(inputs.values)
        builder = DaggerBuilder(opened.directory, plan.settings, labels, rehearsal=services, inputs=inputs)
        registry = OciRegistry(redirect=services.registry_endpoint)
        key, folder = dag.set_secret("slipway-rehearsal-key", REHEARSAL_KEY), release_folder(plan, opened.directory)
        omctl = DaggerOmctl(plan.settings, key, folder=folder, rehearsal=services)
        records = records_of(plan.settings, registry)
        report = await pipelines.release(plan, builder, registry, omctl, clock, records=records, redactor=redactor)
        if report.problems or planned is None:
            return release_result(release_texts(report), return_failed=return_failed)
        pushed = RehearsalImages(services.registry, pushed_digests(report))
        runtime = runtime_of(opened.directory, DaggerImages(plan.settings, rehearsal=pushed))
        smoke_report = await smoke_pipeline.smoke(planned, runtime, HttpxClient(), clock)
        return release_result(release_texts(report, smoke_report), return_failed=return_failed)

    @effect
    async def smoke(
        self,
        source: Source,
        sha: GitSha,
        registry_token: OptionalToken = None,
        scope: Annotated[SmokeScope, Doc("Which services to start")] = SmokeScope.ALL,
        keep_volumes: Annotated[bool, Doc("Keep the named volumes, and use those of the last such call")] = False,  # noqa: FBT002 - a flag of the command line
    ) -> SmokeResult:
        """Start the pinned product from its published images, and check its start order, health and behaviour."""
        opened = await open_source(source)
        call = self._session(opened)
        tokens = [credentials.registry_token(DaggerSecret(registry_token))] if registry_token else []
        made, passwords = await call.with_credentials(call.pinned(sha), *tokens)
        planned = session.plan_smoke(made.settings, sha, made.pinned.text, scope, keep_volumes=keep_volumes)
        secret = made_secret("registry-token", passwords[0]) if passwords else None
        runtime = runtime_of(opened.directory, DaggerImages(made.settings, secret), keep_volumes=keep_volumes)
        return smoke_result(smoke_texts(await smoke_pipeline.smoke(planned, runtime, HttpxClient(), SystemClock())))

    @function
    @check
    @readable
    async def check_product(self, source: Source) -> None:
        """Find everything that can be known to be wrong before a release; this pins and proves the compose file too."""
        await self._session(await open_source(source)).plan()

    def _session(self, source: DaggerSource) -> session.Session:
        return session.Session(source, {name: getattr(self, name) for name in session.OVERRIDES}, self.registry)

"""The Dagger surface: arguments, their documentation, and one pipeline for each function; no logic."""

import sys
from typing import Annotated

import dagger
from dagger import Doc, dag, enum_type, object_type

from ci.adapters import dagger_credentials as credential_types
from ci.adapters import dagger_release as wiring
from ci.adapters import dagger_results as results
from ci.adapters import dagger_types as types
from ci.adapters.clock import SystemClock
from ci.adapters.dagger_arguments import CallArguments
from ci.adapters.dagger_repository import DaggerRepository
from ci.adapters.dagger_results import Result, SmokeResult
from ci.adapters.dagger_secrets import DaggerSecret, given
from ci.adapters.dagger_source import DaggerSource, open_source
from ci.adapters.http import HttpxClient
from ci.core.event.decide import Release
from ci.core.omctl.files import PINNED_FILE
from ci.core.release.plan import NO_COMMIT, select
from ci.core.release.plan_text import plan_output
from ci.core.release.rehearsal import rehearsal_plan
from ci.pipelines import credentials
from ci.pipelines import release as pipelines
from ci.pipelines import smoke as smoke_pipeline
from ci.pipelines.images import build_images
from ci.pipelines.reuse import Reuse
from ci.pipelines.upgrade import upgrade as upgrade_pipeline
from ci.results import check_unchanged, decision_texts, record_texts, release_texts, smoke_texts
from ci.session import OVERRIDES, RehearsedSmoke, Session, SmokeScope, plan_rehearsed_smoke, plan_smoke

enum_type(SmokeScope)
enum_type(RehearsedSmoke)


@object_type
class Slipway(CallArguments):
    """Release a compose product of many images to Omnistrate with one call; an argument overrides its setting."""

    @types.effect  # it reads the registry; a cached result would be an old one
    async def plan(
        self,
        source: types.Source,
        sha: types.GitSha,
        registry_token: credential_types.OptionalToken = None,
        explain: types.Explain = False,
        as_json: types.AsJson = False,
    ) -> str:
        """Show what a release would do, and why each image is built or reused; no effect."""
        call = self._session(opened := await open_source(source))
        plan, passwords = await call.with_credentials(call.plan(sha), *credentials.for_images(given(registry_token)))
        images = await Reuse(plan, SystemClock(), *wiring.planned_ports(plan, opened.directory, passwords)).planned()
        return plan_output(plan, images, explain=explain, json=as_json)

    @types.effect  # it prints; a cached result prints nothing
    async def gen_compose(
        self,
        source: types.Source,
        sha: types.GitSha,
        check: Annotated[dagger.File | None, Doc("A file to compare with: fail if it differs, and show how")] = None,
        diff: Annotated[bool, Doc("Show what differs from the source")] = False,
    ) -> dagger.File:
        """Return the compose file with every own image at its sha tag, and print what was pinned."""
        made = await self._session(await open_source(source)).pinned(sha)
        print(made.log(diff=diff), file=sys.stderr)  # noqa: T201 - a function's log is its standard error
        if check:
            check_unchanged(await check.contents(), made.pinned.text)
        return dag.file(PINNED_FILE, made.pinned.text)

    @types.effect
    async def build(self, source: types.Source, only: types.Only = "") -> str:
        """Build all images and push nothing; for pull requests."""
        opened = await open_source(source)
        settings, images = await self._session(opened).images(only)
        await build_images(images, await wiring.build_only(images, opened.directory, settings, self.given()), settings)
        return f"{len(images)} images built: {', '.join(image.name for image in images)}\n"

    @results.release_effect
    async def publish(
        self,
        source: types.CommittedSource,
        sha: types.GitSha,
        registry_token: credential_types.Token,
        only: types.Only = "",
        rebuild: types.Rebuild = None,
        accept_images: types.AcceptImages = False,
        return_failed: types.ReturnFailed = False,
    ) -> Result:
        """Build images and push them under their sha tags and, unless `only` selects one, under the version."""
        token = credentials.registry_token(DaggerSecret(registry_token))
        call = self._session(opened := await open_source(source))
        tree, repository = opened.directory, DaggerRepository(source, opened.directory)
        plan, (password,) = await call.with_credentials(call.released(sha, repository), token)
        history = repository.history(accept_images=accept_images)
        images = select(plan.images, only)
        ports = await wiring.publish_ports(plan, images, tree, self.given(rebuild), password)
        report = await pipelines.publish(plan, images, *ports.required, SystemClock(), history=history, **ports.more)
        return results.release_result(release_texts(report), return_failed=return_failed)

    @results.release_effect
    async def release(
        self,
        source: types.CommittedSource,
        sha: types.GitSha,
        registry_token: credential_types.Token,
        omnistrate_api_key: credential_types.ApiKey,
        skip_build: types.SkipBuild = False,
        accept_images: types.AcceptImages = False,
        return_failed: types.ReturnFailed = False,
        event: types.Event = None,
        rebuild: types.Rebuild = None,
        notify: types.Notify = None,
    ) -> Result:
        """Build, tag and pin all images, release the plan, and upgrade the dev instance; prod is never changed."""
        needed = credentials.for_release(DaggerSecret(registry_token), DaggerSecret(omnistrate_api_key))
        call = self._session(opened := await open_source(source))
        decision = await call.decision(await types.event_text(event), sha)
        if decision.release is Release.NONE:
            return results.release_result(decision_texts(decision, sha), return_failed=return_failed)
        tree, repository = opened.directory, DaggerRepository(source, opened.directory)
        plan, values = await call.with_credentials(call.released(sha, repository), *needed)
        history = repository.history(accept_images=accept_images)
        skip_build = skip_build or decision.release is Release.SPEC
        ports = await wiring.publish_ports(plan, () if skip_build else plan.images, tree, self.given(rebuild), *values)
        required = (plan, *ports.required, wiring.release_omctl(plan, tree, values[1]), SystemClock())
        report = await pipelines.release(*required, skip_build=skip_build, history=history, **ports.more)
        return await results.reported(release_texts(report, decision=decision), notify, return_failed=return_failed)

    @types.effect
    async def report(self, source: types.Source, sha: types.GitSha, registry_token: credential_types.Token) -> Result:
        """Return what the newest release of a commit has recorded in the registry: done, not done, unknown."""
        token = credentials.registry_token(DaggerSecret(registry_token))
        call = self._session(await open_source(source))
        settings, (password,) = await call.with_credentials(call.settings(sha), token)
        state = await wiring.release_records(settings, password).newest(sha)
        return results.record_result(record_texts(sha, state.record if state else None))

    @types.effect
    async def upgrade(
        self,
        source: types.Source,
        instance: Annotated[str, Doc("The instance to upgrade, by its one exact id")],
        plan_version: Annotated[str, Doc("The plan version, as Omnistrate writes it: 12.0")],
        omnistrate_api_key: credential_types.ApiKey,
    ) -> str:
        """Upgrade one instance to a plan version and watch it: how prod is upgraded, and how to go back."""
        key = credentials.omnistrate_api_key(DaggerSecret(omnistrate_api_key))
        call = self._session(await open_source(source))
        (settings, target), (api_key,) = await call.with_credentials(call.upgrade(instance, plan_version), key)
        omctl = wiring.upgrade_omctl(settings, api_key)
        done = await upgrade_pipeline(target.instance_id, target.version, omctl, SystemClock(), settings)
        return f"Instance {done.instance_id}: {done.outcome}, version {done.version}\n"

    @results.release_effect
    async def rehearse(
        self,
        source: types.Source,
        sha: Annotated[str, Doc("The git sha to rehearse; any, since nothing leaves the engine")] = NO_COMMIT,
        smoke: Annotated[RehearsedSmoke, Doc("Which services to start and check at the end")] = RehearsedSmoke.NONE,
        return_failed: types.ReturnFailed = False,
    ) -> Result:
        """Do a full release against a registry and an Omnistrate API of its own; no credentials, no effect outside."""
        opened, clock = await open_source(source), SystemClock()
        plan = rehearsal_plan(await self._session(opened).plan(sha))
        planned = plan_rehearsed_smoke(plan, smoke)  # what is wrong with it is known before the first build
        ports, omctl, services = await wiring.rehearsal_ports(plan, opened.directory, self.given())
        report = await pipelines.release(plan, *ports.required, omctl, clock, **ports.more)
        if report.problems or planned is None:
            return results.release_result(release_texts(report), return_failed=return_failed)
        runtime = wiring.rehearsal_runtime(plan, opened.directory, services, report)
        smoke_report = await smoke_pipeline.smoke(planned, runtime, HttpxClient(), clock, wiring.PROGRESS)
        return results.release_result(release_texts(report, smoke_report), return_failed=return_failed)

    @results.smoke_effect
    async def smoke(
        self,
        source: types.Source,
        sha: types.GitSha,
        registry_token: credential_types.OptionalToken = None,
        scope: Annotated[SmokeScope, Doc("Which services to start")] = SmokeScope.ALL,
        keep_volumes: Annotated[bool, Doc("Keep the named volumes for the next call with this flag")] = False,
        return_failed: types.ReturnFailed = False,
    ) -> SmokeResult:
        """Start the pinned product from its published images, and check its start order, health and behaviour."""
        call = self._session(opened := await open_source(source))
        made, passwords = await call.with_credentials(call.pinned(sha), *credentials.for_images(given(registry_token)))
        planned = plan_smoke(made.settings, sha, made.pinned.embedded, scope, keep_volumes=keep_volumes)
        runtime = wiring.smoke_runtime(made.settings, opened.directory, passwords, keep_volumes=keep_volumes)
        report = await smoke_pipeline.smoke(planned, runtime, HttpxClient(), SystemClock(), wiring.PROGRESS)
        return results.smoke_result(smoke_texts(report), return_failed=return_failed)

    @types.checked
    async def check_product(self, source: types.Source) -> None:
        """Find every problem that can be found before a release; this also pins the compose file and proves the pin."""
        await self._session(await open_source(source)).plan()

    def _session(self, source: DaggerSource) -> Session:
        return Session(source, {name: getattr(self, name) for name in OVERRIDES}, self.registry)

"""The Dagger surface: arguments, documentation, conversion; no logic."""

import json
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import dagger
from dagger import DefaultPath, Doc, Ignore, check, dag, field, function, object_type

from ci.adapters import dagger_engine as engine
from ci.adapters.clock import SystemClock
from ci.adapters.dagger_containers import DaggerRuntime
from ci.adapters.dagger_images import DaggerImages, RehearsalImages
from ci.adapters.http import HttpxClient
from ci.adapters.registry import DxfRegistry
from ci.core.diff import unified
from ci.core.omctl.commands import PINNED_FILE
from ci.core.product.source import EXCLUDED_PATTERNS
from ci.core.product.source import Source as ProductSource
from ci.core.release import plan as planning
from ci.core.release import rehearsal
from ci.core.release.lock import lock
from ci.core.release.plan import NO_COMMIT, Plan
from ci.core.release.plan_text import as_text
from ci.core.release.report import Report, as_json, pushed_digests
from ci.core.release.summary import summary
from ci.core.release.upgrade_target import upgrade_target
from ci.core.settings.product import Settings
from ci.core.smoke.plan import SmokePlan, secrets_to_generate, smoke_plan
from ci.core.smoke.report import SmokeReport
from ci.core.smoke.report import as_json as smoke_json
from ci.core.smoke.report import summary as smoke_summary
from ci.errors import ConfigurationError, Findings, PipelineError, Problem, SlipwayError
from ci.pipelines import release as story
from ci.pipelines import smoke as smoke_pipeline
from ci.pipelines.images import build_images
from ci.pipelines.upgrade import upgrade as upgrade_instance

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")


def effect(func: F) -> F:
    """A function that has an effect or looks at the world: the engine must never answer it from its cache."""
    # The overloads of the SDK (0.21.8) leave `cache` out, which its documentation and its code have.
    decorated: F = function(cache="never")(func)  # type: ignore[call-overload]
    return decorated


Source = Annotated[
    dagger.Directory,
    Doc("The product's source tree"),
    DefaultPath("/"),
    Ignore([*EXCLUDED_PATTERNS]),
]
GitSha = Annotated[str, Doc("The git sha to release, 40 hex digits: $(git rev-parse HEAD)")]
# Without a default: the engine (v0.21.8) fills an argument from a line in .env only if it has none of its own.
Token = Annotated[dagger.Secret, Doc("The registry's token, env://NAME; for GHCR one with write:packages")]
ApiKey = Annotated[dagger.Secret, Doc("The Omnistrate API key, env://NAME")]


@object_type
class Result:
    """What a release did."""

    summary: Annotated[str, Doc("The report for people")] = field()
    report: Annotated[dagger.File, Doc("The report as JSON: steps, times, images, problems")] = field()
    lock: Annotated[dagger.File, Doc("What was released as JSON: images, references, digests, plan version")] = field()
    compose: Annotated[dagger.File, Doc("The pinned compose file")] = field()
    files: Annotated[dagger.Directory, Doc("All of these as files, to be exported at once")] = field()


@object_type
class SmokeResult:
    """What a smoke found."""

    summary: Annotated[str, Doc("The report for people: a line a service, a line a step")] = field()
    report: Annotated[dagger.File, Doc("The report as JSON: services, times, memory, steps, problems")] = field()


@object_type
class Slipway:
    """Release a compose product of many images to Omnistrate with one call.

    An argument here overrides the setting of the same name in [tool.slipway] of the product's pyproject.toml.
    """

    image_prefix: Annotated[str, Doc("What own repositories begin with, such as ghcr.io/org/product")] = ""
    product_name: Annotated[str, Doc("The product's name in Omnistrate")] = ""
    environment: Annotated[str, Doc("The Omnistrate environment to release to")] = ""
    environment_type: Annotated[str, Doc("Its type: dev, prod, qa, canary, staging or private")] = ""
    instance: Annotated[str, Doc("The dev instance to upgrade, where there are several")] = ""
    omctl_image: Annotated[str, Doc("The image with omctl as its entry point")] = ""
    registry_image: Annotated[str, Doc("The registry that a rehearsal brings along")] = ""
    python_image: Annotated[str, Doc("The Python image of a rehearsal's stand-in API")] = ""
    platform: Annotated[str, Doc("The platform to build for, such as linux/amd64")] = ""
    parallel_builds: Annotated[int, Doc("How many images are built at the same time; 0 for the setting's")] = 0
    compose_file: Annotated[str, Doc("The compose file, relative to the source")] = ""

    @function
    async def plan(self, source: Source, sha: GitSha) -> str:
        """Show what a release would do; no credentials, no effect."""
        with _told():
            return as_text(await self._plan(source, sha))

    @effect  # for what it prints: an answer from the cache says nothing
    async def gen_compose(
        self,
        source: Source,
        sha: GitSha,
        check: Annotated[dagger.File | None, Doc("A file to compare with: fail, and show what differs")] = None,
        diff: Annotated[bool, Doc("Show what differs from the source")] = False,  # noqa: FBT002 - a flag of the command line
    ) -> dagger.File:
        """Return the compose file with every own image at its sha tag, and print what was pinned."""
        with _told():
            before, pinned = await self._read(
                source,
                lambda read, settings: (
                    read.texts[settings.compose_file],
                    planning.pinned_compose(read, settings, sha),
                ),
                full=False,
            )
            shown = [unified(before, pinned.text, "source", PINNED_FILE)] if diff else []
            print("\n".join([*shown, *(str(change) for change in pinned.changes)]), file=sys.stderr)  # noqa: T201 - a function's log is its standard error
            if check and (difference := unified(await check.contents(), pinned.text, "given", "generated now")):
                raise ConfigurationError(
                    Problem(
                        what="The file given is not what is generated now", hint="generate it anew", excerpt=difference
                    )
                )
            return dag.file(PINNED_FILE, pinned.text)

    @effect
    async def build(
        self, source: Source, only: Annotated[str, Doc("One image, by its name or its service's")] = ""
    ) -> str:
        """Build all images and push nothing; for pull requests."""
        with _told():
            settings, images = await self._read(
                source, lambda read, settings: (settings, planning.plan_images(read, settings, NO_COMMIT))
            )
            images = planning.select(images, only)
            await build_images(images, engine.EngineBuilder(source, settings, {}), settings)
            return f"{len(images)} images built: {', '.join(image.name for image in images)}\n"

    @effect
    async def publish(
        self,
        source: Source,
        sha: GitSha,
        registry_token: Token,
        only: Annotated[str, Doc("One image, by its name or its service's; no version tag is moved then")] = "",
    ) -> Result:
        """Build images and push them: under their sha tags, and, if they are all, under the version."""
        with _told():
            plan = await self._plan(source, sha)
            images = planning.select(plan.images, only)
            password = await engine.plaintext(registry_token, "registry-token", "The registry token")
            registry = DxfRegistry(plan.settings.registry_username, password)
            clock = SystemClock()
            builder = engine.EngineBuilder(source, plan.settings, self._labels(plan, clock), registry_token)
            return _result(await story.publish(plan, images, builder, registry, clock))

    @effect
    async def release(
        self,
        source: Source,
        sha: GitSha,
        registry_token: Token,
        omnistrate_api_key: ApiKey,
        skip_build: Annotated[bool, Doc("The images of this commit exist: only the spec changed")] = False,  # noqa: FBT002 - a flag of the command line
    ) -> Result:
        """Build, tag and pin all images, release the plan, and upgrade the dev instance; prod is never touched."""
        with _told():
            plan, password = await self._ready(source, sha, registry_token, omnistrate_api_key)
            clock = SystemClock()
            report = await story.release(
                plan,
                engine.EngineBuilder(source, plan.settings, self._labels(plan, clock), registry_token),
                DxfRegistry(plan.settings.registry_username, password),
                self._omctl(plan, source, omnistrate_api_key),
                clock,
                skip_build=skip_build,
            )
            return _result(report)

    @effect
    async def upgrade(
        self,
        source: Source,
        instance: Annotated[str, Doc("The instance to upgrade, by its one exact id")],
        plan_version: Annotated[str, Doc("The plan version, as Omnistrate writes it: 12.0")],
        omnistrate_api_key: ApiKey,
    ) -> str:
        """Upgrade one instance to a plan version and watch it; how prod moves, and the way back."""
        with _told():
            target = upgrade_target(instance, plan_version)
            settings, problems = await engine.read_settings(source, self._overrides())
            if problems:
                raise ConfigurationError(*problems)
            await engine.plaintext(omnistrate_api_key, "omnistrate-api-key", "The Omnistrate API key")
            runner = engine.EngineOmctl(settings, omnistrate_api_key)
            done = await upgrade_instance(target.instance_id, target.version, runner, SystemClock(), settings)
            return f"Instance {done.instance_id}: {done.outcome}, version {done.version}\n"

    @effect
    async def rehearse(
        self,
        source: Source,
        sha: Annotated[str, Doc("The git sha to rehearse; any will do, since nothing leaves the engine")] = NO_COMMIT,
        smoke: Annotated[bool, Doc("End with the smoke of what was rehearsed")] = False,  # noqa: FBT002 - a flag of the command line
        core_only: Annotated[bool, Doc("Of that smoke, the core alone")] = False,  # noqa: FBT002 - same
    ) -> Result:
        """Do a whole release against a registry and an Omnistrate API of its own; no credentials, nothing outside."""
        with _told():
            plan = rehearsal.rehearsal_plan(await self._plan(source, sha))
            # Before the release: what is wrong with the smoke is known before the first build.
            judged = (
                _smoke_plan(plan.settings, sha, plan.pinned.text, core_only=core_only, keep_volumes=False)
                if smoke
                else None
            )
            clock = SystemClock()
            world = await engine.start_rehearsal(plan.settings, rehearsal.rehearsal_seed(plan))
            key = dag.set_secret("slipway-rehearsal-key", rehearsal.REHEARSAL_KEY)
            report = await story.release(
                plan,
                engine.EngineBuilder(source, plan.settings, self._labels(plan, clock), rehearsal=world),
                DxfRegistry(redirect=world.registry_endpoint),
                self._omctl(plan, source, key, world),
                clock,
            )
            if report.problems or judged is None:
                return _result(report)
            pushed = RehearsalImages(world.registry, pushed_digests(report))
            runtime = _runtime(source, DaggerImages(plan.settings, rehearsal=pushed))
            return _result(report, await smoke_pipeline.smoke(judged, runtime, HttpxClient(), clock))

    @effect
    async def smoke(
        self,
        source: Source,
        sha: GitSha,
        registry_token: Annotated[
            dagger.Secret | None, Doc("The registry's token, where the images are private: env://NAME")
        ] = None,
        core_only: Annotated[bool, Doc("The core alone, to be quick: see the setting `core`")] = False,  # noqa: FBT002 - a flag of the command line
        keep_volumes: Annotated[bool, Doc("Keep the named volumes, and take those of the last such call")] = False,  # noqa: FBT002 - same
    ) -> SmokeResult:
        """Boot the pinned product from its published images, and judge its start order, its health and what it does."""
        with _told():
            settings, pinned = await self._read(
                source, lambda read, settings: (settings, planning.pinned_compose(read, settings, sha))
            )
            plan = _smoke_plan(settings, sha, pinned.text, core_only=core_only, keep_volumes=keep_volumes)
            runtime = _runtime(source, DaggerImages(settings, registry_token), keep_volumes=keep_volumes)
            return _smoke_result(await smoke_pipeline.smoke(plan, runtime, HttpxClient(), SystemClock()))

    @function
    @check
    async def check_product(self, source: Source) -> None:
        """Find everything that can be known to be wrong before a release."""
        with _told():
            await self._plan(source, NO_COMMIT)

    @function
    @check
    async def check_compose(self, source: Source) -> None:
        """Pin the compose file, and prove the result against its source."""
        with _told():
            await self._read(
                source, lambda read, settings: planning.pinned_compose(read, settings, NO_COMMIT), full=False
            )

    async def _read(
        self, source: dagger.Directory, reading: Callable[[ProductSource, Settings], R], *, full: bool = True
    ) -> R:
        """What `reading` makes of the source, or of its spec alone; all that is wrong, settings included, at once."""
        settings, problems = await engine.read_settings(source, self._overrides())
        read = await engine.read_source(source, settings, full=full)
        found = Findings(problems)
        return found.require(found.collect(lambda: reading(read, settings)))

    async def _plan(self, source: dagger.Directory, sha: str) -> Plan:
        return await self._read(source, lambda read, settings: planning.make_plan(read, settings, sha))

    async def _ready(
        self, source: dagger.Directory, sha: str, token: dagger.Secret, key: dagger.Secret
    ) -> tuple[Plan, str]:
        """The plan and the registry's password; what is wrong with it or with a credential comes in one error."""
        problems: list[Problem] = []

        async def of(reading: Awaitable[R]) -> R | None:
            try:
                return await reading
            except ConfigurationError as error:
                problems.extend(error.problems)
                return None

        plan = await of(self._plan(source, sha))
        password = await of(engine.plaintext(token, "registry-token", "The registry token"))
        await of(engine.plaintext(key, "omnistrate-api-key", "The Omnistrate API key"))
        if plan is None or password is None or problems:
            raise ConfigurationError(*problems)
        return plan, password

    def _omctl(
        self,
        plan: Plan,
        source: dagger.Directory,
        key: dagger.Secret,
        rehearsal: engine.Rehearsal | None = None,
    ) -> engine.EngineOmctl:
        return engine.EngineOmctl(
            plan.settings, key, source=source, pinned=plan.pinned.text, mounted=plan.mounted, rehearsal=rehearsal
        )

    def _labels(self, plan: Plan, clock: SystemClock) -> dict[str, str]:
        created = clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
        return planning.labels(plan.settings, plan.git_sha, plan.version, created)

    def _overrides(self) -> dict[str, str | int]:
        return {
            "image_prefix": self.image_prefix,
            "product_name": self.product_name,
            "environment": self.environment,
            "environment_type": self.environment_type,
            "instance": self.instance,
            "omctl_image": self.omctl_image,
            "registry_image": self.registry_image,
            "python_image": self.python_image,
            "platform": self.platform,
            "parallel_builds": self.parallel_builds,
            "compose_file": self.compose_file,
        }


@contextmanager
def _told() -> Iterator[None]:
    """Let only a `SlipwayError` out: the SDK shows nothing of an exception but its text."""
    try:
        yield
    except SlipwayError:
        raise
    except dagger.QueryError as error:
        raise SlipwayError(
            Problem(what="The engine failed", value=str(error), hint="run the same call again")
        ) from error


def _smoke_plan(settings: Settings, sha: str, text: str, *, core_only: bool, keep_volumes: bool) -> SmokePlan:
    """The plan of a smoke, with secrets generated for this run alone."""
    names = secrets_to_generate(text, PINNED_FILE, settings.smoke)
    generated = {name: f"s{secrets.token_hex(12)}" for name in names}
    title = f"{settings.product_name}, commit {sha}{', core only' if core_only else ''}"
    return smoke_plan(
        text, PINNED_FILE, title, settings.smoke, generated, core_only=core_only, keep_volumes=keep_volumes
    )


def _runtime(source: dagger.Directory, images: DaggerImages, *, keep_volumes: bool = False) -> DaggerRuntime:
    supervisor = dag.current_module().source().directory("ci/supervisor")
    return DaggerRuntime(source, images, images.settings.product_name, supervisor, keep_volumes)


def _smoke_result(report: SmokeReport) -> SmokeResult:
    """The report as an object, or as an error when the product was not as it must be."""
    told = smoke_summary(report)
    if report.problems:
        raise PipelineError(told, *report.problems)
    print(told, file=sys.stderr)  # noqa: T201 - a function's log is its standard error
    text = json.dumps(smoke_json(report), indent=2) + "\n"
    parts: dict[str, Any] = {"summary": told, "report": dag.file("smoke.json", text)}  # Any: as in `_result`
    return SmokeResult(**parts)


def _result(report: Report, smoke: SmokeReport | None = None) -> Result:
    """The report as an object, or as an error when the release did not come to its end, or its smoke is not green."""
    told = summary(report) + (f"\n{smoke_summary(smoke)}" if smoke else "")
    if problems := (*report.problems, *(smoke.problems if smoke else ())):
        raise PipelineError(told, *problems)
    # The command line shows an object's id and none of its fields: so the summary is in the function's log as well.
    print(told, file=sys.stderr)  # noqa: T201 - a function's log is its standard error
    texts = {
        "summary.txt": told,
        "report.json": json.dumps(as_json(report), indent=2) + "\n",
        "slipway.lock.json": json.dumps(lock(report), indent=2) + "\n",
        PINNED_FILE: report.plan.pinned.text,
    } | ({"smoke.json": json.dumps(smoke_json(smoke), indent=2) + "\n"} if smoke else {})
    files = dag.directory()
    for name, text in texts.items():
        files = files.with_new_file(name, text)
    parts: dict[str, Any] = {  # Any: mypy sees no fields in a class that the SDK makes a dataclass
        "summary": told,
        "report": files.file("report.json"),
        "lock": files.file("slipway.lock.json"),
        "compose": files.file(PINNED_FILE),
        "files": files,
    }
    return Result(**parts)

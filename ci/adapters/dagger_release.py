"""The ports of a release, put together from a plan and the credentials of a call."""

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

import dagger
from dagger import dag

from ci.adapters.dagger_build_inputs import BuildArguments, BuildInputs, build_inputs
from ci.adapters.dagger_builder import DaggerBuilder
from ci.adapters.dagger_buildkit import BuildkitBuilder
from ci.adapters.dagger_containers import DaggerRuntime, runtime_of
from ci.adapters.dagger_images import DaggerImages, RehearsalImages
from ci.adapters.dagger_inputs import reuse_ports
from ci.adapters.dagger_omctl import DaggerOmctl, release_folder
from ci.adapters.dagger_progress import DaggerProgress
from ci.adapters.dagger_rehearsal import Rehearsal, start_rehearsal
from ci.adapters.dagger_secrets import made_secret
from ci.adapters.records import OciRecords, records_of
from ci.adapters.registry import OciRegistry, registry_of
from ci.core.redaction import Redactor
from ci.core.release.plan import ImagePlan, Plan, labels
from ci.core.release.rehearsal import REHEARSAL_KEY, rehearsal_seed
from ci.core.release.report import Report, pushed_digests
from ci.core.settings.product import BuilderKind, Settings
from ci.pipelines.ports import Builder
from ci.pipelines.reuse_ports import ReusePorts

PROGRESS = DaggerProgress()
_PLAN_SECONDS = 10.0
"""How long a request may take with all its retries where a person waits for a plan, which is shown without it too."""


class FurtherPorts(TypedDict):
    """What a release or a publish can do without, by the names of their arguments."""

    records: OciRecords
    redactor: Redactor
    reuse_ports: ReusePorts
    progress: DaggerProgress


class ReleasePorts(NamedTuple):
    """What a release or a publish uses; the redactor is that of all secrets that it is given."""

    required: tuple[Builder, OciRegistry]
    more: FurtherPorts


async def build_only(
    images: tuple[ImagePlan, ...], tree: dagger.Directory, settings: Settings, given: BuildArguments
) -> Builder:
    """A builder of these images for a build without a push.

    Raises:
        ConfigurationError: as `publish_ports`.
    """
    return _builder(tree, settings, {}, inputs=await build_inputs(images, given))


async def publish_ports(
    plan: Plan,
    images: tuple[ImagePlan, ...],
    tree: dagger.Directory,
    given: BuildArguments,
    password: str,
    *other_secrets: str,
) -> ReleasePorts:
    """The ports for pushing these images with the registry's password; builds get what is `given`.

    Raises:
        ConfigurationError: a secret that a build needs is not given, or can't be read; or an image is not known.
    """
    inputs = await build_inputs(images, given)
    builder = _builder(tree, plan.settings, _labels(plan), password, inputs=inputs)
    registry = registry_of(plan.settings, password)
    redactor = Redactor((password, *other_secrets, *inputs.values))
    return ReleasePorts((builder, registry), _further(plan, tree, registry, redactor, given, password=password))


def upgrade_omctl(settings: Settings, api_key: str) -> DaggerOmctl:
    """Runs omctl with an API key, beside no file."""
    return DaggerOmctl(settings, made_secret("omnistrate-api-key", api_key))


def release_omctl(plan: Plan, tree: dagger.Directory, api_key: str) -> DaggerOmctl:
    """Runs omctl with an API key, beside the pinned compose file and what it mounts."""
    return DaggerOmctl(plan.settings, made_secret("omnistrate-api-key", api_key), folder=release_folder(plan, tree))


async def rehearsal_ports(
    plan: Plan, tree: dagger.Directory, given: BuildArguments
) -> tuple[ReleasePorts, DaggerOmctl, Rehearsal]:
    """The ports of a rehearsal: a registry and a stand-in Omnistrate API, started in the engine.

    Raises:
        ConfigurationError: as `publish_ports`, or an image of the rehearsal can't be started.
    """
    inputs = await build_inputs(plan.images, given)
    with PROGRESS.step("start the registry and the stand-in API"):
        services = await start_rehearsal(plan.settings, rehearsal_seed(plan))
    builder = _builder(tree, plan.settings, _labels(plan), rehearsal=services, inputs=inputs)
    registry = OciRegistry(redirect=services.registry_endpoint)
    key = dag.set_secret("slipway-rehearsal-key", REHEARSAL_KEY)
    omctl = DaggerOmctl(plan.settings, key, folder=release_folder(plan, tree), rehearsal=services)
    ports = ReleasePorts((builder, registry), _further(plan, tree, registry, Redactor(inputs.values), given))
    return ports, omctl, services


def planned_ports(plan: Plan, tree: dagger.Directory, passwords: list[str]) -> tuple[OciRegistry, ReusePorts]:
    """What says which images a release would build; the registry's password is one or none."""
    username, password = plan.settings.registry_username, "".join(passwords)
    registry = OciRegistry(username, password, seconds=_PLAN_SECONDS, deadline=_PLAN_SECONDS)
    return registry, reuse_ports(plan, tree, registry, password)


def release_records(settings: Settings, password: str) -> OciRecords:
    """The records of a product's releases, read with the registry's password."""
    return records_of(settings, registry_of(settings, password))


def smoke_runtime(
    settings: Settings, tree: dagger.Directory, passwords: list[str], *, keep_volumes: bool
) -> DaggerRuntime:
    """The runtime of a product's published images; the registry's password is one or none."""
    secret = made_secret("registry-token", passwords[0]) if passwords else None
    return runtime_of(tree, DaggerImages(settings, secret), keep_volumes=keep_volumes)


def rehearsal_runtime(plan: Plan, tree: dagger.Directory, services: Rehearsal, report: Report) -> DaggerRuntime:
    """The runtime of the images that a rehearsal has pushed."""
    pushed = RehearsalImages(services.registry, pushed_digests(report))
    return runtime_of(tree, DaggerImages(plan.settings, rehearsal=pushed))


def _builder(
    tree: dagger.Directory,
    settings: Settings,
    labels: Mapping[str, str],
    password: str = "",
    *,
    rehearsal: Rehearsal | None = None,
    inputs: BuildInputs,
) -> Builder:
    """The builder that the settings name."""
    if settings.builder is BuilderKind.BUILDKIT:
        return BuildkitBuilder(tree, settings, labels, password, rehearsal=rehearsal, inputs=inputs)
    token = made_secret("registry-token", password) if password else None
    return DaggerBuilder(tree, settings, labels, token, rehearsal=rehearsal, inputs=inputs)


def _further(
    plan: Plan,
    tree: dagger.Directory,
    registry: OciRegistry,
    redactor: Redactor,
    given: BuildArguments,
    *,
    password: str = "",
) -> FurtherPorts:
    return FurtherPorts(
        records=records_of(plan.settings, registry),
        redactor=redactor,
        reuse_ports=reuse_ports(plan, tree, registry, password, given.rebuild),
        progress=PROGRESS,
    )


def _labels(plan: Plan) -> dict[str, str]:
    return labels(plan.settings, plan.git_sha, plan.version)

"""The ports of a release, put together from a plan and the credentials of a call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import dagger
from dagger import dag

from ci.adapters.dagger_build_inputs import BuildInputs, build_inputs
from ci.adapters.dagger_builder import DaggerBuilder
from ci.adapters.dagger_buildkit import BuildkitBuilder
from ci.adapters.dagger_containers import DaggerRuntime, runtime_of
from ci.adapters.dagger_images import DaggerImages, RehearsalImages
from ci.adapters.dagger_omctl import DaggerOmctl, release_folder
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


@dataclass(frozen=True)
class BuildArguments:
    """What a call gives to builds: secrets and an SSH agent."""

    secrets: list[dagger.Secret] | None
    ssh: dagger.Socket | None


class ReleasePorts(NamedTuple):
    """What a release or a publish uses, and the redactor of all secrets that it is given."""

    builder: Builder
    registry: OciRegistry
    records: OciRecords
    redactor: Redactor


async def build_only(
    images: tuple[ImagePlan, ...], tree: dagger.Directory, settings: Settings, given: BuildArguments
) -> Builder:
    """A builder of these images for a build without a push.

    Raises:
        ConfigurationError: as `publish_ports`.
    """
    return _builder(tree, settings, {}, inputs=await build_inputs(images, given.secrets, given.ssh))


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
        ConfigurationError: a secret that a build needs is not given, or can't be read.
    """
    inputs = await build_inputs(images, given.secrets, given.ssh)
    builder = _builder(tree, plan.settings, _labels(plan), password, inputs=inputs)
    registry = registry_of(plan.settings, password)
    redactor = Redactor((password, *other_secrets, *inputs.values))
    return ReleasePorts(builder, registry, records_of(plan.settings, registry), redactor)


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
    inputs = await build_inputs(plan.images, given.secrets, given.ssh)
    services = await start_rehearsal(plan.settings, rehearsal_seed(plan))
    builder = _builder(tree, plan.settings, _labels(plan), rehearsal=services, inputs=inputs)
    registry = OciRegistry(redirect=services.registry_endpoint)
    key = dag.set_secret("slipway-rehearsal-key", REHEARSAL_KEY)
    omctl = DaggerOmctl(plan.settings, key, folder=release_folder(plan, tree), rehearsal=services)
    ports = ReleasePorts(builder, registry, records_of(plan.settings, registry), Redactor(inputs.values))
    return ports, omctl, services


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


def _labels(plan: Plan) -> dict[str, str]:
    return labels(plan.settings, plan.git_sha, plan.version)

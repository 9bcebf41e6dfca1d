"""The plan: what a release will do, decided before it does anything."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from ci.core.compose.uses import plan_name
from ci.core.images.context_paths import paths_read
from ci.core.images.names import Image
from ci.core.pin.pin import Pinned, pin
from ci.core.product.product import Product, Source, Spec, read_product, read_spec
from ci.core.references import Reference, sha_tag
from ci.core.settings.product import Settings
from ci.core.targets import Targets
from ci.errors import ConfigurationError, Findings, Problem

T = TypeVar("T")
NO_COMMIT = "0" * 40
"""The git sha where only the product is read and no commit is released, such as in a check."""
REHEARSAL_KEY = "key-for-the-stand-in-api"
"""The key that the stand-in API takes, and nothing else; no part of any name: the engine blots it out of all output."""


@dataclass(frozen=True)
class ImagePlan:
    """An image with the two references that it gets."""

    image: Image
    sha_reference: Reference
    version_reference: Reference
    context_paths: tuple[str, ...] = ()
    """What the Dockerfile reads of its context; `()` for all of it."""

    @property
    def name(self) -> str:
        """The image's name, as `--only` takes it."""
        return self.image.name

    @property
    def references(self) -> tuple[Reference, Reference]:
        """The sha tag's reference, then the version tag's: the order in which they are pushed."""
        return self.sha_reference, self.version_reference


@dataclass(frozen=True)
class Plan:
    """What a release of one commit will do."""

    git_sha: str
    version: str
    description: str
    settings: Settings
    images: tuple[ImagePlan, ...]
    pinned: Pinned
    mounted: tuple[str, ...]
    secrets: Mapping[str, tuple[tuple[str, int], ...]]
    plan_name: str = ""
    """`x-omnistrate-service-plan.name` of the compose file: what Omnistrate tells plans apart by."""


class UpgradeTarget(NamedTuple):
    """An instance and the plan version that it is to have."""

    instance_id: str
    version: str


def make_plan(source: Source, settings: Settings, git_sha: str) -> Plan:
    """Plan the release of a commit.

    Raises:
        ConfigurationError: all that can be known to be wrong with the git sha, the settings and the source.
    """
    tag, product = _both(git_sha, lambda: read_product(source, settings))
    return _planned(product, source, settings, git_sha, tag)


def plan_images(source: Source, settings: Settings, git_sha: str) -> tuple[ImagePlan, ...]:
    """The images alone, for a build that pushes nothing: neither VERSION nor the changelog is asked for.

    Raises:
        ConfigurationError: the compose file or what it builds from is wrong; all that is.
    """
    tag, spec = _both(git_sha, lambda: read_spec(source, settings, whole=True))
    return _image_plans(spec, source, settings, tag, "0.0.0")


def select(images: tuple[ImagePlan, ...], only: str) -> tuple[ImagePlan, ...]:
    """The images that `--only` names, by name, repository or service; all of them for `""`.

    Raises:
        ConfigurationError: there is no such image.
    """
    if not only:
        return images
    found = tuple(one for one in images if only in (one.name, one.image.repository, *one.image.services))
    if not found:
        known = ", ".join(one.name for one in images)
        raise ConfigurationError(
            Problem(what="No such image", value=only, expected=f"one of {known}", hint="mend --only")
        )
    return found


def upgrade_target(instance: str, version: str) -> UpgradeTarget:
    """One instance and one version, both by their exact names: prod moves by name only.

    Raises:
        ConfigurationError: a wildcard, a list, a moving name such as `latest`, or nothing.
    """
    problems = []
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", instance):
        problems.append(
            Problem(
                what="Not the id of one instance",
                value=repr(instance),
                expected="one exact id, such as instance-abc123; no list and no wildcard",
                hint="look it up: omctl instance list",
            )
        )
    if not re.fullmatch(r"[0-9]+\.[0-9]+", version):
        problems.append(
            Problem(
                what="Not a plan version",
                value=repr(version),
                expected="a number as Omnistrate writes it, such as 12.0; not `latest` or `preferred`, which move",
                hint="take it from the release's summary or lock",
            )
        )
    if problems:
        raise ConfigurationError(*problems)
    return UpgradeTarget(instance, version)


def pin_spec(spec: Spec, settings: Settings, tag: str) -> Pinned:
    """The compose file with every own image at `tag`, proven against its source."""
    by_name = {image.name: f"{image.repository}:{tag}" for image in spec.images}
    targets = Targets(
        images={service: f"{image.repository}:{tag}" for image in spec.images for service in image.services},
        sidecars={sidecar: by_name[image] for sidecar, image in settings.sidecars.items() if image in by_name},
        environment=spec.environment,
        repositories=frozenset(image.repository for image in spec.images),
        tag=tag,
    )
    return pin(spec.compose, targets)


def pinned_compose(source: Source, settings: Settings, git_sha: str) -> Pinned:
    """The generated compose file alone, for a change of nothing but the spec.

    Raises:
        ConfigurationError: the git sha is none, or the compose file can't be pinned exactly.
    """
    tag, spec = _both(git_sha, lambda: read_spec(source, settings))
    return pin_spec(spec, settings, tag)


def labels(settings: Settings, git_sha: str, version: str, created: str) -> dict[str, str]:
    """The labels of every image, by the OCI image spec's annotation rules; `created` is an RFC 3339 time."""
    found = {
        "org.opencontainers.image.source": settings.source_url,
        "org.opencontainers.image.revision": git_sha,
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.created": created,
    }
    return {name: value for name, value in found.items() if value}


def rehearsal(plan: Plan) -> Plan:
    """The plan at a rehearsal's pace: the stand-in API moves an upgrade on with every look, however soon."""
    return replace(plan, settings=replace(plan.settings, poll_seconds=1))


def rehearsal_seed(plan: Plan) -> dict[str, Any]:  # Any: JSON
    """What the stand-in Omnistrate API starts with, for the plan to be releasable: its secrets and a dev instance."""
    settings = plan.settings
    return {
        "api_keys": [REHEARSAL_KEY],
        "secrets": {settings.environment_type.upper(): sorted(plan.secrets)},
        "instances": [
            {
                "id": settings.instance or "instance-rehearsal",
                "product": settings.product_name,
                "environment": settings.environment,
                "environment_type": settings.environment_type.upper(),
                "plan": plan.plan_name or settings.product_name,
                "version": "1.0",
            }
        ],
    }


def _both(git_sha: str, reading: Callable[[], T]) -> tuple[str, T]:
    """The sha tag and what `reading` gives; what is wrong with either at once."""
    findings = Findings()
    tag, read = findings.collect(lambda: sha_tag(git_sha)), findings.collect(reading)
    return findings.require(tag), findings.require(read)


def _planned(product: Product, source: Source, settings: Settings, git_sha: str, tag: str) -> Plan:
    images = _image_plans(product.spec, source, settings, tag, product.version)
    pinned = pin_spec(product.spec, settings, tag)
    return Plan(
        git_sha,
        product.version,
        product.description,
        settings,
        images,
        pinned,
        product.mounted,
        product.secrets,
        plan_name(product.spec.compose),
    )


def _image_plans(spec: Spec, source: Source, settings: Settings, tag: str, version: str) -> tuple[ImagePlan, ...]:
    return tuple(
        ImagePlan(
            one,
            Reference(one.repository, tag),
            Reference(one.repository, version),
            _context_paths(one, source, settings),
        )
        for one in spec.images
    )


def _context_paths(image: Image, source: Source, settings: Settings) -> tuple[str, ...]:
    if image.name in settings.full_contexts:
        return ()
    return paths_read(image.build.inline or source.texts.get(image.dockerfile, ""))

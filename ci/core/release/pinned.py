"""The pinned compose file of a commit."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from ci.core.pin.pin import Pinned, pin
from ci.core.product.product import Spec, read_spec
from ci.core.product.source import Source
from ci.core.references import sha_tag
from ci.core.settings.product import Settings
from ci.core.targets import Targets
from ci.errors import Findings

T = TypeVar("T")
WITHOUT_DIGESTS = "pin_digests: this file has no digests yet; a release adds those of its images, and exports that file"
"""What is said of a pinned file where no image is known to be published."""


def pinned_compose(source: Source, settings: Settings, git_sha: str) -> Pinned:
    """The pinned compose file alone, for a change of nothing but the spec.

    Raises:
        ConfigurationError: the git sha is invalid, or the compose file can't be pinned exactly.
    """
    tag, spec = with_tag(git_sha, lambda: read_spec(source, settings))
    return pin_spec(spec, settings, tag)


def pin_spec(spec: Spec, settings: Settings, tag: str, digests: Mapping[str, str] | None = None) -> Pinned:
    """The compose file with every own image at `tag`, proven against its source.

    `digests` has the digest of each image by the image's name, to follow the tag: `:sha-…@sha256:…`.
    """
    of = {image.repository: digests[image.name] for image in spec.images} if digests else {}
    unused = Targets({}, {}, {}, frozenset(), tag, of)
    by_name = {image.name: image.repository + unused.suffix(image.repository) for image in spec.images}
    targets = replace(
        unused,
        images={service: by_name[image.name] for image in spec.images for service in image.services},
        sidecars={sidecar: by_name[image] for sidecar, image in settings.sidecars.items() if image in by_name},
        environment=spec.environment,
        repositories=frozenset(image.repository for image in spec.images),
    )
    return pin(spec.compose, targets)


def with_tag(git_sha: str, reading: Callable[[], T]) -> tuple[str, T]:
    """The sha tag and the result of `reading`; the problems of both are raised together."""
    findings = Findings()
    tag, result = findings.collect(lambda: sha_tag(git_sha)), findings.collect(reading)
    return findings.require(tag), findings.require(result)

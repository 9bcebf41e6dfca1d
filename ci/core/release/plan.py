"""The release plan: everything that a release will do, known before its first effect."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ci.core.compose.uses import plan_name
from ci.core.images.context_paths import paths_read
from ci.core.images.image import Image
from ci.core.images.inputs import Inputs
from ci.core.images.recipe import Recipe, recipe_of
from ci.core.pin.pin import Pinned
from ci.core.product.masked_arguments import masked_arguments
from ci.core.product.product import Product, Spec, read_product, read_spec
from ci.core.product.source import Source
from ci.core.references import Reference, sha_tag
from ci.core.release.pinned import pin_spec, with_tag
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem

REVISION = "org.opencontainers.image.revision"
"""The label that names the commit of an image."""
IMAGE = "io.slipway.image"
"""The label that names the product of an image and its Dockerfile: `Shop: jobs/Dockerfile.mail`."""
INPUTS = "io.slipway.inputs"
"""The label that has the hash of an image's inputs: docs/inputs.md."""
NO_COMMIT = "0" * 40
"""The git sha to use where only the product is read and no commit is released, such as in a check."""
NO_DIGEST = f"sha256:{'0' * 64}"
"""The digest to use where no image is built yet."""


@dataclass(frozen=True)
class ImagePlan:
    """An image to build, with the two references that it gets."""

    image: Image
    sha_reference: Reference
    version_reference: Reference
    recipe: Recipe
    context_paths: tuple[str, ...] = ()
    """The paths of the build context that the Dockerfile reads; `()` for the full context."""
    label: str = ""
    """The value of its label `IMAGE`."""
    bases: tuple[tuple[str, str], ...] = ()
    """Its base images by their names, each with the digest that it is to be built from; `()` if they are not known."""
    inputs: Inputs | None = None
    """What it is made of; None where nothing is to be reused."""

    @property
    def name(self) -> str:
        """The image's name, as `--only` accepts it."""
        return self.image.name

    @property
    def own_labels(self) -> dict[str, str]:
        """The labels that this image alone has, beside those of its compose file."""
        found = {IMAGE: self.label, INPUTS: self.inputs.hash if self.inputs else ""}
        return {name: value for name, value in found.items() if value}

    @property
    def references(self) -> tuple[Reference, Reference]:
        """The references in the order in which they are pushed: that of the sha tag, that of the version tag."""
        return self.sha_reference, self.version_reference


@dataclass(frozen=True)
class Plan:
    """What the release of one commit will do."""

    git_sha: str
    version: str
    description: str
    """Of the plan version: `title` in the first line, then the changelog's entry."""
    settings: Settings
    images: tuple[ImagePlan, ...]
    spec: Spec = field(repr=False, compare=False)
    """What is pinned; two readings of one source are the same plan."""
    pinned: Pinned
    mounted: tuple[str, ...]
    """Paths that omctl reads beside the compose file."""
    secrets: Mapping[str, tuple[tuple[str, int], ...]]
    """Omnistrate secrets that the compose file names, with `(service, line)` of each use."""
    placeholders: tuple[str, ...] = ()
    """Paths at which omctl is given an empty file in place of a secret that only builds use."""
    plan_name: str = ""
    """`x-omnistrate-service-plan.name` of the compose file, by which Omnistrate identifies the service plan."""
    simulation: bool = False
    """Whether nothing outside of the process takes part, so that nothing is released."""

    @property
    def title(self) -> str:
        """How the description of this commit's plan version begins, by which it is found again."""
        return _title(self.version, self.git_sha)

    @property
    def changes(self) -> str:
        """The changelog's entry of the version."""
        return self.description.removeprefix(self.title).strip()

    def describes(self, description: str) -> bool:
        """Whether a plan version with this description is one of this commit; white space does not count."""
        return " ".join(description.split()).startswith(self.title)


def _title(version: str, git_sha: str) -> str:
    return f"{version} {sha_tag(git_sha)}"


def make_plan(source: Source, settings: Settings, git_sha: str) -> Plan:
    """Plan the release of a commit.

    Raises:
        ConfigurationError: the git sha, the settings or the source are wrong; the error has all problems.
    """
    tag, product = with_tag(git_sha, lambda: read_product(source, settings))
    return _planned(product, source, settings, git_sha, tag)


def plan_images(source: Source, settings: Settings, git_sha: str) -> tuple[ImagePlan, ...]:
    """Plan the images alone, for a build without a push: VERSION and the changelog are not read.

    Raises:
        ConfigurationError: the compose file or what it builds from is wrong; the error has all problems.
    """
    tag, spec = with_tag(git_sha, lambda: read_spec(source, settings, full=True))
    return _image_plans(spec, source, settings, tag, "0.0.0")


def select(images: tuple[ImagePlan, ...], only: str, argument: str = "--only") -> tuple[ImagePlan, ...]:
    """The images whose name, repository or service is `only`, the value of `argument`; all images for `""`.

    Raises:
        ConfigurationError: there is no such image.
    """
    if not only:
        return images
    selected = tuple(one for one in images if only in (one.name, one.image.repository, *one.image.services))
    if not selected:
        known = ", ".join(one.name for one in images)
        raise ConfigurationError(
            Problem(
                what="No such image", value=only, expected=f"one of {known}", hint=f"give one of these to {argument}"
            )
        )
    return selected


def with_digests(plan: Plan, digests: Mapping[str, str]) -> Plan:
    """The plan whose pinned file has the digest of each image behind its tag, proven as the file without them.

    `digests` has the digest of each image, by the image's name. Without the setting `pin_digests`: the plan as it is.
    """
    if not plan.settings.pin_digests:
        return plan
    return replace(plan, pinned=pin_spec(plan.spec, plan.settings, sha_tag(plan.git_sha), digests))


def labels(settings: Settings, git_sha: str, version: str) -> dict[str, str]:
    """The labels of every image, by the annotation rules of the OCI image spec.

    None of them is the time of the run: two builds of one commit are to be equal.
    """
    values = {
        "org.opencontainers.image.source": settings.source_url,
        REVISION: git_sha,
        "org.opencontainers.image.version": version,
    }
    return {name: value for name, value in values.items() if value}


def _planned(product: Product, source: Source, settings: Settings, git_sha: str, tag: str) -> Plan:
    plan = Plan(
        git_sha=git_sha,
        version=product.version,
        description=f"{_title(product.version, git_sha)}\n\n{product.description}",
        settings=settings,
        images=_image_plans(product.spec, source, settings, tag, product.version),
        spec=product.spec,
        pinned=pin_spec(product.spec, settings, tag),
        mounted=product.mounted,
        placeholders=product.placeholders,
        secrets=product.secrets,
        plan_name=plan_name(product.spec.compose),
    )
    with_digests(plan, dict.fromkeys((one.name for one in plan.images), NO_DIGEST))  # if it can't be, it is known now
    return plan


def _image_plans(spec: Spec, source: Source, settings: Settings, tag: str, version: str) -> tuple[ImagePlan, ...]:
    return tuple(
        ImagePlan(
            one,
            Reference(one.repository, tag),
            Reference(one.repository, version),
            recipe_of(one, source.texts, settings, _image_label(one, settings), masked_arguments(one, settings)),
            _context_paths(one, source, settings),
            _image_label(one, settings),
        )
        for one in spec.images
    )


def _context_paths(image: Image, source: Source, settings: Settings) -> tuple[str, ...]:
    if image.name in settings.full_contexts:
        return ()
    return paths_read(image.build.inline or source.texts.get(image.dockerfile, ""))


def _image_label(image: Image, settings: Settings) -> str:
    """What tells an image from those of other products and Dockerfiles that could be given the same repository."""
    of = f"{settings.compose_file} ({image.services[0]})" if image.build.inline else image.dockerfile
    return f"{settings.product_name}: {of}" + (f", target {image.build.target}" if image.build.target else "")

"""The names that a compose file gives what it builds."""

import pytest

from ci.core.compose.parse import parse
from ci.core.images.names import own_images
from ci.core.images.published_names import proposals, published_repository, render

MISP = parse(
    """\
services:
  misp-core:
    image: ${REGISTRY_MIRROR_URL:-}ghcr.io/misp/misp-docker/misp-core:${CORE_RUNNING_TAG:-latest}
    build: core/.
  misp-modules:
    image: ${REGISTRY_MIRROR_URL:-}ghcr.io/misp/misp-docker/misp-modules:${MODULES_RUNNING_TAG:-latest}
    build: modules/.
  local:
    image: local:dev
    build: ./local
  elsewhere:
    image: quay.io/misp/elsewhere
    build: ./elsewhere
  db:
    image: ghcr.io/others/db
""",
    "compose.yaml",
)
CORE = 'misp-core = "ghcr.io/misp/misp-docker/misp-core"'
MODULES = 'misp-modules = "ghcr.io/misp/misp-docker/misp-modules"'


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        ("ghcr.io/o/app:1", "ghcr.io/o/app"),
        ("${R:-ghcr.io}/o/app:${T:-1}", "ghcr.io/o/app"),
        ("localhost:5000/app", "localhost:5000/app"),
        ("o/app", ""),
        ("app:dev", ""),
        ("${R}/app", ""),
        ("", ""),
    ],
)
def test_a_name_with_a_registry_is_one_to_publish_under(image: str, repository: str) -> None:
    assert published_repository(image) == repository


def test_names_of_the_prefix_s_registry_are_proposed() -> None:
    assert list(proposals(MISP, "ghcr.io/o/other")) == list(proposals(MISP)) == [CORE, MODULES]
    assert list(proposals(MISP, "quay.io/o/other")) == ['elsewhere = "quay.io/misp/elsewhere"']


def test_the_proposals_are_the_names_that_the_images_do_not_have() -> None:
    prefix = "ghcr.io/misp/misp-docker"
    names = {"misp-core": "ghcr.io/misp/misp-docker/misp-core"}
    text = render(MISP, own_images(MISP, prefix, names), prefix)
    assert text == (
        "\nThe compose file names images itself. To publish them there, add below [tool.slipway.image_names]:\n"
        f"  {MODULES}\n"
    )
    names |= {"misp-modules": "ghcr.io/misp/misp-docker/misp-modules"}
    assert render(MISP, own_images(MISP, prefix, names), prefix) == ""

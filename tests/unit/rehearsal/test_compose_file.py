"""What the stand-in reads of a compose file, and what it knowingly does not."""

import pytest

from ci.rehearsal.compose_file import read

PRODUCT = """\
# services: in a comment
x-omnistrate-service-plan:
  name: 'Experio'   # the plan
x-omnistrate-image-registry-attributes:
  ghcr.io:
    auth:
      password: ${{ secrets.GitHubPAT }}
      username: "{{ $secrets.registryUser }}"
x-db: &db
  DB_PASSWORD: "{{ $secrets.dbPassword }}"
x-worker: &worker
  image: ghcr.io/o/p-dockerfile.reader:sha-1
  environment:
    <<: *db
    RABBIT: '{{ $secrets.rabbitmqPassword }}'
services:
  postgres:
    image: postgres:15 # stock
    environment:
    - POSTGRES_PASSWORD={{ $secrets.dbPassword }}
    # - OLD={{ $secrets.forgotten }}
  initdb:
    image: "ghcr.io/o/p-dockerfile.migrations:sha-1"
    environment:
      FALKOR: $secret.falkordbPassword
      NODE: $sys.compute.node.name
  server:
    image: ghcr.io/o/p-dockerfile.server:sha-1
    x-omnistrate-capabilities:
      sidecars:
        scale-to-zero:
          imageNameWithTag: "ghcr.io/o/p-dockerfile.server:sha-1"
          command: ["x"]
        flow-runner:
          imageNameWithTag: ghcr.io/o/p-dockerfile.server:sha-1
  reader:
    <<: *worker
  parser: *worker
"""


def test_the_plan_is_named() -> None:
    assert read(PRODUCT).plan_name == "Experio"


def test_every_service_has_its_image_also_through_anchors() -> None:
    images = {service.name: service.image for service in read(PRODUCT).services}
    assert images == {
        "postgres": "postgres:15",
        "initdb": "ghcr.io/o/p-dockerfile.migrations:sha-1",
        "server": "ghcr.io/o/p-dockerfile.server:sha-1",
        "reader": "ghcr.io/o/p-dockerfile.reader:sha-1",
        "parser": "ghcr.io/o/p-dockerfile.reader:sha-1",
    }


def test_sidecars_are_found() -> None:
    server = next(service for service in read(PRODUCT).services if service.name == "server")
    assert server.sidecars == (
        ("scale-to-zero", "ghcr.io/o/p-dockerfile.server:sha-1"),
        ("flow-runner", "ghcr.io/o/p-dockerfile.server:sha-1"),
    )


def test_secrets_name_the_services_that_use_them() -> None:
    assert read(PRODUCT).secret_users == (
        ("GitHubPAT", ("x-omnistrate-image-registry-attributes",)),
        ("dbPassword", ("postgres", "reader", "parser")),
        ("falkordbPassword", ("initdb",)),
        ("rabbitmqPassword", ("reader", "parser")),
        ("registryUser", ("x-omnistrate-image-registry-attributes",)),
    )


@pytest.mark.parametrize(
    ("service", "has_build", "image"),
    [
        ("image: a:1", False, "a:1"),
        ("image: a@sha256:0", False, "a@sha256:0"),
        ("image: a # b", False, "a"),
        ('image: "a#b"', False, "a#b"),
        ("build: .", True, None),
        ("build:\n      context: .", True, None),
        ("image:", False, None),
        ("command: |\n      image: inner", False, None),
        ("environment:\n      build: '1'", False, None),
    ],
)
def test_image_and_build_of_a_service(service: str, *, has_build: bool, image: str | None) -> None:
    (found,) = read(f"services:\n  a:\n    {service}\n").services
    assert (found.has_build, found.image) == (has_build, image)


def test_a_list_may_have_the_indentation_of_its_key() -> None:
    compose = read("services:\n  a:\n    environment:\n    - X={{ $secrets.s }}\n    image: b\n")
    assert (compose.services[0].image, compose.secret_users) == ("b", (("s", ("a",)),))


@pytest.mark.parametrize("text", ["", "x-a: 1\n", "services: {a: {image: b}}\n"])
def test_services_are_found_in_block_style_only(text: str) -> None:
    assert read(text).services == ()


def test_a_file_that_compose_go_wrote_is_read() -> None:
    text = (
        "services:\n  a:\n    image: b\n    networks:\n      default: null\nnetworks:\n  default:\n    name: _default\n"
    )
    assert [(service.name, service.image) for service in read(text).services] == [("a", "b")]

"""What uses an own image by the name that it has on the machine that builds it."""

import pytest

from ci.core.compose.parse import parse
from ci.core.compose.project import project_name
from ci.core.images.local_images import with_local_users
from ci.core.images.local_names import LocalNames
from ci.core.images.names import own_images
from ci.errors import ConfigurationError, Problem

NAMED = "name: shop\nservices:\n"
UNNAMED = "services:\n"


def users(text: str, sidecars: dict[str, str] | None = None, **variables: str) -> list[tuple[str, ...]]:
    """The services that run each image."""
    compose = parse(text, "compose.yaml")
    images = own_images(compose, "ghcr.io/o/app", {})
    names = LocalNames(compose, images, variables, project_name(compose, variables))
    return [image.services for image in with_local_users(compose, images, names, sidecars or {})]


def problems(text: str, **variables: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        users(text, None, **variables)
    return caught.value.problems


@pytest.mark.parametrize(
    ("built", "runs"),
    [
        ("x", "x"),
        ("myapp", "myapp:latest"),
        ("myapp:latest", "docker.io/library/myapp"),
        ("myapp", "index.docker.io/myapp:latest"),
        ("acme/app:1", "docker.io/acme/app:1"),
        ("docker.io/acme/app:1", "acme/app:1"),
        ("localhost/app", "localhost/app:latest"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        ("acme/app:${TAG:-latest}", "acme/app"),
        ("acme/app:${TAG-1}", "docker.io/acme/app:1"),
        ("acme/app:${TAG}", "docker.io/acme/app:${TAG}"),
        ("acme/app:$TAG", "acme/app:${TAG:?is needed}"),
        ("${REGISTRY}/app", "${REGISTRY}/app:latest"),
        ("${I}", "${I}"),
        ("acme/app:${KNOWN}", "acme/app:7"),
        ("acme/app:${KNOWN:-1}", "acme/app:7"),
    ],
)
def test_a_service_with_the_local_name_of_a_built_image_is_pinned_with_it(built: str, runs: str) -> None:
    text = f"{NAMED}  a: {{build: ., image: '{built}'}}\n  b: {{image: '{runs}'}}\n  c: {{build: ., image: y}}\n"
    assert users(text, KNOWN="7") == [("a", "c", "b")]


@pytest.mark.parametrize(
    ("built", "runs"),
    [
        ("myapp:1", "myapp"),
        ("myapp", "acme/myapp"),
        ("acme/app", "ghcr.io/acme/app"),
        ("myapp", f"myapp@sha256:{'0' * 64}"),
        ("acme/app:${A}", "acme/app:${B}"),
        ("localhost/app", "app"),
        ("{{ $var.image }}", "app"),
    ],
)
def test_a_service_with_another_name_keeps_its_image(built: str, runs: str) -> None:
    assert users(f"{NAMED}  a: {{build: ., image: '{built}'}}\n  b: {{image: '{runs}'}}\n") == [("a",)]


@pytest.mark.parametrize(
    ("runs", "variables", "expected"),
    [
        ("shop-web", {}, ("web", "b")),
        ("shop_web:latest", {}, ("web", "b")),
        ("shop-web:1", {}, ("web",)),
        ("other-web", {}, ("web",)),
        ("shop-db", {}, ("web",)),
        ("shop-web", {"COMPOSE_PROJECT_NAME": "Other"}, ("web",)),
        ("other-web", {"COMPOSE_PROJECT_NAME": "Other"}, ("web", "b")),
    ],
)
def test_compose_s_default_name_is_a_local_name(
    runs: str, variables: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert users(f"{NAMED}  web: {{build: .}}\n  b: {{image: {runs}}}\n", None, **variables) == [expected]


def test_a_name_of_build_tags_is_a_local_name() -> None:
    assert users(NAMED + "  a: {build: {context: ., tags: ['acme/app:dev', other]}}\n  b: {image: other}\n") == [
        ("a", "b")
    ]


def test_a_service_that_inherits_the_name_or_gives_it_runs_the_image_as_in_compose() -> None:
    fragment = "x-app: &app {image: 'shop:dev', restart: always}\n"
    text = f"{fragment}{NAMED}  web: {{<<: *app, build: .}}\n  worker: {{<<: *app}}\n"
    assert users(text) == [("web", "worker")]
    assert users(f"{NAMED}  a: &a {{image: x}}\n  b: {{<<: *a, build: .}}\n") == [("b", "a")]


def test_a_name_that_several_builds_have_is_refused_for_who_only_runs_it() -> None:
    (problem,) = problems(
        NAMED + "  a: {build: ./a, image: x}\n  b: {build: ./b, image: 'x:latest'}\n  c: {image: x}\n"
    )
    assert problem.what == "Service `c` runs an image by a local name that several builds have: those of `a`, `b`"
    assert (problem.line, problem.value) == (5, "x")


@pytest.mark.parametrize("runs", ["proj-web", "my-proj_web:latest"])
def test_a_default_name_of_a_project_without_a_known_name_is_refused(runs: str) -> None:
    (problem,) = problems(f"{UNNAMED}  web: {{build: .}}\n  b: {{image: '{runs}'}}\n")
    assert problem.what.startswith("Service `b` may run the image that `web` builds")
    assert (problem.line, problem.hint) == (
        3,
        f"add `name: {runs.partition(':')[0][:-4]}` if it is that image, else the project's own name",
    )


@pytest.mark.parametrize("runs", ["web", "proj-web:1", "acme/proj-web", "ghcr.io/o/proj-web", "proj-webs", "-web"])
def test_other_names_are_none_of_an_unknown_project(runs: str) -> None:
    assert users(f"{UNNAMED}  web: {{build: .}}\n  b: {{image: '{runs}'}}\n") == [("web",)]


SIDECAR = "    x-omnistrate-capabilities:\n      sidecars:\n        helper: {imageNameWithTag: 'myapp:latest'}\n"


def test_a_sidecar_with_a_local_name_is_refused_with_the_line_to_add() -> None:
    text = f"{NAMED}  web: {{build: ., image: myapp}}\n  db:\n    image: postgres\n{SIDECAR}"
    (problem,) = problems(text)
    assert problem.what == "The sidecar `helper` of `db` runs an own image by its local name"
    assert (problem.line, problem.value) == (8, "myapp:latest")
    assert problem.hint.endswith('below [tool.slipway.sidecars]: helper = "app"')
    assert users(text, {"helper": "app"}) == [("web",)]


def test_a_volume_that_is_an_own_image_is_refused() -> None:
    text = (
        f"{NAMED}  web: {{build: ., image: myapp}}\n  db:\n    image: postgres\n    volumes:\n"
        "      - {type: image, source: other, target: /o}\n      - ./x:/x\n"
        "      - type: image\n        source: docker.io/library/myapp\n        target: /app\n"
    )
    (problem,) = problems(text)
    assert problem.what == "A volume of `db` is an own image, by its local name"
    assert (problem.line, problem.value) == (10, "docker.io/library/myapp")


def test_a_place_that_services_share_is_one_problem() -> None:
    text = f"{NAMED}  web: {{build: ., image: myapp}}\n  db: &db\n    image: postgres\n{SIDECAR}  more: {{<<: *db}}\n"
    assert len(problems(text)) == 1

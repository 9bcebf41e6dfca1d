"""The product read from its source tree: what is known of it, and all its problems at once."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from fakes import COMPOSE, NAMES, SETTINGS, TEXTS

from ci.core.product.product import read_product, read_spec
from ci.core.product.source import Source
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem

ENV_COMPOSE = COMPOSE + "  cache:\n    image: redis:8\n    env_file: [./one.env, {path: two.env, required: false}]\n"


def source(texts: Mapping[str, str | None] | None = None) -> Source:
    """The small product's source; None removes a file."""
    changed = {name: text for name, text in {**TEXTS, **(texts or {})}.items() if text is not None}
    return Source(frozenset(changed), changed)


def problems(texts: Mapping[str, str | None], settings: Settings = SETTINGS) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        read_product(source(texts), settings)
    return caught.value.problems


def test_a_complete_product_is_read() -> None:
    product = read_product(source(), SETTINGS)
    assert (product.version, product.description) == ("1.2.0", "- Things")
    assert [image.name for image in product.spec.images] == ["web", "worker", "mail"]
    assert product.secrets == {"dbPassword": (("web", 7), ("jobs", 15)), "queuePassword": (("jobs", 16),)}


@pytest.mark.parametrize(
    ("file", "what"),
    [("VERSION", "the version"), ("CHANGELOG.md", "the changelog"), ("docker-compose.yaml", "the compose file")],
)
def test_a_file_that_is_missing_or_not_utf8_is_a_problem(file: str, what: str) -> None:
    plain = {name: "FROM scratch\n" for name in TEXTS if name.startswith("Dockerfile")}
    (problem,) = problems({**plain, file: None})
    assert (problem.what, problem.value) == (f"Missing: {what}", file)
    assert problem.hint
    there = source({**plain, file: None})
    with pytest.raises(ConfigurationError) as caught:
        read_product(Source(there.files | {file}, there.texts), SETTINGS)
    (problem,) = caught.value.problems
    assert (problem.what, problem.file) == (f"Not readable as UTF-8: {what}", file)


def test_a_product_without_a_name_is_a_problem() -> None:
    (problem,) = problems({}, replace(SETTINGS, product_name=""))
    assert "product's name" in problem.what
    assert "--product-name" in problem.hint


def test_without_a_prefix_what_images_copy_is_checked_all_the_same() -> None:
    found = problems({"Dockerfile.web": "FROM scratch\nCOPY gone /\n"}, replace(SETTINGS, image_prefix=""))
    assert found[0].what.startswith("The image prefix is not known")
    assert "--image-prefix" in found[0].hint
    assert [(p.value, p.file, p.line) for p in found[1:]] == [("gone", "Dockerfile.web", 2)]


def test_no_prefix_is_needed_where_nothing_is_built() -> None:
    spec = read_spec(source({"docker-compose.yaml": "services: {db: {image: postgres}}\n"}), Settings())
    assert spec.images == ()


def test_a_missing_dockerfile_is_reported_beside_images_of_one_name() -> None:
    compose = COMPOSE.replace("Dockerfile.mail", "Dockerfile.post") + "  again:\n    build: {context: ., target: x, "
    found = problems({"docker-compose.yaml": compose + "dockerfile: Dockerfile.web}\n"})
    assert [p.what.partition(":")[0] for p in found] == [
        "Two images have the same name",
        "The Dockerfile of `mail` does not exist",
    ]


def test_the_pin_alone_needs_neither_version_nor_dockerfiles() -> None:
    alone = source(dict.fromkeys(set(TEXTS) - {"docker-compose.yaml"}))
    assert [image.name for image in read_spec(alone, SETTINGS).images] == ["web", "worker", "mail"]
    with pytest.raises(ConfigurationError) as caught:
        read_spec(alone, SETTINGS, full=True)
    assert len(caught.value.problems) == 3


def test_a_later_env_file_wins_and_one_that_is_not_required_may_be_missing() -> None:
    texts: dict[str, str | None] = {"docker-compose.yaml": ENV_COMPOSE, "one.env": "A=1\nB=1\n"}
    assert read_spec(source(texts), SETTINGS).environment == {"cache": {"A": "1", "B": "1"}}
    assert read_spec(source({**texts, "two.env": "B=2\n"}), SETTINGS).environment == {"cache": {"A": "1", "B": "2"}}


def test_a_missing_env_file_is_a_problem_at_the_line_that_names_it() -> None:
    (problem,) = problems({"docker-compose.yaml": ENV_COMPOSE})
    assert problem.what == "The env file of `cache` is missing or not readable as UTF-8"
    assert (problem.value, problem.file, problem.line) == ("one.env", "docker-compose.yaml", 23)


def test_the_env_file_of_the_caller_is_none_of_the_product() -> None:
    """It is on the disk, so that adding it or correcting its path would change nothing."""
    (problem,) = problems({"docker-compose.yaml": ENV_COMPOSE.replace("one.env", ".env")})
    assert problem.what == "The env file of `cache` is the `.env` at the top of the source, which is never read"
    assert problem.hint.startswith("move what the service needs into a file that is committed, such as cache.env")


def test_a_problem_in_an_env_file_of_several_services_is_reported_once() -> None:
    compose = ENV_COMPOSE + "  other:\n    image: redis:8\n    env_file: one.env\n"
    found = problems({"docker-compose.yaml": compose, "one.env": "lonely\n"})
    assert [(p.file, p.line, p.expected) for p in found] == [("one.env", 1, "lonely=value")]


@pytest.mark.parametrize(("mount", "mounted"), [("./certs:/c:ro", ("certs",)), ("./gone:/c", ()), ("data:/c", ())])
def test_the_mounted_paths_are_those_that_exist(mount: str, mounted: tuple[str, ...]) -> None:
    compose = f"{COMPOSE}    volumes: ['{mount}']\n"
    product = read_product(source({"docker-compose.yaml": compose, "certs/ca.pem": ""}), SETTINGS)
    assert product.mounted == mounted


def test_the_mounted_paths_start_at_the_top_of_the_source() -> None:
    settings = replace(SETTINGS, compose_file="deploy/c.yaml")
    compose = COMPOSE.replace("context: .", "context: ..") + "    volumes: ['./a:/a', '../certs:/c:ro']\n"
    texts = {"deploy/c.yaml": compose, "deploy/a": "", "certs/ca.pem": ""}
    product = read_product(source({"docker-compose.yaml": None, **texts}), settings)
    assert product.mounted == ("deploy/a", "certs")
    assert [image.dockerfile for image in product.spec.images] == [f"Dockerfile.{name}" for name in NAMES]


EMBEDDING = COMPOSE + "  cache:\n    image: redis:8\n    labels:\n      {{ $file:./labels.yaml }}\n"


def test_an_embedded_file_is_mounted() -> None:
    texts = {"docker-compose.yaml": EMBEDDING, "labels.yaml": "a: b\n"}
    assert read_product(source(texts), SETTINGS).mounted == ("labels.yaml",)


def test_an_embedded_file_must_exist() -> None:
    line = EMBEDDING[: EMBEDDING.index("$file")].count("\n") + 1
    (problem,) = problems({"docker-compose.yaml": EMBEDDING, "labels.yaml": None})
    assert (problem.what, problem.value, problem.line) == ("An embedded file does not exist", "labels.yaml", line)
    (problem,) = problems({"docker-compose.yaml": EMBEDDING, "labels.yaml": "a: b\nc: {{ $file:x/y }}\n"})
    assert (problem.value, problem.file, problem.line) == ("x/y", "labels.yaml", 2)


def test_what_embedded_files_name_is_checked_like_the_rest() -> None:
    embedding = COMPOSE + "  x-embed-$: {{ $file:./more.yaml }}\n"
    texts = {"docker-compose.yaml": embedding, "more.yaml": "more:\n  build: ./gone\n  env_file: none.env\n"}
    found = problems(texts)
    assert [(one.what, one.value) for one in found] == [
        ("The env file of `more` is missing or not readable as UTF-8", "none.env"),
        ("The build context of `more` is missing or empty", "./gone"),
    ]
    assert (found[0].file, found[0].line) == ("more.yaml", 3)

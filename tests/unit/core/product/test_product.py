"""The product read from its source tree: which files matter, what is known of it, and all that is wrong at once."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from fakes import COMPOSE, SETTINGS, TEXTS

from ci.core.product.product import Source, read_product, read_spec, wanted_texts
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem

ENV_COMPOSE = COMPOSE + "  cache:\n    image: redis:8\n    env_file: [./one.env, {path: two.env, required: false}]\n"


def source(texts: Mapping[str, str | None] | None = None) -> Source:
    """The small product's source; None takes a file out."""
    changed = {name: text for name, text in {**TEXTS, **(texts or {})}.items() if text is not None}
    return Source(frozenset(changed), changed)


def problems(texts: Mapping[str, str | None], settings: Settings = SETTINGS) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        read_product(source(texts), settings)
    return caught.value.problems


def test_a_whole_product_is_read() -> None:
    product = read_product(source(), SETTINGS)
    assert (product.version, product.description) == ("1.2.0", "- Things")
    assert [image.name for image in product.spec.images] == ["web", "worker", "mail"]
    assert product.secrets == {"dbPassword": (("web", 7), ("jobs", 15)), "queuePassword": (("jobs", 16),)}


def test_the_texts_with_fixed_names_are_wanted_first() -> None:
    assert wanted_texts(SETTINGS) == {"docker-compose.yaml", "VERSION", "CHANGELOG.md"}


def test_what_the_compose_file_names_is_wanted_too() -> None:
    compose = "services:\n  a: {build: ./x/, env_file: ./a.env}\n  b: {build: {context: y, dockerfile: ../D}}\n"
    assert wanted_texts(Settings(compose_file="c.yaml"), compose) == {
        *("c.yaml", "VERSION", "CHANGELOG.md", "a.env", "D", "D.dockerignore"),
        *("x/Dockerfile", "x/Dockerfile.dockerignore", "x/.dockerignore", "y/.dockerignore"),
    }


def test_the_pin_alone_wants_the_compose_file_and_its_env_files() -> None:
    compose = "services:\n  a: {build: ./x/, env_file: [./a.env]}\n"
    assert wanted_texts(SETTINGS, whole=False) == {"docker-compose.yaml"}
    assert wanted_texts(SETTINGS, compose, whole=False) == {"docker-compose.yaml", "a.env"}


@pytest.mark.parametrize("compose", ["{", "services: 1\n", ""])
def test_a_compose_file_that_cannot_be_read_names_nothing(compose: str) -> None:
    assert wanted_texts(SETTINGS, compose) == wanted_texts(SETTINGS)


@pytest.mark.parametrize(
    ("file", "what"),
    [("VERSION", "the version"), ("CHANGELOG.md", "the changelog"), ("docker-compose.yaml", "the compose file")],
)
def test_a_file_that_is_missing_or_no_utf8_is_told(file: str, what: str) -> None:
    plain = {name: "FROM scratch\n" for name in TEXTS if name.startswith("Dockerfile")}
    (problem,) = problems({**plain, file: None})
    assert (problem.what, problem.value) == (f"Missing: {what}", file)
    assert problem.hint
    there = source({**plain, file: None})
    with pytest.raises(ConfigurationError) as caught:
        read_product(Source(there.files | {file}, there.texts), SETTINGS)
    (problem,) = caught.value.problems
    assert (problem.what, problem.file) == (f"Not readable as UTF-8: {what}", file)


def test_a_product_without_a_name_is_told() -> None:
    (problem,) = problems({}, replace(SETTINGS, product_name=""))
    assert "product's name" in problem.what
    assert "--product-name" in problem.hint


def test_own_images_without_a_prefix_are_told_and_what_they_copy_is_looked_at_all_the_same() -> None:
    found = problems({"Dockerfile.web": "FROM scratch\nCOPY gone /\n"}, replace(SETTINGS, image_prefix=""))
    assert found[0].what.startswith("The image prefix is not known")
    assert "--image-prefix" in found[0].hint
    assert [(p.value, p.file, p.line) for p in found[1:]] == [("gone", "Dockerfile.web", 2)]


def test_no_prefix_is_needed_where_nothing_is_built() -> None:
    spec = read_spec(source({"docker-compose.yaml": "services: {db: {image: postgres}}\n"}), Settings())
    assert spec.images == ()


def test_a_missing_dockerfile_is_told_though_images_have_one_name() -> None:
    compose = COMPOSE.replace("Dockerfile.mail", "Dockerfile.post") + "  again:\n    build: {context: ., target: x, "
    found = problems({"docker-compose.yaml": compose + "dockerfile: Dockerfile.web}\n"})
    assert [p.what.partition(":")[0] for p in found] == [
        "Two images with one name",
        "The Dockerfile of `mail` is not there",
    ]


def test_the_compose_file_alone_needs_neither_version_nor_dockerfiles() -> None:
    alone = source(dict.fromkeys(set(TEXTS) - {"docker-compose.yaml"}))
    assert [image.name for image in read_spec(alone, SETTINGS).images] == ["web", "worker", "mail"]
    with pytest.raises(ConfigurationError) as caught:
        read_spec(alone, SETTINGS, whole=True)
    assert len(caught.value.problems) == 3


def test_of_two_env_files_the_later_wins_and_one_that_may_be_missing_may() -> None:
    texts: dict[str, str | None] = {"docker-compose.yaml": ENV_COMPOSE, "one.env": "A=1\nB=1\n"}
    assert read_spec(source(texts), SETTINGS).environment == {"cache": {"A": "1", "B": "1"}}
    assert read_spec(source({**texts, "two.env": "B=2\n"}), SETTINGS).environment == {"cache": {"A": "1", "B": "2"}}


def test_an_env_file_that_is_missing_is_told_with_the_line_that_names_it() -> None:
    (problem,) = problems({"docker-compose.yaml": ENV_COMPOSE})
    assert problem.what == "The env file of `cache` is missing or not readable as UTF-8"
    assert (problem.value, problem.file, problem.line) == ("./one.env", "docker-compose.yaml", 23)


def test_what_is_wrong_in_an_env_file_of_several_services_is_told_once() -> None:
    compose = ENV_COMPOSE + "  other:\n    image: redis:8\n    env_file: one.env\n"
    found = problems({"docker-compose.yaml": compose, "one.env": "lonely\n"})
    assert [(p.file, p.line, p.expected) for p in found] == [("one.env", 1, "lonely=value")]


@pytest.mark.parametrize(("mount", "mounted"), [("./certs:/c:ro", ("./certs",)), ("./gone:/c", ()), ("data:/c", ())])
def test_what_omctl_reads_beside_the_file_is_what_is_there(mount: str, mounted: tuple[str, ...]) -> None:
    compose = f"{COMPOSE}    volumes: ['{mount}']\n"
    product = read_product(source({"docker-compose.yaml": compose, "certs/ca.pem": ""}), SETTINGS)
    assert product.mounted == mounted


EMBEDDING = COMPOSE + "  cache:\n    image: redis:8\n    labels:\n      {{ $file:./labels.yaml }}\n"


def test_what_the_compose_file_embeds_is_handed_to_omctl_beside_it() -> None:
    texts = {"docker-compose.yaml": EMBEDDING, "labels.yaml": "a: b\n"}
    assert "./labels.yaml" in read_product(source(texts), SETTINGS).mounted


@pytest.mark.parametrize(
    ("embedded", "what", "value"),
    [
        (None, "What omctl is to read beside the compose file is not there", "./labels.yaml"),
        ("  a: {{ $file:more.yaml }}\n", "A file that is embedded embeds another, which is not followed", "more.yaml"),
    ],
)
def test_what_is_embedded_must_be_there_and_embed_nothing(embedded: str | None, what: str, value: str) -> None:
    (problem,) = problems({"docker-compose.yaml": EMBEDDING, "labels.yaml": embedded})
    assert problem.what == what
    assert value in problem.value
    assert problem.line == EMBEDDING[: EMBEDDING.index("$file")].count("\n") + 1

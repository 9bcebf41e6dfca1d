"""A compose file as omctl reads it."""

import pytest

from ci.core.compose.model import Compose
from ci.core.product.compose_file import read_compose
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError, Problem

FILES = {"d/db.yaml": "db:\n  image: {{ $file:image }}\n  user: ${A:-1}\n", "d/image": "postgres:16"}
TEXT = "services:\n  web: {build: '${CONTEXT:-.}'}\n  {{ $file:db.yaml }}\n  x:\n    image: {{ $file:image }}\n"


def compose(text: str, files: dict[str, str] = FILES, settings: Settings | None = None) -> Compose:
    return read_compose(text, "d/c.yaml", files, settings or Settings())


def problems(text: str, files: dict[str, str]) -> tuple[Problem, ...]:
    found = compose(text, files).original
    return found.problems if found else ()


def test_services_of_embedded_files_are_services() -> None:
    found = compose(TEXT)
    assert [(one.name, one.image, one.line) for one in found.services] == [
        ("web", "", 2),
        ("db", "postgres:16", 3),
        ("x", "postgres:16", 4),
    ]
    assert found.original
    assert found.original.text == TEXT
    assert found.original.files == FILES


def test_nothing_is_filled_in_without_the_text_env_file() -> None:
    assert "user: ${A:-1}" in compose(TEXT).document.text
    assert "user: ${A:-1}" in compose(TEXT.replace("build", "env_file : x, build")).document.text


@pytest.mark.parametrize("where", ["main", "embedded", "comment"])
def test_variables_are_filled_in_with_the_text_env_file_anywhere(where: str) -> None:
    text = TEXT.replace("web: {", "web: {env_file: x, ") if where == "main" else TEXT
    text = text + "# env_file: x\n" if where == "comment" else text
    files = {**FILES, "d/db.yaml": FILES["d/db.yaml"] + "  env_file: y\n"} if where == "embedded" else FILES
    assert 'user: "1"' in compose(text, files).document.text


def test_a_template_that_nothing_was_filled_into_can_stay() -> None:
    found = compose(TEXT + "# env_file: x\n")
    assert found.original
    ((start, end, text),) = found.original.templates
    assert text == "    image: {{ $file:image }}"
    assert found.document.text[start:end] == "    image: postgres:16"


def test_the_values_are_those_of_the_settings_of_dotenv_and_of_defaults() -> None:
    text = (
        "services:\n  a: {env_file: ['${F:-e}'], image: 'x:${T}', build: {args: ['B=${T}', 'C=${U}']}, user: '${U}'}\n"
    )
    found = compose(text, {"d/.env": "T=1\nU=2\n"}, Settings(variables={"U": "3"}, build_args={"T": "4"}))
    (service,) = found.services
    assert (service.image, service.keys["user"].value.value) == ("x:1", "3")  # type: ignore[union-attr]
    assert [one.path for one in service.env_files] == ["e"]
    assert service.build
    assert service.build.args == (("B", "4"), ("C", "3"))


def test_a_problem_in_an_embedded_file_has_its_file_and_line() -> None:
    (found,) = problems("services:\n  {{ $file:a }}\n", {"d/a": "a:\n  env_file: x\n  user: ${NONE}\n"})
    assert (found.file, found.line) == ("d/a", 3)
    with pytest.raises(ConfigurationError) as caught:
        compose("services:\n  {{ $file:a }}\n", {"d/a": "a:\n  image: x\n  image: y\n"})
    assert [(one.file, one.line) for one in caught.value.problems] == [("d/a", 3)]


def test_a_line_behind_an_embedded_file_is_that_of_the_compose_file() -> None:
    (found,) = problems("services:\n  {{ $file:db.yaml }}\n  a:\n    env_file: x\n    user: ${NONE}\n", FILES)
    assert (found.file, found.line) == ("d/c.yaml", 5)


def test_a_file_that_embeds_itself_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="nested too deep"):
        compose("services:\n  {{ $file:a }}\n", {"d/a": "\n{{ $file:a }}\n"})


def test_a_broken_dotenv_and_a_service_that_is_left_out_are_problems() -> None:
    text = "services: {a: {image: x, env_file: y, profiles: [z]}}\n"
    assert [one.line for one in problems(text, {"d/.env": "A\n"})] == [1, 1]

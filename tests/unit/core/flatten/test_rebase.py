import pytest

from ci.core.flatten.rebase import Rebase, relative
from ci.core.flatten.tree import Keys, Value, read_value
from ci.core.yaml.parse import read
from ci.errors import ConfigurationError

LOCAL = "{driver: local, driver_opts: {o: bind, device: ./d}}"


def value(text: str) -> Keys:
    document = read(text, "c.yaml")
    found = read_value(document, document.root)
    assert isinstance(found, Keys)
    return found


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("a/b", "", "./a/b"),
        ("a/b", "a", "./b"),
        ("a", "a", "."),
        ("a", "b/c", "../../a"),
        ("../a", "b", "../../a"),
        (".hidden", "", "./.hidden"),
    ],
)
def test_a_path_from_the_top_becomes_one_from_a_folder(path: str, folder: str, expected: str) -> None:
    assert relative(path, folder) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("build: ./x", "build: ./common/x"),
        ("build: {context: ../x, dockerfile: D}", "build: {context: ./x, dockerfile: D}"),
        ("build: {dockerfile: D}", "build: {dockerfile: D}"),
        ("build: https://x/y.git", "build: https://x/y.git"),
        ("build: {additional_contexts: {a: ./a, b: docker-image://x}}",) * 2,
        ("env_file: [a.env, {path: b.env}]", "env_file: [./common/a.env, {path: ./common/b.env}]"),
        ("label_file: l", "label_file: ./common/l"),
        ("volumes: ['./a:/a:ro', 'n:/n', '/a:/b']", "volumes: ['./common/a:/a:ro', 'n:/n', '/a:/b']"),
        ("volumes: ['~/x:/x', /c]",) * 2,
        ("volumes: [{type: bind, source: a, target: /a}]", "volumes: [{type: bind, source: ./common/a, target: /a}]"),
        ("volumes: [{type: volume, source: a, target: /a}]",) * 2,
        ("volumes: ['./${A}/b:/b']", "volumes: ['./common/${A}/b:/b']"),
        ("volumes: ['${PWD}/b:/b']",) * 2,
        ("volumes: ['${A:-./x}:/x', '${A:-n}:/y']", "volumes: ['./common/x:/x', '${A:-n}:/y']"),
        ("build: ${A:-./x}", "build: ./common/x"),
        ("develop: {watch: [{path: ./s, action: sync}]}", "develop: {watch: [{path: ./common/s, action: sync}]}"),
        ("command: ./run", "command: ./run"),
    ],
)
def test_the_paths_of_a_service_are_rebased_and_nothing_else(before: str, after: str) -> None:
    expected: Value = value(after.replace("a: ./a, b", "a: ./common/a, b"))
    assert Rebase("common", "").service(value(before)) == expected


@pytest.mark.parametrize(
    ("section", "before", "after"),
    [
        ("configs", "file: ./c", "file: ./common/c"),
        ("secrets", "environment: X", "environment: X"),
        ("volumes", LOCAL, LOCAL.replace("./d", "./common/d")),
        ("volumes", "{driver: nfs, driver_opts: {device: ./d}}", "{driver: nfs, driver_opts: {device: ./d}}"),
    ],
)  # fmt: skip
def test_the_paths_of_top_level_entries_are_rebased(section: str, before: str, after: str) -> None:
    assert Rebase("common", "").resource(section, value(before)) == value(after)


@pytest.mark.parametrize("text", ["build: $X/y", "volumes: ['${A}:/x']", "volumes: ['./${A:-b:c}:/x']"])
def test_a_path_that_may_be_absolute_can_t_be_rebased_but_stays_in_its_own_folder(text: str) -> None:
    with pytest.raises(ConfigurationError, match="begins with a variable"):
        Rebase("common", "").service(value(text))
    assert Rebase(".", "").service(value(text)) == value(text)

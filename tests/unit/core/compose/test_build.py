"""`build` of a service: its forms, its variables, and what extended services add."""

import pytest

from ci.core.compose.model import Build
from ci.core.compose.parse import parse
from ci.errors import ConfigurationError


def build(text: str, **variables: str) -> Build:
    found = parse(f"services:\n  web:\n    build: {text}\n", "compose.yaml", variables).services[0].build
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("./web", Build("./web")),
        ("{}", Build(".")),
        ("{context: a, dockerfile: b, target: c}", Build("a", "b", "c")),
        ("{args: {A: 1, B: }}", Build(".", args=(("A", "1"), ("B", None)))),
        ("{args: [A=1, B]}", Build(".", args=(("A", "1"), ("B", None)))),
        ("{labels: [a=b, c]}", Build(".", labels=(("a", "b"), ("c", "")))),
        ("{dockerfile_inline: FROM x}", Build(".", inline="FROM x")),
    ],
)
def test_a_build_in_each_of_its_forms(text: str, expected: Build) -> None:
    assert build(text) == expected


def test_variables_are_replaced_and_those_without_a_value_are_listed() -> None:
    found = build("{context: './$A', args: {X: '$B', Y: '$C', Z: '$C'}}", A="web", B="1")
    assert found == Build("./web", args=(("X", "1"), ("Y", "$C"), ("Z", "$C")), unresolved=("C",))


def test_other_keys_are_listed_and_those_that_change_the_image_have_their_values() -> None:
    found = build("{tags: [a], pull: true, privileged: true, network: host}")
    assert found.other_keys == ("network", "privileged", "pull", "tags")
    assert found.other_values == '{"network": "host", "privileged": "true"}'


@pytest.mark.parametrize(
    ("text", "secrets", "ssh"),
    [
        ("{secrets: [pip]}", [("pip", "env://PIP_TOKEN")], ()),
        ("{secrets: [cert, pip, pip]}", [("cert", "file://./cert.pem"), ("pip", "env://PIP_TOKEN")], ()),
        ("{secrets: [{source: pip, target: token}]}", [("token", "env://PIP_TOKEN")], ()),
        ("{secrets: [OTHER]}", [("OTHER", "env://OTHER")], ()),
        ("{ssh: [default]}", [], ("default",)),
        ("{ssh: default}", [], ("default",)),
        ("{ssh: {default: null}}", [], ("default",)),
        ('{ssh: ["own=~/.ssh/key"]}', [], ("own",)),
    ],
)
def test_secrets_and_agents_have_their_ids(text: str, secrets: list[tuple[str, str]], ssh: tuple[str, ...]) -> None:
    top = "secrets: {pip: {environment: PIP_TOKEN}, cert: {file: ./cert.pem}}\n"
    found = parse(f"services:\n  web:\n    build: {text}\n{top}", "c.yaml").services[0].build
    assert found
    assert ([(one.id, one.address) for one in found.secrets], found.ssh) == (secrets, ssh)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "`build` of `web` is empty"),
        ("[a]", "`build` of `web` is a list"),
        ("{{ $file:a }}", "`build` of `web` comes from a template, which is not expanded here"),
        ("{context: [a]}", "`build.context` of `web` is not a string"),
    ],
)
def test_a_build_that_cannot_be_read_is_refused(text: str, what: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build(text)
    assert [problem.what for problem in caught.value.problems] == [what]


def test_a_service_builds_what_it_and_the_services_it_extends_have() -> None:
    text = "services:\n  web:\n    extends: base\n    build: {target: c, args: [A=2]}\n"
    text += "  base: {build: {context: a, target: b, args: {A: 1, B: 1}}}\n  other:\n    extends: base\n    build:\n"
    found = parse(text, "f").by_name
    assert found["web"].build == Build("a", target="c", args=(("A", "2"), ("B", "1")))
    assert found["other"].build == found["base"].build

"""`extends`: chains within a file, and what is refused."""

import pytest

from ci.core.compose.extends import MAX_CHAIN
from ci.core.compose.parse import parse
from ci.errors import ConfigurationError, Problem


def refused(services: str) -> Problem:
    with pytest.raises(ConfigurationError) as caught:
        parse("services:\n" + services, "compose.yaml")
    return caught.value.problems[0]


@pytest.mark.parametrize("extends", ["base", "{service: base}"])
def test_both_forms_of_extends_are_read(extends: str) -> None:
    compose = parse(f"services:\n  web:\n    extends: {extends}\n  base: {{image: x}}\n", "f")
    assert (compose.by_name["web"].base, compose.by_name["web"].image) == ("base", "x")


def test_the_nearest_service_of_a_chain_wins() -> None:
    compose = parse("services:\n  a: {extends: b}\n  b: {extends: c, image: b}\n  c: {image: c, init: true}\n", "f")
    assert compose.by_name["a"].image == "b"
    assert [service.name for service in compose.ancestry(compose.by_name["a"])] == ["c", "b", "a"]


def test_a_circle_is_refused_with_its_names() -> None:
    problem = refused("  a: {extends: b}\n  b: {extends: c}\n  c: {extends: b}\n")
    assert (problem.what, problem.value) == ("Service `a` extends itself", "a → b → c → b")


def test_a_long_circle_is_shown_by_its_begin_and_its_end() -> None:
    services = "".join(f"  s{n}: {{extends: s{(n + 1) % 9}}}\n" for n in range(9))
    assert refused(services).value == "s0 → s1 → s2 → s3 → s4 → s0"


def test_a_chain_that_is_too_long_is_refused() -> None:
    services = "".join(f"  s{n}: {{extends: s{n + 1}}}\n" for n in range(MAX_CHAIN + 1))
    problem = refused(services + f"  s{MAX_CHAIN + 1}: {{image: x}}\n")
    assert problem.what == "Too many services extend each other in a row"


def test_a_service_of_another_file_is_refused_with_the_file() -> None:
    problem = refused("  web:\n    extends: {file: common.yaml, service: base}\n")
    assert (problem.line, problem.value) == (3, "common.yaml")


@pytest.mark.parametrize(("extends", "value"), [("nobody", "nobody"), ("{service: }", ""), ("[a]", "")])
def test_a_service_that_does_not_exist_is_refused(extends: str, value: str) -> None:
    problem = refused(f"  web:\n    extends: {extends}\n")
    assert (problem.what, problem.value) == ("Service `web` extends one that does not exist", value)

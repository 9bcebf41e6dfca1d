"""Which values must be of a type; `tests/integration/test_omctl_reading.py` holds it against the real omctl."""

import pytest

from ci.core.omctl.types import Type, as_type, is_build, refuses_variable, type_of


def path(text: str) -> tuple[str, ...]:
    return tuple(text.split("."))


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("services.a.privileged", Type.BOOLEAN),
        ("services.init.init", Type.BOOLEAN),
        ("services.a.ports.[].target", Type.INTEGER),
        ("services.a.ports.[].published", None),
        ("services.a.ulimits.nofile", Type.INTEGER),
        ("services.a.ulimits.nofile.soft", Type.INTEGER),
        ("services.a.cpus", Type.NUMBER),
        ("services.a.deploy.resources.limits.cpus", Type.QUOTED),
        ("services.a.labels.init", None),
        ("services.a.environment.scale", None),
        ("volumes.a.external", Type.BOOLEAN),
        ("x-omnistrate-a.a.external", None),
        ("init", None),
    ],
)
def test_the_type_of_a_value(where: str, kind: Type | None) -> None:
    assert type_of(path(where)) is kind


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("YES", Type.BOOLEAN, "true"),
        ("n", Type.BOOLEAN, "false"),
        ("1", Type.BOOLEAN, None),
        ("+12", Type.INTEGER, "12"),
        ("1.5", Type.INTEGER, None),
        ("", Type.INTEGER, None),
        (".5", Type.NUMBER, ".5"),
        ("1e3", Type.NUMBER, "1e3"),
        ("x", Type.NUMBER, None),
        ("0.5", Type.QUOTED, '"0.5"'),
        ("x", Type.QUOTED, None),
    ],
)
def test_the_text_of_a_value_of_a_type(value: str, kind: Type, text: str | None) -> None:
    assert as_type(value, kind) == text


@pytest.mark.parametrize(
    ("where", "value", "refused"),
    [
        ("services.a.ports.[]", "${A}:80", True),
        ("services.a.expose.[]", "${A}", False),
        ("services.a.mem_limit", "${A:-1g}", True),
        ("services.a.healthcheck.interval", "${A}", True),
        ("services.a.volumes.[]", "${A}:/a", True),
        ("services.a.volumes.[]", "${A:-./b}:/a", True),
        ("services.a.volumes.[]", "./${A:-b}:/a", True),
        ("services.a.volumes.[]", "./b:/${A}", False),
        ("services.a.volumes.[]", "./${A}/b:/a", False),
        ("services.a.volumes.[]", "${A}", False),
        ("services.a.user", "${A}", False),
        ("services.a", "${A}", False),
    ],
)
def test_where_omctl_refuses_a_variable(where: str, value: str, refused: bool) -> None:  # noqa: FBT001 - a column
    assert refuses_variable(path(where), value) is refused


def test_what_is_a_build() -> None:
    assert is_build(path("services.build.build"))
    assert not is_build(path("services.build"))
    assert not is_build(path("services.a.labels.build"))

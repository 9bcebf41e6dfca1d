"""What a service mounts."""

import pytest
from smoke_files import FILE, error, spec

from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.plan import smoke_plan
from ci.core.smoke.service_spec import Mount, MountKind


def test_secrets_and_configs_of_the_compose_file_are_mounted() -> None:
    assert spec("db").mounts == (
        Mount("/run/secrets/token", MountKind.BIND, "token", read_only=True),
        Mount("/etc/conf", MountKind.CONTENT, "a: pw", read_only=True),
    )


def test_a_path_is_relative_to_the_top_of_the_source() -> None:
    text = "services:\n  a: {image: i, volumes: ['./certs:/c', '../shared:/s', .:/all]}\n"
    plan = smoke_plan(text, f"deploy/{FILE}", "t", SmokeSettings(), {})
    assert [one.source for one in plan.start.services[0].mounts] == ["deploy/certs", "shared", "deploy"]


@pytest.mark.parametrize(
    ("services", "message"),
    [
        ("  a: {image: i, volumes: ['v:/v']}", "mounts the volume `v`, which is not declared"),
        ("  a: {image: i, volumes: ['/run/docker.sock:/s']}", "mounts a path of the host: /run/docker.sock"),
        ("  a: {image: i, volumes: ['../x:/s']}", "mounts a path of the host: ../x"),
        ("  a: {image: i, volumes: [{type: npipe, target: /a}]}", "`volumes` of `a` is invalid"),
        ("  a: {image: i, secrets: [s]}", "uses `s` of `secrets`, whose content is not known"),
    ],
)
def test_a_mount_that_a_smoke_cannot_make_is_a_problem(services: str, message: str) -> None:
    found = error(services)
    assert message in found
    assert FILE in found

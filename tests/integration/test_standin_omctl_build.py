"""`omctl build` with the real binary against the stand-in: what is sent, what is refused, and versions."""

from pathlib import Path

import pytest
from omctl_product import COMPOSE, KEY, PRODUCT, RELEASE, SEED, build
from real_omctl import RealOmctl, printed, real_omctl

from ci.core.omctl.files import PINNED_FILE

pytestmark = pytest.mark.integration


def test_the_file_is_sent_byte_for_byte(omctl: RealOmctl) -> None:
    printed(build(omctl))
    assert omctl.state()["plans"][-1]["versions"][-1]["compose"] == COMPOSE


def test_an_existing_bind_mount_is_sent_as_configs_and_the_file_is_rewritten(omctl: RealOmctl) -> None:
    certificates = omctl.work / "certs"
    certificates.mkdir()
    (certificates / "ca.pem").write_text("x", encoding="utf-8")
    assert printed(build(omctl))["version"] == "2.0"
    version = omctl.state()["plans"][-1]["versions"][-1]
    assert len(version["configs"]) == 1
    assert "target: /certs/ca.pem" in version["compose"]
    assert "./certs" not in version["compose"]
    assert version["images"] == {
        "initdb": "ghcr.io/o/p-dockerfile.migrations:sha-1",
        "server": "ghcr.io/o/p-dockerfile.server:sha-1",
    }
    for expression in ("'{{ $secrets.dbPassword }}'", "HOST: ${DB_HOST}", "NODE: $sys.compute.node.name"):
        assert expression in version["compose"]
    (certificates / "ca.pem").write_text("another", encoding="utf-8")
    assert printed(build(omctl))["version"] == "3.0"


def test_a_dry_run_changes_nothing(omctl: RealOmctl) -> None:
    assert "version" not in printed(build(omctl, *RELEASE, "--dry-run"))
    assert [version["version"] for version in omctl.state()["plans"][0]["versions"]] == ["1.0"]


def test_a_release_needs_neither_a_description_nor_a_preference(omctl: RealOmctl) -> None:
    built = printed(build(omctl, "--release"))
    assert (built["version"], built["version_set_status"]) == ("2.0", "Active")
    assert "release_description" not in built


def test_the_preferred_version_can_be_moved_back(omctl: RealOmctl) -> None:
    printed(build(omctl))
    plan = ("service-plan", "set-default", PRODUCT, "Experio", "--environment", "Dev")
    assert omctl.json(*plan, "--version", "1.0")["version_set_status"] == "Preferred"
    assert omctl.state()["plans"][0]["preferred"] == "1.0"


def test_a_missing_secret_is_named_with_its_services(omctl: RealOmctl) -> None:
    done = build(omctl, environment="Production", kind="prod")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "secret not found in PROD: falkordbPassword (used by initdb)" in done.stderr


@pytest.mark.parametrize(
    ("compose", "message"),
    [
        ("services: [\n", "failed to parse YAML content"),
        ("services:\n  a:\n    image: b\n    image: c\n", 'mapping key "image" already defined'),
        ("services:\n  a:\n    image: [b]\n", "services.a.image must be a string"),
        ("services:\n  a:\n    image: b\n    depends_on: [c]\n", 'service "a" depends on undefined service c'),
        ("services:\n  a:\n    image: b:${OMCTL_TAG}\n", "unresolved environment variables in spec file: OMCTL_TAG"),
        ("services:\n  a:\n    image: b\n    # env_file: none\n", "docker"),
        ("services:\n  a:\n    build: .\n", "build is not supported, give an image: a"),
        ("x-a: 1\n", "no services found"),
    ],
)
def test_an_invalid_compose_file_is_refused(omctl: RealOmctl, compose: str, message: str) -> None:
    omctl.write(compose)
    done = build(omctl)
    assert (done.exit_code, done.stdout) == (1, "")
    assert message in done.stderr


def test_a_missing_compose_file_is_an_error(omctl: RealOmctl) -> None:
    (omctl.work / PINNED_FILE).unlink()
    done = build(omctl)
    assert (done.exit_code, f"file {PINNED_FILE} does not exist" in done.stderr) == (1, True)


def test_a_refused_build_prints_the_reason(tmp_path: Path) -> None:
    with real_omctl(tmp_path, {**SEED, "refuse_builds": "quota of plans reached"}, COMPOSE, KEY) as omctl:
        done = build(omctl)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "quota of plans reached" in done.stderr


def test_a_service_with_the_name_of_a_tool_makes_omctl_expect_another_kind_of_spec(tmp_path: Path) -> None:
    with real_omctl(tmp_path, SEED, "services:\n  operator:\n    image: b\n", KEY) as omctl:
        assert "prepare service hierarchy" in build(omctl).stderr
        assert omctl.state()["unknown_requests"] == ["PUT /2022-09-01-00/service/serviceplanspec/prepare"]
        assert printed(build(omctl, *RELEASE, "--spec-type", "DockerCompose"))["version"] == "1.0"

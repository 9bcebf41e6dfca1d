"""The real omctl against the stand-in API, over loopback: what a release, an upgrade and their failures look like.

The stand-in runs from a copy of its folder, as in the container of `rehearse`. The binary is `SLIPWAY_OMCTL`, or else
`omctl` on the PATH; with neither, these tests are skipped and nothing has compared the stand-in with the real thing.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

OMCTL = os.environ.get("SLIPWAY_OMCTL") or shutil.which("omctl")
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not OMCTL, reason="no omctl on PATH and no SLIPWAY_OMCTL: the stand-in was NOT held against it"),
]

REHEARSAL = Path(__file__).parents[2] / "ci" / "rehearsal"
KEY = "om_rehearsal"
PRODUCT = "Experio-1.1"
COMPOSE = "docker-compose.omni.yaml"
RELEASE = ("--release-as-preferred", "--release-description", "1.2.0: things")
TEXT = """\
x-omnistrate-service-plan:
  name: 'Experio'
x-db: &db
  DB_PASSWORD: "{{ $secrets.dbPassword }}"
services:
  initdb:
    image: ghcr.io/o/p-dockerfile.migrations:sha-1  # pinned
    environment:
      <<: *db
      FALKOR_PASSWORD: "{{ $secrets.falkordbPassword }}"
      HOST: ${DB_HOST}
      NODE: $sys.compute.node.name
  server:
    image: ghcr.io/o/p-dockerfile.server:sha-1
    volumes:
      - ./certs:/certs:ro
    x-omnistrate-capabilities:
      sidecars:
        scale-to-zero:
          imageNameWithTag: ghcr.io/o/p-dockerfile.server:sha-1
"""
SEED: dict[str, Any] = {
    "api_keys": [KEY],
    "secrets": {"DEV": ["dbPassword", "falkordbPassword"], "PROD": ["dbPassword"]},
    "instances": [
        {"id": "instance-dev", "product": PRODUCT, "plan": "Experio"},
        {"id": "instance-dev-2", "product": PRODUCT, "plan": "Experio"},
    ],
    "in_progress_polls": 2,
}


@dataclass(frozen=True)
class Ended:
    """How a call of omctl ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed, when it went well: nothing but JSON on stdout, nothing on stderr."""
        assert (self.code, self.err) == (0, "")
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """A working directory with the compose file, a home of its own, and a stand-in to talk to."""

    folder: Path
    port: str

    def omctl(self, *args: str, key: str = KEY, **more: str) -> Ended:
        assert OMCTL
        environment = {
            "PATH": os.defpath,
            "HOME": str(self.folder / "home"),
            "OMNISTRATE_HOST": f"127.0.0.1:{self.port}",
            "OMNISTRATE_HOST_SCHEME": "http",
            "OMNISTRATE_RETRY_MAX": "0",
            "OMNISTRATE_RETRY_WAIT_MIN_IN_SECONDS": "0",
            "OMNISTRATE_RETRY_WAIT_MAX_IN_SECONDS": "0",
            **({"OMNISTRATE_API_KEY": key} if key else {}),
            **more,
        }
        done = subprocess.run(
            [OMCTL, *args, "-o", "json"],
            cwd=self.folder / "work",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def build(self, *more: str, environment: str = "Dev", kind: str = "dev", **settings: str) -> Ended:
        named = ("--product-name", PRODUCT, "--environment", environment, "--environment-type", kind)
        return self.omctl("build", "-f", COMPOSE, *named, *(more or RELEASE), **settings)

    def upgrade(self, version: str, instance: str = "instance-dev") -> Ended:
        return self.omctl("upgrade", instance, "--version", version)

    def write(self, text: str) -> None:
        (self.folder / "work" / COMPOSE).write_text(text, encoding="utf-8")

    def state(self) -> dict[str, Any]:
        with closing(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_standin/state", timeout=10)) as answer:
            state: dict[str, Any] = json.load(answer)
        return state


@contextmanager
def standin(folder: Path, seed: dict[str, Any]) -> Iterator[Desk]:
    shutil.copytree(REHEARSAL, folder / "standin" / "rehearsal", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "work").mkdir()
    (folder / "home").mkdir()
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    with (
        (folder / "standin.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "rehearsal", "--port", "0", "--seed", str(folder / "seed.json")],
            env={"PYTHONPATH": str(folder / "standin")},
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout
            port = server.stdout.readline().rpartition(":")[2].strip()
            assert port.isdigit(), (folder / "standin.log").read_text(encoding="utf-8")
            desk = Desk(folder, port)
            desk.write(TEXT)
            yield desk
        finally:
            server.terminate()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with standin(tmp_path, SEED) as desk:
        yield desk
        assert desk.state()["unknown_requests"] == []


def test_the_whole_story(desk: Desk) -> None:
    assert [secret["name"] for secret in desk.omctl("secret", "list", "dev").json()["secrets"]] == SEED["secrets"][
        "DEV"
    ]

    built = desk.build().json()
    assert (built["plan_name"], built["service_name"], built["environment"]) == ("Experio", PRODUCT, "Dev")
    assert (built["version"], built["version_set_status"]) == ("2.0", "Preferred")
    assert (built["release_description"], built["is_new_service_plan_version_created"]) == ("1.2.0: things", True)

    described = desk.omctl("service-plan", "describe-version", PRODUCT, "Experio", "--version", "2.0").json()
    assert [resource["resource_name"] for resource in described["resources"]] == ["initdb", "server"]
    assert described["release_description"] == "1.2.0: things"
    listed = desk.omctl("service-plan", "list-versions", PRODUCT, "Experio", "--environment", "Dev").json()
    assert [version["version"] for version in listed] == ["2.0", "1.0"]

    where = ("-f", f"service:{PRODUCT},environment:Dev")
    assert {row["version"] for row in desk.omctl("instance", "list", *where).json()} == {"1.0"}

    (upgrade,) = desk.upgrade("2.0").json()
    assert (upgrade["source_version"], upgrade["target_version"]) == ("1.0", "2.0")
    assert upgrade["instance_ids"] == "instance-dev"
    seen = [desk.omctl("upgrade", "status", upgrade["upgrade_id"]).json()[0] for _ in range(5)]
    assert [row["status"] for row in seen] == ["SCHEDULED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETE", "COMPLETE"]
    assert (seen[-1]["total"], seen[-1]["completed"], seen[-1]["failed"]) == (1, 1, 0)
    (detail,) = desk.omctl("upgrade", "status", "detail", upgrade["upgrade_id"]).json()
    assert (detail["instance_id"], detail["upgrade_status"]) == ("instance-dev", "COMPLETE")

    running = desk.omctl("instance", "describe", "instance-dev", "--deployment-status").json()
    images = {row["resourceName"]: row["additionalInfo"]["image"] for row in running["resourceDeploymentStatus"]}
    assert images["initdb"] == "ghcr.io/o/p-dockerfile.migrations:sha-1"
    assert running["tierVersion"] == "2.0"

    for version in ("2.0", "latest", "preferred"):
        again = desk.upgrade(version)
        assert again.code == 1
        assert "source version 2.0 is the same as target version for instance-dev" in again.err

    again = desk.build().json()
    assert again["version"] == "2.0"
    assert "is_new_service_plan_version_created" not in again


def test_what_is_handed_over_is_the_file_to_the_byte(desk: Desk) -> None:
    desk.build().json()
    assert desk.state()["plans"][-1]["versions"][-1]["compose"] == TEXT


def test_a_bind_mount_that_is_there_is_sent_as_configs_and_the_file_written_anew(desk: Desk) -> None:
    (desk.folder / "work" / "certs").mkdir()
    (desk.folder / "work" / "certs" / "ca.pem").write_text("x", encoding="utf-8")
    assert desk.build().json()["version"] == "2.0"
    version = desk.state()["plans"][-1]["versions"][-1]
    assert len(version["configs"]) == 1
    assert "target: /certs/ca.pem" in version["compose"]
    assert "./certs" not in version["compose"]
    assert version["images"] == {
        "initdb": "ghcr.io/o/p-dockerfile.migrations:sha-1",
        "server": "ghcr.io/o/p-dockerfile.server:sha-1",
    }
    for expression in ("'{{ $secrets.dbPassword }}'", "HOST: ${DB_HOST}", "NODE: $sys.compute.node.name"):
        assert expression in version["compose"]
    (desk.folder / "work" / "certs" / "ca.pem").write_text("another", encoding="utf-8")
    assert desk.build().json()["version"] == "3.0"


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    answer = desk.build(*RELEASE, "--dry-run").json()
    assert "version" not in answer
    assert [version["version"] for version in desk.state()["plans"][0]["versions"]] == ["1.0"]


def test_a_build_may_be_made_without_a_description_and_without_preference(desk: Desk) -> None:
    built = desk.build("--release").json()
    assert (built["version"], built["version_set_status"]) == ("2.0", "Active")
    assert "release_description" not in built


def test_the_preferred_version_can_be_moved_back(desk: Desk) -> None:
    desk.build().json()
    back = desk.omctl("service-plan", "set-default", PRODUCT, "Experio", "--environment", "Dev", "--version", "1.0")
    assert back.json()["version_set_status"] == "Preferred"
    assert desk.state()["plans"][0]["preferred"] == "1.0"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("om_other", "OMNISTRATE_API_KEY signin-exchange failed: unauthorized"),
        ("", "not logged in and no TTY available for interactive login"),
    ],
)
def test_without_the_right_key_nothing_goes(desk: Desk, key: str, said: str) -> None:
    ended = desk.omctl("secret", "list", "dev", key=key)
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err


def test_a_missing_secret_names_its_services(desk: Desk) -> None:
    ended = desk.build(environment="Production", kind="prod")
    assert (ended.code, ended.out) == (1, "")
    assert "secret not found in PROD: falkordbPassword (used by initdb)" in ended.err


@pytest.mark.parametrize(
    ("text", "said"),
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
def test_a_wrong_compose_file_is_refused(desk: Desk, text: str, said: str) -> None:
    desk.write(text)
    ended = desk.build()
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err


def test_a_missing_compose_file_is_said(desk: Desk) -> None:
    (desk.folder / "work" / COMPOSE).unlink()
    ended = desk.build()
    assert (ended.code, f"file {COMPOSE} does not exist" in ended.err) == (1, True)


@pytest.mark.parametrize(
    ("instance", "version", "said"),
    [
        ("instance-nobody", "1.0", "instance-nobody not found. Please check the instance ID"),
        ("instance-de", "1.0", "instance-de not found. Please check the instance ID"),
        ("instance-dev", "9.0", "version 9.0 not found"),
    ],
)
def test_upgrades_that_cannot_be(desk: Desk, instance: str, version: str, said: str) -> None:
    ended = desk.upgrade(version, instance)
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err


def test_an_upgrade_that_fails_exits_0_and_says_failed(tmp_path: Path) -> None:
    with standin(tmp_path, {**SEED, "fail_upgrades_of": ["instance-dev"], "in_progress_polls": 0}) as desk:
        desk.build().json()
        (upgrade,) = desk.upgrade("preferred").json()
        seen = [desk.omctl("upgrade", "status", upgrade["upgrade_id"]).json()[0] for _ in range(2)]
        assert [(row["status"], row["failed"]) for row in seen] == [("SCHEDULED", 0), ("FAILED", 1)]
        assert desk.omctl("instance", "list", "-f", "instance_id:instance-dev").json()[0]["version"] == "1.0"


def test_an_instance_under_upgrade_is_not_upgraded_twice(desk: Desk) -> None:
    desk.build().json()
    desk.upgrade("2.0").json()
    (second,) = desk.upgrade("2.0").json()
    (row,) = desk.omctl("upgrade", "status", second["upgrade_id"]).json()
    assert (row["status"], row["total"], row["failed"]) == ("FAILED", 0, 1)


def listed(desk: Desk, *more: str) -> tuple[list[tuple[str, str]], str]:
    """The upgrades of the plan that a list names, each with its status, and the token of the next page."""
    plan = desk.omctl("instance", "describe", "instance-dev", "--deployment-status").json()
    ids = ("--service-id", plan["serviceId"], "--product-tier-id", plan["productTierId"])
    (page,) = desk.omctl("upgrade", "list", *ids, *more).json()
    found = [(one["upgradePathId"], one["status"]) for one in page["upgradePaths"]]
    return found, page.get("nextPageToken", "")


def test_upgrades_are_listed_with_their_status_and_a_list_moves_none_on(desk: Desk) -> None:
    assert listed(desk) == ([], "")
    desk.build().json()
    desk.write(f"{TEXT}# more\n")
    assert desk.build().json()["version"] == "3.0"
    (first,) = desk.upgrade("2.0").json()
    (refused,) = desk.upgrade("3.0").json()
    (other,) = desk.upgrade("3.0", "instance-dev-2").json()
    under_way = (first["upgrade_id"], "SCHEDULED")
    ended = (refused["upgrade_id"], "FAILED")
    beside = (other["upgrade_id"], "SCHEDULED")
    for _ in range(3):
        assert listed(desk) == ([beside, ended, under_way], "")
    assert listed(desk, "--target-version", "2.0") == ([under_way], "")
    assert listed(desk, "--target-version", "3.0", "--status", "FAILED") == ([ended], "")
    assert listed(desk, "--source-version", "2.0") == ([], "")
    assert listed(desk, "--type", "Major") == ([beside, ended, under_way], "")
    assert listed(desk, "--page-size", "2") == ([beside, ended], "2")
    assert listed(desk, "--page-size", "2", "--next-page-token", "2") == ([under_way], "")

    (row,) = desk.omctl("upgrade", "status", "detail", first["upgrade_id"]).json()
    assert (row["instance_id"], row["upgrade_status"]) == ("instance-dev", "SCHEDULED")
    assert desk.omctl("upgrade", "status", "detail", refused["upgrade_id"]) == Ended(0, "", "")

    for status in ("SCHEDULED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETE"):
        desk.omctl("upgrade", "status", first["upgrade_id"]).json()
        assert listed(desk, "--target-version", "2.0") == ([(first["upgrade_id"], status)], "")


def test_the_upgrades_of_a_plan_that_is_not_there_are_refused_before_the_flags_are_listed(desk: Desk) -> None:
    ended = desk.omctl("upgrade", "list", "--service-id", "s-1", "--product-tier-id", "pt-1")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("Error: not_found\nDetail: product tier 'pt-1' not found\nUsage:\n")


@pytest.mark.parametrize("instance", ["instance-nobody", "instance-de"])
def test_an_instance_that_is_not_there_is_not_described(desk: Desk, instance: str) -> None:
    ended = desk.omctl("instance", "describe", instance, "--deployment-status")
    assert (ended.code, ended.out) == (1, "")
    assert f"{instance} not found. Please check the instance ID" in ended.err


def test_a_refused_build_tells_the_reason(tmp_path: Path) -> None:
    with standin(tmp_path, {**SEED, "refuse_builds": "quota of plans reached"}) as desk:
        ended = desk.build()
        assert (ended.code, ended.out) == (1, "")
        assert "quota of plans reached" in ended.err


@pytest.mark.parametrize(("retries", "code"), [("1", 1), ("2", 0)])
def test_omctl_tries_again_after_503(tmp_path: Path, retries: str, code: int) -> None:
    faults = {"PUT /2022-09-01-00/service/composespec": 2}
    with standin(tmp_path, {**SEED, "http_503_times": faults}) as desk:
        ended = desk.build(OMNISTRATE_RETRY_MAX=retries)
        assert (ended.code, "503 Service Unavailable" in ended.err) == (code, code == 1)


def test_a_service_by_the_name_of_a_tool_is_taken_for_another_kind_of_spec(tmp_path: Path) -> None:
    with standin(tmp_path, SEED) as desk:
        desk.write("services:\n  operator:\n    image: b\n")
        assert "prepare service hierarchy" in desk.build().err
        assert desk.state()["unknown_requests"] == ["PUT /2022-09-01-00/service/serviceplanspec/prepare"]
        assert desk.build(*RELEASE, "--spec-type", "DockerCompose").json()["version"] == "1.0"

"""What docker-compose.yaml and the Dockerfiles must contain for the product to run; they are read, not run."""

import re
from typing import Any

import pytest
import yaml
from product import STACK, WORKERS

from jobs.base import queues

COMPOSE = yaml.safe_load((STACK.parent / "docker-compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OWN = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILES = sorted(path.name for path in STACK.glob("Dockerfile.*"))
GRAPHS = {"neo4j", "falkordb"}
SECRET = re.compile(r"PASSWORD|PASS$|SECRET|TOKEN|KEY|AUTH$", re.IGNORECASE)
DATABASE = {"DB_HOST", "DB_NAME", "DB_USER", "DB_PASSWORD"}
BROKER = {"RABBITMQ_HOST", "RABBITMQ_USER", "RABBITMQ_PASSWORD"}
GRAPH = {"GRAPH_PROVIDER", "NEO4J_URI", "NEO4J_USER", "NEO4J_DATABASE", "FALKOR_URI"}
PASSWORDS = {"NEO4J_PASSWORD", "FALKOR_PASSWORD"}


def given(service: str) -> set[str]:
    return set(SERVICES[service]["environment"])


def worker_of(service: str) -> str:
    return SERVICES[service]["build"]["dockerfile"].removeprefix("Dockerfile.")


def test_there_is_a_service_for_each_dockerfile_and_a_worker_for_each_program() -> None:
    assert sorted(service["build"]["dockerfile"] for service in OWN.values()) == DOCKERFILES
    assert len(DOCKERFILES) == 11
    assert {worker_of(name) for name in OWN} - {"server", "migrations"} == set(WORKERS)


@pytest.mark.parametrize("name", DOCKERFILES)
def test_an_image_runs_as_a_normal_user_and_holds_no_password(name: str) -> None:
    lines = (STACK / name).read_text().splitlines()
    users = [line for line in lines if line.startswith("USER ")]
    assert users[-1] == "USER 10001:10001"
    assert lines.index(users[-1]) > max(index for index, line in enumerate(lines) if line.startswith("RUN "))
    assert not [line for line in lines if re.match(r"(ENV|ARG)\b", line) and SECRET.search(line)]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_secret_of_a_service_is_a_reference(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(variable):
            assert re.fullmatch(r"(neo4j/)?\{\{ \$secrets\.\w+ \}\}", str(value)), f"{variable} of {name}"


def test_the_env_file_has_no_secret() -> None:
    lines = (STACK.parent / ".omnistrate.env").read_text().splitlines()
    names = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert names
    assert not [name for name in names if SECRET.search(name)]


@pytest.mark.parametrize("name", [name for name in OWN if name not in {"server", "initdb"}])
def test_a_worker_is_given_what_it_reads(name: str) -> None:
    assert given(name) >= DATABASE | BROKER
    assert (given(name) & (GRAPH | PASSWORDS)) == (GRAPH if name == "coordinator" else set())


def test_server_and_initdb_are_given_what_they_read() -> None:
    assert given("server") >= DATABASE | BROKER | GRAPH | {"REDIS_URL", "DJANGO_SECRET_KEY", "VITE_USE_AUTH0"}
    accounts = {"DJANGO_SUPERUSER_PASSWORD", "PLAYWRIGHT_TEST_USER_PASS"}
    assert given("initdb") >= DATABASE | GRAPH | PASSWORDS | accounts
    assert not given("initdb") & (BROKER | {"REDIS_URL"})
    assert not given("server") & (PASSWORDS | accounts)


def test_the_server_and_its_client_have_the_same_setting_of_auth0() -> None:
    server = SERVICES["server"]
    assert server["build"]["args"]["VITE_USE_AUTH0"] == server["environment"]["VITE_USE_AUTH0"]


def test_the_start_order_is_that_of_the_product() -> None:
    order = {
        name: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
        for name, service in SERVICES.items()
    }
    healthy, completed = "service_healthy", "service_completed_successfully"
    stores = dict.fromkeys(["postgres", "redis", "rabbitmq"], healthy)
    assert order["initdb"] == {"postgres": healthy}
    assert order["server"] == stores | {"initdb": completed}
    for name in OWN.keys() - {"server", "initdb"}:
        assert order[name] == {"rabbitmq": healthy, "initdb": completed, "server": "service_started"}
    assert not any(GRAPHS & others.keys() for others in order.values())


def test_the_front_and_the_flows_go_to_queues_that_have_a_worker() -> None:
    assert {queues.FRONT, queues.CLEANUP} <= set(WORKERS)

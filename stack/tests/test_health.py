"""/health/: its response for every combination, and the probes of real dependencies and of ones that hang."""

import http.server
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.test import Client, override_settings
from product import Visitor, Web
from services import FalkorDB, Postgres, RabbitMQ, Redis, Silent, until

from core import health, probes

CRITICAL = {"postgres": True, "redis": True, "rabbitmq": True, "llm": True, "neo4j": False, "mcp": False}
PATIENCE = 20.0  # what a probe that hangs would take if nobody stopped waiting; no test takes it


def test_the_checks_are_those_of_the_product() -> None:
    assert {check.name: check.critical for check in health.CHECKS} == CRITICAL


@pytest.mark.parametrize("up", list(itertools.product([True, False], repeat=len(CRITICAL))))
def test_every_combination(up: tuple[bool, ...]) -> None:
    state = dict(zip(CRITICAL, up, strict=True))

    def probe(ok: bool) -> Callable[[], str]:
        return lambda: "fine" if ok else 1 / 0

    checks = [health.Check(name, CRITICAL[name], probe(ok)) for name, ok in state.items()]
    status, body = health.report(health.Board(checks).results(limit=PATIENCE))
    if not all(state[name] for name in ("postgres", "redis", "rabbitmq", "llm")):
        expected = (503, "unhealthy")
    elif not (state["neo4j"] and state["mcp"]):
        expected = (200, "degraded")
    else:
        expected = (200, "healthy")
    assert (status, body["status"]) == expected
    for name, ok in state.items():
        check = body["checks"][name]
        assert (check["status"], check["critical"]) == ("healthy" if ok else "unhealthy", CRITICAL[name])
        assert check["reason"] == ("fine" if ok else "division by zero")
        assert isinstance(check["time_ms"], float)


def test_a_dependency_that_hangs_delays_no_response_and_blocks_one_thread_only() -> None:
    release, asked = threading.Event(), []

    def hangs() -> str:
        asked.append(1)
        return "late" if release.wait(PATIENCE) else "never released"

    board = health.Board([health.Check("slow", True, hangs), health.Check("quick", True, lambda: "fine")])
    for _ in range(3):
        slow, quick = board.results(limit=0.05)
        assert (slow.ok, slow.reason.startswith("no answer in "), quick.reason) == (False, True, "fine")
    assert len(asked) == 1
    release.set()
    while not (slow := board.results(limit=PATIENCE)[0]).ok:  # the late answer is the old question's; then a new one
        pass
    assert slow.reason == "late"


def test_all_are_probed_at_the_same_time() -> None:
    together = threading.Barrier(len(CRITICAL))
    checks = [health.Check(name, True, lambda: f"met {together.wait(PATIENCE)}") for name in CRITICAL]
    assert all(result.ok for result in health.Board(checks).results(limit=PATIENCE))


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


@pytest.fixture
def hanging(silent: Silent, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every dependency accepts connections and never responds."""
    port, http_url = silent.port, f"http://127.0.0.1:{silent.port}"
    monkeypatch.setenv("RABBITMQ_PORT", str(port))
    monkeypatch.setitem(settings.DATABASES["default"], "PORT", str(port))
    with override_settings(
        HEALTH_LIMIT_SECONDS=0.3,
        REDIS_URL=f"redis://127.0.0.1:{port}/0",
        GRAPH_URIS={"neo4j": f"bolt://127.0.0.1:{port}", "falkordb": f"redis://127.0.0.1:{port}"},
        USE_AZURE_OPENAI=True,
        AZURE_OPENAI_ENDPOINT=http_url,
        MCP_URL=http_url,
    ):
        yield


@pytest.mark.parametrize("provider", ["neo4j", "falkordb"])
def test_dependencies_that_hang_are_named_within_the_limit(hanging: None, silent: Silent, provider: str) -> None:
    board = health.Board()
    with override_settings(GRAPH_PROVIDER=provider):
        results = board.results(limit=0.15)  # shorter than the probes' own limits: it is not they that stop the wait
    assert {result.name for result in results if result.ok} == set()
    assert all(result.reason.startswith("no answer in ") for result in results), results
    until(lambda: silent.connections() == len(CRITICAL), "each was asked")


@pytest.mark.parametrize("name", [name for name in CRITICAL if name != "postgres"])
def test_a_probe_ends_by_itself(hanging: None, name: str) -> None:
    """A dependency that hangs for a day must not block a thread for a day. (libpq's shortest limit is two seconds.)"""
    check = next(check for check in health.CHECKS if check.name == name)
    result = health.run(check)
    assert not result.ok
    assert result.reason


def test_real_dependencies_are_healthy(postgres: Postgres, redis: Redis, rabbitmq: RabbitMQ) -> None:
    for probe, found in [
        (probes.postgres, "answers queries"),
        (probes.redis_server, "answers a ping"),
        (probes.rabbitmq, "accepts a login"),
        (probes.llm, "no hosted model in use"),
        (probes.mcp, "not in use"),
    ]:
        assert probe() == found


def test_a_wrong_password_is_reported(postgres: Postgres, rabbitmq: RabbitMQ, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "wrong")
    monkeypatch.setenv("RABBITMQ_PASSWORD", "wrong")
    checks = {check.name: check for check in health.CHECKS}
    assert "password authentication failed" in health.run(checks["postgres"]).reason
    assert "ACCESS_REFUSED" in health.run(checks["rabbitmq"]).reason


def test_falkordb_is_healthy_whatever_its_password(falkordb: FalkorDB) -> None:
    with override_settings(GRAPH_PROVIDER="falkordb"):
        assert probes.graph() == "falkordb answers, and asks for a password"


def once(answer: Callable[[socket.socket], None]) -> int:
    """The port of a server that takes one connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, listener.accept()[0] as connection:
            answer(connection)

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ("00000405", "neo4j speaks Bolt 5.4"),
        ("00000000", "answers 00000000, which is no version of Bolt"),
        ("", "answers nothing, which is no version of Bolt"),
    ],
)
def test_neo4j_is_probed_by_its_own_protocol(says: str, found: str) -> None:
    heard = []

    def answer(connection: socket.socket) -> None:
        heard.append(connection.recv(20))
        connection.sendall(bytes.fromhex(says))

    with override_settings(GRAPH_PROVIDER="neo4j", GRAPH_URIS={"neo4j": f"bolt://127.0.0.1:{once(answer)}"}):
        result = health.run(health.Check("neo4j", False, probes.graph))
    assert found in result.reason
    assert result.ok == (says == "00000405")
    assert heard[0].startswith(bytes.fromhex("6060b017"))


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1", "bolt://", "neo4j:7687"])
def test_a_bad_address_of_neo4j_is_named(uri: str) -> None:
    with override_settings(GRAPH_PROVIDER="neo4j", GRAPH_URIS={"neo4j": uri}), pytest.raises(ValueError, match="NEO4J"):
        probes.graph()


@pytest.mark.parametrize(("code", "ok"), [(200, True), (401, True), (404, True), (500, False), (503, False)])
def test_a_model_that_responds_is_healthy_even_if_it_refuses(code: int, ok: bool) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with override_settings(USE_GOOGLE_GENAI=True, GOOGLE_GENAI_ENDPOINT=f"http://127.0.0.1:{server.server_port}"):
            result = health.run(health.Check("llm", True, probes.llm))
    assert result.ok == ok
    assert result.reason == ("127.0.0.1 answers" if ok else f"127.0.0.1 answers {code}")


def test_every_configured_model_must_respond() -> None:
    with ExitStack() as stack:
        stack.enter_context(override_settings(USE_AZURE_OPENAI=True, AZURE_OPENAI_ENDPOINT=""))
        with pytest.raises(ValueError, match="AZURE_OPENAI_ENDPOINT is '', not an http"):
            probes.llm()


@pytest.mark.parametrize("path", ["/health/simple/", "/health/"])
def test_probes_are_served_under_any_host_name(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_board", health.Board([health.Check("postgres", True, lambda: "fine")]))
    assert Client(headers={"host": "10.1.2.3:8000"}).get(path).status_code == 200
    assert Client(headers={"host": "10.1.2.3:8000"}).get("/api/session/").status_code == 400
    assert Client().post(path).status_code == 405


def test_the_process_is_alive_without_any_dependency(hanging: None, silent: Silent) -> None:
    assert Client().get("/health/simple/").json() == {"status": "alive"}
    assert silent.connections() == 0


def test_the_server_is_degraded_without_a_graph_and_healthy_with_one(web: Web, request: pytest.FixtureRequest) -> None:
    visitor = Visitor(web.url)
    cold = visitor.get("/health/")
    assert (cold.status, cold.body["status"]) == (200, "degraded")
    assert {name for name, check in cold.body["checks"].items() if check["status"] == "unhealthy"} == {"neo4j"}
    assert "Connection refused" in cold.body["checks"]["neo4j"]["reason"]
    request.getfixturevalue("falkordb")
    warm = visitor.get("/health/")
    assert (warm.status, warm.body["status"]) == (200, "healthy")
    assert {name: check["status"] for name, check in warm.body["checks"].items()} == dict.fromkeys(CRITICAL, "healthy")

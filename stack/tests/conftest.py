"""The product's own tests, `make product`: real servers if a test asks for them (services.py), real programs
(product.py). A test whose program is missing is skipped and named at the end (../tests/programs.py).
"""

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest
import services
from product import WORKERS as NAMES
from product import Visitor, Web, Worker, manage
from services import HOST, FalkorDB, Postgres, RabbitMQ, Redis, Server, free_port

ROOT = Path(tempfile.mkdtemp(prefix="product-"))
ROOT.chmod(0o755)  # PostgreSQL's user must be able to enter its folder
POSTGRES, REDIS, RABBITMQ = Postgres(ROOT / "postgres"), Redis(ROOT / "redis"), RabbitMQ(ROOT / "rabbitmq")
FALKORDB = FalkorDB(ROOT / "falkordb")
ADMIN, TESTER = "admin@experiolabs.ai", "playwright@thinknimble.com"

# The settings of all programs. Django reads them once in this process, so they are set before it is imported.
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "experio.settings",
    "DJANGO_SECRET_KEY": secrets.token_hex(),
    "DJANGO_SUPERUSER_PASSWORD": secrets.token_hex(8),
    "PLAYWRIGHT_TEST_USER_PASS": secrets.token_hex(8),
    "DB_HOST": HOST,
    "DB_PORT": str(POSTGRES.port),
    "DB_NAME": POSTGRES.database,
    "DB_USER": "experio",
    "DB_PASSWORD": POSTGRES.password,
    "REDIS_URL": REDIS.url,
    "RABBITMQ_HOST": HOST,
    "RABBITMQ_PORT": str(RABBITMQ.port),
    "RABBITMQ_USER": RABBITMQ.username,
    "RABBITMQ_PASSWORD": RABBITMQ.password,
    "GRAPH_PROVIDER": "falkordb",
    "NEO4J_URI": f"bolt://{HOST}:{free_port()}",
    "NEO4J_USER": "neo4j",
    "NEO4J_DATABASE": "neo4j",
    "NEO4J_PASSWORD": secrets.token_hex(8),
    "FALKOR_URI": f"redis://{HOST}:{FALKORDB.port}",
    "FALKOR_PASSWORD": FALKORDB.password,
    "FILE_STORAGE": str(ROOT / "files"),
    "CERTS_DIR": str(ROOT / "certs"),
    "RETRY_SECONDS": "0.2",
    "GRAPH_INTERVAL_SECONDS": "0.5",
    "WEB_CONCURRENCY": "1",
    "USE_AZURE_OPENAI": "false",
    "USE_GOOGLE_GENAI": "false",
    "VITE_USE_AUTH0": "false",
    "MCP_URL": "",
}
# Variables of the environment that would change what the tests expect.
for name in ("AZURE_OPENAI_ENDPOINT", "GOOGLE_GENAI_ENDPOINT", "CAPACITY_URL", "HEALTH_LIMIT_SECONDS", "LOG_LEVEL"):
    os.environ.pop(name, None)

try:
    import django
except ImportError:
    django = None
else:
    django.setup()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(programs)


def pytest_sessionfinish() -> None:
    for server in (FALKORDB, RABBITMQ, REDIS, POSTGRES):
        if server.running:
            server.stop()
    shutil.rmtree(ROOT, ignore_errors=True)


def started(server: Postgres | Redis | RabbitMQ) -> Postgres | Redis | RabbitMQ:
    services.program(server.executable)
    if not server.running:
        server.start()
    return server


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    return started(POSTGRES)


@pytest.fixture(scope="session")
def redis() -> Redis:
    return started(REDIS)


@pytest.fixture(scope="session")
def rabbitmq() -> RabbitMQ:
    return started(RABBITMQ)


@pytest.fixture
def falkordb() -> Iterator[FalkorDB]:
    """A graph database that runs for this test only: other tests expect none."""
    FALKORDB.start()
    yield FALKORDB
    FALKORDB.stop()


@pytest.fixture(scope="session")
def database(postgres: Postgres) -> Postgres:
    """PostgreSQL after initdb."""
    done = manage("initdb")
    assert done.returncode == 0, done.stderr
    return postgres


@pytest.fixture(scope="session")
def web(database: Postgres, redis: Redis, rabbitmq: RabbitMQ) -> Iterator[Web]:
    server = Web(ROOT / "web")
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path) -> Iterator[None]:
    """End the programs that a failed test has left running."""
    yield
    for server in [server for server in Server.started if server.folder.is_relative_to(tmp_path)]:
        server.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def workers(database: Postgres, rabbitmq: RabbitMQ) -> Iterator[dict[str, Worker]]:
    """All nine workers, as in the images."""
    running = {name: Worker(ROOT / "workers" / name, name) for name in NAMES}
    for worker in running.values():
        worker.launch()
    for worker in running.values():
        worker.wait()
    yield running
    for worker in running.values():
        worker.tell(signal.SIGTERM)
    codes = {name: worker.ended() for name, worker in running.items()}
    assert codes == dict.fromkeys(NAMES, 0), "each stops cleanly on SIGTERM"


@pytest.fixture
def visitor(web: Web) -> Visitor:
    """A visitor who is signed in with the account for tests."""
    visitor = Visitor(web.url)
    assert visitor.sign_in(TESTER, os.environ["PLAYWRIGHT_TEST_USER_PASS"]).status == 200
    return visitor

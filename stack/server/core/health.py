"""What `/health/` knows: one row a dependency, all asked at once, none waited for past the limit.

The product is `unhealthy` when a critical dependency fails, `degraded` when only others do.
"""

import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from urllib.parse import urlsplit

import pika
import psycopg
import redis
from django.conf import settings

LIMIT_SECONDS = 3.0
PORTS = {"bolt": 7687, "neo4j": 7687, "redis": 6379, "http": 80, "https": 443}


@dataclass(frozen=True)
class Check:
    """A dependency; `probe` says in a few words how it was reached, or raises."""

    name: str
    critical: bool
    probe: Callable[[], str]


@dataclass(frozen=True)
class Result:
    name: str
    critical: bool
    ok: bool
    seconds: float
    reason: str


def postgres() -> str:
    database = settings.DATABASES["default"]
    with psycopg.connect(
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        host=database["HOST"],
        port=database["PORT"],
        connect_timeout=int(LIMIT_SECONDS),
    ) as connection:
        connection.execute("SELECT 1")
    return "answers queries"


def redis_server() -> str:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=LIMIT_SECONDS, socket_timeout=LIMIT_SECONDS
    ) as client:
        client.ping()
    return "answers a ping"


def rabbitmq() -> str:
    pika.BlockingConnection(broker_parameters()).close()
    return "accepts a login"


def broker_parameters() -> pika.ConnectionParameters:
    return pika.ConnectionParameters(
        host=settings.RABBITMQ_HOST,
        port=settings.RABBITMQ_PORT,
        credentials=pika.PlainCredentials(settings.RABBITMQ_USER, settings.RABBITMQ_PASSWORD),
        socket_timeout=LIMIT_SECONDS,
        stack_timeout=LIMIT_SECONDS,
        blocked_connection_timeout=LIMIT_SECONDS,
    )


def llm() -> str:
    if settings.USE_AZURE_OPENAI:
        return reach("AZURE_OPENAI_ENDPOINT", settings.AZURE_OPENAI_ENDPOINT)
    if settings.USE_GOOGLE_GENAI:
        return reach("GOOGLE_GENAI_ENDPOINT", settings.GOOGLE_GENAI_ENDPOINT)
    return "the built-in model"


def graph() -> str:
    provider = settings.GRAPH_PROVIDER
    if provider not in settings.GRAPH_URIS:
        raise ValueError(f"GRAPH_PROVIDER is {provider!r}, not one of {', '.join(sorted(settings.GRAPH_URIS))}")
    return reach(provider, settings.GRAPH_URIS[provider])


def mcp() -> str:
    return reach("MCP_URL", settings.MCP_URL) if settings.MCP_URL else "not in use"


def reach(name: str, url: str) -> str:
    """A TCP connection to where `url` points."""
    parts = urlsplit(url)
    port = parts.port or PORTS.get(parts.scheme)
    if not parts.hostname or port is None:
        raise ValueError(f"{name} is {url!r}, which names no host and port")
    socket.create_connection((parts.hostname, port), timeout=LIMIT_SECONDS).close()
    return f"{parts.hostname}:{port} is reachable"


CHECKS = (
    Check("postgres", True, postgres),
    Check("redis", True, redis_server),
    Check("rabbitmq", True, rabbitmq),
    Check("llm", True, llm),
    # Whichever graph database is active: the name is older than the choice.
    Check("neo4j", False, graph),
    Check("mcp", False, mcp),
)


def run(check: Check) -> Result:
    start = time.monotonic()
    try:
        reason, ok = check.probe(), True
    except Exception as error:  # whatever a client library raises: the answer is that it failed
        reason, ok = str(error).strip() or type(error).__name__, False
    return Result(check.name, check.critical, ok, time.monotonic() - start, reason)


def run_all(checks: Iterable[Check] = CHECKS, limit: float = LIMIT_SECONDS) -> list[Result]:
    pool = ThreadPoolExecutor(thread_name_prefix="health")
    futures = {pool.submit(run, check): check for check in checks}
    wait(futures, timeout=limit)
    pool.shutdown(wait=False, cancel_futures=True)
    return [
        future.result() if future.done() else Result(c.name, c.critical, False, limit, f"no answer in {limit:g} s")
        for future, c in futures.items()
    ]


def verdict(results: Iterable[Result]) -> str:
    failed = [result for result in results if not result.ok]
    if any(result.critical for result in failed):
        return "unhealthy"
    return "degraded" if failed else "healthy"


def report(results: list[Result]) -> tuple[int, dict[str, object]]:
    """The HTTP status and the body of `/health/`."""
    status = verdict(results)
    checks = {
        result.name: {
            "status": "ok" if result.ok else "failed",
            "critical": result.critical,
            "seconds": round(result.seconds, 3),
            "reason": result.reason,
        }
        for result in results
    }
    return (503 if status == "unhealthy" else 200), {"status": status, "checks": checks}

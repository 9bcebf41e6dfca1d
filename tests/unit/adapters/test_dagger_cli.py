"""The CLI of this machine, with programs of the test's own on PATH, and a server that has a CLI to download."""

import hashlib
import io
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from dagger.provisioning._download import Downloader

from ci.adapters.dagger_cli import RUNNER_HOST, cached_cli, check_engine, cli_version, find_cli
from ci.errors import ConfigurationError

VERSION = "v0.21.8"
CLI = "#!/bin/sh\necho dagger v0.21.8 linux/amd64\n"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a machine without any program, and with an engine that is named."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # the SDK reads it itself
    (tmp_path / "bin").mkdir()
    return {"PATH": str(tmp_path / "bin"), "XDG_CACHE_HOME": str(tmp_path / "cache"), RUNNER_HOST: "unix:///engine"}


def archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        entry = tarfile.TarInfo("dagger")
        entry.size = len(CLI)
        tar.addfile(entry, io.BytesIO(CLI.encode()))
    return packed.getvalue()


@contextmanager
def served(
    monkeypatch: pytest.MonkeyPatch, content: bytes, *, checksum: str = "", wait: bool = False
) -> Iterator[None]:
    """A server of releases; with `wait` it sends half of the archive, and then nothing for a while."""
    name = Downloader("0.21.8").archive_name
    sums = f"{checksum or hashlib.sha256(content).hexdigest()}  {name}\n".encode()
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = sums if self.path.endswith("checksums.txt") else content
            half = wait and body is content
            self.send_response(200)
            self.send_header("Content-Length", str(len(archive()) if body is content else len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if half else body)
            if half:
                self.wfile.flush()
                ended.wait(20)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setattr(Downloader, "CLI_BASE_URL", f"http://127.0.0.1:{server.server_address[1]}")
        try:
            yield
        finally:
            ended.set()
            server.shutdown()
            thread.join()


def cache(machine: dict[str, str]) -> list[str]:
    folder = Path(machine["XDG_CACHE_HOME"]) / "dagger"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_the_version_is_that_of_dagger_json() -> None:
    assert cli_version(Path(__file__).parents[3]) == VERSION


def test_the_cli_on_path_comes_first(machine: dict[str, str]) -> None:
    cli = script(Path(machine["PATH"]) / "dagger", CLI)
    script(cached_cli(machine, VERSION), CLI)
    assert find_cli(machine, VERSION) == cli


def test_one_of_another_version_is_named_and_not_used(
    machine: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    script(Path(machine["PATH"]) / "dagger", CLI.replace("v0.21.8", "v0.18.0"))
    cached = script(cached_cli(machine, VERSION), CLI)
    assert find_cli(machine, VERSION) == cached
    assert "is v0.18.0, and the module is made for v0.21.8" in capsys.readouterr().err


def test_it_is_downloaded_once_into_the_cache(machine: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with served(monkeypatch, archive()):
        assert find_cli(machine, VERSION) == cached_cli(machine, VERSION)
    assert find_cli(machine, VERSION) == cached_cli(machine, VERSION)  # the server is gone
    assert cached_cli(machine, VERSION).read_text() == CLI


def test_what_is_in_the_cache_and_does_not_run_is_replaced(
    machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script(cached_cli(machine, VERSION), "not a program")
    with served(monkeypatch, archive()):
        assert find_cli(machine, VERSION).read_text() == CLI


def test_a_wrong_checksum_is_refused_and_leaves_nothing(
    machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(monkeypatch, archive(), checksum="0" * 64), pytest.raises(ConfigurationError, match="checksum"):
        find_cli(machine, VERSION)
    assert cache(machine) == []


def test_a_part_of_the_archive_leaves_nothing(machine: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    half = archive()[: len(archive()) // 2]
    with served(monkeypatch, half), pytest.raises(ConfigurationError, match="could not be downloaded"):
        find_cli(machine, VERSION)
    assert cache(machine) == []


def test_a_download_without_end_is_stopped_and_leaves_nothing(
    machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    with served(monkeypatch, archive(), wait=True), pytest.raises(ConfigurationError, match=r"no end within 0\.3 s"):
        find_cli(machine, VERSION, seconds=0.3)
    assert time.monotonic() - began < 10
    assert cache(machine) == []


def test_offline_it_says_what_is_missing_and_what_to_do(
    machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Downloader, "CLI_BASE_URL", "http://127.0.0.1:9")
    with pytest.raises(ConfigurationError) as raised:
        find_cli(machine, VERSION)
    assert "HTTPS_PROXY" in str(raised.value)
    assert str(cached_cli(machine, VERSION)) in str(raised.value)


@pytest.mark.parametrize("runtime", [None, "docker", "podman"])
def test_without_anything_that_starts_an_engine_nothing_is_downloaded(
    runtime: str | None, machine: dict[str, str]
) -> None:
    del machine[RUNNER_HOST]
    if runtime:
        script(Path(machine["PATH"]) / runtime, "#!/bin/sh\nexit 1\n")  # it is there, and its daemon is not
    with pytest.raises(ConfigurationError, match="neither docker nor podman responds"):
        find_cli(machine, VERSION)
    assert cache(machine) == []


@pytest.mark.parametrize("runtime", ["docker", "podman"])
def test_a_runtime_that_runs_is_enough(runtime: str, machine: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    del machine[RUNNER_HOST]
    script(Path(machine["PATH"]) / runtime, "#!/bin/sh\nexit 0\n")
    with served(monkeypatch, archive()):
        assert find_cli(machine, VERSION) == cached_cli(machine, VERSION)


def test_a_cli_that_reaches_no_engine_is_none(tmp_path: Path) -> None:
    check_engine(script(tmp_path / "good", CLI))
    with pytest.raises(ConfigurationError, match="no daemon here"):
        check_engine(script(tmp_path / "bad", "#!/bin/sh\necho no daemon here >&2\nexit 1\n"))

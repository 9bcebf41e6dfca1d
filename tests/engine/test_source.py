"""What a call takes as its source: a commit's tree for a release, and never what git ignores."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from socket import socket

import pytest
from engine.calls import ROOT, Dagger

pytestmark = pytest.mark.engine
ACCEPTED = "The Omnistrate API key is empty"
"""The one problem of a call whose source is accepted: it ends before any effect."""


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    done = subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(product: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The product as a repository of one commit."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("TOKEN", "token")
    monkeypatch.setenv("EMPTY", "")
    (product / ".gitignore").write_text("*.local\n.npmrc\n/ignored/\n")
    git(product, "init", "-q", "-b", "main")
    git(product, "add", "-A")
    git(product, "commit", "-q", "-m", "One")
    return product


def release(dagger: Dagger, folder: Path, *source: str, sha: str = "") -> str:
    """What a release of the folder's commit says; it has no API key, and so no effect."""
    arguments = ("--registry-token", "env://TOKEN", "--omnistrate-api-key", "env://EMPTY")
    sha = sha or git(folder, "rev-parse", "HEAD")
    source = source or ("--source", ".")
    done = dagger("-m", str(ROOT), "call", "release", *source, "--sha", sha, *arguments, folder=folder)
    assert done.returncode != 0
    return done.stderr[done.stderr.rfind("Error: ") :]


def test_a_commit_is_released_from_a_checkout_with_ignored_files_and_from_a_shallow_detached_one(
    dagger: Dagger, repository: Path, tmp_path: Path
) -> None:
    for path in ("ignored/a", "web/x.local", "empty/node_modules/y"):
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_text("")
    text = release(dagger, repository)
    assert ACCEPTED in text
    assert "problems" not in text
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")
    git(tmp_path / "shallow", "checkout", "-q", "--detach")
    text = release(dagger, tmp_path / "shallow")
    assert ACCEPTED in text
    assert "problems" not in text


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of the repositories below the test's folder, served by git."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = ("--listen=127.0.0.1", f"--port={port}", f"--base-path={tmp_path}", "--export-all")
    with subprocess.Popen(["git", "daemon", "--verbose", *where], stderr=subprocess.PIPE, text=True) as daemon:
        assert daemon.stderr
        assert any("Ready to rumble" in line for line in daemon.stderr)
        yield f"git://127.0.0.1:{port}"
        daemon.terminate()
        daemon.communicate()


def test_a_commit_is_released_from_the_address_of_a_repository_also_one_that_is_no_branch_s_last(
    dagger: Dagger, repository: Path, served: str
) -> None:
    sha = git(repository, "rev-parse", "HEAD")
    (repository / "VERSION").write_text("2.0.0\n")  # without a changelog entry: it can't be released
    git(repository, "commit", "-q", "-a", "-m", "Two")
    (repository / "new").write_text("")
    address = f"{served}/{repository.name}"
    text = release(dagger, repository, "--source", f"{address}#{sha}", sha=sha)
    assert ACCEPTED in text
    assert "problems" not in text
    assert "its HEAD is" in release(dagger, repository, "--source", f"{address}#main", sha=sha)


def test_what_is_not_committed_is_listed_also_where_the_index_hides_it(dagger: Dagger, repository: Path) -> None:
    (repository / "new").write_text("")
    (repository / "VERSION").write_text("2.0.0\n")
    (repository / "certs/ca.pem").write_text((repository / "certs/ca.pem").read_text() + "\n")
    git(repository, "update-index", "--skip-worktree", "certs/ca.pem")
    (repository / "web/main.py").unlink()
    (repository / "CHANGELOG.md").write_bytes((repository / "CHANGELOG.md").read_bytes().replace(b"\n", b"\r\n"))
    (repository / "inner").mkdir()
    git(repository / "inner", "init", "-q")
    (repository / "inner/file").write_text("")
    text = release(dagger, repository)
    for line in ("added: inner/file", "added: new", "changed: VERSION", "changed: certs/ca.pem"):
        assert f"| {line}\n" in text
    assert "| removed: web/main.py\n" in text
    assert "| line ends: CHANGELOG.md\n" in text


def test_a_file_of_git_lfs_is_compared_by_its_content(dagger: Dagger, repository: Path) -> None:
    content = b"a large file\n"
    oid = subprocess.run(["sha256sum"], input=content, capture_output=True, check=True).stdout.split()[0].decode()
    (repository / "big").write_text(
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"
    )
    git(repository, "add", "big")
    git(repository, "commit", "-q", "-m", "Big")
    (repository / "big").write_bytes(content)
    text = release(dagger, repository)
    assert ACCEPTED in text
    assert "problems" not in text
    (repository / "big").write_bytes(b"another\n")
    assert "| changed: big\n" in release(dagger, repository)


def test_a_source_that_can_t_be_compared_is_refused_with_the_way_on(
    dagger: Dagger, repository: Path, tmp_path: Path
) -> None:
    sha = git(repository, "rev-parse", "HEAD")
    assert "has no .git folder" in release(dagger, repository, "--source", "web")
    git(repository, "worktree", "add", "-q", str(tmp_path / "worktree"), "-b", "other")
    assert "git worktree or a submodule" in release(dagger, tmp_path / "worktree")
    git(tmp_path, "clone", "-q", "--shared", str(repository), "shared")
    assert "git repack -a -d" in release(dagger, tmp_path / "shared")
    git(tmp_path, "init", "-q", "new")
    shutil.copytree(repository / "web", tmp_path / "new/web")
    assert "no commit yet" in release(dagger, tmp_path / "new", sha=sha)
    assert f"its HEAD is {sha}" in release(dagger, repository, sha="f" * 40)


def test_a_call_elsewhere_without_a_source_asks_for_it(dagger: Dagger, repository: Path) -> None:
    sha = git(repository, "rev-parse", "HEAD")
    arguments = ("--registry-token", "env://TOKEN", "--omnistrate-api-key", "env://EMPTY")
    assert dagger("call", "plan", "--sha", sha, folder=ROOT / "stack").stdout.startswith("Release ")
    for call in (
        ("plan", "--sha", sha),
        ("build",),
        ("rehearse", "summary"),
        ("smoke", "--sha", sha, "summary"),
        ("release", "--sha", sha, *arguments, "summary"),
    ):
        done = dagger("-m", str(ROOT), "call", *call, folder=repository)
        assert done.returncode != 0, call
        text = done.stderr[done.stderr.rfind("Error: ") :]
        assert "The source is Slipway's own reference product, and the call is made elsewhere" in text, call
        assert "give --source . beside -m" in text


def test_what_git_ignores_is_in_no_image_and_a_build_has_its_secret(
    dagger: Dagger, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_TOKEN", "token-of-the-index")
    for path in (".npmrc", "web/.env.local", "ignored/a"):
        (repository / path).parent.mkdir(exist_ok=True)
        (repository / path).write_text("secret\n")
    compose = repository / "docker-compose.yaml"
    worker = "dockerfile: Dockerfile.worker"
    text = compose.read_text().replace(worker, f"{worker}\n      secrets: [pip_token]")
    compose.write_text(text + "secrets:\n  pip_token: { file: ./pip_token }\n")
    (repository / "Dockerfile.worker").write_text(
        "FROM python:3.11-slim\nWORKDIR /all\nCOPY . .\n"
        "RUN test -e web/main.py && test ! -e .npmrc && test ! -e web/.env.local && test ! -e ignored\n"
        'RUN --mount=type=secret,id=pip_token test "$(wc -c < /run/secrets/pip_token)" = 18\n'
    )
    build = ("build", "--source", ".")
    missing = dagger("-m", str(ROOT), "call", *build, folder=repository)
    assert "--build-secret env://PIP_TOKEN" in missing.stderr
    done = dagger("-m", str(ROOT), "call", "--build-secret", "env://PIP_TOKEN", *build, folder=repository)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "2 images built" in done.stdout
    assert "token-of-the-index" not in done.stdout + done.stderr


def test_a_product_with_slipway_as_its_blueprint_needs_neither_a_module_nor_a_source(
    dagger: Dagger, repository: Path
) -> None:
    module = repository / "tools/slipway"
    for name in ("ci", "pyproject.toml", "uv.lock", "README.md", "LICENSE", "dagger.json"):
        copied = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        module.mkdir(parents=True, exist_ok=True)
        copied(ROOT / name, module / name)
    done = dagger("init", "--blueprint=./tools/slipway", folder=repository)
    assert done.returncode == 0, done.stderr
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Two")
    sha = git(repository, "rev-parse", "HEAD")
    plan = dagger("call", "plan", "--sha", sha, folder=repository / "web")
    assert plan.stdout.startswith(f"Release 1.2.3 of Trial, commit {sha}\n"), plan.stderr
    arguments = ("--registry-token", "env://TOKEN", "--omnistrate-api-key", "env://EMPTY")
    done = dagger("call", "release", "--sha", sha, *arguments, folder=repository / "web")
    assert ACCEPTED in done.stderr
    assert "problems" not in done.stderr[done.stderr.rfind("Error: ") :]

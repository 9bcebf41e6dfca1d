"""No secret is in what the engine and the module put out: the plain progress, errors, and exported files."""

from pathlib import Path

import pytest
from engine.calls import Dagger
from marked import BUILD_SECRET, ENV_VALUE, REGISTRY_TOKEN, found_in

pytestmark = pytest.mark.engine
GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
ECHO = """\
services:
  echo:
    image: python:3.11-slim
    environment: {PASSWORD: "{{ $secrets.echoed }}"}
    command:
      - python
      - -c
      - |
        import base64, os, sys, urllib.parse
        password = os.environ["PASSWORD"]
        for form in (
            password,
            base64.b64encode(password.encode()).decode(),
            base64.b64encode(b"somebody:" + password.encode()).decode(),
            urllib.parse.quote(password, safe=""),
        ):
            print("it is", form)
        sys.exit(3)
"""


def test_a_rehearsal_puts_out_no_value_of_an_env_file(dagger: Dagger, product: Path, tmp_path: Path) -> None:
    compose = product / "docker-compose.yaml"
    compose.write_text(compose.read_text().replace("  worker:\n", "  worker:\n    env_file: worker.env\n"))
    (product / "worker.env").write_text(f"X='{ENV_VALUE}'\n")
    with (product / "pyproject.toml").open("a") as file:
        file.write('\n[tool.slipway.env_secrets]\nX = "dbPassword"\n')
    call = ("call", "rehearse", "--source", str(product), "--sha", GIT_SHA)
    done = dagger(*call, "files", "export", "--path", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr[-4000:]
    texts = [done.stdout, done.stderr, *(path.read_text() for path in (tmp_path / "out").iterdir())]
    assert found_in("\n".join(texts), {"the value of an env file": ENV_VALUE}) == []
    assert "X: '{{ $secrets.dbPassword }}'" in (tmp_path / "out" / "docker-compose.omni.yaml").read_text().replace(
        '"', "'"
    )


@pytest.mark.parametrize("fails", [False, True])
def test_a_rehearsal_puts_out_no_build_secret(
    dagger: Dagger, product: Path, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    monkeypatch.setenv("PIP_TOKEN", BUILD_SECRET)
    worker = "dockerfile: Dockerfile.worker"
    compose = product / "docker-compose.yaml"
    compose.write_text(
        compose.read_text().replace(worker, f"{worker}\n      secrets: [pip_token]")
        + "secrets:\n  pip_token: { file: ./pip_token }\n"
    )
    with (product / "Dockerfile.worker").open("a") as file:
        file.write(
            "RUN --mount=type=secret,id=pip_token "
            f"echo it is; cat /run/secrets/pip_token; test -s /run/secrets/pip_token -a {fails:d} = 0\n"
        )
    call = ("--build-secret", "env://PIP_TOKEN", "rehearse", "--source", str(product), "--sha", GIT_SHA)
    done = dagger("call", *call, "summary")
    assert (done.returncode != 0) is fails, done.stderr[-4000:]
    assert ("The image `worker` could not be built" in done.stderr) is fails
    assert found_in(done.stdout + done.stderr, {"the build secret": BUILD_SECRET}) == []


def test_a_token_is_not_put_out_where_an_image_is_not_available(
    dagger: Dagger, product: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKED", REGISTRY_TOKEN)
    call = ("call", "smoke", "--source", str(product), "--sha", GIT_SHA, "--registry-token", "env://MARKED")
    done = dagger(*call, "summary")
    assert done.returncode != 0
    assert "is not available" in done.stderr
    assert found_in(done.stdout + done.stderr, {"the registry token": REGISTRY_TOKEN}) == []


def test_a_generated_secret_is_masked_in_each_form_in_which_a_service_prints_it(dagger: Dagger, product: Path) -> None:
    (product / "docker-compose.yaml").write_text(ECHO)
    done = dagger("call", "smoke", "--source", str(product), "--sha", GIT_SHA, "summary")
    assert done.returncode != 0
    error = done.stderr.rpartition("\nError: ")[2]
    assert error.count("it is ***") == 4
    assert error.count("it is") == 4

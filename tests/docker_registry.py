"""The real registry of Debian's package `docker-registry`, started for a test, and tiny images to push into it."""

import hashlib
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

USER, PASSWORD = "somebody", "stand-in-of-a-token"
HTPASSWD = f"{USER}:$2b$04$fumACpgbhxOd6w.RiTvX0ulY.APKCf1EeNJk.oG72ZB51LNNTUjTO\n"
"""bcrypt of the password, the only kind that the registry takes; Python has no bcrypt of its own."""

OCI = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"


@contextmanager
def docker_registry(folder: Path, *, port: int = 0, closed: bool = False) -> Iterator[str]:
    """A registry on loopback, as `host:port`; a `closed` one speaks HTTPS and asks for the user and the password.

    Whoever talks to a closed one trusts `folder/cert.pem` (REQUESTS_CA_BUNDLE).
    """
    program = shutil.which("docker-registry")
    if not program:
        pytest.fail(
            "docker-registry is not installed, and these tests mean nothing without it: apt-get install docker-registry"
        )
    folder.mkdir(exist_ok=True)
    config: dict[str, object] = {
        "version": "0.1",
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "storage")}},
    }
    http: dict[str, object] = {"addr": f"127.0.0.1:{port}", "secret": "one-for-all-starts"}
    if closed:
        certify(folder)
        (folder / "htpasswd").write_text(HTPASSWD, encoding="utf-8")
        http["tls"] = {"certificate": str(folder / "cert.pem"), "key": str(folder / "key.pem")}
        config["auth"] = {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}}
    (folder / "config.yml").write_text(json.dumps({**config, "http": http}), encoding="utf-8")  # JSON is YAML
    with subprocess.Popen(
        [program, "serve", str(folder / "config.yml")], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stderr
        drain = threading.Thread(target=server.stderr.read, daemon=True)  # or a full pipe would stop it
        try:
            log: list[str] = []
            for line in server.stderr:
                log.append(line)
                if "listening on" in line:
                    break
            else:
                pytest.fail("docker-registry did not start:\n" + "".join(log))
            drain.start()
            yield log[-1].partition("listening on ")[2].partition('"')[0].removesuffix(", tls")
        finally:
            server.terminate()
            server.wait(timeout=30)
            if drain.is_alive():
                drain.join(timeout=30)


def certify(folder: Path) -> None:
    """A certificate for 127.0.0.1 that is its own authority."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )


def digest_of(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def push_blob(host: str, path: str, content: bytes) -> dict[str, object]:
    """Push a blob, and give back its descriptor."""
    digest = digest_of(content)
    place = requests.post(f"http://{host}/v2/{path}/blobs/uploads/", timeout=30).headers["Location"]
    requests.put(place, params={"digest": digest}, data=content, timeout=30).raise_for_status()
    return {"mediaType": "application/octet-stream", "size": len(content), "digest": digest}


def push_manifest(host: str, path: str, tag: str, content: bytes, kind: str) -> str:
    """Push a manifest as it is, and give back its digest."""
    url = f"http://{host}/v2/{path}/manifests/{tag}"
    answer = requests.put(url, data=content, headers={"Content-Type": kind}, timeout=30)
    assert answer.ok, answer.text
    return answer.headers["Docker-Content-Digest"]


def manifest(host: str, path: str, text: str, kind: str = OCI, *, says_kind: bool = True) -> bytes:
    """Push a tiny image's parts, and give back its manifest, in an order and with spaces that no library writes."""
    config, layer = push_blob(host, path, b"{}"), push_blob(host, path, text.encode())
    said = f'"mediaType": "{kind}",' if says_kind else ""
    return (
        f'{{ {said}  "layers":[{json.dumps(layer)}],\n "config": {json.dumps(config)},'
        f' "annotations": {{"title": "{text} – ü"}}, "schemaVersion":2 }}'  # noqa: RUF001 - two and three bytes each
    ).encode()


def push_image(host: str, path: str, tag: str, text: str, kind: str = OCI, *, says_kind: bool = True) -> str:
    return push_manifest(host, path, tag, manifest(host, path, text, kind, says_kind=says_kind), kind)


def read_manifest(host: str, path: str, tag: str) -> tuple[bytes, str]:
    """A manifest's bytes and its kind."""
    accepted = {"Accept": f"{OCI}, {OCI_INDEX}, {DOCKER}"}
    answer = requests.get(f"http://{host}/v2/{path}/manifests/{tag}", headers=accepted, timeout=30)
    answer.raise_for_status()
    return answer.content, answer.headers["Content-Type"]


def tags(host: str, path: str) -> list[str]:
    """The tags of a repository; none where there is no such repository."""
    answer = requests.get(f"http://{host}/v2/{path}/tags/list", timeout=30).json()
    return sorted(answer.get("tags") or [])

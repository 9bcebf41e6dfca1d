"""The registry of Debian's package `docker-registry`, started for a test, and tiny images to push to it."""

import hashlib
import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from programs import program

USER, PASSWORD = "somebody", "stand-in-of-a-token"
HTPASSWD = f"{USER}:$2b$04$fumACpgbhxOd6w.RiTvX0ulY.APKCf1EeNJk.oG72ZB51LNNTUjTO\n"
"""The password as a bcrypt hash, the only kind that the registry accepts; Python's library has no bcrypt."""

OCI = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"


@contextmanager
def docker_registry(folder: Path, *, port: int = 0, closed: bool = False, in_memory: bool = False) -> Iterator[str]:
    """A registry on the loopback address, as `host:port`; a `closed` one uses HTTPS and requires USER and PASSWORD.

    A client of a closed registry must trust `folder/cert.pem` (REQUESTS_CA_BUNDLE).
    """
    binary = program("docker-registry")
    folder.mkdir(exist_ok=True)
    config: dict[str, object] = {
        "version": "0.1",
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {"inmemory": {}} if in_memory else {"filesystem": {"rootdirectory": str(folder / "storage")}},
    }
    http: dict[str, object] = {"addr": f"127.0.0.1:{port}", "secret": "one-for-all-starts"}
    if closed:
        certify(folder)
        (folder / "htpasswd").write_text(HTPASSWD, encoding="utf-8")
        http["tls"] = {"certificate": str(folder / "cert.pem"), "key": str(folder / "key.pem")}
        config["auth"] = {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}}
    (folder / "config.yml").write_text(json.dumps({**config, "http": http}), encoding="utf-8")  # JSON is YAML
    with subprocess.Popen(
        [binary, "serve", str(folder / "config.yml")], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stderr
        drain = threading.Thread(target=server.stderr.read, daemon=True)  # a full pipe would block the server
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
    """Write a self-signed certificate for 127.0.0.1 and its key."""
    subprocess.run(
        [
            *(program("openssl"), "req", "-x509", "-nodes", "-newkey", "ec"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )


def digest_of(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def push_blob(host: str, path: str, content: bytes) -> dict[str, object]:
    """Push a blob and return its descriptor."""
    digest = digest_of(content)
    upload = requests.post(f"http://{host}/v2/{path}/blobs/uploads/", timeout=30).headers["Location"]
    requests.put(upload, params={"digest": digest}, data=content, timeout=30).raise_for_status()
    return {"mediaType": "application/octet-stream", "size": len(content), "digest": digest}


def push_manifest(host: str, path: str, tag: str, content: bytes, media_type: str) -> str:
    """Push a manifest byte for byte and return its digest."""
    url = f"http://{host}/v2/{path}/manifests/{tag}"
    response = requests.put(url, data=content, headers={"Content-Type": media_type}, timeout=30)
    assert response.ok, response.text
    return response.headers["Docker-Content-Digest"]


def manifest(host: str, path: str, text: str, media_type: str = OCI, *, with_media_type: bool = True) -> bytes:
    """Push a tiny image's blobs and return its manifest, formatted as no library would format it."""
    config, layer = push_blob(host, path, b"{}"), push_blob(host, path, text.encode())
    field = f'"mediaType": "{media_type}",' if with_media_type else ""
    return (
        f'{{ {field}  "layers":[{json.dumps(layer)}],\n "config": {json.dumps(config)},'
        f' "annotations": {{"title": "{text} – ü"}}, "schemaVersion":2 }}'  # noqa: RUF001 - two and three bytes each
    ).encode()


def push_image(
    host: str, path: str, tag: str, text: str, media_type: str = OCI, *, with_media_type: bool = True
) -> str:
    """Push a tiny image under a tag, or with `""` by its digest alone, and return its digest."""
    content = manifest(host, path, text, media_type, with_media_type=with_media_type)
    return push_manifest(host, path, tag or digest_of(content), content, media_type)


def read_manifest(host: str, path: str, tag: str) -> tuple[bytes, str]:
    """The bytes of a manifest and its media type."""
    accepted = {"Accept": f"{OCI}, {OCI_INDEX}, {DOCKER}"}
    response = requests.get(f"http://{host}/v2/{path}/manifests/{tag}", headers=accepted, timeout=30)
    response.raise_for_status()
    return response.content, response.headers["Content-Type"]


def tags(host: str, path: str) -> list[str]:
    """The tags of a repository, sorted; an empty list if there is no such repository."""
    listed = requests.get(f"http://{host}/v2/{path}/tags/list", timeout=30).json()
    return sorted(listed.get("tags") or [])

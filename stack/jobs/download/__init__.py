"""Copies a document to the store, from its URL or from the inbox."""

import mimetypes
import ssl
from pathlib import Path, PurePosixPath
from typing import Any

import certifi
import httpx

from jobs.base import Message, Step, Store
from jobs.base.environment import text

LIMIT_BYTES = 10 * 1024 * 1024  # the workers hold complete documents in memory


def download(message: Message, store: Store) -> dict[str, Any]:
    source = message.data["source"]
    if source.startswith(("http://", "https://")):
        content, media_type = fetch(source)
    else:
        content, media_type = store.path(f"inbox/{source}").read_bytes(), ""
    name = message.data.get("name") or source
    media_type = media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    suffix = mimetypes.guess_extension(media_type) or PurePosixPath(name).suffix
    return {"file": store.put(content, suffix), "bytes": len(content), "media_type": media_type}


def fetch(url: str) -> tuple[bytes, str]:
    content = bytearray()
    with httpx.stream("GET", url, follow_redirects=True, timeout=30, verify=trust()) as response:
        response.raise_for_status()
        for part in response.iter_bytes():
            content += part
            if len(content) > LIMIT_BYTES:
                raise ValueError(f"{url} is larger than {LIMIT_BYTES} bytes")
    return bytes(content), response.headers.get("content-type", "").partition(";")[0].strip()


def trust() -> ssl.SSLContext:
    """The public certificate authorities, and the mounted ones of the customer's own network."""
    context = ssl.create_default_context(cafile=certifi.where())
    for certificate in sorted(Path(text("CERTS_DIR", "/certs")).glob("*.crt")):
        context.load_verify_locations(certificate)
    return context


def sample(store: Store) -> dict[str, Any]:
    store.inbox.mkdir(parents=True)
    (store.inbox / "note.html").write_bytes(b"<p>hello</p>")
    return {"source": "note.html", "name": "note.html"}


STEP = Step(
    name="download",
    work=download,
    then="parser",
    sample=sample,
    expected={"bytes": 12, "media_type": "text/html"},
)

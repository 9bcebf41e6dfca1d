"""Artifacts of one JSON layer in a registry, beside the images: release records, and the inputs of images."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ci.adapters.registry import OciRegistry
from ci.adapters.registry_answers import digest_of, is_digest

_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
_EMPTY = b"{}"


@dataclass(frozen=True)
class Artifact:
    """An artifact that was read: the digest of its manifest, its type, and its text, `""` if it is of another form."""

    digest: str
    kind: str
    text: str


async def read_artifact(registry: OciRegistry, repository: str, tag: str, kind: str) -> Artifact | None:
    """The artifact of a tag; None if there is none. The text of another kind of artifact is not read.

    Raises:
        PublishError: it can't be read.
    """
    manifest = await registry.manifest(repository, tag)
    if manifest is None:
        return None
    found = str(manifest.json.get("artifactType"))
    layer = _layer(manifest.json, kind)
    text = (await registry.blob(repository, layer)).decode(errors="replace") if layer else ""
    return Artifact(manifest.digest, found, text)


async def put_artifact(registry: OciRegistry, repository: str, tags: Sequence[str], kind: str, text: str) -> str:
    """Put an artifact under tags, whatever they name, and return its digest.

    Raises:
        PublishError: it is not known to be there.
    """
    content = text.encode()
    for blob in (_EMPTY, content):
        await registry.push_blob(repository, blob)
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST_TYPE,
        "artifactType": kind,
        "config": descriptor(_EMPTY_TYPE, _EMPTY),
        "layers": [descriptor(kind, content)],
    }
    encoded = json.dumps(manifest).encode()
    for tag in tags:
        await registry.put_manifest(repository, tag, encoded, _MANIFEST_TYPE)
    return digest_of(encoded)


def _layer(manifest: dict[str, Any], kind: str) -> str:  # Any: JSON
    """The digest of the one layer of an artifact's manifest; `""` if it is another manifest."""
    match manifest:
        case {"artifactType": str(found), "layers": [{"digest": str(digest)}]} if found == kind:
            return digest if is_digest(digest) else ""
        case _:
            return ""


def descriptor(media_type: str, content: bytes) -> dict[str, Any]:  # Any: JSON
    """What a manifest says of a blob (image spec, descriptor.md)."""
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}

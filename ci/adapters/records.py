"""The records port, implemented with OCI artifacts in a registry: one JSON layer, tagged with the sha tag."""

import json
from typing import Any

from ci.adapters.registry import OciRegistry
from ci.adapters.registry_answers import digest_of, is_digest
from ci.core.references import sha_tag
from ci.core.release.record import RECORD_TYPE, Record, foreign, read_record, record_text, records_repository
from ci.core.settings.product import Settings
from ci.pipelines.ports import RecordState

_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
_EMPTY = b"{}"


class OciRecords:
    """The records in one repository of a registry; see `ci.pipelines.ports.Records`.

    Unlike an image's, a record's tag moves to the newest state; each state stays in the registry under its digest.
    """

    def __init__(self, registry: OciRegistry, repository: str) -> None:
        self._registry, self._repository = registry, repository

    async def newest(self, git_sha: str) -> RecordState | None:
        """The newest record of a commit; see `ci.pipelines.ports.Records`."""
        manifest = await self._registry.manifest(self._repository, sha_tag(git_sha))
        if manifest is None:
            return None
        layer = _layer(manifest.json)
        if not layer:
            raise foreign(f"artifactType {manifest.json.get('artifactType')}", git_sha)
        content = await self._registry.blob(self._repository, layer)
        return RecordState(manifest.digest, read_record(content.decode(errors="replace"), git_sha))

    async def write(self, record: Record) -> str:
        """Make a record the newest of its commit; see `ci.pipelines.ports.Records`."""
        content = record_text(record).encode()
        for blob in (_EMPTY, content):
            await self._registry.push_blob(self._repository, blob)
        manifest = {
            "schemaVersion": 2,
            "mediaType": _MANIFEST_TYPE,
            "artifactType": RECORD_TYPE,
            "config": _descriptor(_EMPTY_TYPE, _EMPTY),
            "layers": [_descriptor(RECORD_TYPE, content)],
        }
        encoded = json.dumps(manifest).encode()
        return await self._registry.put_manifest(self._repository, sha_tag(record.git_sha), encoded, _MANIFEST_TYPE)


def records_of(settings: Settings, registry: OciRegistry) -> OciRecords:
    """The records of a product, beside its images."""
    return OciRecords(registry, records_repository(settings.image_prefix))


def _layer(manifest: dict[str, Any]) -> str:  # Any: JSON
    """The digest of the one layer of a record's manifest; `""` if it is another manifest."""
    match manifest:
        case {"artifactType": str(kind), "layers": [{"digest": str(digest)}]} if kind == RECORD_TYPE:
            return digest if is_digest(digest) else ""
        case _:
            return ""


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:  # Any: JSON
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}

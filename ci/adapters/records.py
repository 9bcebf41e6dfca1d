"""The records port, implemented with OCI artifacts in a registry: one JSON layer, tagged with the sha tag."""

from ci.adapters.artifacts import put_artifact, read_artifact
from ci.adapters.registry import OciRegistry
from ci.core.references import sha_tag
from ci.core.release.record import (
    RECORD_TYPE,
    Record,
    foreign,
    named_commit,
    read_record,
    record_text,
    records_repository,
)
from ci.core.settings.product import Settings
from ci.pipelines.ports import RecordState

_RELEASED = "released"
"""The tag of the record whose release set the version tags last."""


class OciRecords:
    """The records in one repository of a registry; see `ci.pipelines.ports.Records`.

    Unlike an image's, a record's tag moves to the newest state; each state stays in the registry under its digest.
    """

    def __init__(self, registry: OciRegistry, repository: str) -> None:
        self._registry, self._repository = registry, repository

    async def newest(self, git_sha: str) -> RecordState | None:
        """The newest record of a commit; see `ci.pipelines.ports.Records`."""
        found = await read_artifact(self._registry, self._repository, sha_tag(git_sha), RECORD_TYPE)
        if found is None:
            return None
        if not found.text:
            raise foreign(f"artifactType {found.kind}", git_sha)
        return RecordState(found.digest, read_record(found.text, git_sha))

    async def write(self, record: Record) -> str:
        """Make a record the newest of its commit; see `ci.pipelines.ports.Records`."""
        tags = (sha_tag(record.git_sha),)
        return await put_artifact(self._registry, self._repository, tags, RECORD_TYPE, record_text(record))

    async def released(self) -> RecordState | None:
        """The record of the last release; see `ci.pipelines.ports.Records`."""
        found = await read_artifact(self._registry, self._repository, _RELEASED, RECORD_TYPE)
        if found is None:
            return None
        git_sha = named_commit(found.text)
        if not git_sha:
            raise foreign(f"artifactType {found.kind}, of no commit", "the last release")
        return RecordState(found.digest, read_record(found.text, git_sha))

    async def mark_released(self, digest: str) -> None:
        """Mark the record of the last release; see `ci.pipelines.ports.Records`."""
        await self._registry.set_tag(self._repository, digest, _RELEASED)


def records_of(settings: Settings, registry: OciRegistry) -> OciRecords:
    """The records of a product, beside its images."""
    return OciRecords(registry, records_repository(settings.image_prefix))

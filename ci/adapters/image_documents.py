"""The documents of images, implemented with OCI artifacts in the repository of the release records."""

import hashlib

from ci.adapters.artifacts import put_artifact, read_artifact
from ci.adapters.registry import OciRegistry
from ci.core.images.inputs_document import (
    DOCUMENT_TYPE,
    InputsDocument,
    document_text,
    foreign_document,
    read_document,
)
from ci.core.references import is_tag


class OciImageDocuments:
    """The documents in one repository of a registry; see `ci.pipelines.reuse_ports.ImageDocuments`.

    A document has the tag `image-<digest>`, and that of the image which was built last `last-<name>` as well, which
    moves. It is not in the image's own repository, where it would be among the images that people look at.
    """

    def __init__(self, registry: OciRegistry, repository: str) -> None:
        self._registry, self._repository = registry, repository

    async def of(self, repository: str, digest: str) -> InputsDocument | None:
        """The document of an image; see `ci.pipelines.reuse_ports.ImageDocuments`."""
        return await self._read(repository, _image_tag(digest))

    async def last(self, repository: str) -> InputsDocument | None:
        """The document of the image that was built last; see `ci.pipelines.reuse_ports.ImageDocuments`."""
        return await self._read(repository, _last_tag(repository))

    async def write(self, document: InputsDocument) -> None:
        """Keep a document; see `ci.pipelines.reuse_ports.ImageDocuments`."""
        tags = (_image_tag(document.digest), _last_tag(document.repository))
        await put_artifact(self._registry, self._repository, tags, DOCUMENT_TYPE, document_text(document))

    async def _read(self, repository: str, tag: str) -> InputsDocument | None:
        found = await read_artifact(self._registry, self._repository, tag, DOCUMENT_TYPE)
        if found is None:
            return None
        if not found.text:
            raise foreign_document(repository, f"artifactType {found.kind}")
        return read_document(found.text, repository)


def _image_tag(digest: str) -> str:
    return f"image-{digest.partition(':')[2]}"


def _last_tag(repository: str) -> str:
    """By the repository's path, or where that is no tag by its hash."""
    tag = f"last-{repository.partition('/')[2].replace('/', '.')}"
    return tag if is_tag(tag) else f"last-{hashlib.sha256(repository.encode()).hexdigest()}"

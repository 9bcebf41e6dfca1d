"""The ports of reuse: what images are made of, and what is kept of those that were built."""

from dataclasses import dataclass
from typing import Protocol

from ci.core.images.inputs_document import InputsDocument
from ci.core.images.tree import Tree


class HashedTree(Protocol):
    """The same tree by the content of its files."""

    async def entries(self) -> Tree:
        """Each file and link of the tree."""


class BaseImages(Protocol):
    """The images of others that builds start from."""

    async def digest(self, name: str) -> str:
        """The digest of an image now, of its index if it has one.

        Raises:
            BuildError: it can't be resolved.
        """


class ImageDocuments(Protocol):
    """What is kept of the inputs of the images that releases have built."""

    async def of(self, repository: str, digest: str) -> InputsDocument | None:
        """The document of an image; None if there is none.

        Raises:
            PublishError: it can't be read, or is none of this image.
        """

    async def last(self, repository: str) -> InputsDocument | None:
        """The document of the image that was built last in a repository; None if there is none.

        Raises:
            PublishError: as `of`.
        """

    async def write(self, document: InputsDocument) -> None:
        """Keep the document of an image, and make it the last one of its repository.

        Raises:
            PublishError: it is not known to be written.
        """


@dataclass(frozen=True)
class ReusePorts:
    """What is needed to know the inputs of images, and to keep them; `rebuild` are the images to build in any case."""

    tree: HashedTree
    bases: BaseImages
    documents: ImageDocuments
    rebuild: frozenset[str] = frozenset()

"""Fakes of what is needed to reuse images, and a stage on which commits of the small product are released."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import anyio.lowlevel
from fakes import SETTINGS, TEXTS, Effects, FakeBuilder, Stage, broken, digest_of

from ci.core.images.inputs_document import InputsDocument, document_text, read_document
from ci.core.images.tree import Entry, EntryKind, Tree
from ci.core.product.source import Source
from ci.core.release.history import History
from ci.core.release.plan import ImagePlan, Plan, labels, make_plan
from ci.core.release.report import ImageResult, Report
from ci.core.settings.product import Settings
from ci.errors import BuildError
from ci.pipelines.reuse_ports import ReusePorts

COMMITS = "abcdef"
"""The commits of a history, the first letter of their git shas in their order."""


@dataclass
class FakeHashedTree:
    """A tree by the hashes of its texts."""

    effects: Effects
    texts: dict[str, str]

    async def entries(self) -> Tree:
        await self.effects.note("entries")
        hashes = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in self.texts.items()}
        return {path: Entry(EntryKind.FILE, value) for path, value in hashes.items()}


@dataclass
class FakeBases:
    """Base images by their names; any other can't be resolved."""

    effects: Effects
    digests: dict[str, str] = field(default_factory=dict)

    async def digest(self, name: str) -> str:
        await self.effects.note(f"resolve {name}")
        if name not in self.digests:
            raise broken(f"The base image {name} can't be resolved", BuildError)
        return self.digests[name]


@dataclass
class FakeDocuments:
    """The documents of images, written and read as text."""

    effects: Effects
    by_digest: dict[tuple[str, str], str] = field(default_factory=dict)
    newest: dict[str, str] = field(default_factory=dict)

    async def of(self, repository: str, digest: str) -> InputsDocument | None:
        await self.effects.note(f"document of {repository}@{digest}")
        text = self.by_digest.get((repository, digest))
        return read_document(text, repository) if text else None

    async def last(self, repository: str) -> InputsDocument | None:
        await self.effects.note(f"last document of {repository}")
        text = self.newest.get(repository)
        return read_document(text, repository) if text else None

    async def write(self, document: InputsDocument) -> None:
        await self.effects.note(f"write document of {document.repository}")
        self.by_digest[document.repository, document.digest] = self.newest[document.repository] = document_text(
            document
        )


@dataclass
class CountingBuilder(FakeBuilder):
    """Builds no image twice with one digest, as machines do."""

    built: int = 0

    async def _built(self, image: ImagePlan) -> str:
        await self.effects.note(f"build {image.name}")
        self.built += 1
        digest = digest_of(f"{image.name} {self.built}")
        common = labels(SETTINGS, image.sha_reference.tag.removeprefix("sha-"), image.version_reference.tag)
        self.registry.labels_of[digest] = common | image.own_labels
        return digest


async def is_ancestor(old: str, new: str) -> bool:
    """The commits are in the order of their letters."""
    await anyio.lowlevel.checkpoint()
    return old <= new


class ReuseStage(Stage):
    """A stage that releases commits; each image copies the file that is named as it is, and all start from `base`."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = CountingBuilder(self.effects, self.registry)
        self.bases = FakeBases(self.effects, {"base": digest_of("base")})
        self.documents = FakeDocuments(self.effects)
        self.texts = {
            **TEXTS,
            **{f"Dockerfile.{name}": f"FROM base\nCOPY {name} /\n" for name in ("web", "worker", "mail")},
            **dict.fromkeys(("web", "worker", "mail"), "1"),
        }

    def plan(self, commit: str, settings: Settings = SETTINGS) -> Plan:
        return make_plan(Source(frozenset(self.texts), dict(self.texts)), settings, commit * 40)

    def release_commit(
        self,
        commit: str,
        *,
        rebuild: Sequence[str] = (),
        settings: Settings = SETTINGS,
        skip_build: bool = False,
        **texts: str,
    ) -> Report:
        """Release a commit in which these files have these texts."""
        self.texts |= {name.replace("__", "."): text for name, text in texts.items()}
        ports = ReusePorts(FakeHashedTree(self.effects, self.texts), self.bases, self.documents, frozenset(rebuild))
        self.effects.done.clear()
        return self.release(
            self.plan(commit, settings), history=History(is_ancestor=is_ancestor), reuse=ports, skip_build=skip_build
        )

    def built(self) -> list[str]:
        """The images that the last release has built."""
        return sorted(one.split()[1] for one in self.effects.of("build"))


def by_name(report: Report) -> dict[str, ImageResult]:
    return {one.name: one for one in report.results.images}

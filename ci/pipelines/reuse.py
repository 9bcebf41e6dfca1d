"""Which images are reused since their inputs are those of one that was built, and how a new one is kept for that.

docs/inputs.md has the rule, docs/decisions/0022-same-inputs-same-image.md the reasons.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ci.concurrency import run_all
from ci.core.images.contexts import Contexts
from ci.core.images.inputs import Inputs, inputs_of
from ci.core.images.inputs_document import InputsDocument, document_of
from ci.core.images.tree import Tree
from ci.core.references import Reference
from ci.core.release.plan import ImagePlan, Plan
from ci.core.release.planned_images import PlannedAction, PlannedImage
from ci.core.release.reuse import MOST_GENERATIONS, Candidate, Decision, decide, inputs_tag
from ci.errors import Problem, SlipwayError, TagUnknownError
from ci.pipelines.found_images import FoundImages, Kept, planned_image
from ci.pipelines.ports import Clock, Registry
from ci.pipelines.reuse_ports import ReusePorts

AT_ONCE = 16
"""Images that are looked up at the same time."""
_DAY = 86400.0
_SHOWN = 300
"""Characters of an error in a reason."""


@dataclass(frozen=True)
class Reuse:
    """What a run reuses, and keeps to be reused; without `ports` neither."""

    plan: Plan
    clock: Clock
    registry: Registry
    ports: ReusePorts | None = None

    async def found(self, images: Sequence[ImagePlan], existing: Mapping[str, str]) -> FoundImages:
        """What is done about each image; `existing` is the digest of each whose sha tag exists."""
        if self.ports is None:
            return FoundImages(tuple(images), existing)
        documents = await self._documents([one for one in images if one.name in existing], existing, self.ports)
        missing = await self.with_inputs([one for one in images if one.name not in existing])
        outcomes = await run_all(missing, self._decision, at_once=AT_ONCE)
        decisions = {one.item.name: one.result or _failed(one.error) for one in outcomes}
        by_name = {one.name: one for one in missing}
        return FoundImages(tuple(by_name.get(one.name, one) for one in images), existing, decisions, documents)

    async def planned(self) -> tuple[PlannedImage, ...]:
        """What a release of the plan would do with each image, without an effect and without an error."""
        outcomes = await run_all(self.plan.images, self._sha_tag, at_once=AT_ONCE)
        digests = {one.item.name: one.result for one in outcomes if one.result}
        unread = {one.item.name: _reason(one.error) for one in outcomes if one.error}
        found = await self.found([one for one in self.plan.images if one.name not in unread], digests)
        others = await self.with_inputs([one for one in self.plan.images if one.name in unread])
        by_name = {one.name: planned_image(one, found) for one in found.images}
        by_name |= {one.name: PlannedImage(one, PlannedAction.UNKNOWN, (unread[one.name],)) for one in others}
        return tuple(by_name[one.name] for one in self.plan.images)

    async def with_inputs(self, images: Sequence[ImagePlan]) -> tuple[ImagePlan, ...]:
        """The images with their base images and their inputs; each base image is resolved once, all at once."""
        if self.ports is None or not images:
            return tuple(images)
        ports, digests, trees = self.ports, dict[str, str](), list[Tree]()

        async def resolve() -> None:
            names = sorted({name for one in images for name in one.recipe.images})
            resolved = await run_all(names, self._digest, at_once=AT_ONCE)
            digests.update({one.item: one.result for one in resolved if one.result})

        async def hash_tree() -> None:
            trees.append(await ports.tree.entries())

        _, hashed = await run_all((resolve, hash_tree), _call, at_once=2)
        if hashed.error:
            unread = Inputs((), (f"the source tree could not be hashed: {_reason(hashed.error)}",))
            return tuple(replace(one, inputs=unread) for one in images)
        contexts = Contexts(trees[0])
        return tuple(
            replace(
                one,
                bases=tuple((name, digests[name]) for name in one.recipe.images if name in digests and "@" not in name),
                inputs=inputs_of(one.recipe, contexts, digests),
            )
            for one in images
        )

    async def keep(self, image: ImagePlan, digest: str, decision: Decision | None) -> Kept:
        """Keep an image that was built and pushed, and return the digest to use: another run may have been faster.

        The document comes first, since an inputs tag without one is not trusted. What goes wrong ends no release.
        """
        if self.ports is None or decision is None or image.inputs is None:
            return Kept(digest)
        repository, git_sha = image.image.repository, self.plan.git_sha
        built = self.clock.now().isoformat(timespec="seconds")
        document = document_of(repository, digest, image.inputs, git_sha, built)
        try:
            await self.ports.documents.write(document)
            found = await self.registry.set_free_tag(repository, digest, decision.tag) if decision.tag else digest
            if found == digest:
                return Kept(digest, document, tag=f"{repository}:{decision.tag}@{digest}" if decision.tag else "")
            other = await self.ports.documents.of(repository, found)
        except TagUnknownError as error:
            return Kept(digest, document, error.problems, f"{repository}:{decision.tag}")
        except SlipwayError as error:
            return Kept(digest, document, error.problems)
        if other and other.digest == found and other.hash == image.inputs.hash:
            return Kept(found, other)
        return Kept(digest, document, (_foreign(Reference(repository, decision.tag), found),))

    def age_days(self, built: str) -> float | None:
        """How old what was built then is; None if the text is no time."""
        try:
            then = datetime.fromisoformat(built)
        except ValueError:
            return None
        return None if then.tzinfo is None else (self.clock.now() - then).total_seconds() / _DAY

    @staticmethod
    async def _documents(
        images: Sequence[ImagePlan], digests: Mapping[str, str], ports: ReusePorts
    ) -> dict[str, InputsDocument]:
        """The document of each image that has one that can be read."""

        async def of(one: ImagePlan) -> InputsDocument | None:
            return await ports.documents.of(one.image.repository, digests[one.name])

        outcomes = await run_all(images, of, at_once=AT_ONCE)
        return {one.item.name: one.result for one in outcomes if one.result}

    async def _sha_tag(self, image: ImagePlan) -> str | None:
        return await self.registry.digest(image.sha_reference)

    async def _digest(self, name: str) -> str:
        """The digest of a base image; one whose name has it needs no look-up."""
        pinned = name.partition("@")[2]
        if pinned or self.ports is None:
            return pinned
        return await self.ports.bases.digest(name)

    async def _decision(self, image: ImagePlan) -> Decision:
        inputs, days = image.inputs, self.plan.settings.reuse_days
        if inputs is None or self.ports is None or not days:
            return Decision("the setting `reuse_days` is 0")
        if not inputs.hash:
            return Decision(inputs.unknown[0], more=inputs.unknown[1:])
        candidates = await self._candidates(image, inputs)
        previous = None if candidates else await self.ports.documents.last(image.image.repository)
        return decide(inputs, candidates, previous, days, rebuild=image.name in self.ports.rebuild)

    async def _candidates(self, image: ImagePlan, inputs: Inputs) -> list[Candidate]:
        """The images with these inputs, in the order of their tags; what is kept is read of the last one alone."""
        found: list[Candidate] = []
        for generation in range(1, MOST_GENERATIONS + 1):
            reference = Reference(image.image.repository, inputs_tag(inputs.hash, generation))
            digest = await self.registry.digest(reference)
            if digest is None:
                break
            found.append(Candidate(reference.tag, digest))
        return [*found[:-1], *[await self._with_document(image, one) for one in found[-1:]]]

    async def _with_document(self, image: ImagePlan, found: Candidate) -> Candidate:
        if self.ports is None:
            return found
        try:
            document = await self.ports.documents.of(image.image.repository, found.digest)
        except SlipwayError as error:
            return replace(found, unreadable=_reason(error))
        return replace(found, document=document, age_days=self.age_days(document.built) if document else None)


async def _call(work: Callable[[], Awaitable[None]]) -> None:
    await work()


def _failed(error: SlipwayError | None) -> Decision:
    return Decision(f"the look-up of its inputs failed: {_reason(error)}")


def _reason(error: SlipwayError | None) -> str:
    text = "; ".join(f"{one.what}: {one.value}" for one in error.problems) if error else ""
    return " ".join(text.split())[:_SHOWN]


def _foreign(reference: Reference, found: str) -> Problem:
    return Problem(
        what=f"{reference} was set meanwhile, to an image that no release has recorded",
        value=found,
        expected="an image that was built from the same inputs",
        hint="find out who pushed it; the image of this release was built and is used, and is not reused later",
    )

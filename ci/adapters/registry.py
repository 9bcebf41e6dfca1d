"""The registry port, implemented with the registry API (docs/decisions/0017-registry-client.md)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import anyio
import httpx

from ci.adapters.registry_answers import Manifest, digest_of
from ci.adapters.registry_errors import LONGEST, is_transient, reason, request_problem, wait_seconds
from ci.adapters.registry_http import RegistryHttp
from ci.adapters.registry_requests import RegistryRequests
from ci.adapters.retry import print_progress, retried
from ci.core.references import Reference
from ci.core.settings.product import Settings
from ci.errors import Problem, PublishError, TagUnknownError

R = TypeVar("R")


class OciRegistry:
    """All registries over HTTPS; with `redirect`, one registry over plain HTTP at that `host:port` (a rehearsal's).

    `username` and `password` are sent to every host that asks for them; with an empty password requests are anonymous.
    `seconds` limits each request, and `deadline` a request with all its retries. `transport` replaces the network.
    """

    def __init__(
        self,
        username: str = "",
        password: str = "",
        *,
        redirect: str = "",
        seconds: float = 60,
        deadline: float = 180,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        log: Callable[[str], None] = print_progress,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = RegistryHttp(username, password, redirect, seconds, transport)
        self._requests = RegistryRequests(self._http)
        self._redirect, self._deadline, self._sleep, self._log = redirect, deadline, sleep, log

    async def digest(self, reference: Reference) -> str | None:
        """The digest of a reference, None if it does not exist; see `ci.pipelines.ports.Registry`."""
        manifest = await self.manifest(reference.repository, reference.tag)
        return manifest.digest if manifest else None

    async def set_tag(self, repository: str, digest: str, tag: str) -> str:
        """Set a tag; see `ci.pipelines.ports.Registry`."""
        return await self._set_tag(repository, digest, tag, only_free=False)

    async def set_free_tag(self, repository: str, digest: str, tag: str) -> str:
        """Set a tag that does not exist; see `ci.pipelines.ports.Registry`."""
        return await self._set_tag(repository, digest, tag, only_free=True)

    async def labels(self, repository: str, digest: str) -> Mapping[str, str]:
        """The labels of an image; see `ci.pipelines.ports.Registry`."""
        failed = f"Reading the labels of {repository}@{digest} failed"
        return await self._do(failed, repository, lambda: self._requests.labels(repository, digest))

    async def list_tags(self, repository: str) -> tuple[str, ...]:
        """All tags of a repository; see `ci.pipelines.ports.Registry`."""
        return await self._do(
            f"Reading the tags of {repository} failed", repository, lambda: self._requests.tags(repository)
        )

    async def check_push(self, repository: str) -> None:
        """Start an upload, which needs the right to push; see `ci.pipelines.ports.Registry`."""
        failed = f"The registry does not accept pushes to {repository}"
        await self._do(failed, repository, lambda: self._requests.start_upload(repository))

    async def manifest(self, repository: str, reference: str) -> Manifest | None:
        """The manifest of a tag or a digest, None if it does not exist.

        Raises:
            PublishError: it can't be read.
        """
        failed = f"Reading {repository}{'@' if ':' in reference else ':'}{reference} failed"
        return await self._do(failed, repository, lambda: self._requests.manifest(repository, reference))

    async def put_manifest(self, repository: str, reference: str, content: bytes, media_type: str) -> str:
        """Put a manifest under a tag or its own digest, and return its digest.

        Raises:
            PublishError: the registry did not say that it was put.
        """
        manifest = Manifest(content, media_type, digest_of(content))
        failed = f"Putting a manifest to {repository} as {reference} failed"
        await self._do(failed, repository, lambda: self._requests.put(repository, reference, manifest))
        return manifest.digest

    async def blob(self, repository: str, digest: str) -> bytes:
        """The bytes of a blob, of at most 4 MiB.

        Raises:
            PublishError: it can't be read.
        """
        failed = f"Reading the blob {digest} of {repository} failed"
        return await self._do(failed, repository, lambda: self._requests.blob(repository, digest))

    async def push_blob(self, repository: str, content: bytes) -> str:
        """Push a small blob in one request, and return its digest.

        Raises:
            PublishError: the registry did not take it.
        """
        failed = f"Pushing a blob to {repository} failed"
        return await self._do(failed, repository, lambda: self._requests.push_blob(repository, content))

    async def _set_tag(self, repository: str, digest: str, tag: str, *, only_free: bool) -> str:
        """Set a tag, and return the digest that is read afterwards.

        It is looked up also where the request failed: the tag may have been set and the response lost, or the registry
        may refuse to move a tag that another run has set meanwhile.
        """
        failed = f"Setting {repository}:{tag} failed"
        manifest = await self._do(failed, repository, lambda: self._requests.existing_manifest(repository, digest))
        refused: PublishError | None = None
        try:
            await self._do(failed, repository, self._put(repository, tag, manifest, only_free=only_free))
        except PublishError as error:
            refused = error
            if not only_free and not is_transient(error.__cause__ or error):
                raise  # a refusal: it was not set
        try:
            now = await self.digest(Reference(repository, tag))
        except PublishError as error:
            problems = () if refused is None else refused.problems
            raise TagUnknownError(_unknown(repository, tag, digest), *problems, *error.problems) from error
        if refused and (now is None or not only_free) and now != digest:
            raise refused
        return now or ""

    def _put(self, repository: str, tag: str, manifest: Manifest, *, only_free: bool) -> Callable[[], Awaitable[None]]:
        """An attempt to put a manifest; before it the tag is looked up: another run may have set it since the last."""
        attempts = 0

        async def attempt() -> None:
            nonlocal attempts
            attempts += 1
            found = await self._requests.manifest(repository, tag) if only_free or attempts > 1 else None
            if found is None or (not only_free and found.digest != manifest.digest):
                await self._requests.put(repository, tag, manifest)

        return attempt

    async def _do(self, failed: str, repository: str, work: Callable[[], Awaitable[R]]) -> R:
        host = self._redirect or repository.partition("/")[0]
        try:
            with anyio.fail_after(self._deadline):
                return await retried(
                    work,
                    what=failed.removesuffix(" failed"),
                    transient=is_transient,
                    seconds=self._deadline,
                    wait_of=wait_seconds,
                    reason_of=self._shown,
                    sleep=self._sleep,
                    log=self._log,
                )
        except Exception as error:  # whatever a broken response causes is a problem
            given, seconds = bool(self._http.password), self._http.seconds
            found = request_problem(failed, host, error, self._shown(error), with_token=given, seconds=seconds)
            raise PublishError(found) from error

    def _shown(self, error: BaseException) -> str:
        return self._http.redacted(reason(error))[:LONGEST]


def registry_of(settings: Settings, password: str) -> OciRegistry:
    """All registries, with the deadlines of the settings."""
    seconds, deadline = settings.registry_seconds, settings.registry_deadline_seconds
    return OciRegistry(settings.registry_username, password, seconds=seconds, deadline=deadline)


def _unknown(repository: str, tag: str, digest: str) -> Problem:
    return Problem(
        what=f"Whether {repository}:{tag} was set is not known",
        value="neither the request nor the look-up after it got a response",
        expected=f"the tag names {digest}",
        hint=f"run the same call again, which looks it up; or `docker buildx imagetools inspect {repository}:{tag}`",
    )

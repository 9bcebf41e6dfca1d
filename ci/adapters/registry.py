"""The registry protocol, done with python-dxf, a kept client of the registry API (distribution spec v2)."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import requests
from dxf import DXF, hash_bytes
from dxf.exceptions import DXFError, DXFUnauthorizedError

from ci.adapters.retry import retried
from ci.core.references import Reference
from ci.errors import Problem, PublishError

R = TypeVar("R")
_DIGEST = "Docker-Content-Digest"
_NOT_FOUND, _FORBIDDEN = 404, frozenset({401, 403})


class _Client(DXF):
    """python-dxf's client, with what it lacks; its `_request` is untyped, and does authentication and redirects."""

    def put_manifest(self, tag: str, content: bytes, media_type: str) -> None:
        """Push a manifest as it is: dxf's own takes text, and the kind from a key that OCI manifests need not have."""
        headers = {"Content-Type": media_type}
        self._request("put", f"manifests/{tag}", data=content, headers=headers)  # type: ignore[no-untyped-call]

    def open_upload(self) -> None:
        """Begin the upload of a blob, and leave it at that: the registry forgets it."""
        self._request("post", "blobs/uploads/")  # type: ignore[no-untyped-call]


class DxfRegistry:
    """A registry over HTTPS, or over plain HTTP at `redirect`, where all hosts are then one (a rehearsal's).

    `username` and `password` are used for every host; an empty password asks as nobody.
    """

    def __init__(
        self,
        username: str = "",
        password: str = "",
        *,
        redirect: str = "",
        seconds: float = 60,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._username, self._password = username, password
        self._redirect, self._seconds, self._sleep = redirect, seconds, sleep

    async def digest(self, reference: Reference) -> str | None:
        """The digest behind a reference, None where there is none; see `ci.pipelines.ports.Registry`."""

        def ask(client: _Client) -> str | None:
            try:
                response = client.head_manifest_and_response(reference.tag)[1]
                if _DIGEST not in response.headers:  # which the distribution spec leaves open
                    return str(hash_bytes(client.get_manifest_and_response(reference.tag)[1].content))
            except requests.HTTPError as error:
                if error.response is not None and error.response.status_code == _NOT_FOUND:
                    return None
                raise
            return str(response.headers[_DIGEST])

        return await self._do(f"Reading {reference} failed", reference.repository, ask)

    async def tag(self, reference: Reference, tag: str) -> str:
        """Put the manifest behind a reference under another tag as well; see `ci.pipelines.ports.Registry`."""

        def copy(client: _Client) -> str:
            response = client.get_manifest_and_response(reference.tag)[1]
            client.put_manifest(tag, response.content, response.headers["Content-Type"])
            return str(hash_bytes(response.content))

        return await self._do(f"Tagging {reference} as {tag} failed", reference.repository, copy)

    async def check_push(self, repository: str) -> None:
        """Begin an upload, for which the registry asks the right to push; see `ci.pipelines.ports.Registry`."""
        await self._do(f"The registry does not take pushes to {repository}", repository, _Client.open_upload)

    async def _do(self, failed: str, repository: str, work: Callable[[_Client], R]) -> R:
        client = self._client(repository)

        async def once() -> R:
            return await anyio.to_thread.run_sync(partial(work, client), abandon_on_cancel=True)

        try:
            return await retried(once, passing=_passing, sleep=self._sleep)
        except (requests.RequestException, DXFError) as error:
            raise PublishError(self._problem(failed, repository, error)) from error

    def _client(self, repository: str) -> _Client:
        host, _, path = repository.partition("/")

        def authenticate(client: Any, response: requests.Response) -> None:
            client.authenticate(self._username or None, self._password or None, response=response)

        return _Client(
            self._redirect or host,
            path,
            None if self._redirect else authenticate,
            insecure=bool(self._redirect),
            timeout=self._seconds,
        )

    def _problem(self, failed: str, repository: str, error: Exception) -> Problem:
        response = getattr(error, "response", None)
        status = response.status_code if response is not None else 0
        said = str(error) or type(error).__name__
        if response is not None:
            said = f"{status} {response.reason} {response.text.strip()}".strip()
        if isinstance(error, DXFUnauthorizedError) or status in _FORBIDDEN:
            given = "the registry token given" if self._password else "no registry token was given, so that it"
            return Problem(
                what=failed,
                value=said,
                expected=f"a token that may push packages there (GHCR: a personal access token with `write:packages`); "
                f"{given} is refused",
                hint=f"check the token with `docker login {repository.partition('/')[0]}`, then run the same call "
                "again",
            )
        if isinstance(error, requests.ConnectionError | requests.Timeout):
            host = self._redirect or repository.partition("/")[0]
            return Problem(
                what=f"The registry {host} can't be reached",
                value=_reason(error),
                hint="check the network, then run the same call again: what was pushed is reused",
            )
        return Problem(what=failed, value=said[:300], hint="run the same call again: what was pushed is reused")


def _reason(error: requests.RequestException) -> str:
    """Why a connection failed, without the path that was asked for: it is the same for all of a host's."""
    inner = error.args[0] if error.args else error
    said = str(getattr(inner, "reason", inner)) or type(error).__name__
    return re.sub(r"^HTTPS?Connection(?:Pool)?\([^)]*\): ", "", said)[:300]


def _passing(error: BaseException) -> bool:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return error.response.status_code in {408, 429, 500, 502, 503, 504}
    if isinstance(error, requests.exceptions.SSLError):  # a ConnectionError too: a certificate does not mend itself
        return False
    return isinstance(error, requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError)

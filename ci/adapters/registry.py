"""The registry port, implemented with python-dxf, a maintained client of the registry API (distribution spec v2)."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
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
AGAIN = "run the same call again: what was pushed is reused"
_DIGEST_HEADER = "Docker-Content-Digest"
_NOT_FOUND = 404
_FORBIDDEN = frozenset({401, 403})
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_EXCERPT = 300
"""Characters of a registry's response that a problem shows."""


class _Client(DXF):
    """python-dxf's client with two requests that it lacks; its `_request` is untyped."""

    def put_manifest(self, tag: str, content: bytes, media_type: str) -> None:
        """Push a manifest byte for byte; dxf's own method needs a key in it that OCI manifests may omit."""
        headers = {"Content-Type": media_type}
        self._request("put", f"manifests/{tag}", data=content, headers=headers)  # type: ignore[no-untyped-call]

    def blob(self, digest: str) -> bytes:
        """The bytes of a blob."""
        return bytes(self._request("get", f"blobs/{digest}").content)  # type: ignore[no-untyped-call]

    def open_upload(self) -> None:
        """Start the upload of a blob without sending any; the registry discards it."""
        self._request("post", "blobs/uploads/")  # type: ignore[no-untyped-call]


class DxfRegistry:
    """All registries over HTTPS; with `redirect`, one registry over plain HTTP at that `host:port` (a rehearsal's).

    `username` and `password` are sent to every host; with an empty password requests are anonymous. `seconds` is the
    timeout of one request.
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
        """The digest of a reference, None if it does not exist; see `ci.pipelines.ports.Registry`."""

        def read(client: _Client) -> str | None:
            try:
                response = client.head_manifest_and_response(reference.tag)[1]
                if _DIGEST_HEADER not in response.headers:  # the distribution spec leaves it optional
                    return str(hash_bytes(client.get_manifest_and_response(reference.tag)[1].content))
            except requests.HTTPError as error:
                if error.response is not None and error.response.status_code == _NOT_FOUND:
                    return None
                raise
            return str(response.headers[_DIGEST_HEADER])

        return await self._request(f"Reading {reference} failed", reference.repository, read)

    async def set_tag(self, repository: str, digest: str, tag: str) -> str:
        """Put the manifest of a digest under a tag as well; see `ci.pipelines.ports.Registry`."""

        def copy(client: _Client) -> str:
            response = client.get_manifest_and_response(digest)[1]
            client.put_manifest(tag, response.content, response.headers["Content-Type"])
            return str(hash_bytes(response.content))

        return await self._request(f"Tagging {repository}@{digest} as {tag} failed", repository, copy)

    async def set_free_tag(self, repository: str, digest: str, tag: str) -> str:
        """Set a tag that does not exist; see `ci.pipelines.ports.Registry`."""
        found = await self.digest(Reference(repository, tag))
        return found or await self.set_tag(repository, digest, tag)

    async def labels(self, repository: str, digest: str) -> Mapping[str, str]:
        """The labels of an image; see `ci.pipelines.ports.Registry`."""

        def read(client: _Client) -> Mapping[str, str]:
            manifest = json.loads(client.get_manifest_and_response(digest)[0])
            if "manifests" in manifest:
                manifest = json.loads(client.get_manifest_and_response(manifest["manifests"][0]["digest"])[0])
            config = json.loads(client.blob(manifest["config"]["digest"]))
            return dict(config.get("config", {}).get("Labels") or {})

        return await self._request(f"Reading the labels of {repository}@{digest} failed", repository, read)

    async def list_tags(self, repository: str) -> tuple[str, ...]:
        """All tags of a repository; see `ci.pipelines.ports.Registry`."""

        def read(client: _Client) -> tuple[str, ...]:
            return tuple(client.list_aliases())

        return await self._request(f"Reading the tags of {repository} failed", repository, read)

    async def check_push(self, repository: str) -> None:
        """Start an upload, which needs the right to push; see `ci.pipelines.ports.Registry`."""
        await self._request(f"The registry does not accept pushes to {repository}", repository, _Client.open_upload)

    async def _request(self, failed: str, repository: str, work: Callable[[_Client], R]) -> R:
        client = self._client(repository)

        async def once() -> R:
            return await anyio.to_thread.run_sync(partial(work, client), abandon_on_cancel=True)

        try:
            return await retried(once, transient=_is_transient, sleep=self._sleep)
        except (requests.RequestException, DXFError) as error:
            raise PublishError(self._problem(failed, repository, error)) from error

    def _client(self, repository: str) -> _Client:
        host, _, path = repository.partition("/")

        def authenticate(client: Any, response: requests.Response) -> None:  # Any: dxf's client is untyped
            client.authenticate(self._username or None, self._password or None, response=response)

        return _Client(
            self._redirect or host,
            path,
            None if self._redirect else authenticate,
            insecure=bool(self._redirect),
            timeout=self._seconds,
        )

    def _problem(self, failed: str, repository: str, error: Exception) -> Problem:
        host = repository.partition("/")[0]
        response = error.response if isinstance(error, requests.RequestException) else None
        status = response.status_code if response is not None else 0
        message = str(error) or type(error).__name__
        if response is not None:
            message = f"{status} {response.reason} {response.text.strip()}".strip()
        if isinstance(error, DXFUnauthorizedError) or status in _FORBIDDEN:
            given = "the registry token given" if self._password else "no registry token was given, so that access"
            return Problem(
                what=failed,
                value=message,
                expected=f"a token that may push packages there (GHCR: a personal access token with `write:packages`); "
                f"{given} is refused",
                hint=f"check the token with `docker login {host}`, give it with --registry-token, then run the same "
                "call again",
            )
        if isinstance(error, requests.ConnectionError | requests.Timeout):
            return Problem(
                what=f"The registry {self._redirect or host} can't be reached",
                value=_reason(error),
                expected="a registry that responds",
                hint=f"check the network and `image_prefix`, then {AGAIN}",
            )
        return Problem(
            what=failed, value=message[:_EXCERPT], expected="a successful response of the registry", hint=AGAIN
        )


def _reason(error: requests.RequestException) -> str:
    """Why a connection failed, without the path of the request: the reason is the same for all paths of a host."""
    inner = error.args[0] if error.args else error
    reason = str(getattr(inner, "reason", inner)) or type(error).__name__
    return re.sub(r"^HTTPS?Connection(?:Pool)?\([^)]*\): ", "", reason)[:_EXCERPT]


def _is_transient(error: BaseException) -> bool:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return error.response.status_code in _TRANSIENT
    if isinstance(error, requests.exceptions.SSLError):  # a ConnectionError too, but a certificate stays as it is
        return False
    return isinstance(error, requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError)

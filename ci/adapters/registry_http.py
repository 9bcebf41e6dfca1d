"""Requests to registries: sign-in, the deadline of each request, and a limit of what is read of each response."""

import base64
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import anyio
import httpx

from ci.adapters.registry_answers import Answer, AnswerError, Challenge, read_challenge, read_token, unexpected
from ci.core.redaction import Redactor

LIMIT = 4 * 2**20
"""Bytes of a response that are read: the spec asks of registries to accept manifests up to this size."""
_ERROR_LIMIT = 2**16
_REDIRECTS = 5
_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def authorized(self, value: str) -> "_Request":
        """The request with a value of `Authorization`; with `""` as it is."""
        return replace(self, headers={**self.headers, "Authorization": value}) if value else self


class RegistryHttp:
    """Requests to repositories over HTTPS; with `redirect`, to that `host:port` over plain HTTP and without sign-in.

    `seconds` limits one request with its whole response and its sign-in. A repository is signed in to once, and again
    when its token is refused.
    """

    def __init__(
        self, username: str, password: str, redirect: str, seconds: float, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self._transport = transport
        self._redirect, self.seconds, self.password = redirect, seconds, password
        self._basic = _basic(username, password) if password else ""
        self._authorization: dict[str, str] = {}
        self._secrets = {password, self._basic.removeprefix("Basic ")} - {""}

    async def send(
        self, method: str, repository: str, path: str, content: bytes = b"", headers: Mapping[str, str] = _NO_HEADERS
    ) -> Answer:
        """The response to a request; `path` is below the repository's, or a full address.

        Raises:
            AnswerError: the registry can't be signed in to, or a response has more than 4 MiB.
            TimeoutError: the time is up.
            httpx.HTTPError: there is no response.
        """
        request = _Request(method, urljoin(self.address(repository), path), content, headers)
        with anyio.fail_after(self.seconds):
            async with self._client() as client:
                own = not self._redirect and _same_host(request.url, self.address(repository))
                return await self._signed_in(client, repository, request) if own else await _read(client, request)

    def address(self, repository: str) -> str:
        """The address below which a repository's resources are."""
        host, _, path = repository.partition("/")
        return f"http://{self._redirect}/v2/{path}/" if self._redirect else f"https://{host}/v2/{path}/"

    def redacted(self, text: str) -> str:
        """A text without the credentials that were sent, in whichever form."""
        return Redactor(tuple(self._secrets)).text(text)

    def _client(self) -> httpx.AsyncClient:
        """A client; in a rehearsal, one that uses no proxy."""
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or ""
        return httpx.AsyncClient(
            transport=self._transport,
            verify=_certificates(bundle),
            trust_env=not self._redirect,
            timeout=self.seconds,
            max_redirects=_REDIRECTS,
            headers={"User-Agent": "slipway", "Accept-Encoding": "identity"},
        )

    async def _signed_in(self, client: httpx.AsyncClient, repository: str, request: _Request) -> Answer:
        """The response to a request that has the repository's credential, if the registry asks for one."""
        answer = await _read(client, request.authorized(self._authorization.get(repository, "")))
        if answer.status != httpx.codes.UNAUTHORIZED:
            return answer
        self._authorization[repository] = known = await self._sign_in(client, repository, answer)
        return await _read(client, request.authorized(known))

    async def _sign_in(self, client: httpx.AsyncClient, repository: str, answer: Answer) -> str:
        """The value of `Authorization` that the registry asks for."""
        challenge = read_challenge(answer)
        if challenge.scheme == "basic":
            if not self._basic:
                raise unexpected(answer, "a registry that needs no sign-in")
            return self._basic
        token = read_token(await self._token(client, repository, challenge))
        self._secrets.add(token)
        return f"Bearer {token}"

    async def _token(self, client: httpx.AsyncClient, repository: str, challenge: Challenge) -> Answer:
        """The token service's response.

        The right to push is asked for in every case: GHCR refuses to read a package that does not exist yet unless it
        may be made. If that is refused, the right that the registry names is asked for.
        """
        push = f"repository:{repository.partition('/')[2]}:pull,push"
        scopes = dict.fromkeys([push, challenge.scope] if self._basic else [challenge.scope])
        for scope in scopes:
            query = {"service": challenge.service, "scope": scope}
            url = httpx.URL(challenge.realm).copy_merge_params({key: value for key, value in query.items() if value})
            answer = await _read(client, _Request("GET", str(url)).authorized(self._basic))
            if answer.status not in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
                break
        return answer


async def _read(client: httpx.AsyncClient, request: _Request) -> Answer:
    """The response to a request; of one that is an error, only the beginning of its body is read."""
    built = client.build_request(
        request.method, request.url, content=request.content or None, headers=dict(request.headers)
    )
    response = await client.send(built, stream=True, follow_redirects=request.method == "GET")
    try:
        limit = LIMIT if response.is_success else _ERROR_LIMIT
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > limit:
                break
        found = {name.lower(): value for name, value in response.headers.items()}
        following = response.links.get("next", {}).get("url", "")
        pages = urljoin(str(response.url), following) if following else ""
        answer = Answer(response.status_code, response.reason_phrase, found, bytes(body[:limit]), pages)
        if response.is_success and len(body) > limit:
            raise AnswerError(f"{answer.status} with a larger body", f"a body of at most {limit // 2**20} MiB", answer)
        return answer
    finally:
        await response.aclose()


def _same_host(one: str, other: str) -> bool:
    """Whether two addresses have the same host and port."""
    return urlsplit(one).netloc == urlsplit(other).netloc


@lru_cache(maxsize=4)
def _certificates(bundle: str) -> ssl.SSLContext:
    """The certificates that are trusted: those of a file, or the usual ones."""
    return ssl.create_default_context(cafile=bundle) if bundle else httpx.create_ssl_context()


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

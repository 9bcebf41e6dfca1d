"""The keeper and the web of a smoke, done over HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from ci.core.smoke.states import Kept
from ci.core.smoke.steps import Answer, Request
from ci.errors import Problem, SmokeError

TOKEN_HEADER = "X-Slipway-Token"  # noqa: S105 - a header's name
_PATIENCE = 30.0
"""Seconds that a keeper may take beyond what it was asked to wait; stopping a service may take its grace period."""


class HttpKeeper:
    """Speaks to a keeper; see `ci.pipelines.ports.Keeper`."""

    def __init__(self, url: str, token: str, address: str) -> None:
        self.address = address
        self._url, self._headers = url, {TOKEN_HEADER: token}

    async def tell(self, what: str, question: Mapping[str, Any] | None = None) -> None:
        """Tell it to do something; see `ci.pipelines.ports.Keeper`."""
        await self._ask(f"/{what}", question or {}, 300.0)

    async def look(self, known: int = -1, seconds: float = 0.0) -> Kept:
        """The service's state; see `ci.pipelines.ports.Keeper`."""
        return Kept.read(await self._ask("/state", {"known": known, "seconds": seconds}, seconds))

    async def log(self, lines: int) -> tuple[str, ...]:
        """The end of its output; see `ci.pipelines.ports.Keeper`."""
        return tuple(await self._ask("/log", {"lines": lines}))

    async def memory(self) -> int:
        """What the service holds; see `ci.pipelines.ports.Keeper`."""
        return int(await self._ask("/memory", {}))

    async def execute(self, command: Sequence[str], seconds: float) -> Answer:
        """Run a command beside the service; see `ci.pipelines.ports.Keeper`."""
        told = await self._ask("/exec", {"command": list(command), "seconds": seconds}, seconds)
        return Answer(told["code"], told["output"])

    async def _ask(self, path: str, question: Mapping[str, Any], seconds: float = 0.0) -> Any:  # Any: JSON
        try:
            async with _client() as client:
                answer = await client.post(
                    f"{self._url}{path}", json=dict(question), headers=self._headers, timeout=seconds + _PATIENCE
                )
        except httpx.HTTPError as error:
            raise SmokeError(
                Problem(
                    what="The keeper of a service does not answer: its container has ended",
                    value=f"{self._url}{path}: {error!r}",
                    hint="run the same call again; if it stays so, look into the engine's log: memory may have run out",
                )
            ) from error
        if answer.is_error:
            raise SmokeError(Problem(what="The keeper of a service can't do what it was told", value=answer.text))
        return answer.json()


class HttpWeb:
    """Sends requests to services, with a cookie jar for each session; see `ci.pipelines.ports.Web`."""

    def __init__(self) -> None:
        self._cookies: dict[str, httpx.Cookies] = {}

    async def ask(self, request: Request, address: str, seconds: float) -> Answer:
        """Send a request under the service's name; see `ci.pipelines.ports.Web`."""
        files = None
        if request.file:
            files = {request.file["field"]: (request.file["name"], request.file["content"].encode())}
        try:
            async with _client(self._cookies.get(request.session)) as client:
                answer = await client.request(
                    request.method,
                    f"http://{address}:{request.port}{request.path}",
                    headers={"Host": f"{request.service}:{request.port}", **request.headers},
                    json=request.json,
                    data=dict(request.form) or None,
                    files=files,
                    timeout=seconds,
                )
                if request.session:
                    self._cookies[request.session] = client.cookies
        except httpx.HTTPError as error:
            return Answer(error=f"no answer from `{request.service}` on port {request.port}: {error!r}")
        return Answer(answer.status_code, answer.text)

    def cookie(self, session: str, name: str) -> str | None:
        """A cookie of a session; see `ci.pipelines.ports.Web`."""
        return next((one.value for one in self._cookies.get(session, httpx.Cookies()).jar if one.name == name), None)


def _client(cookies: httpx.Cookies | None = None) -> httpx.AsyncClient:
    """A client for plain HTTP inside the engine's network: no proxy, and no time spent on certificates."""
    return httpx.AsyncClient(cookies=cookies, trust_env=False, verify=False)  # noqa: S501 - nothing here is HTTPS

"""HTTP to supervisors and services; implements the ports of `ci.pipelines.smoke_ports`."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from ci.core.smoke.service_state import ServiceState
from ci.core.smoke.step_check import ActionResult
from ci.core.smoke.step_request import Request
from ci.errors import Problem, SmokeError

TOKEN_HEADER = "X-Slipway-Token"  # noqa: S105 - a header's name
_RESPONSE_SECONDS = 30.0
"""How long a supervisor may take to respond, beyond the time that the request itself asks for."""
_COMMAND_SECONDS = 300.0
"""The same for starting and stopping a service: filling and emptying a volume take their time."""


class HttpServiceControl:
    """Controls a service through its supervisor at `url`; see `ci.pipelines.smoke_ports.ServiceControl`."""

    def __init__(self, url: str, token: str, address: str) -> None:
        self.address = address
        self._url, self._headers = url, {TOKEN_HEADER: token}
        self._grace_seconds = 0.0

    async def run(self, spec: Mapping[str, Any]) -> None:  # Any: JSON, here and below
        """Configure the service and start it."""
        self._grace_seconds = float(spec.get("stop_grace_seconds", 0.0))
        await self._post("/run", spec, _COMMAND_SECONDS)

    async def start(self) -> None:
        """Start the stopped service."""
        await self._post("/start", {}, _COMMAND_SECONDS)

    async def stop(self) -> None:
        """Stop the service."""
        await self._post("/stop", {}, _COMMAND_SECONDS + self._grace_seconds)

    async def shut_down(self) -> None:
        """Kill the service, and empty its volumes."""
        await self._post("/shutdown", {}, _COMMAND_SECONDS)

    async def poll(self, known_version: int = -1, seconds: float = 0.0) -> ServiceState:
        """The service's state, once it is newer than `known_version`, or after `seconds`."""
        body = {"known_version": known_version, "seconds": seconds}
        return ServiceState.from_json(await self._post("/state", body, seconds))

    async def log(self, lines: int) -> tuple[str, ...]:
        """The last lines of the service's output."""
        return tuple(await self._post("/log", {"lines": lines}))

    async def memory(self) -> int:
        """Bytes of memory that the service uses."""
        return int(await self._post("/memory", {}))

    async def execute(self, command: Sequence[str], seconds: float) -> ActionResult:
        """Run a command in the service's container."""
        result = await self._post("/exec", {"command": list(command), "seconds": seconds}, seconds)
        return ActionResult(result["exit_code"], result["output"])

    async def _post(self, path: str, body: Mapping[str, Any], seconds: float = 0.0) -> Any:
        """The JSON of the supervisor's response.

        Raises:
            SmokeError: there is none, or it is an error.
        """
        url = f"{self._url}{path}"
        try:
            async with _client() as client:
                response = await client.post(
                    url, json=dict(body), headers=self._headers, timeout=seconds + _RESPONSE_SECONDS
                )
        except httpx.TimeoutException as error:
            raise SmokeError(
                Problem(
                    what="The supervisor of a service did not respond in time: whether it did as asked is unknown",
                    value=f"{url}: no response after {seconds + _RESPONSE_SECONDS:g} s",
                    expected="a response of the supervisor",
                    hint="run the same call again; if it fails again, read the engine's log: it may be overloaded",
                )
            ) from error
        except httpx.HTTPError as error:
            raise SmokeError(
                Problem(
                    what="The supervisor of a service does not respond: its container has ended",
                    value=f"{url}: {error!r}",
                    expected="a response of the supervisor",
                    hint="run the same call again; if it fails again, read the engine's log: memory may have run out",
                )
            ) from error
        if response.is_error:
            raise SmokeError(
                Problem(
                    what="The supervisor of a service could not fulfil a request",
                    value=f"{url}: {response.text}",
                    expected="status 200",
                    hint="check the steps of the settings that act on this service; if they are right, report this to "
                    "the maintainers of Slipway",
                )
            )
        return response.json()


class HttpxClient:
    """Sends requests to services; see `ci.pipelines.smoke_ports.HttpClient`."""

    def __init__(self) -> None:
        self._cookies: dict[str, httpx.Cookies] = {}

    async def send(self, request: Request, address: str, seconds: float) -> ActionResult:
        """Send a request to an address, with the service's name as its host."""
        files = None
        if request.file:
            files = {request.file["field"]: (request.file["name"], request.file["content"].encode())}
        try:
            async with _client(self._cookies.get(request.session)) as client:
                response = await client.request(
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
            return ActionResult(error=f"no response from `{request.service}` on port {request.port}: {error!r}")
        return ActionResult(response.status_code, response.text)

    def cookie(self, session: str, name: str) -> str | None:
        """The value of a session's cookie."""
        return next((one.value for one in self._cookies.get(session, httpx.Cookies()).jar if one.name == name), None)


def _client(cookies: httpx.Cookies | None = None) -> httpx.AsyncClient:
    """A client for plain HTTP inside the engine's network: it uses no proxy, and loads no certificates."""
    return httpx.AsyncClient(cookies=cookies, trust_env=False, verify=False)  # noqa: S501 - nothing here is HTTPS

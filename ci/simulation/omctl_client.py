"""One run of omctl: its arguments, and how it reaches the API (omctl v1.10.5)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ci.rehearsal.routes import API, Response


class CommandError(Exception):
    """What omctl prints after `Error:` before it exits with 1."""


@dataclass(frozen=True)
class Client:
    """One run of omctl: its arguments after the command, and how it reaches the API and the compose file."""

    arguments: tuple[str, ...]
    send: Callable[[str, str, bytes, Mapping[str, str]], Response]
    """Method, path, body and query -> response."""
    compose: str

    @property
    def options(self) -> dict[str, str]:
        """`--option` -> the argument after it."""
        pairs = zip(self.arguments, (*self.arguments[1:], ""), strict=True)
        return {name: value for name, value in pairs if name.startswith("--")}

    @property
    def operand(self) -> str:
        """The argument before all options."""
        return self.arguments[0]

    def request(self, method: str, path: str, body: Any = None, query: Mapping[str, str] | None = None) -> Any:
        """The body of the response; Any: JSON, here and below.

        Raises:
            CommandError: the API responded with an error.
        """
        content = b"" if body is None else json.dumps(body).encode()
        response = self.send(method, API + path, content, query or {})
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            status = HTTPStatus(response.status)
            raise CommandError(f"{status.value} {status.phrase}\nDetail: {json.dumps(response.body)}")
        if response.status != HTTPStatus.OK:
            raise CommandError(f"{response.body['name']}\nDetail: {response.body['message']}")
        return response.body

    def search(self, kind: str, text: str, results: str, **filters: Any) -> list[dict[str, Any]]:
        """The records of a search."""
        body = {"query": f"{kind}:{text}", **filters}
        found: list[dict[str, Any]] = self.request("POST", "/fleet/search-inventory", body)[results]
        return found

    def exactly(self, kind: str, results: str, hint: str = "") -> dict[str, Any]:
        """The record whose identifier is the operand; the API's search also returns those that contain it.

        Raises:
            CommandError: there is none.
        """
        for record in self.search(kind, self.operand, results):
            if record["id"] == self.operand:
                return record
        raise CommandError(f"{self.operand} not found{hint}")

    def instance(self) -> dict[str, Any]:
        """The record of the instance that the operand names."""
        hint = ". Please check the instance ID and try again"
        return self.exactly("resourceinstance", "resourceInstanceResults", hint)

    def upgrade_path(self) -> str:
        """The path of the upgrade that the operand names."""
        record = self.exactly("upgradepath", "upgradePathResults")
        plan = f"/service/{record['serviceId']}/productTier/{record['productTierID']}"
        return f"/fleet{plan}/upgrade-path/{record['id']}"

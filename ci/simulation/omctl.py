"""omctl without its binary: argument lists become requests to the stand-in's routes, whose responses are printed.

Requests, outputs and errors are those of omctl v1.10.5; tests/integration/test_fake_omctl.py compares them with the
real binary's.
"""

import json
from collections.abc import Mapping

import anyio.lowlevel
import yaml

from ci.core.omctl.model import Completed
from ci.rehearsal.auth import token_for
from ci.rehearsal.request import Request
from ci.rehearsal.routes import Response, respond
from ci.rehearsal.state import State
from ci.simulation.omctl_client import Client, CommandError
from ci.simulation.omctl_commands import COMMANDS


def command_name(arguments: tuple[str, ...]) -> str:
    """The name in `COMMANDS` of the command that an argument list is of."""
    return next(name for name in COMMANDS if " ".join(arguments).startswith(f"{name} "))


class SimulatedOmctl:
    """Runs omctl's commands on a `State` of the stand-in API; see `ci.pipelines.ports.Omctl`.

    `compose` is the content of every file given with `--file`, `state` the state after all runs so far.
    """

    def __init__(self, state: State, api_key: str, compose: str = "") -> None:
        self.state, self.compose, self._token = state, compose, token_for(api_key)

    def with_compose(self, text: str) -> "SimulatedOmctl":
        """See `ci.pipelines.ports.Omctl`; the same object, which keeps the state.

        The file is sent in block style, which is all that the stand-in API reads (`ci.rehearsal.compose_file`).
        """
        self.compose = _in_block_style(text)
        return self

    async def run(self, arguments: tuple[str, ...]) -> Completed:
        """See `ci.pipelines.ports.Omctl`."""
        await anyio.lowlevel.checkpoint()
        return self.completed(arguments)

    def completed(self, arguments: tuple[str, ...]) -> Completed:
        """What a run prints and how it ends; the state changes in one step."""
        name = command_name(arguments)
        try:
            printed = COMMANDS[name](Client(arguments[len(name.split()) :], self._send, self.compose))
        except CommandError as error:
            with_usage = f"Error: {error}\nUsage:\n  omnistrate-ctl upgrade list [flags]\n\n"
            return Completed(1, "", with_usage if name == "upgrade list" else f"Error:  {error}\n")
        return Completed(0, "" if printed is None else json.dumps(printed, indent=4) + "\n", "")

    def _send(self, method: str, path: str, body: bytes, query: Mapping[str, str]) -> Response:
        self.state, response = respond(self.state, Request(method, path, query, self._token, body))
        return response


def _in_block_style(text: str) -> str:
    """The YAML of a compose file without `{…}` and `[…]`; its meaning is the same."""
    root = yaml.compose(text)
    pending, seen = [root], set[int]()
    while pending:
        node = pending.pop()
        if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
            continue
        seen.add(id(node))
        node.flow_style = False
        pending += node.value if isinstance(node, yaml.SequenceNode) else [one for pair in node.value for one in pair]
    return yaml.serialize(root, width=float("inf"), allow_unicode=True) if root else text

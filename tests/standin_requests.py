"""Requests to the stand-in's routes without a socket, for its unit tests."""

import base64
import json

from ci.rehearsal.auth import token_for
from ci.rehearsal.request import Request
from ci.rehearsal.routes import API, respond
from ci.rehearsal.seed import Seed, SeedInstance
from ci.rehearsal.state import State

KEY = "om_rehearsal"
COMPOSE = "services:\n  a:\n    image: b:sha-1\n    environment:\n      P: $secrets.s\n"
SEED = Seed(api_keys=(KEY,), secrets=(("DEV", ("s",)),), instances=(SeedInstance("instance-1", "P", plan="P"),))


def send(
    state: State, method: str, path: str, body: object = None, token: str = token_for(KEY)
) -> tuple[State, int, str]:
    """The new state, the HTTP status and the body of the response to a request for `path?query`."""
    bare, _, query = path.partition("?")
    parameters = dict(pair.split("=") for pair in query.split("&") if pair)
    state, response = respond(state, Request(method, API + bare, parameters, token, json.dumps(body).encode()))
    return state, response.status, json.dumps(response.body)


def build_body(compose: str = COMPOSE, product: str = "P") -> dict[str, object]:
    """The body of a build that releases a version."""
    content = base64.b64encode(compose.encode()).decode()
    return {"name": product, "environment": "Dev", "environmentType": "DEV", "fileContent": content, "release": True}

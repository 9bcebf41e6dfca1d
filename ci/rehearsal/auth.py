"""Signing in with an API key, and the token that every other operation requires."""

import base64
import hashlib
from collections.abc import Mapping

from . import responses_v1 as v1
from .models import ApiError
from .request import Outcome, Request
from .state import State

APIKEY_EMAIL = "apikey@apikeys.invalid"
"""The address that marks the password as an API key (omctl, internal/dataaccess/signin.go)."""


def token_for(api_key: str) -> str:
    """A token in the form of a JWT that expires in 2100: omctl reads `exp`, and drops a token without it or near it."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).decode().rstrip("=")

    signature = hashlib.sha256(f"standin {api_key}".encode()).digest()
    return ".".join((part(b'{"alg":"none"}'), part(b'{"exp":4102444800}'), part(signature)))


def check_token(state: State, request: Request) -> None:
    """Do nothing if the request has a valid token.

    Raises:
        ApiError: 401, it has none.
    """
    if request.token not in {token_for(key) for key in state.seed.api_keys}:
        raise ApiError(401, "unauthorized", "Invalid request: missing or unknown token")


def sign_in(state: State, request: Request, _: Mapping[str, str]) -> Outcome:
    """signin-api#Signin: a token for a key, without a refresh token (omctl, cmd/auth/login/api_key_login.go)."""
    given = request.json()
    key = given.get("password", "")
    if given.get("email") != APIKEY_EMAIL or not key or key not in state.seed.api_keys:
        raise ApiError(401, "unauthorized", "Invalid request: wrong user email or password")
    return state, {"jwtToken": token_for(key)}


def describe_user(state: State, _: Request, __: Mapping[str, str]) -> Outcome:
    """users-api#DescribeUser: omctl checks with it whether the token that it kept is still valid."""
    return state, v1.user()

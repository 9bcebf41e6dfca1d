"""Who may sign in."""

import pytest
from standin_requests import KEY, SEED, send

from ci.rehearsal.auth import APIKEY_EMAIL, token_for
from ci.rehearsal.seed import Seed
from ci.rehearsal.state import initial_state


@pytest.mark.parametrize(
    ("email", "password", "status"),
    [
        (APIKEY_EMAIL, KEY, 200),
        (APIKEY_EMAIL, "om_other", 401),
        (APIKEY_EMAIL, "", 401),
        (APIKEY_EMAIL, None, 401),
        ("someone@example.com", KEY, 401),
    ],
)
def test_an_api_key_signs_in(email: str, password: str | None, status: int) -> None:
    _, received, body = send(initial_state(SEED), "POST", "/signin", {"email": email, "password": password}, token="")
    assert received == status
    assert (token_for(KEY) in body) == (status == 200)


def test_without_keys_nobody_signs_in() -> None:
    assert send(initial_state(Seed()), "POST", "/signin", {"email": APIKEY_EMAIL, "password": ""})[1] == 401

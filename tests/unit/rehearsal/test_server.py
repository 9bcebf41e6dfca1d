"""The stand-in's own paths, and its command line."""

import base64
import json

import pytest
from standin_requests import COMPOSE, KEY, SEED, build_body

from ci.rehearsal.auth import APIKEY_EMAIL, token_for
from ci.rehearsal.request import Request
from ci.rehearsal.routes import API
from ci.rehearsal.seed import Seed
from ci.rehearsal.server import Standin, main
from ci.rehearsal.state import initial_state


def test_the_state_has_what_was_sent_and_no_credential() -> None:
    standin = Standin(initial_state(SEED))
    sign_in = json.dumps({"email": APIKEY_EMAIL, "password": KEY}).encode()
    assert standin.respond(Request("POST", f"{API}/signin", body=sign_in)).status == 200
    file = base64.b64encode(b"private").decode()
    body = json.dumps(build_body() | {"configs": {"ca.pem": file}}).encode()
    put = Request("PUT", f"{API}/service/composespec", token=token_for(KEY), body=body)
    assert standin.respond(put).status == 200
    state = standin.respond(Request("GET", "/_standin/state"))
    text = json.dumps(state.body)
    assert json.dumps(COMPOSE) in text
    assert '"configs": ["ca.pem sha256:' in text
    for secret in (KEY, token_for(KEY), file):
        assert secret not in text
    assert state.body["requests"] == {f"POST {API}/signin": 1, f"PUT {API}/service/composespec": 1}


def test_health_requires_no_token() -> None:
    assert Standin(initial_state(Seed())).respond(Request("GET", "/_standin/health")).status == 200


@pytest.mark.parametrize(("seed", "message"), [('{"x": 1}', "unknown key 'x'"), ("nowhere.json", "nowhere.json")])
def test_an_invalid_seed_ends_the_server_before_it_listens(
    seed: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--seed", seed])
    assert message in capsys.readouterr().err

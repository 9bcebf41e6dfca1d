"""Tokens, faults, unknown paths, and what does not exist."""

import pytest
from standin_requests import KEY, SEED, send

from ci.rehearsal.auth import token_for
from ci.rehearsal.routes import API, OPERATIONS
from ci.rehearsal.seed import Seed
from ci.rehearsal.state import initial_state
from ci.rehearsal.state_json import as_json


@pytest.mark.parametrize(("method", "pattern"), [(method, pattern) for method, pattern, _ in OPERATIONS[1:]])
@pytest.mark.parametrize("token", ["", "Bearer", token_for("om_other")])
def test_every_operation_requires_a_token(method: str, pattern: str, token: str) -> None:
    path = pattern.replace("[^/]+", "x")
    for name in ("service", "plan", "environment", "resource", "version", "kind", "instance", "upgrade"):
        path = path.replace(f"(?P<{name}>x)", "x")
    state, status, _ = send(initial_state(SEED), method, path, {}, token)
    assert (status, state.unknown_requests) == (401, ())


def test_an_unknown_path_is_404_and_recorded() -> None:
    state, status, body = send(initial_state(SEED), "DELETE", "/service/s-1")
    assert status == 404
    assert "the stand-in has no DELETE /2022-09-01-00/service/s-1" in body
    assert as_json(state)["unknown_requests"] == ["DELETE /2022-09-01-00/service/s-1"]


def test_faults_come_first_and_end() -> None:
    state = initial_state(Seed(api_keys=(KEY,), http_503_times=((f"GET {API}/us", 2),)))
    statuses = []
    for _ in range(3):
        state, status, _ = send(state, "GET", "/user")
        statuses.append(status)
    assert statuses == [503, 503, 200]
    assert as_json(state)["requests"] == {f"GET {API}/user": 3}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/service/s-1", "service 's-1' not found"),
        ("/service/s-1/product-tier/pt-1", "product tier 'pt-1' not found"),
        ("/service/s-1/environment/se-1", "environment 'se-1' not found"),
        ("/fleet/service/s-1/environment/se-1/instance/i", "instance 'i' not found"),
        ("/fleet/service/s-1/productTier/pt-1/upgrade-path/u", "upgrade path 'u' not found"),
        ("/fleet/service/s-1/productTier/pt-1/upgrade-paths", "product tier 'pt-1' not found"),
    ],
)
def test_what_does_not_exist_is_404(path: str, message: str) -> None:
    state, status, body = send(initial_state(SEED), "GET", path)
    assert (status, state.unknown_requests) == (404, ())
    assert message in body

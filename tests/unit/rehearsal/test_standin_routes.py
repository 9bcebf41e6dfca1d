"""Requests and answers, without a socket: who may ask, faults, unknown paths, and what the stand-in tells of itself."""

import base64
import json

import pytest

from ci.rehearsal.operations import APIKEY_EMAIL, Request, token_for
from ci.rehearsal.record import state
from ci.rehearsal.routes import API, OPERATIONS, answer
from ci.rehearsal.seed import Seed, SeedInstance
from ci.rehearsal.server import Standin, main
from ci.rehearsal.world import World, begin

KEY = "om_rehearsal"
TEXT = "services:\n  a:\n    image: b:sha-1\n    environment:\n      P: $secrets.s\n"
SEED = Seed(api_keys=(KEY,), secrets=(("DEV", ("s",)),), instances=(SeedInstance("instance-1", "P", plan="P"),))


def ask(
    world: World, method: str, path: str, body: object = None, token: str = token_for(KEY)
) -> tuple[World, int, str]:
    query = dict(pair.split("=") for pair in path.partition("?")[2].split("&") if pair)
    request = Request(method, API + path.partition("?")[0], query, token, json.dumps(body).encode())
    world, reply = answer(world, request)
    return world, reply.status, json.dumps(reply.body)


def compose_build(text: str) -> dict[str, object]:
    content = base64.b64encode(text.encode()).decode()
    return {"name": "P", "environment": "Dev", "environmentType": "DEV", "fileContent": content, "release": True}


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
def test_sign_in(email: str, password: str | None, status: int) -> None:
    _, got, body = ask(begin(SEED), "POST", "/signin", {"email": email, "password": password}, token="")
    assert got == status
    assert (token_for(KEY) in body) == (status == 200)


def test_with_no_keys_nobody_signs_in() -> None:
    assert ask(begin(Seed()), "POST", "/signin", {"email": APIKEY_EMAIL, "password": ""})[1] == 401


@pytest.mark.parametrize(("method", "pattern"), [(method, pattern) for method, pattern, _ in OPERATIONS[1:]])
@pytest.mark.parametrize("token", ["", "Bearer", token_for("om_other")])
def test_every_operation_wants_a_token(method: str, pattern: str, token: str) -> None:
    path = pattern.replace("[^/]+", "x")
    for name in ("service", "plan", "environment", "resource", "version", "kind", "instance", "upgrade"):
        path = path.replace(f"(?P<{name}>x)", "x")
    world, status, _ = ask(begin(SEED), method, path, {}, token)
    assert (status, world.unknown_calls) == (401, ())


def test_an_unknown_path_is_404_and_kept() -> None:
    world, status, body = ask(begin(SEED), "DELETE", "/service/s-1")
    assert status == 404
    assert "the stand-in has no DELETE /2022-09-01-00/service/s-1" in body
    assert state(world)["unknown_calls"] == ["DELETE /2022-09-01-00/service/s-1"]


def test_faults_come_first_and_end() -> None:
    world = begin(Seed(api_keys=(KEY,), http_503_times=((f"GET {API}/us", 2),)))
    seen = []
    for _ in range(3):
        world, status, _ = ask(world, "GET", "/user")
        seen.append(status)
    assert seen == [503, 503, 200]
    assert state(world)["calls"] == {f"GET {API}/user": 3}


@pytest.mark.parametrize("body", [[], {"fileContent": "%"}, {"fileContent": "/w=="}, {"fileContent": 1}])
def test_a_build_that_makes_no_sense_is_400(body: object) -> None:
    assert ask(begin(SEED), "PUT", "/service/composespec", body)[1] == 400


def test_a_build_is_described_with_its_resources() -> None:
    world, status, body = ask(begin(SEED), "PUT", "/service/composespec", compose_build(TEXT))
    ids = json.loads(body)
    assert (status, ids["isNewServicePlanVersionCreated"]) == (200, True)
    tier = f"/service/{ids['serviceID']}/productTier/{ids['productTierID']}"
    world, _, body = ask(world, "GET", f"{tier}/version-set")
    latest = json.loads(body)["tierVersionSets"][0]
    assert (latest["version"], latest["status"]) == ("2.0", "Active")
    (resource,) = latest["resources"]
    query = f"ProductTierId={ids['productTierID']}&ProductTierVersion=2.0"
    _, status, body = ask(world, "GET", f"/service/{ids['serviceID']}/resource/{resource['id']}?{query}")
    assert (status, json.loads(body)["name"]) == (200, "a")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/service/s-1", "service 's-1' not found"),
        ("/service/s-1/product-tier/pt-1", "product tier 'pt-1' not found"),
        ("/service/s-1/environment/se-1", "environment 'se-1' not found"),
        ("/fleet/service/s-1/environment/se-1/instance/i", "instance 'i' not found"),
        ("/fleet/service/s-1/productTier/pt-1/upgrade-path/u", "upgrade path 'u' not found"),
    ],
)
def test_what_is_not_there_is_404(path: str, said: str) -> None:
    world, status, body = ask(begin(SEED), "GET", path)
    assert (status, world.unknown_calls) == (404, ())
    assert said in body


@pytest.mark.parametrize(
    ("query", "filters", "count"),
    [
        ("resourceinstance:i", {}, 1),
        ("resourceinstance:instance-1", {}, 1),
        ("resourceinstance:instance-2", {}, 0),
        ("resourceinstance:i", {"serviceName": "p", "environmentName": "dev"}, 1),
        ("resourceinstance:i", {"environmentName": "Prod"}, 0),
        ("service:P", {}, 1),
        ("service:Q", {}, 0),
        ("serviceplan:pt-", {}, 1),
        ("upgradepath:upgrade-1", {}, 0),
    ],
)
def test_search(query: str, filters: dict[str, str], count: int) -> None:
    wish = {"query": query, "filters": {"resourceInstance": {"predicates": [filters]}} if filters else None}
    _, status, body = ask(begin(SEED), "POST", "/fleet/search-inventory", wish)
    assert (status, sum(len(found) for found in json.loads(body).values())) == (200, count)


def test_an_unknown_search_is_refused() -> None:
    assert ask(begin(SEED), "POST", "/fleet/search-inventory", {"query": "user:x"})[1] == 400


def test_the_state_holds_what_was_handed_over_and_no_credential() -> None:
    standin = Standin(begin(SEED))
    sign_in = json.dumps({"email": APIKEY_EMAIL, "password": KEY}).encode()
    assert standin.answer(Request("POST", f"{API}/signin", body=sign_in)).status == 200
    wish = compose_build(TEXT) | {"configs": {"ca.pem": base64.b64encode(b"private").decode()}}
    put = Request("PUT", f"{API}/service/composespec", token=token_for(KEY), body=json.dumps(wish).encode())
    assert standin.answer(put).status == 200
    told = standin.answer(Request("GET", "/_standin/state"))
    text = json.dumps(told.body)
    assert json.dumps(TEXT) in text
    assert '"configs": ["ca.pem sha256:' in text
    for hidden in (KEY, token_for(KEY), base64.b64encode(b"private").decode()):
        assert hidden not in text
    assert told.body["calls"] == {f"POST {API}/signin": 1, f"PUT {API}/service/composespec": 1}


def test_health_needs_no_token() -> None:
    assert Standin(begin(Seed())).answer(Request("GET", "/_standin/health")).status == 200


@pytest.mark.parametrize(("seed", "said"), [('{"x": 1}', "unknown key 'x'"), ("nowhere.json", "nowhere.json")])
def test_a_wrong_seed_ends_the_server_before_it_listens(
    seed: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--seed", seed])
    assert said in capsys.readouterr().err

"""Faults of the registry's sign-in: the proxy requires a token, and its token service is faulty."""

from faults import script
from faults.row import During, End, Row
from faults.scene import Scene
from faults.script import Fault

ANY = "/v2/"
TOKEN = "/token"
BASIC = b"Authorization: Basic c29tZWJvZHk6c3RhbmQtaW4tb2YtYS10b2tlbg=="


def token_auth(service: Fault | None = None) -> tuple[Fault, ...]:
    """Every request needs a token; the token service, which is the proxy as well, responds as `service` says."""
    found = (script.challenge().at("", ANY, times=0),)
    return found if service is None else (service.at("GET", TOKEN, times=0), *found)


def row(fault: str, *faults: Fault, request: str = "sign in", ends: tuple[End, ...] = (End.FAILED,)) -> Row:
    return Row(
        number=13,
        during=During.PREFLIGHT,
        request=request,
        fault=fault,
        scene=Scene(registry=faults, secure=True),
        ends=ends,
    )


def everywhere(fault: Fault) -> Fault:
    return fault.at("", ANY, times=0)


TABLE = [
    row("401 without a challenge", everywhere(script.no_challenge())),
    row("a challenge of no known kind", everywhere(script.status(401, b"", ("WWW-Authenticate", "Negotiate")))),
    row("a challenge without a realm", everywhere(script.status(401, b"", ("WWW-Authenticate", 'Bearer service="x"')))),
    row("a challenge that is no challenge", everywhere(script.status(401, b"", ("WWW-Authenticate", '"')))),
    row("the token service gives no token", *token_auth(script.token(b"{}"))),
    row("the token service gives an empty token", *token_auth(script.token(b'{"token": ""}'))),
    row("the token service gives null", *token_auth(script.token(b"null"))),
    row("the token service gives a page", *token_auth(script.captive_portal())),
    row("the token service refuses", *token_auth(script.denied())),
    row("the token service answers 503", *token_auth(script.status(503))),
    row("the token service drips", *token_auth(Fault(kind=script.Kind.DRIP))),
    row("the token service does not answer", *token_auth(Fault(kind=script.Kind.HANG))),
    row("the token is refused", *token_auth(script.token(b'{"token": "t"}'))),
    row("403 whose body holds the credential", everywhere(script.status(403, BASIC))),
    row("500 whose body holds the credential", everywhere(script.status(500, BASIC))),
    row("400 whose body holds the credential", everywhere(script.status(400, BASIC))),
    row("400 with a body of 5 MB", everywhere(script.huge(400))),
    row("403 with a body of 5 MB", everywhere(script.huge(403))),
]

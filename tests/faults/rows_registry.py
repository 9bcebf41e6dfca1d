"""Faults of the registry: each request of a release to it, with each kind of fault that a request can meet."""

from faults import script
from faults.row import During, End, Row
from faults.scene import Scene
from faults.script import Fault, Kind

WEB = r"dockerfile\.web/"
READ_SHA_TAG = ("GET", WEB + "manifests/sha-")
"""Asked in preflight, before and after it is set, before the version tags are, and when the tags are verified: five."""
MAY_PUSH = ("POST", WEB + "blobs/uploads")
PUSH_LAYER = ("PUT", WEB + "blobs/uploads")
PUSH_MANIFEST = ("PUT", WEB + "manifests/sha256:")
READ_MANIFEST = ("GET", WEB + "manifests/sha256:")
"""Read before the sha tag is set, and before the version tag is."""
SET_SHA_TAG = ("PUT", WEB + "manifests/sha-")
SET_VERSION_TAG = ("PUT", WEB + r"manifests/1\.2\.0")
READ_VERSION_TAG = ("GET", WEB + r"manifests/1\.2\.0")
"""Asked in preflight, before and after it is set, and when the tags are verified: four times."""

ONCE = {
    "503 once": script.status(503),
    "429 once, with Retry-After": script.retry_after("1"),
    "500 with a body of 5 MB once": script.huge(),
    "connection reset once": Fault(kind=Kind.RESET),
    "reset once, when it is done": Fault(kind=Kind.RESET, after=True),
    "response lost once": Fault(kind=Kind.LOST),
    "502 once, when it is done": script.status(502, after=True),
    "end in the middle of the response once": Fault(kind=Kind.EOF),
    "no answer once": Fault(kind=Kind.HANG),
    "no answer once, when it is done": Fault(kind=Kind.HANG, after=True),
    "sent twice": Fault(kind=Kind.TWICE),
    "no digest in the header": script.without("Docker-Content-Digest"),
}
"""What another try does not meet: the release completes."""
ALWAYS = {
    "503 for ever": script.status(503),
    "502 for ever, when it is done": script.status(502, after=True),
    "response lost for ever": Fault(kind=Kind.LOST),
    "no answer at all": Fault(kind=Kind.HANG),
    "drip": Fault(kind=Kind.DRIP),
    "500 with a body of 5 MB": script.huge(),
    "Retry-After of a day": script.retry_after("86400"),
    "captive portal": script.captive_portal(),
    "403": script.denied(),
    "401 without a challenge": script.no_challenge(),
    "404": script.status(404),
    "redirect in a circle": script.circle(),
    "another digest in the header": script.wrong_digest(),
    "body changed": script.wrong_body(),
    "body cut off": script.truncated(),
    "no Content-Type": script.without("Content-Type"),
}
"""What stays: the release fails with words."""


_SET_NONETHELESS = frozenset({"502 for ever, when it is done", "response lost for ever", "drip"})
"""The upstream has acted, so that a look-up finds what the response did not say."""
_TIME = {*ONCE, "no answer at all", "drip", "Retry-After of a day", "503 for ever"}
"""What is a matter of deadlines and of trying again."""
_BODIES = ("body changed", "body cut off", "no Content-Type")
READ = [*ONCE, *ALWAYS]
"""What can happen to a request whose response is a manifest."""
WRITE = [*ONCE, *(kind for kind in ALWAYS if kind not in {*_BODIES, "another digest in the header", "404"})]
"""What can happen to a request whose response is its status alone."""


def rows(
    during: During, what: str, request: tuple[str, str], kinds: list[str], *, first: int = 1, begun: bool = False
) -> list[Row]:
    """A row for each kind of fault; `begun` lets another run of the commit complete before."""
    found = []
    for kind in kinds:
        always = kind in ALWAYS
        fault = (ALWAYS if always else ONCE)[kind].at(*request, first=first, times=0 if always else 1)
        settings = {"build_minutes": 0.05} if during is During.IMAGES and kind == "drip" else {}
        scene = Scene(registry=(fault,), before=("another run",) if begun else (), settings=settings)
        ends: tuple[End, ...] = (End.FAILED,) if always else (End.DONE,)
        if kind == "another digest in the header" or (
            kind in _SET_NONETHELESS and request in (SET_SHA_TAG, SET_VERSION_TAG)
        ):
            ends = (End.DONE, End.FAILED)  # detected, or the header is not used; a tag is looked up: either is right
        number = 14 if kind in _TIME else 12 if during is During.VERSION_TAGS else 13
        found.append(Row(number=number, during=during, request=what, fault=kind, scene=scene, ends=ends, grid=True))
    return found


_ABSENT = [
    kind for kind in READ if kind not in {*_BODIES, "404", "another digest in the header", "no digest in the header"}
]
"""What can happen to a request for a tag that does not exist."""
_PRESENT = [kind for kind in READ if kind != "404"]
TABLE = [
    *rows(During.PREFLIGHT, "read the sha tag", READ_SHA_TAG, _ABSENT),
    *rows(During.PREFLIGHT, "read the sha tag of a finished release", READ_SHA_TAG, _PRESENT, begun=True),
    *rows(During.PREFLIGHT, "ask whether it may push", MAY_PUSH, WRITE),
    *rows(During.IMAGES, "read the sha tag again", READ_SHA_TAG, _ABSENT, first=2),
    *rows(During.IMAGES, "push a layer", PUSH_LAYER, WRITE),
    *rows(During.IMAGES, "push the manifest", PUSH_MANIFEST, WRITE),
    *rows(During.IMAGES, "set the sha tag", SET_SHA_TAG, WRITE),
    *rows(During.VERSION_TAGS, "read the manifest", READ_MANIFEST, READ, first=2),
    *rows(During.VERSION_TAGS, "set the version tag", SET_VERSION_TAG, WRITE),
    *rows(During.VERSION_TAGS, "verify the sha tag", READ_SHA_TAG, READ, first=4),
    *rows(During.READ_BACK, "read the version tag", READ_VERSION_TAG, READ, first=4),
    *rows(During.READ_BACK, "read the sha tag", READ_SHA_TAG, READ, first=5),
    Row(
        number=13,
        during=During.PREFLIGHT,
        request="ask whether it may push",
        fault="captive portal, in preflight alone",
        scene=Scene(registry=(script.captive_portal().at(*MAY_PUSH),)),
    ),
]

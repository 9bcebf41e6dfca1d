"""Faults of the requests by which images are looked up by their inputs, and kept for later: none ends a release."""

from faults import script
from faults.row import During, End, Row
from faults.rows_registry import ALWAYS, ONCE, WEB
from faults.scene import Scene
from faults.script import Fault, Kind

READ_TAG = ("GET", WEB + "manifests/inputs-")
"""In preflight, and where nothing is reused before and after it is set."""
SET_TAG = ("PUT", WEB + "manifests/inputs-")
READ_DOCUMENT = ("GET", r"-releases/manifests/image-")
WRITE_DOCUMENT = ("PUT", r"-releases/manifests/(image|last)-")
SET_SHA_TAG = ("PUT", WEB + "manifests/sha-")

KINDS = ("503 once", "response lost once", "403", "captive portal", "502 for ever, when it is done", "no answer at all")
GONE = script.status(400)
"""What a registry says of a manifest whose layers are gone."""


def _row(during: During, request: str, fault: str, found: Fault, *, reused: bool, ends: tuple[End, ...]) -> Row:
    before = ("another commit",) if reused else ()
    name = f"{request}{' of a commit that reuses images' if reused else ''}"
    scene = Scene(registry=(found,), before=before, reuse=True)
    return Row(number=1, during=during, request=name, fault=fault, scene=scene, ends=ends, grid=True)


def _rows() -> list[Row]:
    found = []
    for during, name, request, reused in (
        (During.PREFLIGHT, "look the inputs tag up", READ_TAG, False),
        (During.PREFLIGHT, "look the inputs tag up", READ_TAG, True),
        (During.PREFLIGHT, "read the inputs document", READ_DOCUMENT, True),
        (During.IMAGES, "write the inputs document", WRITE_DOCUMENT, False),
        (During.IMAGES, "set the inputs tag", SET_TAG, False),
    ):
        for kind in KINDS:
            fault = (ONCE | ALWAYS)[kind].at(*request, times=1 if kind in ONCE else 0)
            found.append(_row(during, name, kind, fault, reused=reused, ends=(End.DONE,)))
        for when in (False, True):
            kill = Fault(kind=Kind.PASS, event="kill", after=when).at(*request)
            text = "the machine stops, when it is done" if when else "the machine stops"
            found.append(_row(during, name, text, kill, reused=reused, ends=(End.KILLED,)))
    gone = GONE.at(*SET_SHA_TAG, times=1)
    found.append(_row(During.IMAGES, "set the sha tag", "layers are gone", gone, reused=True, ends=(End.DONE,)))
    return found


TABLE = _rows()

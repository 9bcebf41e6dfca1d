"""What others do meanwhile, and what becomes of a release whose machine goes away."""

from faults.row import During, End, Row
from faults.rows_registry import (
    MAY_PUSH,
    PUSH_LAYER,
    PUSH_MANIFEST,
    READ_MANIFEST,
    READ_SHA_TAG,
    READ_VERSION_TAG,
    SET_SHA_TAG,
    SET_VERSION_TAG,
)
from faults.scene import Scene
from faults.script import Fault, Kind

from ci.simulation.builder import BuilderFault
from ci.simulation.builder import BuilderFaultKind as Does
from ci.simulation.omctl_faults import OmctlFault

DONE, FAILED, KILLED = (End.DONE,), (End.FAILED,), (End.KILLED,)
EITHER = (End.DONE, End.FAILED)
WHILE = {
    "ask whether it may push": (During.PREFLIGHT, MAY_PUSH, 1),
    "read the sha tag again": (During.IMAGES, READ_SHA_TAG, 2),
    "push a layer": (During.IMAGES, PUSH_LAYER, 1),
    "push the manifest": (During.IMAGES, PUSH_MANIFEST, 1),
    "set the sha tag": (During.IMAGES, SET_SHA_TAG, 1),
    "read the manifest": (During.VERSION_TAGS, READ_MANIFEST, 2),
    "set the version tag": (During.VERSION_TAGS, SET_VERSION_TAG, 1),
    "read the version tag": (During.READ_BACK, READ_VERSION_TAG, 4),
    "read the sha tag": (During.READ_BACK, READ_SHA_TAG, 4),
}


def meanwhile(
    request: str, event: str, what: str, ends: tuple[End, ...] = EITHER, *, refused: bool = False, after: bool = False
) -> Row:
    """Somebody else does something just before a request, or just after the registry has taken it."""
    during, (method, path), first = WHILE[request]
    fault = Fault(kind=Kind.PASS, event=event, after=after).at(method, path, first=first)
    scene = Scene(
        registry=(fault,), settings={"parallel_builds": 1}
    )  # one after another: what comes before what is clear
    number = 4 if "version" in event or event == "another commit" else 2 if event == "foreign push" else 1
    return Row(
        number=number, during=during, request=request, fault=what, scene=scene, ends=ends, refused=refused, grid=True
    )


def killed(request: str, *, after: bool) -> Row:
    """The machine goes away before or after a request has reached the registry."""
    during, (method, path), first = WHILE[request]
    fault = Fault(kind=Kind.RESET, event="kill", after=after).at(method, path, first=first)
    what = f"the machine goes away {'after' if after else 'before'} it"
    return Row(
        number=15, during=during, request=request, fault=what, scene=Scene(registry=(fault,)), ends=KILLED, grid=True
    )


def killed_in_omctl(command: str, during: During, *, after: bool, first: int = 1) -> Row:
    """The machine goes away before or after omctl has done its work."""
    fault = OmctlFault(command=command, event="kill", after=after, first=first, hang=True)
    what = f"the machine goes away {'after' if after else 'before'} it"
    return Row(
        number=15,
        during=during,
        request=f"omctl {command}",
        fault=what,
        scene=Scene(omctl=(fault,)),
        ends=KILLED,
        grid=True,
    )


def built(moment: str, kind: Does, ends: tuple[End, ...] = FAILED, event: str = "", *, refused: bool = False) -> Row:
    """A fault of the engine that builds and pushes."""
    fault = BuilderFault(moment=moment, kind=kind, event=event)
    scene = Scene(builder=(fault,), settings={"build_minutes": 0.02})
    what = f"{kind}: {event}" if event else str(kind)
    number = 14 if kind is Does.HANG else 15 if event == "kill" else 12 if kind is Does.LOST else 8
    return Row(
        number=number,
        during=During.IMAGES,
        request=f"{moment} an image",
        fault=what,
        scene=scene,
        ends=ends,
        refused=refused,
    )


TABLE = [
    *(
        meanwhile(request, "another run pushes", "another run of the commit pushes its images")
        for request in ("ask whether it may push", "read the sha tag again", "push a layer", "push the manifest")
    ),
    *(
        meanwhile(request, "another run", "another run of the commit completes")
        for request in WHILE
        if request != "set the sha tag"  # between its look-up and this: docs/decisions/0016-tags-and-races.md
    ),
    *(
        meanwhile(request, "another commit", "a release of another commit with the same VERSION completes")
        for request in WHILE
    ),
    *(
        meanwhile(request, "foreign push", "somebody pushes another image to the sha tag", FAILED, refused=True)
        for request in ("read the manifest", "set the version tag", "read the sha tag")
    ),
    *(
        meanwhile(request, "foreign version tag", "somebody pushes another image to the version tag")
        for request in ("read the manifest", "set the version tag", "read the version tag")
    ),
    meanwhile(
        "push the manifest", "another run pushes", "another run of the commit pushes its images behind it", after=True
    ),
    Row(
        number=2,
        during=During.PREFLIGHT,
        request="read the sha tag",
        fault="somebody pushed another image to the sha tag of a finished release",
        scene=Scene(before=("another run", "foreign push")),
        ends=FAILED,
        refused=True,
        still=("instance ", "version ", "preferred ", "tag "),
    ),
    Row(
        number=4,
        during=During.VERSION_TAGS,
        request="set the version tag",
        fault="it is on the image of another commit",
        scene=Scene(before=("another commit",)),
        ends=DONE,
        says="from commit fedcba9876543210fedcba9876543210fedcba98",
    ),
    *(killed(request, after=after) for request in WHILE for after in (False, True)),
    *(killed_in_omctl("secret list", During.PREFLIGHT, after=after) for after in (False, True)),
    *(killed_in_omctl("build", During.PLAN_VERSION, after=after) for after in (False, True)),
    *(killed_in_omctl("service-plan describe-version", During.PLAN_VERSION, after=after) for after in (False, True)),
    *(killed_in_omctl("upgrade list", During.UPGRADE, after=after) for after in (False, True)),
    *(killed_in_omctl("upgrade", During.UPGRADE, after=after) for after in (False, True)),
    *(killed_in_omctl("upgrade status", During.UPGRADE, after=after, first=2) for after in (False, True)),
    killed_in_omctl("instance describe", During.UPGRADE, after=True, first=2),
    built("build", Does.REFUSED),
    built("build", Does.GONE),
    built("build", Does.HANG),
    built("push", Does.REFUSED),
    built("push", Does.GONE),
    built("push", Does.LOST),
    built("push", Does.HANG),
    built("push", Does.WRONG_DIGEST),
    built("build", Does.EVENT, KILLED, "kill"),
    built("push", Does.EVENT, KILLED, "kill"),
    built("push", Does.EVENT_AFTER, KILLED, "kill"),
]

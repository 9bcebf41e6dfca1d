"""A row of the table of faults."""

from dataclasses import dataclass
from enum import StrEnum

from faults.scene import Scene


class During(StrEnum):
    """The step of a release that a fault meets."""

    PREFLIGHT = "preflight"
    IMAGES = "images"
    VERSION_TAGS = "version tags"
    READ_BACK = "read back"
    PLAN_VERSION = "plan version"
    PREFERRED = "preferred version"
    UPGRADE = "upgrade"


class End(StrEnum):
    """How a call ends."""

    DONE = "done"
    FAILED = "failed"
    KILLED = "killed"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault, and what is expected of a release that meets it."""

    number: int
    """Which point of the specification ("A release that never lies, never hangs, ...") it belongs to."""
    during: During
    request: str
    """What is under way: a request, a run of omctl, a build."""
    fault: str
    """What happens to it."""
    scene: Scene
    ends: tuple[End, ...] = (End.FAILED,)
    """How the first call may end."""
    refused: bool = False
    """Whether no call goes on, until a person has decided; else the second one completes."""
    still: tuple[str, ...] = ()
    """What must not change at all: how its keys in `faults.world` begin."""
    says: str = ""
    """What the first report must say, as a regular expression."""
    grid: bool = False
    """Whether it is one of many that cross requests with kinds of faults: a few of them are enough in `make test`."""
    seconds: float = 15.0
    """The deadline of a call: far more than one needs on a busy machine."""

    @property
    def name(self) -> str:
        """The row's name, as pytest shows it."""
        return f"{self.during}: {self.request}: {self.fault}"

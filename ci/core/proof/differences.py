"""What differs between a compose file and its pinned text, and what to do about it."""

from dataclasses import dataclass

from ci.core.proof.document import Document
from ci.errors import Problem

DIFFERS = "The pinned file would differ from its source in more than the pinned places"
REPORT = "report it to Slipway's maintainers with the compose file, secrets removed"
"""The pin is wrong, or its proof: a caller can't fix that."""


@dataclass(frozen=True)
class Difference:
    """One difference: what it is, where it is in the source, and whether an anchor or an alias is involved."""

    what: str
    at: int
    has_anchor: bool = False

    def as_problem(self, source: Document) -> Problem:
        """The difference as a problem at its place in the source."""
        advice = "; until it is fixed, write the value out where it is shared by an anchor" if self.has_anchor else ""
        return source.problem(
            self.at,
            DIFFERS,
            value=self.what,
            expected="changes of `build`, `image`, `env_file`, `environment` and own sidecars only; nothing is written",
            hint=REPORT + advice,
        )

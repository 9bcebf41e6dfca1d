"""The proof of a pin: the pinned text is its source but for the pinned places, or it is refused.

It shares nothing with the edit: both texts are read by another parser (`ci.core.proof.read`), anchors, merges and
`extends` are resolved by other code, and which comments go with a key is a rule written here a second time. It knows no
place that was edited. What it asks, each in a file of its own:

- Do both parsers read the source as the same? (`agreement`)
- What does the result mean? (`services`)
- How is it written, byte for byte? (`written`)
- What is left in it? (`leftovers`)
- What does omctl make of both? (`omctl_reading`)
"""

from collections.abc import Iterator, Sequence

from ci.core.events import Event
from ci.core.proof.agreement import EXPECTED, HINT, require_agreement
from ci.core.proof.differences import REPORT, Difference
from ci.core.proof.leftovers import leftovers
from ci.core.proof.meaning import Meaning, Tokens
from ci.core.proof.omctl_reading import Given, embedded_text, reading_differences
from ci.core.proof.places import pinned_places
from ci.core.proof.read import read
from ci.core.proof.services import Services
from ci.core.proof.written import Written, compare_text
from ci.core.targets import Targets
from ci.errors import ConfigurationError

_MOST = 10
"""How many differences are shown."""


def prove(  # noqa: PLR0917 - a source, a result and what is known of both
    source_text: str,
    file: str,
    result_text: str,
    targets: Targets,
    listing: Sequence[Event],
    given: Given | None = None,
) -> None:
    """Compare a pinned text with its source; `listing` is what the edit's parser read in the source.

    `source_text` is what omctl makes of the compose file, which is `given`; if that is None, it is the file itself.

    Raises:
        ConfigurationError: the two parsers read the source differently, the result can't be read, it differs from its
            source outside of the pinned places, or something is left in it that must not be; all that was found.
    """
    source = read(source_text, file, expected=EXPECTED, hint=HINT)
    require_agreement(source, listing)
    result = read(
        embedded_text(result_text, file, given),
        f"{file} (pinned)",
        expected="a pinned file that is YAML; nothing is written",
        hint=REPORT,
    )
    tokens: Tokens = {}
    before, after = Meaning(source, tokens), Meaning(result, tokens)
    written = compare_text(source, result, pinned_places(before, targets))
    found = [*Services(before, after, targets).differences(), *written.differences]
    found += _alias_differences(before, after, written)
    problems = [one.as_problem(source) for one in found[:_MOST]] + leftovers(before, after, targets)
    problems += reading_differences(source, result_text, given) if given else []
    if problems:
        raise ConfigurationError(*problems)


def _alias_differences(before: Meaning, after: Meaning, written: Written) -> Iterator[Difference]:
    """Aliases outside of services, and what took the place of one, that mean something else than before."""
    for alias, node in written.aliases:
        if before.token(alias) != after.token(node):
            yield Difference(f"`*{alias.name}` stands for something else", alias.start, has_anchor=True)

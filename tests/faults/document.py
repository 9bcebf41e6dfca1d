"""Writes docs/faults.md from the table: `python tests/faults/document.py`."""

import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from faults.row import End, Row  # noqa: E402 - the path is set above, so that the file runs by itself
from faults.table import TABLE  # noqa: E402

PAGE = ROOT / "docs" / "faults.md"
_HEAD = """\
# Faults that a release was tried with

Made from `tests/faults` by `python tests/faults/document.py`; edit the table there, not this page.

Each row is one fault. The registry is a real one behind a proxy that injects the fault; Omnistrate is the stand-in API
of `ci/rehearsal` behind a second proxy with the real omctl, or a fake where the fault is not the API's. Four questions
are asked of each:

- **Did it end** within its deadline, and with a report? A call whose machine stopped has none.
- **Is the report true**: is everything that it calls done so in the registry and in Omnistrate, and does it name
  everything that happened? Does it hold no secret?
- **Did nothing move that must not**: no sha tag, no version tag to a foreign image, no instance but the dev instance
  and that only to a version with this commit's images, no second version of a commit, no upgrade beside another?
- **Does the second call**, without the fault, complete, with the same three questions asked of it?

"First call" is how it may end: done (the fault was overcome), failed (with a report), killed (its machine stopped).
"Second call" is done, or refused where a person has to decide. `make test` tries some of them, so that each request
to the registry, each run of omctl and each of their kinds of fault is there, and a few of the API's, which start the
real omctl thirty times each; `pytest tests/faults --every-fault` tries all.
"""


def page(rows: list[Row]) -> str:
    """The page: a table for each step of a release."""
    parts = [_HEAD]
    for during, group in groupby(rows, key=lambda row: row.during):
        parts.append(
            f"\n## During: {during}\n\n| request | fault | first call | second call |\n| --- | --- | --- | --- |\n"
        )
        parts += [f"| {row.request} | {row.fault} | {' or '.join(row.ends)} | {_second(row)} |\n" for row in group]
    return "".join(parts)


def _second(row: Row) -> str:
    return "refused" if row.refused else str(End.DONE)


if __name__ == "__main__":
    PAGE.write_text(page(TABLE), encoding="utf-8")

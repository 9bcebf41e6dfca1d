"""The table of faults: every row of every file of rows, in the order of a release's steps."""

from collections import Counter

from faults import rows_api, rows_credentials, rows_omctl, rows_others, rows_registry, rows_reuse
from faults.row import During, Row

_EACH_API = 23
"""Of the rows of the API, every so many-th one is tried in `make test`: each takes seconds, for the real omctl."""
_ORDER = list(During)
TABLE: list[Row] = sorted(
    [
        *rows_registry.TABLE,
        *rows_credentials.TABLE,
        *rows_api.TABLE,
        *rows_omctl.TABLE,
        *rows_others.TABLE,
        *rows_reuse.TABLE,
    ],
    key=lambda row: _ORDER.index(row.during),
)


def tried(rows: list[Row], *, every: bool) -> list[Row]:
    """The rows to try: all; or every second one that stands for itself, of a grid each request and each kind, and few
    of the API's.
    """
    if every:
        return rows
    api = [row for row in rows if row.scene.api is not None]
    rows_without = [row for row in rows if row.scene.api is None]
    names = {row.name for row in [*_thinned(rows_without), *api[::_EACH_API]]}
    return [row for row in rows if row.name in names]


def _thinned(rows: list[Row]) -> list[Row]:
    chosen = [row for row in rows if not row.grid][::2]
    used = Counter((row.during, row.request) for row in chosen)
    for kind in dict.fromkeys(row.fault for row in rows if row.grid):
        left = [row for row in rows if row.fault == kind and row.grid and row not in chosen]
        if left:
            row = min(left, key=lambda row: used[row.during, row.request])  # the request with the fewest so far
            used[row.during, row.request] += 1
            chosen.append(row)
    for row in rows:
        if not used[row.during, row.request]:
            used[row.during, row.request] += 1
            chosen.append(row)
    return chosen

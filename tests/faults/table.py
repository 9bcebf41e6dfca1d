"""The table of faults: every row of every file of rows, in the order of a release's steps."""

from collections import Counter

from faults import rows_api, rows_credentials, rows_omctl, rows_others, rows_registry
from faults.row import During, Row

_EACH = 1
"""In how many rows each kind of fault is, in `make test`."""
_ORDER = list(During)
TABLE: list[Row] = sorted(
    [*rows_registry.TABLE, *rows_credentials.TABLE, *rows_api.TABLE, *rows_omctl.TABLE, *rows_others.TABLE],
    key=lambda row: _ORDER.index(row.during),
)


def tried(rows: list[Row], *, every: bool) -> list[Row]:
    """The rows to try: all; or every second one that stands for itself, and of a grid each request and each kind."""
    if every:
        return rows
    chosen = [row for row in rows if not row.grid][::2]
    used = Counter((row.during, row.request) for row in chosen)
    for kind in dict.fromkeys(row.fault for row in rows if row.grid):
        for _ in range(_EACH):
            left = [row for row in rows if row.fault == kind and row.grid and row not in chosen]
            if left:
                row = min(left, key=lambda row: used[row.during, row.request])  # the request with the fewest so far
                used[row.during, row.request] += 1
                chosen.append(row)
    for row in rows:
        if not used[row.during, row.request]:
            used[row.during, row.request] += 1
            chosen.append(row)
    names = {row.name for row in chosen}
    return [row for row in rows if row.name in names]

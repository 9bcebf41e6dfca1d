"""The page of the faults is that of the table, and the table has what it must have."""

from faults.document import PAGE, page
from faults.row import During
from faults.table import TABLE, tried


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(TABLE), "python tests/faults/document.py"


def test_no_two_rows_have_one_name() -> None:
    names = [row.name for row in TABLE]
    assert sorted(set(names)) == sorted(names)


def test_make_test_tries_every_step_and_of_all_but_the_api_every_request_and_every_kind_of_fault() -> None:
    some = tried(TABLE, every=False)
    cheap = [row for row in TABLE if row.scene.api is None]
    assert len(some) >= 60
    assert {row.during for row in some} == set(During)
    assert {row.request for row in some} >= {row.request for row in cheap}
    assert {row.fault for row in some} >= {row.fault for row in cheap if row.grid}
    assert {row.during for row in some if row.scene.api is not None} >= {
        During.PREFLIGHT,
        During.PLAN_VERSION,
        During.UPGRADE,
    }
    assert tried(TABLE, every=True) == TABLE

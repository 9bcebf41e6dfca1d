"""`pytest tests/faults --every-fault` tries every row of the table, else those of a grid are thinned out."""

import pytest
from faults.table import TABLE, tried


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-fault", action="store_true", help="try every row of the table of faults")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "row" in metafunc.fixturenames:
        every = metafunc.config.getoption("--every-fault", default=False)
        rows = tried(TABLE, every=bool(every))
        metafunc.parametrize("row", rows, ids=[row.name for row in rows])

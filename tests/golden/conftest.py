"""`pytest tests/golden --write-goldens` writes what is pinned today as what is expected, and shows each difference."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-goldens", action="store_true", help="write the expected files anew, showing what changes")

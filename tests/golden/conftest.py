"""`pytest tests/golden --write-goldens` writes the results as the new expected files, and shows each difference."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-goldens", action="store_true", help="write the expected files, showing what changes")

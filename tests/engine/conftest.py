"""Tests that call the module on whatever Dagger engine is reachable; loud when there is none."""

import shutil
from pathlib import Path

import pytest
from engine.calls import Dagger, call, unreachable


@pytest.fixture(scope="session")
def dagger() -> Dagger:
    """Calls `dagger`; skips where no engine is reachable."""
    if why := unreachable():
        pytest.skip(why)
    return call


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A product of two images, a sidecar, a secret and a mounted folder, small enough to be built in seconds."""
    made = tmp_path / "product"
    shutil.copytree(Path(__file__).parent / "product", made)
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say whether the engine tests ran, so that a green run without them deceives nobody."""

    def count(outcome: str) -> int:
        reports = terminalreporter.getreports(outcome)
        return sum("tests/engine/" in report.nodeid and "test_" in report.nodeid for report in reports)

    passed, failed, skipped = count("passed"), count("failed"), count("skipped")
    if passed or failed:
        terminalreporter.write_sep(
            "=", f"ENGINE TESTS RAN: {passed} passed, {failed} failed", green=not failed, red=bool(failed)
        )
    elif skipped:
        terminalreporter.write_sep("=", "ENGINE TESTS DID NOT RUN: no Dagger engine was reachable", yellow=True)

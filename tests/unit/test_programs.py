"""A test whose program is missing is skipped and named at the end of the run, or fails if the program is required."""

import sys

import pytest
from programs import not_tested, program, unavailable


def test_a_program_is_found_on_the_path() -> None:
    assert program("python3", lambda _: sys.executable) == sys.executable


def test_a_variable_names_the_binary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_OMCTL", "/opt/omctl")
    assert program("omctl") == "/opt/omctl"


def test_without_the_program_the_test_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLIPWAY_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"openssl is missing \(apt-get install openssl\)"):
        program("openssl", lambda _: None)


def test_without_a_required_program_the_test_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_REQUIRE", "docker-registry,openssl")
    with pytest.raises(pytest.fail.Exception, match="openssl is missing"):
        unavailable("openssl", "apt-get install openssl")


def test_the_end_of_the_run_has_one_line_for_each_missing_program() -> None:
    skipped = [
        ("tests/b.py", "Skipped: omctl is missing (get it)"),
        ("tests/a.py", "Skipped: docker-registry is missing (install it)"),
        ("tests/a.py", "Skipped: omctl is missing (get it)"),
        ("tests/a.py", "Skipped: another reason"),
    ]
    assert not_tested(skipped) == [
        "NOT TESTED: docker-registry is missing (install it): 1 tests of tests/a.py",
        "NOT TESTED: omctl is missing (get it): 2 tests of tests/a.py, tests/b.py",
    ]

"""The programs that tests start: where they are, and what happens to a test whose program is missing.

Such a test is skipped, and the last lines of the run name each missing program and the tests that did not run. If the
environment variable SLIPWAY_REQUIRE names the program (names separated by commas), the test fails instead: .ci/run
installs these programs and sets the variable, so that no test is skipped there unnoticed. The lines are also appended
to the file that SLIPWAY_NOT_TESTED names: `make test` has several runs, and prints them at its own end.
"""

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NoReturn

import pytest

INSTALL = {
    "busybox": "apt-get install busybox",
    "chromium": "apt-get install chromium",
    "docker-registry": "apt-get install docker-registry",
    "fish": "apt-get install fish",
    "jq": "apt-get install jq",
    "make": "apt-get install make",
    "omctl": "github.com/omnistrate-oss/omnistrate-ctl; SLIPWAY_OMCTL may name the binary",
    "openssl": "apt-get install openssl",
    "npm": "apt-get install npm",
    "postgres": "apt-get install postgresql",
    "redis-server": "apt-get install redis-server",
    "rabbitmq-server": "apt-get install rabbitmq-server",
    "zensical": "make docs",
}
"""Program -> how to get it."""


def program(name: str, find: Callable[[str], str | None] = shutil.which) -> str:
    """The path of a program: the value of SLIPWAY_<NAME> if it is set, else what `find` returns.

    Skips or fails the test that asks for it if there is none.
    """
    return os.environ.get(f"SLIPWAY_{name.upper().replace('-', '_')}") or find(name) or unavailable(name, INSTALL[name])


def unavailable(name: str, why: str) -> NoReturn:
    """Skip the current test because `name` is missing; fail it if SLIPWAY_REQUIRE names it."""
    if name in os.environ.get("SLIPWAY_REQUIRE", "").split(","):
        pytest.fail(f"{name} is missing ({why}), and SLIPWAY_REQUIRE names it", pytrace=False)
    pytest.skip(f"{name} is missing ({why})")


def not_tested(skipped: list[tuple[str, str]]) -> list[str]:
    """One line for each missing program; `skipped` has the test's file and the reason of each skip."""
    files: defaultdict[str, list[str]] = defaultdict(list)
    for file, reason in skipped:
        if missing := re.fullmatch(r"(?:Skipped: )?(.+ is missing \(.+\))", reason, re.DOTALL):
            files[missing[1]].append(file)
    return [
        f"NOT TESTED: {missing}: {len(found)} tests of {', '.join(sorted(set(found)))}"
        for missing, found in sorted(files.items())
    ]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Print what was not tested after everything else that pytest prints."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # `-p no:terminal`
        return
    skipped = [
        (report.nodeid.partition("::")[0], report.longrepr[2])
        for report in reporter.getreports("skipped")
        if isinstance(report.longrepr, tuple)
    ]
    lines = not_tested(skipped)
    for line in lines:
        reporter.write_line(line, yellow=True, bold=True)
    if lines and (file := os.environ.get("SLIPWAY_NOT_TESTED")):
        with Path(file).open("a", encoding="utf-8") as record:
            record.writelines(f"{line}\n" for line in lines)

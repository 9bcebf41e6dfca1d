"""A headless Chromium, for the tests of pages."""

import subprocess
from tempfile import TemporaryDirectory

from programs import program

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr"),
)


def chromium(*arguments: str) -> subprocess.CompletedProcess[str]:
    with TemporaryDirectory() as profile:
        command = [program("chromium"), *FLAGS, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)

"""`dagger` for the tests of workflows: it takes what the module takes, refuses the rest, and exports given files.

STUB_SURFACE names a JSON file with the module's functions, STUB_CALLS the file to which each call is appended, and
STUB_FILES the folder whose files are exported.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any


def flags(words: list[str], known: dict[str, bool]) -> tuple[set[str], list[str]]:
    """The flags at the start of `words`, and the words after them; `known` says which take a value."""
    found = set()
    while words and words[0].startswith("--"):
        name, words = words[0].removeprefix("--"), words[1:]
        if name not in known:
            sys.exit(f"unknown flag: --{name}")
        if known[name]:
            if not words or words[0].startswith("--"):
                sys.exit(f"flag needs an argument: --{name}")
            if words[0].startswith("env://") and words[0].removeprefix("env://") not in os.environ:
                sys.exit(f"secret env var not found: {words[0]}")
            words = words[1:]
        found.add(name)
    return found, words


def call(words: list[str], surface: dict[str, Any]) -> None:  # Any: JSON
    _, words = flags(words, surface["constructor"])
    if not words or words[0] not in surface["functions"]:
        sys.exit(f"unknown command: {words[:1]}")
    function = surface["functions"][words[0]]
    given, words = flags(words[1:], function["flags"])
    if missing := set(function["required"]) - given:
        sys.exit(f"required flags not set: {sorted(missing)}")
    if not words:
        return
    if words[0] not in function["returns"] or words[1:3] != ["export", "--path"] or len(words) != 4:
        sys.exit(f"unknown command: {words}")
    shutil.copytree(os.environ["STUB_FILES"], words[3])


def main(words: list[str]) -> None:
    with Path(os.environ["STUB_CALLS"]).open("a") as calls:
        calls.write(json.dumps(words) + "\n")
    surface = json.loads(Path(os.environ["STUB_SURFACE"]).read_text())
    if words == ["check"]:
        return
    if words[:1] != ["call"]:
        sys.exit(f"unknown command: {words}")
    call(words[1:], surface)


main(sys.argv[1:])

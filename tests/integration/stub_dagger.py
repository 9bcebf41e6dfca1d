"""`dagger` for the tests of workflows: it takes what the module takes, refuses the rest, and exports given files.

STUB_SURFACE names a JSON file with the module's functions, STUB_CALLS the file to which each call is appended, and
STUB_FILES the folder whose files are exported.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from dagger_surface import parsed


def main(words: list[str]) -> None:
    with Path(os.environ["STUB_CALLS"]).open("a") as calls:
        calls.write(json.dumps(words) + "\n")
    if words == ["check"]:
        return
    if words[:1] != ["call"]:
        sys.exit(f"unknown command: {words}")
    try:
        values, folder = parsed(words[1:], json.loads(Path(os.environ["STUB_SURFACE"]).read_text()))
    except ValueError as error:
        sys.exit(str(error))
    for value in values.values():
        if value.startswith("env://") and value.removeprefix("env://") not in os.environ:
            sys.exit(f"secret env var not found: {value}")
    if folder:
        shutil.copytree(os.environ["STUB_FILES"], folder)


main(sys.argv[1:])

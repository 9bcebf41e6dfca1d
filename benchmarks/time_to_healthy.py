"""Prints the time to healthy of each service from a smoke's report, slowest first.

dagger call smoke --sha … report export --path smoke.json   (a rehearsal with --smoke exports one as well)
python benchmarks/time_to_healthy.py smoke.json
"""

import json
import sys
from pathlib import Path


def main(path: str) -> int:
    """Print a line a service: from its own start, and from the start of the first."""
    told = json.loads(Path(path).read_text(encoding="utf-8"))
    print(f"{told['title']}: {told['seconds']:.1f} s in all, {told['memory'] / 2**20:.0f} MiB")
    for one in sorted(told["services"], key=lambda one: -one["ready_seconds"]):
        state = "" if one["outcome"] == "ready" else f"  {one['outcome']}"
        print(f"{one['ready_seconds']:7.1f} s  up after {one['up_seconds']:6.1f} s  {one['name']}{state}")
    return 0 if told["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

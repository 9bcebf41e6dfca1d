"""Print how long each service took to become ready, from the report of a smoke, slowest first.

dagger call smoke --sha … report export --path smoke.json   (a rehearsal with --smoke all exports smoke.json as well)
python benchmarks/time_to_healthy.py smoke.json
"""

import json
import sys
from pathlib import Path


def main(path: str) -> int:
    """Print a line for each service: seconds from its own start, and from the start of the first service."""
    report = json.loads(Path(path).read_text(encoding="utf-8"))
    print(f"{report['title']}: {report['seconds']:.1f} s in all, {report['memory_bytes'] / 2**20:.0f} MiB")
    for one in sorted(report["services"], key=lambda one: -one["startup_seconds"]):
        status = "" if one["status"] == "ready" else f"  {one['status']}"
        print(
            f"{one['startup_seconds']:7.1f} s  ready after {one['ready_after_seconds']:6.1f} s  {one['name']}{status}"
        )
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""The time that the pin takes in the core (read, edit, proof), and how it grows with the file.

.venv/bin/python benchmarks/pin.py
"""

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

from figures import machine, within_limit

from ci.core.diff import unified
from ci.core.product.product import read_spec
from ci.core.product.source import Source
from ci.core.release.pinned import pin_spec, pinned_compose
from ci.core.settings.product import Settings

GIT_SHA = "0123456789abcdef0123456789abcdef01234567"
TAG = f"sha-{GIT_SHA}"
SETTINGS = Settings(image_prefix="registry.example/o/shop", compose_file="compose.yaml")
TOP = "x-app: &app\n  restart: always\n  logging: {driver: json-file}\nservices:\n"
SERVICE = """\
  service-{n}: # number {n}
    <<: *app
    image: registry.example/o/shop-service-{n}:latest
    build:
      context: ./service-{n}
      args: {{VERSION: "{n}"}}
    environment:
      NUMBER: "{n}"
    depends_on: [database]
    # beside
"""
SCALE = {10: 25, 100: 15, 1_000: 7, 10_000: 3, 100_000: 1}
"""Runs, by the number of services."""
TRACED = 10_000
"""Up to this many services the memory is measured, which takes several times as long."""
MILLISECONDS = 50  # both texts are read by two parsers (docs/decisions/0002-exact-pin.md)
GROWTH = 1.5


def text(services: int) -> str:
    """A compose file with this many services, each of ten lines and built."""
    return TOP + "".join(SERVICE.format(n=number) for number in range(services))


def pin(file: str) -> None:
    """Pin a compose file as `gen-compose` does, the disk aside."""
    pinned_compose(source(file), SETTINGS, GIT_SHA)


def source(file: str) -> Source:
    """A source tree with nothing but a compose file."""
    return Source(frozenset({"compose.yaml"}), {"compose.yaml": file})


def seconds(work: Callable[[], object], runs: int) -> float:
    """The CPU seconds of the fastest run: other load can only add to it."""
    times = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def peak(work: Callable[[], None]) -> int:
    """The peak of the memory in use, in bytes."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def main() -> int:
    """Measure one file, then ever larger ones."""
    print(machine())
    file = text(330)
    spec = read_spec(source(file), SETTINGS)
    print(f"{file.count(chr(10))} lines, 330 services")
    passed = within_limit(
        "edit and proof, milliseconds", seconds(lambda: pin_spec(spec, SETTINGS, TAG), 25) * 1e3, MILLISECONDS
    )
    print(f"with reading the source and naming its images: {seconds(partial(pin, file), 25) * 1e3:.1f}")
    per_service: list[float] = []
    difference: list[float] = []
    memory: list[float] = []
    gc.disable()  # as the command does: the collector visits all objects, so that its share grows with the file
    for services, runs in SCALE.items():
        file = text(services)
        pinned = pinned_compose(source(file), SETTINGS, GIT_SHA).text
        per_service.append(seconds(partial(pin, file), runs) / services * 1e6)
        difference.append(seconds(partial(unified, file, pinned, "a", "b"), runs) / services * 1e6)
        figures = f"{per_service[-1]:5.0f} µs, its --diff {difference[-1]:3.0f} µs"
        if services <= TRACED:
            memory.append(peak(partial(pin, file)) / services / 1024)
            figures += f", {memory[-1]:5.1f} KiB"
        print(f"{services:7} services: {figures} a service")
    for what, all_of_it in (("time", per_service), ("time of --diff", difference)):
        passed &= within_limit(f"{what} a service, 100,000 ÷ 1,000 services", all_of_it[-1] / all_of_it[2], GROWTH)
    passed &= within_limit("memory a service, 10,000 ÷ 100 services", memory[-1] / memory[1], GROWTH)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())

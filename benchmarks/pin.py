"""How long the pin takes in the core (parsed, edited, read again, proven), and how it grows with the file.

.venv/bin/python benchmarks/pin.py
"""

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial

from figures import machine, verdict

from ci.core.product.product import Source, read_spec
from ci.core.release.plan import pin_spec, pinned_compose
from ci.core.settings.product import Settings

SHA = "0123456789abcdef0123456789abcdef01234567"
TAG = f"sha-{SHA}"
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
SCALE = {10: 25, 100: 15, 1_000: 7, 10_000: 3}
"""How many services, and how often."""
MILLISECONDS = 40
GROWTH = 1.5


def text(services: int) -> str:
    """A compose file of so many services, each of ten lines and built."""
    return TOP + "".join(SERVICE.format(n=number) for number in range(services))


def pin(file: str) -> None:
    """All of it, as `gen-compose` does it once the file is read."""
    pinned_compose(source(file), SETTINGS, SHA)


def source(file: str) -> Source:
    """A source tree of nothing but a compose file."""
    return Source(frozenset({"compose.yaml"}), {"compose.yaml": file})


def seconds(work: Callable[[], object], runs: int) -> float:
    """The least of some runs: what else the machine does can only add to it."""
    times = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def peak(work: Callable[[], None]) -> int:
    """The most memory that was in use at one time, in bytes."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def main() -> int:
    """Time the pin of one file, then of ever larger ones."""
    print(machine())
    file = text(330)
    spec = read_spec(source(file), SETTINGS)
    print(f"{file.count(chr(10))} lines, 330 services")
    kept = verdict(
        "edit and proof, milliseconds", seconds(lambda: pin_spec(spec, SETTINGS, TAG), 25) * 1e3, MILLISECONDS
    )
    print(f"with the source read and its images named: {seconds(partial(pin, file), 25) * 1e3:.1f}")
    per_service: list[float] = []
    memory: list[float] = []
    for services, runs in SCALE.items():
        file = text(services)
        collected = seconds(partial(pin, file), runs) / services * 1e6
        gc.disable()  # Python's collector looks at all that lives: its share grows with the file, whoever made it
        per_service.append(seconds(partial(pin, file), runs) / services * 1e6)
        gc.enable()
        memory.append(peak(partial(pin, file)) / services / 1024)
        told = f"{per_service[-1]:5.0f} µs ({collected:.0f} with Python's collector) and {memory[-1]:5.1f} KiB"
        print(f"{services:6} services: {told} a service")
    kept &= verdict("time a service, 10,000 ÷ 100 services", per_service[-1] / per_service[1], GROWTH)
    kept &= verdict("memory a service, 10,000 ÷ 100 services", memory[-1] / memory[1], GROWTH)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

"""A compose file, its pinned text and its targets, for the tests of the proof: results are damaged, and proven."""

from typing import NamedTuple

from golden.goldens import GIT_SHA

from ci.core.proof.proof import prove
from ci.core.targets import Targets
from ci.core.yaml.events import listing
from ci.core.yaml.parse import read
from ci.errors import ConfigurationError, Problem

TAG = f"sha-{GIT_SHA}"
OWN = "registry.example/o/shop"
SOURCE = """\
# A product.
x-app: &app
  restart: always
  build: ./web
x-number: &number 012
services:
  web: # the first
    <<: *app
    # Why it listens.
    ports: ["80:80", "443:443"]
    labels:
      number: *number
      quoted: "012"
      plain: yes
    environment: &environment
      A: "1"
      B:
  worker:
    # Where it comes from.
    build:
      context: ./worker # here
      # deeper

    # Beside.
    image: 'worker:1'
    environment:
      <<: *environment
      C: "3"
    env_file: .env
    x-omnistrate-capabilities:
      sidecars:
        helper: {imageNameWithTag: helper:1, command: [a, b]}
        foreign: {imageNameWithTag: foreign:1}
  db:
    image: postgres:16 # theirs
    command: |
      run

      fast
    depends_on: [web, worker]
    list:
    - one
    - two
volumes:
  data:
  more: {}
"""
PINNED = f"""\
# A product.
x-app: &app
  restart: always
  image: {OWN}-web:{TAG}
x-number: &number 012
services:
  web: # the first
    <<: *app
    # Why it listens.
    ports: ["80:80", "443:443"]
    labels:
      number: *number
      quoted: "012"
      plain: yes
    environment: &environment
      A: "1"
      B:
  worker:

    # Beside.
    image: '{OWN}-worker:{TAG}'
    environment:
      <<: *environment
      C: "3"
      D: "4"
    x-omnistrate-capabilities:
      sidecars:
        helper: {{imageNameWithTag: {OWN}-web:{TAG}, command: [a, b]}}
        foreign: {{imageNameWithTag: foreign:1}}
  db:
    image: postgres:16 # theirs
    command: |
      run

      fast
    depends_on: [web, worker]
    list:
    - one
    - two
volumes:
  data:
  more: {{}}
"""
TARGETS = Targets(
    images={"web": f"{OWN}-web:{TAG}", "worker": f"{OWN}-worker:{TAG}"},
    sidecars={"helper": f"{OWN}-web:{TAG}"},
    environment={"worker": {"A": "other", "D": "4"}},
    repositories=frozenset({f"{OWN}-web", f"{OWN}-worker"}),
    tag=TAG,
)


class Damage(NamedTuple):
    """A part of the true result, and what it became."""

    old: str
    new: str


def problems(result: str, source: str = SOURCE, targets: Targets = TARGETS) -> tuple[Problem, ...]:
    """What the proof finds."""
    try:
        prove(source, "compose.yaml", result, targets, listing(read(source, "compose.yaml")))
    except ConfigurationError as error:
        return error.problems
    return ()


def is_proven(result: str, source: str = SOURCE, targets: Targets = TARGETS) -> bool:
    """Whether the proof accepts a result."""
    return not problems(result, source, targets)


def is_caught(damage: Damage) -> bool:
    """Whether the proof refuses the true result with some damage."""
    assert damage.old in PINNED
    return not is_proven(PINNED.replace(*damage))


def targets_of(**images: str) -> Targets:
    """The targets of a file whose services `images` are pinned to these repositories of the own ones."""
    references = {name: f"{OWN}-{repository}:{TAG}" for name, repository in images.items()}
    return Targets(references, {}, {}, TARGETS.repositories | {f"{OWN}-{one}" for one in images.values()}, TAG)

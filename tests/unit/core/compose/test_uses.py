"""What a compose file uses: secrets with their lines, files beside it, its plan's name."""

from dataclasses import replace
from textwrap import dedent

from ci.core.compose.model import Compose, Original
from ci.core.compose.parse import parse
from ci.core.compose.uses import local_paths, plan_name, secret_references


def compose(text: str) -> Compose:
    return parse(dedent(text), "compose.yaml")


def test_the_name_of_the_service_plan() -> None:
    assert plan_name(compose("x-omnistrate-service-plan: {name: Shop}\nservices: {}\n")) == "Shop"
    assert plan_name(compose("services: {}\n")) == ""
    assert plan_name(compose("x-omnistrate-service-plan: {name: [a]}\nservices: {}\n")) == ""


def test_each_use_of_a_secret_is_listed_with_its_service_and_line() -> None:
    text = """\
    x-env: &env
      PASSWORD: $secrets.db
    x-registry: "{{ $secrets.registry }} {{ $secrets.db }}"
    services:
      web:
        environment: {<<: *env, KEY: "${{ secrets.key }} $secret.key"}
      worker:
        environment: *env
    """
    assert secret_references(compose(text)) == {
        "key": [("web", 6)],
        "db": [("web", 2), ("worker", 2)],
        "registry": [("x-registry", 3)],
    }


def test_the_paths_beside_the_file_with_their_lines_and_whether_they_must_exist() -> None:
    text = """\
    services:
      web:
        image: x
        volumes:
        - ./certs:/certs:ro
        - ./data:/data
        - named:/named
        - /absolute:/absolute
        - ./no-source
        - {type: bind, source: ./long, target: /long, read_only: true}
        - {type: volume, source: named, target: /x}
        - {type: bind, source: bare/folder, target: /y}
    configs:
      c: {file: ./c.conf}
      d: {content: x}
    secrets:
      s: {file: ./s.txt}
    """
    found = replace(compose(text), original=Original(text, {"more.yaml": ""}))
    assert local_paths(found) == {
        "certs": ("compose.yaml", 5, True),
        "data": ("compose.yaml", 6, False),
        "long": ("compose.yaml", 10, True),
        "bare/folder": ("compose.yaml", 12, False),
        "c.conf": ("compose.yaml", 14, True),
        "s.txt": ("compose.yaml", 17, True),
        "more.yaml": ("compose.yaml", 0, True),
    }

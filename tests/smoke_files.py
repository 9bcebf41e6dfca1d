"""A pinned compose file for the tests of what a smoke reads, and the shortest way to a plan for one."""

from typing import Any

import pytest

from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.plan import smoke_plan
from ci.core.smoke.service_spec import ServiceSpec
from ci.core.smoke.start_plan import StartPlan
from ci.errors import ConfigurationError

FILE = "docker-compose.omni.yaml"
FULL = """\
x-base: &base
  restart: unless-stopped
  environment: {SHARED: "{{ $secrets.dbPassword }}", PRICE: 5$$}
services:
  web:
    <<: *base
    image: r.example/web:sha-1
    depends_on:
      db: {condition: service_healthy, restart: true}
      init: {condition: service_completed_successfully}
    user: "10001:10001"
    working_dir: /app
    entrypoint: sh -c
    command: ["exec web --port ${PORT:-80}"]
    ports: ["8000:80"]
    expose: [81]
    volumes: [files:/files, ./certs:/certs:ro]
    healthcheck: {test: [CMD, check], interval: 5s}
    stop_signal: quit
    stop_grace_period: 1m
    deploy: {resources: {limits: {memory: 512M}}}
    x-omnistrate-mode-internal: true
  init:
    image: r.example/init:sha-1
    environment: [A=1, B, GIVEN, "C={{ $sys.id }}"]
    depends_on: [db]
    restart: on-failure:3
  db:
    image: postgres:17
    profiles: []
    configs: [{source: conf, target: /etc/conf}]
    secrets: [token]
  debug:
    image: busybox
    profiles: [debug]
    environment: {X: "{{ $secrets.other }}"}
  none:
    image: busybox
    deploy: {replicas: 0}
volumes:
  files:
configs:
  conf: {content: "a: {{ $secrets.dbPassword }}"}
secrets:
  token: {file: ./token}
"""
SETTINGS = SmokeSettings(expressions={"sys.id": "i-1"}, variables={"GIVEN": "g"}, core=("init",))


def start_plan(text: str = FULL, settings: SmokeSettings = SETTINGS, **more: Any) -> StartPlan:
    return smoke_plan(text, FILE, "t", settings, {"dbPassword": "pw", "other": "o"}, **more).start


def spec(name: str) -> ServiceSpec:
    """A service of `FULL`."""
    found = start_plan().find(name)
    assert found is not None
    return found


def error(services: str, settings: SmokeSettings | None = None, **more: Any) -> str:
    """The error of a compose file with these services."""
    with pytest.raises(ConfigurationError) as caught:
        start_plan(f"services:\n{services}", settings or SmokeSettings(), **more)
    for problem in caught.value.problems:
        assert problem.expected, problem.what
        assert problem.hint, problem.what
    return str(caught.value)

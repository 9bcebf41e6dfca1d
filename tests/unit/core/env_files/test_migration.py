"""The way off an env file: which variables are secrets, which are not, which nothing uses."""

from collections.abc import Iterable
from typing import Any

from ci.core.compose.parse import parse
from ci.core.env_files.migration import contexts, names, tell, uses
from ci.core.settings.product import Settings

COMPOSE = """\
services:
  web:
    build: ./web
    env_file: a.env
    environment: {MODE: own}
  job:
    build: {context: ./web/., dockerfile: D}
    env_file: [a.env, b.env]
    environment: [MODE=other, LEVEL=debug]
  cache:
    image: redis
    env_file: b.env
  plain:
    build: ./plain
"""
TEXTS = {
    "a.env": "DB_PASSWORD=hidden\nMODE=x\nLEVEL=info\nOLD=1\nHERE=$HOME\nPUBLIC_KEY=k\nHOOK=h\n",
    "b.env": "CACHED=1\nOLD=2\n",
}


def kinds(
    named: Iterable[str], **settings: Any
) -> dict[str, dict[str, tuple[str, tuple[str, ...]]]]:  # Any: of each its own
    compose = parse(COMPOSE, "c.yaml")
    found = uses(compose, frozenset(TEXTS), TEXTS, Settings(**settings), frozenset(named))
    return {file: {use.name: (use.kind, use.services) for use in variables} for file, variables in found.items()}


def test_each_variable_is_told_apart() -> None:
    found = kinds({"LEVEL", "HERE"}, env_literals=("PUBLIC_KEY",), env_secrets={"HOOK": "hook"})
    assert found["a.env"] == {
        "DB_PASSWORD": ("secret", ("web", "job")),
        "MODE": ("overridden", ("web", "job")),
        "LEVEL": ("literal", ("web",)),
        "OLD": ("unnamed", ("web",)),
        "HERE": ("unknown", ("web", "job")),
        "PUBLIC_KEY": ("unnamed", ("web", "job")),
        "HOOK": ("secret", ("web", "job")),
    }


def test_what_a_stock_image_gets_may_be_used_by_it() -> None:
    assert kinds(())["b.env"] == {"CACHED": ("literal", ("job", "cache")), "OLD": ("literal", ("job", "cache"))}


def test_names_and_contexts_are_those_of_services_with_env_files() -> None:
    compose = parse(COMPOSE, "c.yaml")
    assert contexts(compose) == {"web"}
    assert names(compose, frozenset(TEXTS), TEXTS) == {
        *("DB_PASSWORD", "MODE", "LEVEL", "OLD", "HERE", "PUBLIC_KEY", "HOOK", "CACHED")
    }


def test_it_is_told_with_the_lines_to_write_and_never_a_secrets_value() -> None:
    compose = parse(COMPOSE, "c.yaml")
    told = tell(uses(compose, frozenset(TEXTS), TEXTS, Settings(), frozenset({"LEVEL", "HERE"})))
    assert "hidden" not in told
    assert told.startswith("\nThe way off a.env (7 variables, for web, job):\n")
    for line in (
        '    DB_PASSWORD: "{{ $secrets.dbPassword }}"\n',
        '    LEVEL: "info"  # web\n',
        "    MODE\n  then take `env_file` out, and delete the file\n",
        "\nThe way off b.env (2 variables, for job, cache):\n",
        '    CACHED: "1"\n',
    ):
        assert line in told


def test_without_env_files_there_is_nothing_to_tell() -> None:
    assert tell({}) == ""

"""The migration off an env file: which variables are secrets, which are not, which nothing uses."""

from collections.abc import Iterable
from typing import Any

from ci.core.compose.parse import parse
from ci.core.env_files.migration import build_contexts, render, uses, variable_names
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
    mentioned: Iterable[str], **settings: Any
) -> dict[str, dict[str, tuple[str, tuple[str, ...]]]]:  # Any: values of settings
    compose = parse(COMPOSE, "c.yaml")
    found = uses(compose, frozenset(TEXTS), TEXTS, Settings(**settings), frozenset(mentioned))
    return {file: {use.name: (use.kind, use.services) for use in variables} for file, variables in found.items()}


def test_each_variable_has_its_kind() -> None:
    found = kinds({"LEVEL", "HERE"}, env_literals=("PUBLIC_KEY",), env_secrets={"HOOK": "hook"})
    assert found["a.env"] == {
        "DB_PASSWORD": ("secret", ("web", "job")),
        "MODE": ("overridden", ("web", "job")),
        "LEVEL": ("literal", ("web",)),
        "OLD": ("unused", ("web",)),
        "HERE": ("unknown", ("web", "job")),
        "PUBLIC_KEY": ("unused", ("web", "job")),
        "HOOK": ("secret", ("web", "job")),
    }


def test_a_variable_of_an_image_that_is_not_built_here_may_be_used_by_it() -> None:
    assert kinds(())["b.env"] == {"CACHED": ("literal", ("job", "cache")), "OLD": ("literal", ("job", "cache"))}


def test_names_and_contexts_are_those_of_services_with_env_files() -> None:
    compose = parse(COMPOSE, "c.yaml")
    assert build_contexts(compose) == {"web"}
    assert variable_names(compose, frozenset(TEXTS), TEXTS) == {
        *("DB_PASSWORD", "MODE", "LEVEL", "OLD", "HERE", "PUBLIC_KEY", "HOOK", "CACHED")
    }


def test_the_text_has_the_lines_to_write_and_never_a_secret_s_value() -> None:
    compose = parse(COMPOSE, "c.yaml")
    text = render(uses(compose, frozenset(TEXTS), TEXTS, Settings(), frozenset({"LEVEL", "HERE"})))
    assert "hidden" not in text
    assert text.startswith("\nMigration off a.env (7 variables, for web, job):\n")
    for line in (
        '    DB_PASSWORD: "{{ $secrets.dbPassword }}"\n',
        '    LEVEL: "info"  # web\n',
        "    MODE\n  then remove `env_file`, and delete the file\n",
        "\nMigration off b.env (2 variables, for job, cache):\n",
        '    CACHED: "1"\n',
    ):
        assert line in text


def test_without_env_files_there_is_no_text() -> None:
    assert render({}) == ""


def test_a_secret_s_value_is_in_no_proposal() -> None:
    compose = parse("services: {web: {image: x, env_file: a.env}}\n", "c.yaml")
    texts = {"a.env": "DB_PASSWORD=tr0ub4dor&3\nNOTE=see tr0ub4dor&3\nA=x-$DB_PASSWORD\nSAME=tr0ub4dor&3\n"}
    settings = Settings(env_secrets={"DB_PASSWORD": "db"})
    text = render(uses(compose, frozenset(texts), texts, settings, frozenset()))
    assert "tr0ub" not in text
    assert 'NOTE: "see {{ $secrets.db }}"' in text
    assert 'A: "x-{{ $secrets.db }}"' in text
    assert 'SAME: "{{ $secrets.same }}"' in text

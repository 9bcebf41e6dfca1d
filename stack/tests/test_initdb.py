"""initdb and the commands after an upgrade, against a real PostgreSQL and nothing else."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from product import environment, manage
from services import HOST, Postgres, Silent, program

NEEDED = ("DJANGO_SUPERUSER_PASSWORD", "PLAYWRIGHT_TEST_USER_PASS", "NEO4J_PASSWORD", "FALKOR_PASSWORD")
GRAPH_PASSWORDS = {"NEO4J_PASSWORD": None, "FALKOR_PASSWORD": None}  # as the server has them: not at all


@pytest.fixture
def fresh(postgres: Postgres) -> str:
    """The name of a database with nothing in it."""
    name = f"fresh-{uuid.uuid4()}"
    postgres.create(name)
    return name


@pytest.fixture(scope="module")
def template(postgres: Postgres) -> str:
    postgres.create("template-of-tests")
    assert manage("initdb", DB_NAME="template-of-tests").returncode == 0
    return "template-of-tests"


@pytest.fixture
def seeded(postgres: Postgres, template: str) -> str:
    """The name of a database after initdb."""
    name = f"seeded-{uuid.uuid4()}"
    postgres.create(name, template)
    return name


def rows(postgres: Postgres, database: str, query: str) -> list[tuple[object, ...]]:
    with postgres.connect(database) as connection:
        return connection.execute(query).fetchall()


def dump(postgres: Postgres, database: str) -> list[str]:
    """The dump of the database, without the random word that pg_dump adds."""
    command = [Path(program("postgres")).with_name("pg_dump"), "-h", HOST, "-p", str(postgres.port), "-U", "experio"]
    done = subprocess.run(
        [*command, database], env=os.environ | {"PGPASSWORD": postgres.password}, capture_output=True, check=True
    )
    return [line for line in done.stdout.decode().splitlines() if "restrict" not in line]


def test_it_creates_the_accounts_and_seeds_the_settings(postgres: Postgres, fresh: str) -> None:
    done = manage("initdb", DB_NAME=fresh, DJANGO_SUPERUSER_PASSWORD=" with spaces ")
    assert done.returncode == 0, done.stderr
    users = rows(postgres, fresh, "SELECT email, is_superuser, is_staff, password FROM core_user ORDER BY email")
    assert [user[:3] for user in users] == [
        ("admin@experiolabs.ai", True, True),
        ("playwright@thinknimble.com", False, False),
    ]
    assert check_password(" with spaces ", users[0][3])
    assert check_password(os.environ["PLAYWRIGHT_TEST_USER_PASS"], users[1][3])
    assert dict(rows(postgres, fresh, "SELECT key, value FROM core_setting")) == {
        name: os.environ[name]
        for name in ("NEO4J_URI", "NEO4J_USER", "NEO4J_DATABASE", "NEO4J_PASSWORD", "FALKOR_URI", "FALKOR_PASSWORD")
    }
    assert rows(postgres, fresh, "SELECT key FROM core_setting WHERE secret ORDER BY key") == [
        ("FALKOR_PASSWORD",),
        ("NEO4J_PASSWORD",),
    ]
    scaling = "SELECT service, mode, replicas FROM core_serviceconfiguration ORDER BY service"
    assert rows(postgres, fresh, scaling) == [("falkordb", "keep_down", 0), ("neo4j", "keep_alive", 1)]


def test_running_it_again_changes_nothing(postgres: Postgres, seeded: str) -> None:
    before = dump(postgres, seeded)
    again = manage("initdb", DB_NAME=seeded, DJANGO_SUPERUSER_PASSWORD="another", NEO4J_URI="bolt://another:7687")
    assert again.returncode == 0, again.stderr
    assert dump(postgres, seeded) == before
    assert any("admin@experiolabs.ai" in line for line in before)


@pytest.mark.parametrize("variable", NEEDED)
@pytest.mark.parametrize("value", [None, "", " "])
def test_each_password_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str | None
) -> None:
    monkeypatch.delenv(variable) if value is None else monkeypatch.setenv(variable, value)
    with pytest.raises(CommandError, match=f"^not set or empty: {variable}. Nothing was changed."):
        call_command("initdb")


def test_all_that_is_missing_is_named_at_once_before_anything_is_changed(postgres: Postgres, fresh: str) -> None:
    done = manage("initdb", DB_NAME=fresh, **dict.fromkeys(NEEDED))
    assert done.returncode == 1
    assert f"CommandError: not set or empty: {', '.join(NEEDED)}." in done.stderr
    assert "Traceback" not in done.stderr
    assert rows(postgres, fresh, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_it_needs_postgresql_only(fresh: str) -> None:
    """The other servers hang and count connections: one would block it, and would be counted."""
    others = [Silent() for _ in range(4)]
    ports = [other.port for other in others]
    done = manage(
        "initdb",
        DB_NAME=fresh,
        REDIS_URL=f"redis://{HOST}:{ports[0]}",
        RABBITMQ_PORT=str(ports[1]),
        NEO4J_URI=f"bolt://{HOST}:{ports[2]}",
        FALKOR_URI=f"redis://{HOST}:{ports[3]}",
        DJANGO_SECRET_KEY=None,
    )
    assert done.returncode == 0, done.stderr
    assert [other.connections() for other in others] == [0, 0, 0, 0]
    for other in others:
        other.close()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"DB_PASSWORD": "wrong"}, "password authentication failed"),
        ({"DB_NAME": "nowhere"}, 'database "nowhere" does not exist'),
        ({"DB_PORT": "1"}, "Connection refused"),
    ],
)
def test_a_refusal_of_postgresql_is_reported_with_its_message(
    postgres: Postgres, changes: dict[str, str], why: str
) -> None:
    done = manage("initdb", **changes)
    assert done.returncode == 1
    assert "CommandError: PostgreSQL at 127.0.0.1:" in done.stderr
    assert why in done.stderr
    assert "Traceback" not in done.stderr


def test_the_commands_after_an_upgrade_change_nothing_that_is_up_to_date(postgres: Postgres, seeded: str) -> None:
    before = dump(postgres, seeded)
    for command in (["migrate", "--no-input"], ["seed_autoscaling_config"], ["seed_config", "--force"]):
        done = manage(*command, DB_NAME=seeded, **GRAPH_PASSWORDS)
        assert done.returncode == 0, done.stderr
    assert dump(postgres, seeded) == before


def test_seed_config_overwrites_only_when_forced_and_never_with_nothing(postgres: Postgres, seeded: str) -> None:
    kept = rows(postgres, seeded, "SELECT value FROM core_setting WHERE key = 'NEO4J_PASSWORD'")
    changed = {"NEO4J_URI": "bolt://elsewhere:7687"} | GRAPH_PASSWORDS
    query = "SELECT value FROM core_setting WHERE key = 'NEO4J_URI'"
    manage("seed_config", DB_NAME=seeded, **changed)
    assert rows(postgres, seeded, query) == [(os.environ["NEO4J_URI"],)]
    assert "settings written: NEO4J_URI\n" in manage("seed_config", "--force", DB_NAME=seeded, **changed).stdout
    assert rows(postgres, seeded, query) == [("bolt://elsewhere:7687",)]
    assert rows(postgres, seeded, "SELECT value FROM core_setting WHERE key = 'NEO4J_PASSWORD'") == kept


def test_seed_config_says_what_neither_the_database_nor_the_environment_has(postgres: Postgres, fresh: str) -> None:
    manage("migrate", "--no-input", DB_NAME=fresh)
    done = manage("seed_config", "--force", DB_NAME=fresh, **GRAPH_PASSWORDS)
    assert (done.returncode, "not set or empty: NEO4J_PASSWORD, FALKOR_PASSWORD" in done.stderr) == (1, True)


def test_a_scaling_row_changed_by_a_person_stays(postgres: Postgres, seeded: str) -> None:
    with postgres.connect(seeded) as connection:
        connection.execute("UPDATE core_serviceconfiguration SET mode = 'keep_down' WHERE service = 'neo4j'")
        connection.execute("DELETE FROM core_serviceconfiguration WHERE service = 'falkordb'")
    assert "scaling rows created: falkordb\n" in manage("seed_autoscaling_config", DB_NAME=seeded).stdout
    query = "SELECT service, mode FROM core_serviceconfiguration ORDER BY service"
    assert rows(postgres, seeded, query) == [("falkordb", "keep_down"), ("neo4j", "keep_down")]


def test_the_migrations_are_those_of_the_models(database: Postgres) -> None:
    assert manage("makemigrations", "--check", "--dry-run").returncode == 0


def test_a_wrong_graph_provider_stops_it_before_anything_is_changed(postgres: Postgres, fresh: str) -> None:
    done = manage("initdb", DB_NAME=fresh, GRAPH_PROVIDER="oracle")
    assert done.returncode != 0
    assert "GRAPH_PROVIDER is 'oracle', not one of falkordb, neo4j" in done.stderr
    assert rows(postgres, fresh, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_the_server_does_not_start_without_its_key(database: Postgres) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import experio.wsgi"],
        cwd=Path(__file__).parents[1] / "server",
        env=environment({"DJANGO_SECRET_KEY": ""}),
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "The SECRET_KEY setting must not be empty" in done.stderr

"""The plan of a smoke: which services start, with which images and secrets."""

from smoke_fakes import smoke_settings
from smoke_files import FILE, FULL, SETTINGS, start_plan

from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.plan import secrets_to_generate, smoke_plan

TEXT = (
    'services:\n  a: {image: i, environment: {A: "{{ $secrets.x }}", B: "{{ $secrets.y }}", C: "{{ $secrets.x }}"}}\n'
)


def test_a_secret_has_one_value_and_only_generated_ones_are_redacted() -> None:
    settings = SmokeSettings(secrets={"y": "given"})
    assert secrets_to_generate(TEXT, "f", settings) == ("x",)
    plan = smoke_plan(TEXT, "f", "t", settings, {"x": "generated"}, keep_volumes=True)
    assert plan.start.services[0].environment == {"A": "generated", "B": "given", "C": "generated"}
    assert plan.secrets == {"x": "generated", "y": "given"}
    assert plan.redacted == ("generated",)
    assert plan.keep_volumes


def test_secrets_of_services_and_of_steps_are_generated_unless_the_settings_give_them() -> None:
    step = {"name": "s", "service": "web", "http": "GET /", "send_json": {"password": "{{ $secrets.admin }}"}}
    assert secrets_to_generate(FULL, FILE, smoke_settings(steps=[step])) == ("dbPassword", "other", "admin")
    assert secrets_to_generate(FULL, FILE, smoke_settings(secrets={"dbPassword": "x"})) == ("other",)


def test_services_are_in_order_and_those_with_a_profile_or_no_replica_are_not_started() -> None:
    plan = start_plan()
    assert [one.name for one in plan.services] == ["db", "init", "web"]
    assert plan.not_started == ("debug", "none")


def test_excluded_services_are_not_started() -> None:
    text = "services:\n  a: {image: i}\n  b: {image: i}\n"
    assert start_plan(text, SmokeSettings(excluded=("a",))).not_started == ("a",)


def test_the_core_is_what_the_settings_name_and_its_dependencies() -> None:
    assert [one.name for one in start_plan(core_only=True).services] == ["db", "init"]


def test_another_image_is_set_by_service_or_by_image() -> None:
    settings = SmokeSettings(
        images={"db": "mine:1", "r.example/init:sha-1": "mine:2"},
        expressions=SETTINGS.expressions,
        variables=SETTINGS.variables,
    )
    images = {one.name: one.image for one in start_plan(FULL, settings).services}
    assert images == {"web": "r.example/web:sha-1", "init": "mine:2", "db": "mine:1"}

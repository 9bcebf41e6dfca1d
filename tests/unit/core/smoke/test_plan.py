"""What a smoke will do."""

from ci.core.settings.smoke import SmokeSettings
from ci.core.smoke.plan import smoke_plan, wanted_secrets

TEXT = (
    'services:\n  a: {image: i, environment: {A: "{{ $secrets.x }}", B: "{{ $secrets.y }}", C: "{{ $secrets.x }}"}}\n'
)


def test_one_secret_has_one_value_and_only_made_up_ones_are_hidden() -> None:
    settings = SmokeSettings(secrets={"y": "given"})
    names = wanted_secrets(TEXT, "f", settings)
    assert names == ("x",)
    plan = smoke_plan(TEXT, "f", "t", settings, {"x": "made-up"}, keep_volumes=True)
    assert plan.boot.services[0].environment == {"A": "made-up", "B": "given", "C": "made-up"}
    assert plan.secrets == {"x": "made-up", "y": "given"}
    assert plan.made_up == ("made-up",)
    assert plan.keep_volumes

"""The state that a seed describes."""

from ci.rehearsal.seed import Seed, parse
from ci.rehearsal.state import initial_state


def test_an_empty_seed_is_an_empty_state() -> None:
    assert initial_state(Seed()).plans == ()


def test_an_instance_creates_its_plan_with_all_versions_up_to_its_own() -> None:
    seed = parse('{"instances": [{"id": "i", "product": "P", "version": "3.0"}, {"id": "j", "product": "P"}]}')
    state = initial_state(seed)
    (plan,) = state.plans
    assert [version.name for version in plan.versions] == ["1.0", "2.0", "3.0"]
    assert plan.preferred == "3.0"
    assert {instance.id: instance.version for instance in state.instances} == {"i": "3.0", "j": "1.0"}

"""The services to start, in order."""

from ci.core.compose.depends_on import Condition, Dependency
from ci.core.smoke.service_spec import ServiceSpec
from ci.core.smoke.start_plan import StartPlan, in_start_order


def services(**dependencies: tuple[Dependency, ...]) -> tuple[ServiceSpec, ...]:
    return tuple(ServiceSpec(name=name, image="i", depends_on=one) for name, one in dependencies.items())


def test_each_service_comes_after_its_dependencies_and_else_in_the_given_order() -> None:
    given = services(a=(Dependency("b"), Dependency("c")), b=(Dependency("c"),), c=(), d=(Dependency("a"),))
    assert [one.name for one in in_start_order(given)] == ["c", "b", "a", "d"]
    unordered = services(z=(), y=(), x=(Dependency("elsewhere"),))
    assert [one.name for one in in_start_order(unordered)] == ["z", "y", "x"]


def test_a_plan_finds_its_services_by_name() -> None:
    plan = StartPlan(services(a=()))
    assert plan.find("a") == plan.services[0]
    assert plan.find("b") is None


def test_a_job_is_a_service_whose_completion_another_waits_for() -> None:
    plan = StartPlan(services(j=(), a=(Dependency("j", Condition.COMPLETED),)))
    assert plan.is_job("j")
    assert not plan.is_job("a")

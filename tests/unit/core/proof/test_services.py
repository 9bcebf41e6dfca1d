"""The first question: what the result means."""

import pytest
from proven import OWN, PINNED, SOURCE, TAG, Damage, is_caught, is_proven, problems, targets_of

from ci.core.proof.differences import DIFFERS

DAMAGES = {
    "a scalar changed": Damage("postgres:16", "postgres:17"),
    "an octal became its number": Damage("&number 012", "&number 10"),
    "null became empty": Damage("      B:\n", '      B: ""\n'),
    "null became an empty mapping": Damage("  data:\n", "  data: {}\n"),
    "an empty mapping became null": Damage("  more: {}\n", "  more:\n"),
    "a key is gone": Damage("  data:\n", ""),
    "a key is new": Damage("  data:\n", "  data:\n  new:\n"),
    "a key has another name": Damage("  data:\n", "  date:\n"),
    "a list item is gone": Damage("    - two\n", ""),
    "a list item is new": Damage("    - two\n", "    - two\n    - two\n"),
    "two list items changed places": Damage("    - one\n    - two\n", "    - two\n    - one\n"),
    "an item of a flow list is gone": Damage('"80:80", "443:443"', '"80:80"'),
    "a dependency is gone": Damage("[web, worker]", "[web]"),
    "an alias stands for another": Damage("number: *number", "number: *environment"),
    "a merge is gone": Damage("      <<: *environment\n", ""),
    "a merge of another": Damage("      <<: *environment\n", "      <<: *app\n"),
    "a service is new": Damage("    depends_on: [web, worker]\n", "    depends_on: [web, worker]\n  new: {image: x}\n"),
    "a build is new": Damage("    image: postgres:16", "    build: .\n    image: postgres:16"),
    "an image is gone": Damage(f"    image: '{OWN}-worker:{TAG}'\n", ""),
    "an image with another tag": Damage(f"'{OWN}-worker:{TAG}'", f"'{OWN}-worker:latest'"),
    "an image of another commit": Damage(f"'{OWN}-worker:{TAG}'", f"'{OWN}-worker:{TAG[:-1]}0'"),
    "another service's image": Damage(f"'{OWN}-worker:{TAG}'", f"'{OWN}-web:{TAG}'"),
    "an own image for a stock one": Damage("postgres:16 # theirs", f"{OWN}-web:{TAG} # theirs"),
    "a sidecar is left": Damage(f"imageNameWithTag: {OWN}-web:{TAG}", "imageNameWithTag: helper:1"),
    "a sidecar of another image": Damage(f"imageNameWithTag: {OWN}-web:{TAG}", f"imageNameWithTag: {OWN}-worker:{TAG}"),
    "a foreign sidecar was pinned": Damage("imageNameWithTag: foreign:1", f"imageNameWithTag: {OWN}-web:{TAG}"),
    "a sidecar's command": Damage("command: [a, b]", "command: [b, a]"),
    "a variable is gone": Damage('      D: "4"\n', ""),
    "a variable is new": Damage('      D: "4"\n', '      D: "4"\n      E: "5"\n'),
    "a variable has another value": Damage('D: "4"', 'D: "5"'),
    "a variable of the env file won": Damage('      C: "3"\n', '      A: "other"\n      C: "3"\n'),
    "an explicit variable changed": Damage('C: "3"', 'C: "4"'),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_another_meaning_is_caught(name: str) -> None:
    assert is_caught(DAMAGES[name])


def test_two_services_with_each_others_images_are_caught() -> None:
    swapped = PINNED.replace(f"{OWN}-worker", "@").replace(f"{OWN}-web", f"{OWN}-worker").replace("@", f"{OWN}-web")
    assert not is_proven(swapped)


def test_a_service_that_is_gone_is_caught() -> None:
    start, end = PINNED.index("  db:"), PINNED.index("volumes:")
    assert not is_proven(PINNED[:start] + PINNED[end:])


def test_services_in_another_order_are_caught() -> None:
    start, middle, end = (PINNED.index(text) for text in ("  worker:", "  db:", "volumes:"))
    assert not is_proven(PINNED[:start] + PINNED[middle:end] + PINNED[start:middle] + PINNED[end:])


def test_a_difference_names_both_sides_and_its_place_in_the_source() -> None:
    found = problems(PINNED.replace("postgres:16", "postgres:17"))
    line = SOURCE[: SOURCE.index("postgres:16")].count("\n") + 1
    line_after = PINNED[: PINNED.index("postgres:16")].count("\n") + 1
    assert [(problem.what, problem.value, problem.line) for problem in found] == [
        (DIFFERS, "services.db.image is 'postgres:17' instead of 'postgres:16'", line),
        (
            DIFFERS,
            f"line {line} is not what it must be; line {line_after} of the result is 'image: postgres:17 # theirs'",
            line,
        ),
    ]


def test_the_value_of_a_variable_is_in_no_message() -> None:
    found = problems(PINNED.replace('D: "4"', 'D: "hidden"'))
    assert found != ()
    assert [str(problem) for problem in found if "hidden" in str(problem)] == []
    assert found[0].value == "services.worker.environment.D is changed"


def test_a_chain_of_extends_that_never_ends_is_refused() -> None:
    services = "services:\n  a: {extends: b}\n  b: {extends: a}\n"
    (problem,) = problems(services, services, targets_of())
    assert problem.what == "More than 100 services extend each other in a row"

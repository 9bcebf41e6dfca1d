"""The third question: what is left in the result."""

from dataclasses import replace

import pytest
from proven import OWN, PINNED, TAG, Damage, is_caught, is_proven, problems, targets_of

from ci.core.targets import Targets

NOTHING = Targets({}, {}, {}, frozenset({f"{OWN}-web"}), TAG)
"""Nothing is to be pinned, and there is one own image."""
DAMAGES = {
    "a build is left": Damage(f"  image: {OWN}-web:{TAG}", f"  build: ./web\n  image: {OWN}-web:{TAG}"),
    "an env_file is left": Damage("    x-omni", "    env_file: .env\n    x-omni"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_left_is_caught(name: str) -> None:
    assert is_caught(DAMAGES[name])


def test_a_build_that_a_merge_hides_is_left() -> None:
    source = "x-a: &a {build: .}\nservices:\n  b: {<<: *a, build: ., image: x}\n"
    wrong = f"x-a: &a {{build: .}}\nservices:\n  b: {{<<: *a, image: {OWN}-web:{TAG}}}\n"
    found = problems(wrong, source, targets_of(b="web"))
    assert [(one.what, one.value, one.line) for one in found if "still" in one.what] == [
        ("The pinned file would still have a `build`", "services.b.build", 1)
    ]


def test_an_own_image_on_another_tag_is_shown_in_the_source() -> None:
    source = f"services:\n  a: {{image: x}}\n# more\nx-b: [1, see {OWN}-web:old]\n"
    (problem,) = problems(source, source, NOTHING)
    assert (problem.what, problem.value) == ("An own image would stay on another tag", f"{OWN}-web:old")
    assert (problem.line, problem.expected) == (4, f"{OWN}-web:{TAG}")


def test_a_reference_without_its_digest_is_shown_where_digests_are_pinned() -> None:
    digest = f"sha256:{'a' * 64}"
    source = f"services:\n  a: {{image: x}}\nx-b: {OWN}-web:{TAG}\nx-c: {OWN}-web:{TAG}@{digest}\n"
    (problem,) = problems(source, source, replace(NOTHING, digests={f"{OWN}-web": digest}))
    assert (problem.value, problem.line) == (f"{OWN}-web:{TAG}", 3)
    assert problem.expected == f"{OWN}-web:{TAG}@{digest}"


def test_a_place_in_a_line_that_is_changed_elsewhere_is_shown_in_the_source() -> None:
    lines = [f"  a{at}: {{build: ./web, hostname: '{OWN}-web:old{at}', tty: true}}\n" for at in range(3)]
    source = "# one\n# two\nservices:\n" + "".join(lines)
    result = source.replace("# one\n", "").replace("build: ./web", f"image: {OWN}-web:{TAG}")
    found = [one for one in problems(result, source, targets_of(a0="web", a1="web", a2="web")) if "tag" in one.what]
    assert [(one.value[-4:], one.line, one.column) for one in found] == [(f"old{at}", 4 + at, 32) for at in range(3)]


def test_a_service_that_runs_an_own_image_by_another_tag_is_told_whose_it_is() -> None:
    source = (
        f"services:\n  a: {{build: .}}\n  b: {{image: '{OWN}-web:1'}}\n  c: {{image: x, hostname: '{OWN}-web:1'}}\n"
    )
    result = source.replace("build: .", f"image: {OWN}-web:{TAG}")
    found = problems(result, source, targets_of(a="web"))
    assert [(one.line, one.hint.partition(",")[0]) for one in found] == [
        (3, "give the service the `build` of `a`"),
        (4, "if a sidecar runs it"),
    ]


def test_the_text_env_file_is_found_in_a_comment() -> None:
    source = "services:\n  a: {image: x} # env_file: none\n"
    (problem,) = problems(source, source, targets_of())
    assert problem.what.startswith("The text `env_file:` would be left")
    assert (problem.line, problem.column) == (2, 19)


def test_an_own_image_on_the_sha_tag_is_not_left() -> None:
    assert is_proven(PINNED)


def test_many_lines_are_searched_in_linear_time() -> None:
    services = "".join(f"  s{number}: {{image: x{number}}}\n" for number in range(3000))
    source = f"services:\n{services}x: see {OWN}-web:old\n"
    (problem,) = problems(source, source, NOTHING)
    assert problem.line == 3002


def test_many_places_are_shown_in_linear_time() -> None:
    lines = "".join(f"  s{number}: {{image: x, hostname: {OWN}-web:old{number}}}\n" for number in range(2000))
    found = problems(f"services:\n{lines}", f"services:\n{lines}", NOTHING)
    assert [one.line for one in found] == list(range(2, 2002))

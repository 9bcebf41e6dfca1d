"""`{{ $file:… }}`: the masked text that is parsed in its place, and the files that it embeds."""

from dataclasses import replace

import pytest
from fakes import SETTINGS

from ci.core.product.product import Source, read_spec, wanted_texts
from ci.core.yaml.templates import embedded, masked
from ci.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a: {{ $file:./b }}", "a: xxxxxxxxxxxxxxx"),
        ("a: &x {{ $file:./b }}/c # d", "a: &x xxxxxxxxxxxxxxx/c # d"),
        ("  - {{$file:b}}\r\n", "  - xxxxxxxxxxx\r\n"),
        ("a:\n  {{ $file:./b }}\nc: d", "a:\n  ###############\nc: d"),
        ("{{ $file:./b }}", "###############"),
        ('a: "{{ $file:./b }}"', None),
        ("# a: {{ $file:./b }}", None),
        ("a: {{ $sys.id }}", None),
        ("a: echo {{ $file:./b }}", None),
    ],
)
def test_a_template_in_place_of_yaml_is_masked_and_no_position_changes(text: str, made: str | None) -> None:
    found, places = masked(text)
    assert found == (text if made is None else made)
    assert [text[start:end][:2] for start, end in places] == ([] if made is None else ["{{"])


def test_the_embedded_files_are_listed_with_their_lines() -> None:
    assert embedded("a: 1\nb: {{ $file:./b.yaml }}\n  # {{ $file:c }}\n") == (("./b.yaml", 2), ("c", 3))


def test_a_build_in_an_embedded_file_is_refused_with_the_line_that_embeds_it() -> None:
    text = "services:\n  web: {image: x}\n  {{ $file:./more.yaml }}\n"
    settings = replace(SETTINGS, sidecars={})
    assert "more.yaml" in wanted_texts(settings, text)
    files = {settings.compose_file: text, "more.yaml": "db:\n  image: postgres:16\n"}
    read_spec(Source(frozenset(files), files), settings)
    files["more.yaml"] += "mail:\n  build: ./mail\n"
    with pytest.raises(ConfigurationError) as caught:
        read_spec(Source(frozenset(files), files), settings)
    (problem,) = caught.value.problems
    assert (problem.line, problem.value) == (3, "{{ $file:./more.yaml }}: build: ./mail")

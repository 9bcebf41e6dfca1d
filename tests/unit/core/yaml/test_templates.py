"""`{{ $file:… }}`: the masked text that is parsed in its place, and the files that it embeds."""

import pytest

from ci.core.yaml.templates import embedded, masked


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

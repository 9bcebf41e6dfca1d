"""Templates are masked where they stand for YAML."""

import pytest

from ci.core.proof.templates import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a: {{ $file:b }}\n", "a: xxxxxxxxxxxxx\n"),
        ("- {{ $file:b }}\n", "- xxxxxxxxxxxxx\n"),
        ("a: &b !c {{ $file:d }} # e\n", "a: &b !c xxxxxxxxxxxxx # e\n"),
        ("  {{ $file:b }}\r\na: c\r\n", "  #############\r\na: c\r\n"),
        ("a: [{{$file:b}}]\n", "a: [{{$file:b}}]\n"),
        ("a: [ {{$file:b}}]\n", "a: [ xxxxxxxxxxx]\n"),
        ("a: 'b {{ $file:c }}'\n", "a: 'b {{ $file:c }}'\n"),
        ("# a: {{ $file:b }}\n", "# a: {{ $file:b }}\n"),
        ("a: {{ b }}\n", "a: {{ b }}\n"),
        ("a: {{ $file: }} $file:\n", "a: {{ $file: }} $file:\n"),
        ("a: {{ $file:b c }}\n", "a: {{ $file:b c }}\n"),
        ("a: {{ b }} {{ $file:c }}\n", "a: {{ b }} {{ $file:c }}\n"),
        ("a: {{ $file:b }} {{ $file:c }}\n", "a: xxxxxxxxxxxxx {{ $file:c }}\n"),
    ],
)
def test_a_template_that_stands_for_a_node_is_masked(text: str, masked: str) -> None:
    found, spans = mask(text)
    assert found == masked
    assert all(text[start:end].startswith("{{") and text[start:end].endswith("}}") for start, end in spans.items())
    assert bool(spans) is (text != masked)

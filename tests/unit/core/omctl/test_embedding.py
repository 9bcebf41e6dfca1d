"""`{{ $file:… }}` as omctl replaces it; `tests/integration/test_omctl_reading.py` holds it against the real one."""

import pytest

from ci.core.omctl.embedding import DEEPEST, embed

FILES = {"d/one": "1", "d/lines": "a: 1\n\nb:\n  c: 2\n", "d/in/outer": "x: {{ $file:inner }}\n", "d/in/inner": "y"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {{ $file:./one }}\n", "a: 1\n"),
        ("a: {{$file:one}}b # c\n", "a: 1b # c\n"),
        ("  {{ $file:lines }}\nz: 1\n", "  a: 1\n\n  b:\n    c: 2\n\nz: 1\n"),
        ("{{ $file:lines }} # end", "a: 1\n\nb:\n  c: 2\n # end"),
        ("  k: {{ $file:lines }}", "  k: a: 1\n\n  b:\n    c: 2\n"),
        ("  x-embed-$: {{ $file:lines }}", "  a: 1\n\n  b:\n    c: 2\n"),
        ("x-embed-$more: {{ $file:one }}", "1"),
        (" x-embed: {{ $file:one }}", " x-embed: 1"),
        ("a: {{ $file:one }}, {{ $file:one }}", "a: {{ $file:one }}, 1"),
        ("# {{ $file:lines }}", "# a: 1\n\nb:\n  c: 2\n"),
        ("a: {{ $file:in/outer }}", "a: x: y\n"),
        ("a: {{ $file:in/../one }}", "a: 1"),
        ("a: {{ $file:../d/one }}\r\n", "a: 1\r\n"),
        ("a: {{ $file:gone }}", "a: {{ $file:gone }}"),
        ("a: {{ $file: one }}", "a: {{ $file: one }}"),
        ("a: {{ $sys.id }}", "a: {{ $sys.id }}"),
        ("a: {{ $file:o ne }}", "a: {{ $file:o ne }}"),
    ],
)
def test_a_template_becomes_the_text_of_its_file(text: str, expected: str) -> None:
    assert embed(text, "d/c.yaml", FILES).text == expected


def test_each_line_knows_where_it_is_from() -> None:
    found = embed("p: 1\n  {{ $file:lines }}\nq: {{ $file:in/outer }} r\n", "d/c.yaml", FILES)
    assert [line[1:] for line in found.lines] == [
        ("d/c.yaml", 1, 1),
        *(("d/lines", number, 2) for number in range(1, 6)),
        ("d/c.yaml", 3, 3),
        ("d/in/outer", 2, 3),
        ("d/c.yaml", 4, 4),
    ]
    assert "\n".join(line.text for line in found.lines) == found.text


def test_the_templates_of_the_file_itself_have_their_places() -> None:
    found = embed("p: 1\n  {{ $file:lines }}\nq: {{ $file:in/outer }} r\n", "d/c.yaml", FILES)
    assert [(one.text, found.text[one.start : one.end], one.line) for one in found.templates] == [
        ("  {{ $file:lines }}", "  a: 1\n\n  b:\n    c: 2\n", 2),
        ("q: {{ $file:in/outer }}", "q: x: y\n", 3),
    ]
    assert found.files == ("d/lines", "d/in/outer", "d/in/inner")


def test_what_is_missing_is_told_with_the_file_that_embeds_it() -> None:
    found = embed("\na: {{ $file:outer }}", "c.yaml", {"outer": "b\n{{ $file:gone }}"})
    assert found.missing == (("gone", "outer", 2),)


@pytest.mark.parametrize(
    "files", [{"a": "{{ $file:a }}"}, {"a": "{{ $file:b }}\n{{ $file:b }}", "b": "\n{{ $file:a }}"}]
)
def test_a_file_that_embeds_itself_comes_to_an_end(files: dict[str, str]) -> None:
    assert embed("{{ $file:a }}", "c.yaml", files).too_deep


def test_a_text_that_doubles_with_each_file_comes_to_an_end() -> None:
    files = {str(at): f"{{{{ $file:{at + 1} }}}}\n" * 40 for at in range(DEEPEST - 1)} | {str(DEEPEST - 1): "x" * 1000}
    assert embed("{{ $file:0 }}", "c.yaml", files).too_deep


def test_a_text_without_templates_is_itself() -> None:
    assert embed("a: 1\n", "c.yaml", {}).text == "a: 1\n"

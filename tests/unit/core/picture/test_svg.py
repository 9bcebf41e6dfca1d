"""The picture as SVG text."""

from ci.core.picture.graph import Node
from ci.core.picture.svg import svg


def test_without_services_the_picture_is_empty() -> None:
    assert svg("none", ()).startswith("<svg")


def test_names_are_escaped_and_a_long_image_is_cut_at_its_start() -> None:
    image = "registry.example/a-rather-long/repository/postgres:17"
    found = svg("a & b", (Node("<web>", image, own=False, dependencies=()),))
    assert "<title>a &amp; b</title>" in found
    assert ">&lt;web&gt;</text>" in found
    assert f">…{image[-27:]}</text>" in found

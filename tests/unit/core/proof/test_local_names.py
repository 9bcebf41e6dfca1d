"""Own images under local names, as the proof finds them by itself."""

import pytest
from golden.goldens import SHOP
from proven import OWN, TAG, problems, targets_of

from ci.core.product.source import Source
from ci.core.release.pinned import pinned_compose
from ci.errors import ConfigurationError

WEB = f"{OWN}-web:{TAG}"


def built(image: str) -> str:
    return f"services:\n  a: {{build: ., image: {image}}}\n"


def result_of(source: str) -> list[tuple[str, int]]:
    """The local names that the proof finds in a result in which `a` alone is pinned, with their lines."""
    lines = [f"  a: {{image: {WEB}}}" if line.startswith("  a: ") else line for line in source.splitlines()]
    found = problems("\n".join(lines) + "\n", source, targets_of(a="web"))
    return [(one.value, one.line) for one in found if "local name" in one.what]


@pytest.mark.parametrize(
    ("image", "used"),
    [
        ("myapp", "myapp:latest"),
        ("acme/app:1", "docker.io/acme/app:1"),
        ("'acme/app:${T:-latest}'", "acme/app"),
        ("'acme/${N:-app}:${T:-${U-1}}'", "acme/app:1"),
    ],
)
def test_a_service_a_sidecar_and_a_volume_with_a_local_name_are_left(image: str, used: str) -> None:
    sidecars = f"{{sidecars: {{s: {{imageNameWithTag: '{used}'}}}}}}"
    source = (
        f"{built(image)}  b: {{image: '{used}'}}\n  c: {{image: x, x-omnistrate-capabilities: {sidecars}}}\n"
        f"  d: {{image: x, volumes: [{{type: image, source: '{used}'}}, {{type: bind, source: '{used}'}}, y:/y]}}\n"
    )
    assert result_of(source) == [(used, 3), (used, 4), (used, 5)]


def test_the_names_that_compose_makes_and_those_of_build_tags_are_known() -> None:
    source = (
        "name: Shop\nservices:\n  a: {build: {context: ., tags: [other]}}\n  b: {image: shop-a}\n  c: {image: other}\n"
    )
    assert result_of(source) == [("shop-a", 4), ("other", 5)]


def test_other_images_are_not_left() -> None:
    assert result_of(built("myapp:1") + "  b: {image: myapp}\n  c: {image: ghcr.io/o/myapp:1}\n") == []


def test_a_place_that_services_share_is_found_once() -> None:
    assert result_of("x-b: &b {image: myapp}\n" + built("myapp") + "  b: *b\n  c: {<<: *b}\n") == [("myapp", 1)]


def test_it_refuses_what_the_edit_does_not_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    text = built("myapp") + "  b: {image: myapp}\n"
    source = Source(frozenset({"compose.yaml"}), {"compose.yaml": text})
    assert pinned_compose(source, SHOP, TAG.removeprefix("sha-")).text.count(TAG) == 2
    monkeypatch.setattr("ci.core.product.product.with_local_users", lambda _compose, images, *_: images)
    with pytest.raises(ConfigurationError, match="An own image would stay under its local name"):
        pinned_compose(source, SHOP, TAG.removeprefix("sha-"))

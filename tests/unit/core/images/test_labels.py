"""What tells the images of a product apart."""

import pytest

from ci.core.images.labels import labels


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["Dockerfile"], {"Dockerfile": ""}),
        (["Dockerfile.Web", "Dockerfile.b"], {"Dockerfile.Web": "dockerfile.web", "Dockerfile.b": "dockerfile.b"}),
        (["web/Dockerfile", "mail/Dockerfile"], {"web/Dockerfile": "web", "mail/Dockerfile": "mail"}),
        (["Dockerfile", "a/Dockerfile"], {"Dockerfile": "dockerfile", "a/Dockerfile": "a"}),
        (["s/a/Dockerfile", "s/b/Dockerfile"], {"s/a/Dockerfile": "a", "s/b/Dockerfile": "b"}),
        (["s/a/D", "s/b/D", "t/D"], {"s/a/D": "s-a", "s/b/D": "s-b", "t/D": "t"}),
        (["s/a/D", "s/a/E", "s/b/D", "t/D"], {"s/a/D": "s-a-d", "s/a/E": "s-a-e", "s/b/D": "s-b", "t/D": "t"}),
        ([], {}),
    ],
)
def test_a_label_is_the_first_segment_in_which_the_paths_differ(paths: list[str], found: dict[str, str]) -> None:
    assert labels(paths) == found

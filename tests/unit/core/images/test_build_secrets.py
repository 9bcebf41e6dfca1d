"""Which of the secrets that a call is given a build gets."""

import pytest

from ci.core.compose.model import Build, BuildSecret
from ci.core.images.build_secrets import chosen, missing_problems
from ci.core.images.image import Image

PIP, CERT = BuildSecret("pip", "env://PIP_TOKEN"), BuildSecret("cert", "file://./certs/own.pem")


def image(*secrets: BuildSecret, ssh: tuple[str, ...] = ()) -> Image:
    build = Build(".", secrets=secrets, ssh=ssh)
    return Image(
        name="web", repository="r.example/web", context=".", dockerfile="D", build=build, services=("web",), line=1
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["env://PIP_TOKEN"], {"pip": "env://PIP_TOKEN"}),
        (["env://OTHER", "env://PIP_TOKEN"], {"pip": "env://PIP_TOKEN"}),
        (["env://pip"], {"pip": "env://pip"}),
        (["env://PIP"], {"pip": "env://PIP"}),
        (["op://vault/item/pip"], {"pip": "op://vault/item/pip"}),
        (["file:///home/me/own.pem"], {"cert": "file:///home/me/own.pem"}),
        (["file://certs/own.pem", "env://PIP_TOKEN"], {"pip": "env://PIP_TOKEN", "cert": "file://certs/own.pem"}),
        (["env://PIP_TOKEN_2", "file:///home/me/not-own.pem"], {}),
        ([], {}),
    ],
)
def test_a_secret_is_known_by_its_address(given: list[str], expected: dict[str, str]) -> None:
    assert chosen([image(PIP), image(CERT, PIP)], given) == expected


def test_what_is_missing_is_named_with_the_argument_to_give() -> None:
    first, second, third = missing_problems([image(PIP, CERT, ssh=("default",))], {}, has_ssh=False)
    assert "--build-secret env://PIP " in first.hint
    assert "--build-secret env://CERT " in second.hint
    assert '--ssh "$SSH_AUTH_SOCK"' in third.hint


def test_nothing_is_missing_that_is_given_or_not_used() -> None:
    assert not list(missing_problems([image(PIP, ssh=("default",))], {"pip": "env://PIP_TOKEN"}, has_ssh=True))
    assert not list(missing_problems([image()], {}, has_ssh=False))

"""The images that an instance runs are those of the commit."""

import pytest
from fakes import PREFIX, SHA_TAG, sha_ref, small_plan

from ci.core.release.running import foreign_images


@pytest.mark.parametrize(
    ("image", "foreign"),
    [
        (sha_ref("web"), False),
        (f"{sha_ref('web')}@sha256:{'0' * 64}", False),
        (f"{PREFIX}.web@sha256:{'0' * 64}", False),
        (f"{PREFIX}.web", False),
        ("postgres:16", False),
        (f"localhost:5000/o/other:{SHA_TAG}", False),
        ("", False),
        (f"{PREFIX}.web:1.2.0", True),
        (f"{PREFIX}.web:latest", True),
        (f"{PREFIX}.web:sha-{'f' * 40}", True),
        (f"{PREFIX}.web:sha-{'f' * 40}@sha256:{'0' * 64}", True),
    ],
)
def test_an_own_image_with_another_tag_is_of_another_commit(image: str, *, foreign: bool) -> None:
    found = foreign_images(small_plan(), "i-1", [("web", image)])
    assert [problem.expected for problem in found] == ([sha_ref("web")] if foreign else [])

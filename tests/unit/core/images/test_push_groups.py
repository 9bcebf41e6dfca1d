"""Which images share the layers of a base."""

from ci.core.images.push_groups import push_groups


def test_images_of_one_base_are_a_group_and_what_is_alone_is_in_none() -> None:
    assert push_groups(["a", "b", "a", "", "c", "b", ""]) == ("base-0", "base-1", "base-0", "", "", "base-1", "")

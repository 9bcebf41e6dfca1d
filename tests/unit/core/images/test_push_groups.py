"""Which images share the layers of a base, and which of them is pushed first."""

from ci.core.images.push_groups import PushPlace, push_places

ALONE = PushPlace()


def test_images_of_one_base_are_a_group_and_the_last_repository_of_it_is_first() -> None:
    bases = ["a", "b", "a", "", "c", "b", "", "a"]
    assert push_places(bases, ["r/1", "r/9", "r/3", "r/x", "r/y", "r/4", "r/z", "r/2"]) == (
        PushPlace("base-0"),
        PushPlace("base-1", first=True),
        PushPlace("base-0", first=True),
        ALONE,
        ALONE,
        PushPlace("base-1"),
        ALONE,
        PushPlace("base-0"),
    )


def test_no_image_is_in_no_group() -> None:
    assert push_places([], []) == ()

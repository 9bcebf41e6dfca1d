import pytest

from ci.core.flatten.tree import Items, Keys, Leaf, Value
from ci.core.flatten.unique import UNIQUE, unique
from ci.errors import ConfigurationError


def items(*values: str | dict[str, str]) -> Items:
    def value(one: str | dict[str, str]) -> Value:
        return Leaf(one) if isinstance(one, str) else Keys({key: Leaf(text) for key, text in one.items()})

    return Items(tuple(value(one) for one in values))


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("volumes", ["a:/x", "b:/y", "c:/x/"], ["c:/x/", "b:/y"]),
        ("volumes", ["${A:-./a}:/x", "/x"], ["/x"]),
        ("ports", ["80:80", "80:80/tcp", "80:80/udp"], ["80:80/tcp", "80:80/udp"]),
        ("ports", ["80", "81:80", "127.0.0.1:81:80"], ["80", "81:80", "127.0.0.1:81:80"]),
        ("ports", ["1-2:1-2", "1-2:1-2"], ["1-2:1-2"]),
        ("ports", ["${P}:80", "80:80", "${P}:80"], ["${P}:80", "80:80"]),
        ("secrets", ["s", {"source": "s"}], [{"source": "s"}]),
        ("configs", ["c", {"source": "c", "target": "/d"}], ["c", {"source": "c", "target": "/d"}]),
        ("devices", ["/a:/x", "/b:/x:r", "/x"], ["/x"]),
        ("env_file", ["a", {"path": "a"}, "./a"], [{"path": "a"}, "./a"]),
        ("cap_add", ["A", "B", "A"], ["A", "B"]),
        ("tmpfs", ["/t:size=1", "/t:size=2", "/t"], ["/t:size=2", "/t"]),
    ],
)
def test_a_later_item_for_the_same_thing_takes_the_earlier_one_s_place(
    key: str, given: list[str | dict[str, str]], kept: list[str | dict[str, str]]
) -> None:
    assert unique(items(*given), UNIQUE[key,]) == items(*kept)


def test_a_part_of_a_range_can_t_be_replaced() -> None:
    with pytest.raises(ConfigurationError, match="a part of a range of ports"):
        unique(items("1-3:1-3", "2:2"), UNIQUE["ports",])

"""Users and groups, as docker looks them up."""

import pytest

from ci.supervisor.users import NoSuchUserError, Who, find

PASSWD = "root:x:0:0:root:/root:/bin/sh\napp:x:10001:10002::/home/app:/bin/sh\nbroken\n"
GROUP = "root:x:0:\napp:x:10002:\nfiles:x:20:other,app\nonly:x:30:\n"


@pytest.mark.parametrize(
    ("user", "who"),
    [
        ("root", Who(0, 0, (), "/root")),
        ("app", Who(10001, 10002, (20,), "/home/app")),
        ("10001", Who(10001, 10002, (20,), "/home/app")),
        ("999", Who(999, 0, (), "/")),
        ("999:999", Who(999, 999, (), "/")),
        ("app:only", Who(10001, 30, (), "/home/app")),
        ("app:30", Who(10001, 30, (), "/home/app")),
    ],
)
def test_a_user(user: str, who: Who) -> None:
    assert find(user, PASSWD, GROUP) == who


@pytest.mark.parametrize(
    ("user", "told"), [("nobody", "unable to find user nobody"), ("app:x", "unable to find group x")]
)
def test_a_name_without_an_entry(user: str, told: str) -> None:
    with pytest.raises(NoSuchUserError, match=told):
        find(user, PASSWD, GROUP)

"""Users and groups, looked up as docker does."""

import pytest

from ci.supervisor.users import NoSuchUserError, User, find_user

PASSWD = "root:x:0:0:root:/root:/bin/sh\napp:x:10001:10002::/home/app:/bin/sh\nbroken\n"
GROUP = "root:x:0:\napp:x:10002:\nfiles:x:20:other,app\nonly:x:30:\n"


@pytest.mark.parametrize(
    ("user", "found"),
    [
        ("root", User(0, 0, (), "/root")),
        ("app", User(10001, 10002, (20,), "/home/app")),
        ("10001", User(10001, 10002, (20,), "/home/app")),
        ("999", User(999, 0, (), "/")),
        ("999:999", User(999, 999, (), "/")),
        ("app:only", User(10001, 30, (), "/home/app")),
        ("app:30", User(10001, 30, (), "/home/app")),
    ],
)
def test_a_user(user: str, found: User) -> None:
    assert find_user(user, PASSWD, GROUP) == found


@pytest.mark.parametrize(
    ("user", "message"), [("nobody", "unable to find user nobody"), ("app:x", "unable to find group x")]
)
def test_a_name_without_an_entry(user: str, message: str) -> None:
    with pytest.raises(NoSuchUserError, match=message):
        find_user(user, PASSWD, GROUP)

"""The forms of the compose specification, and what is none of them."""

from typing import Any

import pytest

from ci.core.smoke import forms as boot_forms
from ci.core.smoke.boot import HealthCheck, Mount, Port


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10s", 10),
        ("1m30s", 90),
        ("500ms", 0.5),
        ("1h", 3600),
        ("2.5s", 2.5),
        ("250us", 0.00025),
        ("1h1m1s1ms", 3661.001),
    ],
)
def test_a_duration(text: str, found: float) -> None:
    assert boot_forms.seconds(text) == pytest.approx(found)


@pytest.mark.parametrize("text", ["10", "", "s", "10 s", "1d", "-1s", 5])
def test_no_duration(text: Any) -> None:
    with pytest.raises(ValueError, match="a duration with its unit"):
        boot_forms.seconds(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("192M", 192 * 2**20),
        ("1G", 2**30),
        ("1gb", 2**30),
        ("64Mi", 2**26),
        ("512k", 2**19),
        ("100", 100),
        ("0.5g", 2**29),
    ],
)
def test_a_size(text: str, found: int) -> None:
    assert boot_forms.size(text) == found


def test_no_size() -> None:
    with pytest.raises(ValueError, match="a size such as 512M"):
        boot_forms.size("many")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, None),
        ([], ()),
        ("", ()),
        (["a", "b c"], ("a", "b c")),
        ("sh -c 'echo $X; exit'", ("sh", "-c", "echo $X; exit")),
    ],
)
def test_a_command(value: Any, found: Any) -> None:
    assert boot_forms.words(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"test": ["CMD", "a", "b"]}, HealthCheck(("a", "b"))),
        ({"test": ["CMD-SHELL", "a || b"]}, HealthCheck(("/bin/sh", "-c", "a || b"))),
        ({"test": "a || b"}, HealthCheck(("/bin/sh", "-c", "a || b"))),
        ({"test": ["NONE"]}, HealthCheck(off=True)),
        ({"disable": "true"}, HealthCheck(off=True)),
        ({"interval": "5s"}, HealthCheck(interval=5)),
        (
            {"test": ["CMD", "a"], "timeout": "1s", "retries": "7", "start_period": "1m", "start_interval": "100ms"},
            HealthCheck(("a",), None, 1, 7, 60, 0.1),
        ),
    ],
)
def test_a_health_check(value: Any, found: HealthCheck) -> None:
    assert boot_forms.health_check(value) == found


@pytest.mark.parametrize("value", [["CMD"], {"test": ["a", "b"]}, {"test": ["CMD"]}, {"test": ["CMD-SHELL", "a", "b"]}])
def test_no_health_check(value: Any) -> None:
    with pytest.raises(ValueError, match=r"a table with a `test`|a list that begins with CMD"):
        boot_forms.health_check(value)


@pytest.mark.parametrize(
    ("value", "deploy", "found"),
    [
        (None, {}, ("no", 0)),
        ("unless-stopped", {}, ("always", 0)),
        ("on-failure:3", {}, ("on-failure", 3)),
        ("on-failure", {}, ("on-failure", 0)),
        ("always", {"restart_policy": {"condition": "none"}}, ("no", 0)),
        (None, {"restart_policy": {"condition": "on-failure", "max_attempts": "2"}}, ("on-failure", 2)),
        (None, {"restart_policy": {}}, ("always", 0)),
    ],
)
def test_a_restart_policy(value: Any, deploy: Any, found: tuple[str, int]) -> None:
    assert boot_forms.restart(value, deploy) == found


@pytest.mark.parametrize(
    ("value", "deploy"), [("sometimes", {}), ("always:3", {}), (None, {"restart_policy": {"condition": "x"}})]
)
def test_no_restart_policy(value: Any, deploy: Any) -> None:
    with pytest.raises(ValueError, match="one of"):
        boot_forms.restart(value, deploy)


@pytest.mark.parametrize(
    ("published", "exposed", "found"),
    [
        (["8000:80"], None, (Port(80, 8000),)),
        (["80"], None, (Port(80),)),
        (["127.0.0.1:8000:80/udp"], None, (Port(80, 8000, "127.0.0.1", "udp"),)),
        (["127.0.0.1::80"], None, (Port(80, 0, "127.0.0.1"),)),
        (["[::1]:8000:80"], None, (Port(80, 8000, "::1"),)),
        (["8000-8001:80-81"], None, (Port(80, 8000), Port(81, 8001))),
        (["8000-8005:80"], None, (Port(80, 8000),)),
        ([{"target": "80", "published": "8000", "host_ip": "10.0.0.1"}], None, (Port(80, 8000, "10.0.0.1"),)),
        ([{"target": "80"}], None, (Port(80),)),
        (None, ["3000", "4000-4001/udp"], (Port(3000), Port(4000, protocol="udp"), Port(4001, protocol="udp"))),
    ],
)
def test_ports(published: Any, exposed: Any, found: tuple[Port, ...]) -> None:
    assert boot_forms.ports(published, exposed) == found


@pytest.mark.parametrize("published", [["a:b"], ["80-82:90-91"], [{"published": "80"}], ["x"]])
def test_no_ports(published: Any) -> None:
    with pytest.raises(ValueError, match="port"):
        boot_forms.ports(published, None)


@pytest.mark.parametrize(
    ("volumes", "tmpfs", "found"),
    [
        (["data:/data"], None, (Mount("/data", "volume", "data"),)),
        (["./certs:/certs:ro"], None, (Mount("/certs", "bind", "./certs", read_only=True),)),
        (["/run/x:/x:z,rw"], None, (Mount("/x", "bind", "/run/x"),)),
        (["/anonymous"], "/fresh", (Mount("/fresh", "tmpfs"),)),
        (None, ["/a:size=1m", "/b"], (Mount("/a", "tmpfs"), Mount("/b", "tmpfs"))),
        (
            [{"type": "volume", "source": "v", "target": "/v", "read_only": "true"}],
            None,
            (Mount("/v", "volume", "v", read_only=True),),
        ),
        ([{"type": "bind", "source": "./b", "target": "/b"}], None, (Mount("/b", "bind", "./b"),)),
        ([{"type": "tmpfs", "target": "/t"}], None, (Mount("/t", "tmpfs"),)),
        ([{"target": "/anonymous"}], None, ()),
    ],
)
def test_mounts(volumes: Any, tmpfs: Any, found: tuple[Mount, ...]) -> None:
    assert boot_forms.mounts(volumes, tmpfs) == found


@pytest.mark.parametrize("volume", [{"type": "npipe", "target": "/a"}, {"type": "bind", "source": "./a"}])
def test_no_mount(volume: Any) -> None:
    with pytest.raises(ValueError, match="a mount of type"):
        boot_forms.mounts([volume], None)

"""Commands, ports and mounts in short and long syntax."""

from typing import Any

import pytest

from ci.core.smoke.service_spec import Mount, MountKind, Port
from ci.core.smoke.short_syntax import parse_command, parse_mounts, parse_ports


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
    assert parse_command(value) == found


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
    assert parse_ports(published, exposed) == found


@pytest.mark.parametrize("published", [["a:b"], ["80-82:90-91"], [{"published": "80"}], ["x"]])
def test_invalid_ports(published: Any) -> None:
    with pytest.raises(ValueError, match="port"):
        parse_ports(published, None)


@pytest.mark.parametrize(
    ("volumes", "tmpfs", "found"),
    [
        (["data:/data"], None, (Mount("/data", MountKind.VOLUME, "data"),)),
        (["./certs:/certs:ro"], None, (Mount("/certs", MountKind.BIND, "./certs", read_only=True),)),
        (["/run/x:/x:z,rw"], None, (Mount("/x", MountKind.BIND, "/run/x"),)),
        (["/anonymous"], "/fresh", (Mount("/fresh", MountKind.TMPFS),)),
        (None, ["/a:size=1m", "/b"], (Mount("/a", MountKind.TMPFS), Mount("/b", MountKind.TMPFS))),
        (
            [{"type": "volume", "source": "v", "target": "/v", "read_only": "true"}],
            None,
            (Mount("/v", MountKind.VOLUME, "v", read_only=True),),
        ),
        ([{"type": "bind", "source": "./b", "target": "/b"}], None, (Mount("/b", MountKind.BIND, "./b"),)),
        ([{"type": "tmpfs", "target": "/t"}], None, (Mount("/t", MountKind.TMPFS),)),
        ([{"target": "/anonymous"}], None, ()),
    ],
)
def test_mounts(volumes: Any, tmpfs: Any, found: tuple[Mount, ...]) -> None:
    assert parse_mounts(volumes, tmpfs) == found


@pytest.mark.parametrize("volume", [{"type": "npipe", "target": "/a"}, {"type": "bind", "source": "./a"}])
def test_invalid_mounts(volume: Any) -> None:
    with pytest.raises(ValueError, match="a mount of type"):
        parse_mounts([volume], None)

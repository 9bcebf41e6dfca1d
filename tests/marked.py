"""Secrets with marked values, the forms in which one can show up, and a search for all of them."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

REGISTRY_TOKEN = "ghp_Marked+registry/token?1"
API_KEY = "om_Marked&api/key=2~"
BUILD_SECRET = "Marked%build secret+of/pip=5"
GENERATED = "Marked-generated+secret/3"
ENV_VALUE = "Marked value+of/an env file=4"
USERS = ("somebody", "x-access-token", "", "oauth2accesstoken")
"""Users that a token is sent with: the setting `registry_username` of these tests, and others."""
_PART = 12
"""Characters of a part of a secret that are searched for: a text may be cut in the middle of one."""
_SHORTEST = 10
"""Fewer digits of base64 are no proof."""


def forms(value: str) -> Iterator[tuple[str, str]]:
    """Each form of a secret with its name."""
    data = value.encode()
    yield "as it is", value
    yield "reversed", value[::-1]
    yield "quoted for a URL", quote(value, safe="")
    yield "quoted for a URL, with digits in lower case", quoted_low(value)
    yield "quoted for JSON", json.dumps(value)[1:-1]
    yield "in hex", data.hex()
    yield "in hex, in upper case", data.hex().upper()
    for at in range(len(value) - _PART + 1):
        yield f"in part, from {at} on", value[at : at + _PART]
    for user in USERS:
        yield f"in base64 behind `{user}:`", base64.b64encode(f"{user}:{value}".encode()).decode()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).decode()
        inner = encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        assert len(inner) >= _SHORTEST
        yield f"in base64 behind {before} bytes", inner
        for at in range(len(inner) - 2 * _PART + 1):
            yield f"in base64 behind {before} bytes, in part, from {at} on", inner[at : at + 2 * _PART]
        yield f"in base64 for URLs behind {before} bytes", inner.replace("+", "-").replace("/", "_")
        yield f"in base64 behind {before} bytes, quoted for a URL", quote(inner, safe="")


def quoted_low(value: str) -> str:
    """A value quoted for a URL, with the hex digits in lower case, as some programs do it."""
    return re.sub("%..", lambda found: found[0].lower(), quote(value, safe=""))


def found_in(text: str, secrets: Mapping[str, str]) -> list[str]:
    """Which secrets a text holds, by their names, and in which form."""
    return [f"{name}, {form}" for name, value in secrets.items() for form, shown in forms(value) if shown in text]


def echo(value: str, padding: int = 0) -> str:
    """What a server, a proxy or a program may print of a secret that it was given; `padding` characters come first."""
    data, user = value.encode(), f"{USERS[0]}:{value}".encode()
    headers = {
        "Authorization": f"Basic {base64.b64encode(user).decode()}",
        "Cookie": f"token={quote(value, safe='')}; again={value}",
    }
    return "\n".join(
        [
            "." * padding + value,
            f"Authorization: Bearer {base64.b64encode(data).decode()}",
            f"https://{USERS[0]}:{quote(value, safe='')}@registry.example/?token={quoted_low(value)}",
            json.dumps(headers),
            repr(headers),
            f"{base64.urlsafe_b64encode(b'01' + data).decode()} {base64.b64encode(b'2' + data + b'3').decode()}",
        ]
    )

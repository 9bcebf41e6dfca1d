"""What a git remote tells of where a product is."""

import re

_URL = re.compile(r"(?P<scheme>https?|ssh|git)://(?:[^/@]*@)?(?P<host>[^/:@]+)(?::\d+)?/(?P<path>.+?)(?:\.git)?/?")
_SCP = re.compile(r"(?:[^/@:]+@)?(?P<host>[^/:@]+):(?P<path>[^/].*?)(?:\.git)?/?")
"""git@host:path, the short form of ssh (git-clone(1), GIT URLS)."""


def web_url(remote: str) -> str:
    """The page of a remote's repository, without user, password and port; `""` for a path or an unknown form."""
    found = _URL.fullmatch(remote) or _SCP.fullmatch(remote)
    return f"https://{found['host'].lower()}/{found['path']}" if found and "." in found["host"] else ""


def is_on_github(remote: str) -> bool:
    """Whether the repository is on GitHub."""
    return web_url(remote).startswith("https://github.com/")

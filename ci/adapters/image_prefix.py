"""The image prefix of a product whose settings have none, from the git repository that it is in."""

import re
from pathlib import Path

from ci.core.settings.prefix import in_folder


def image_prefix_of_remote(folder: Path) -> str:
    """`ghcr.io/owner/repository` for the git remote `origin`, and behind it the folder's path in the repository.

    `""` if there is no remote, or it is not on GitHub.
    """
    return in_folder(prefix_of(origin(folder)), folder_in_repository(folder))


def origin(folder: Path) -> str:
    """The URL of the git remote `origin`, which may have a password; `""` if there is none."""
    import subprocess  # noqa: PLC0415 - its import is slow, and a product with settings needs none of it

    try:
        done = subprocess.run(  # noqa: S603 - fixed words and a folder
            ["git", "-C", str(folder), "remote", "get-url", "origin"],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip()


def prefix_of(remote: str) -> str:
    """The image prefix for a remote's URL: GitHub's packages are under ghcr.io/owner/repository."""
    found = re.fullmatch(r"(?:.*@|.*://(?:.*@)?)github\.com[:/](?P<path>[^/]+/[^/]+?)(?:\.git)?/?", remote)
    return f"ghcr.io/{found['path'].lower()}" if found else ""


def folder_in_repository(folder: Path) -> str:
    """The path of a folder in its git repository, `""` for the repository's own folder or outside of any."""
    for place in (folder, *folder.parents):
        if (place / ".git").exists():
            path = folder.relative_to(place).as_posix()
            return "" if path == "." else path
    return ""

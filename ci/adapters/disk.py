"""The source tree on a disk, read into values; what `dagger_engine` reads through an engine."""

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ci.core.product.product import LEFT_OUT, Source, wanted_texts
from ci.core.settings.product import Settings
from ci.core.settings.read import FILE, parse_settings
from ci.errors import ConfigurationError, Problem

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_LARGEST = 2**20


def read_settings(folder: Path) -> Settings:
    """The settings of the nearest `pyproject.toml` with a table `[tool.slipway]`, from `folder` upwards.

    The defaults where there is none; the image prefix is then derived from the git remote, if that is a GitHub one.

    Raises:
        ConfigurationError: the settings found can't be used.
    """
    settings = None
    for place in (folder, *folder.parents):
        file = place / FILE
        text = _text(file)
        if text is not None and (settings := parse_settings(text, os.path.relpath(file))) is not None:
            break
    return settings or Settings()


def image_prefix_of_remote(folder: Path) -> str:
    """`ghcr.io/owner/repository` of the git remote `origin`, or `""`."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and a folder
            ["git", "-C", str(folder), "remote", "get-url", "origin"],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return prefix_of(done.stdout.strip())


def prefix_of(remote: str) -> str:
    """The image prefix that a remote's URL stands for: GitHub's packages live under ghcr.io/owner/repository."""
    found = re.fullmatch(r"(?:.*@|.*://(?:.*@)?)github\.com[:/](?P<path>[^/]+/[^/]+?)(?:\.git)?/?", remote)
    return f"ghcr.io/{found['path'].lower()}" if found else ""


def read_source(folder: Path, settings: Settings, *, whole: bool) -> Source:
    """The source tree; `whole` lists every file of it, else only those whose texts are needed."""
    names = set(wanted_texts(settings, whole=whole))
    compose = _text(folder / settings.compose_file)
    if compose is not None:
        names |= wanted_texts(settings, compose, whole=whole)
    texts = {name: text for name in names if (text := _text(folder / name)) is not None}
    if whole:
        return Source(frozenset(_walk(folder)), texts)
    return Source(frozenset(name for name in names if (folder / name).is_file()), texts)


def named(folder: Path, contexts: Iterable[str], names: frozenset[str]) -> frozenset[str]:
    """Those of `names` that stand as a word anywhere in the files of the build contexts; env files do not count."""
    left = set(names)
    for file in dict.fromkeys(file for context in sorted(contexts) for file in _files(folder / context)):
        if not left:
            break
        if ".env" not in file.name:
            left -= set(_WORD.findall(_bytes(file).decode(errors="replace")))
    return names - left


def existing(path: Path) -> str:
    """The text of a file that must be there.

    Raises:
        ConfigurationError: it is not, or is no UTF-8.
    """
    text = _text(path)
    if text is None:
        what = "Not readable as UTF-8" if path.exists() else "There is no such file"
        raise ConfigurationError(Problem(what=what, value=str(path), hint="mend the path, or generate it first"))
    return text


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, its line ends as they are; what is no file, such as a pipe, is written to."""
    if path.exists() and not path.is_file():
        path.write_bytes(text.encode())
        return
    path = path.resolve()
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(text.encode())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    return [folder / name for name in _walk(folder)] if folder.is_dir() else []


def _bytes(path: Path) -> bytes:
    """The file's first part: one that is longer is data, and names nothing."""
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError:  # a link to nowhere, a socket
        return b""


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError, ValueError):
        return None


def _walk(folder: Path) -> list[str]:
    """Every file below `folder`; a link to a folder that is not followed counts as a file."""
    root = folder.resolve()
    found = []
    for place, folders, files in os.walk(root, followlinks=True):
        kept = [name for name in folders if name not in LEFT_OUT]
        folders[:] = [name for name in kept if not _leads_astray(Path(place, name), root)]
        inside = os.path.relpath(place, root)
        names = [*files, *set(kept).difference(folders)]
        found += [name if inside == "." else f"{inside}/{name}" for name in names]
    return found


def _leads_astray(path: Path, root: Path) -> bool:
    """Whether a folder is a link out of the source, or one behind another link, where there may be no end."""
    return path.is_symlink() and (root not in path.resolve().parents or path.parent.resolve() != path.parent)

"""What a product on the disk has of the files of a setup, where this Slipway is from, and the files written."""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ci.adapters.files import Change, read_text
from ci.adapters.files import write_all as write_changes
from ci.adapters.image_prefix import folder_in_repository, origin
from ci.core.env_files.project_variables import DOTENV
from ci.core.product import setup as planned
from ci.core.product.remote import is_on_github, web_url
from ci.core.product.setup import FILES, Blueprint, FirstFile, Found
from ci.errors import ConfigurationError, Problem

_WORKFLOW = Path(planned.__file__).with_name("release.yml")


def found(top: Path, name: str, compose_file: str, image_prefix: str, blueprint: str) -> Found:
    """What there is of a product; `blueprint` is the URL@REF of Slipway, `""` for the one that this one is from."""
    texts = {path: text for path in FILES if (text := read_text(top / path)) is not None}
    others = {path for path in FILES if os.path.lexists(top / path) and path not in texts}
    if os.path.lexists(top / DOTENV) or DOTENV in (read_text(top / compose_file) or ""):
        others.add(DOTENV)
    remote = origin(top)
    in_workflow = not folder_in_repository(top) and (is_on_github(remote) or (top / ".github").is_dir())
    return Found(
        name=name or top.name,
        compose_file=compose_file,
        texts=texts,
        others=frozenset(others),
        image_prefix=image_prefix,
        source_url=web_url(remote),
        today=f"{datetime.now().astimezone():%Y-%m-%d}",
        blueprint=Blueprint(blueprint, "", _engine()) if blueprint else _own_blueprint(),
        workflow=_WORKFLOW.read_text() if in_workflow else "",
    )


def _engine() -> str:
    return f"v{version('dagger-io')}"


def _own_blueprint() -> Blueprint | None:
    """The commit from which this Slipway was installed, as pip, pipx and uv record it; None if it was no commit.

    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    try:
        text = distribution("slipway").read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    match json.loads(text or "{}"):
        case {"url": str(url), "vcs_info": {"vcs": "git", "commit_id": str(commit), **more}}:
            ref = str(more.get("requested_revision") or commit)
            return Blueprint(f"{_without_user(url)}@{ref}", commit, _engine())
    return None


def _without_user(url: str) -> str:
    """A URL without a user and password, which do not belong into a file."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if parts.password else url


def write_all(top: Path, files: Sequence[FirstFile]) -> None:
    """Write all files or none.

    Raises:
        ConfigurationError: one can't be written, or is another than when it was read; then all are as they were.
    """
    for file in files:
        if read_text(top / file.path) != file.before or (file.before is None and os.path.lexists(top / file.path)):
            raise ConfigurationError(
                Problem(
                    what="The file was changed while the setup was planned",
                    value=file.path,
                    expected="a file that stays as it is",
                    hint="run the same call again",
                )
            )
    write_changes([Change(top / one.path, one.before, one.text) for one in files])

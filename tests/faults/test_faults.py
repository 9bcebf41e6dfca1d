"""Each fault of the table, and the four questions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from docker_registry import certify, docker_registry
from faults.harness import stage
from faults.questions import verdict
from faults.row import Row
from faults.table import TABLE
from programs import program

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """One registry for all rows, and a certificate for the proxies that speak HTTPS."""
    folder = tmp_path_factory.mktemp("faults")
    certify(folder)
    with docker_registry(folder / "registry", in_memory=True) as host:
        yield host, folder


def test_a_release_under_a_fault(
    row: Row, registry: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if row.scene.api is not None:
        program("omctl")
    host, folder = registry
    if row.scene.secure:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "cert.pem"))
    with stage(tmp_path / "stage", f"row-{TABLE.index(row)}", host, row.scene, folder) as made:
        assert verdict(made, row) == []

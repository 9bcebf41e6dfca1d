import anyio
import httpx
import pytest

from ci.adapters.registry import OciRegistry
from ci.adapters.registry_answers import MANIFEST_TYPES
from ci.core.references import Reference
from ci.errors import PublishError
from ci.simulation.outside import SimulatedClock
from ci.simulation.registry import MemoryRegistry
from ci.simulation.registry_faults import Fault, Kind, denied, status

REPOSITORY = "registry.example/o/app"
MANIFEST = b'{"schemaVersion": 2}'


def _no_log(_: str) -> None:
    """Retries are not looked at."""


def client(memory: MemoryRegistry) -> OciRegistry:
    return OciRegistry(transport=memory.transport(), sleep=SimulatedClock().sleep, log=_no_log)


async def _tagged(registry: OciRegistry) -> str | None:
    digest = await registry.put_manifest(REPOSITORY, "one", MANIFEST, MANIFEST_TYPES[0])
    await registry.set_tag(REPOSITORY, digest, "two")
    return await registry.digest(Reference(REPOSITORY, "two"))


def test_a_tag_names_the_manifest_that_was_put() -> None:
    memory = MemoryRegistry()
    digest = anyio.run(_tagged, client(memory))
    assert memory.repositories[REPOSITORY].tags == {"one": digest, "two": digest}
    assert anyio.run(client(memory).list_tags, REPOSITORY) == ("one", "two")


def test_a_blob_is_read_as_it_was_pushed() -> None:
    registry = client(MemoryRegistry())
    digest = anyio.run(registry.push_blob, REPOSITORY, b"layer")
    assert anyio.run(registry.blob, REPOSITORY, digest) == b"layer"


def test_repositories_share_nothing() -> None:
    memory = MemoryRegistry()
    anyio.run(_tagged, client(memory))
    assert anyio.run(client(memory).digest, Reference("registry.example/o/other", "one")) is None
    assert anyio.run(client(memory).digest, Reference("other.example/o/app", "one")) is None


@pytest.mark.parametrize(
    "fault", [Fault(kind=Kind.LOST), Fault(kind=Kind.RESET), Fault(kind=Kind.HANG), Fault(kind=Kind.EOF), status(503)]
)
def test_a_fault_that_passes_is_overcome(fault: Fault) -> None:
    memory = MemoryRegistry((fault.at("PUT", "manifests/two"),))
    assert anyio.run(_tagged, client(memory))


def test_a_refusal_is_one() -> None:
    memory = MemoryRegistry((denied().at("PUT", "manifests/two", times=0),))
    with pytest.raises(PublishError, match="403"):
        anyio.run(_tagged, client(memory))
    assert "two" not in memory.repositories[REPOSITORY].tags


def test_an_event_happens_with_its_fault() -> None:
    happened: list[str] = []
    fault = Fault(kind=Kind.PASS, event="something", path="manifests/two")
    anyio.run(_tagged, client(MemoryRegistry((fault,), {"something": lambda: happened.append("now")})))
    assert happened == ["now"]


def test_what_is_no_path_of_the_api_is_not_there() -> None:
    with httpx.Client(transport=MemoryRegistry().transport()) as plain:
        assert plain.get("https://registry.example/").status_code == httpx.codes.NOT_FOUND

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from jobs.base.environment import text


class Store:
    """The file store that all workers share. A file is named by its content's hash, so writing it is idempotent."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def from_environment(cls) -> "Store":
        return cls(Path(text("FILE_STORAGE", "/files")))

    @property
    def inbox(self) -> Path:
        """The folder for files that people want to be processed."""
        return self.root / "inbox"

    def put(self, content: bytes, suffix: str = "") -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self.root / "documents" / digest[:2] / f"{digest}{suffix}"
        _write(path, [content])
        return path.relative_to(self.root).as_posix()

    def put_into_inbox(self, name: str, chunks: Iterable[bytes]) -> None:
        _write(self.path(f"inbox/{name}"), chunks)

    def put_text(self, content: str) -> str:
        return self.put(content.encode(), ".txt")

    def get(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def get_text(self, name: str) -> str:
        return self.get(name).decode()

    def path(self, name: str) -> Path:
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise ValueError(f"{name!r} is outside the file store")
        return path

    def files(self) -> Iterator[Path]:
        for folder in (self.inbox, self.root / "documents"):
            yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    """Write atomically: a reader sees the complete file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        part = Path(file.name)
        try:
            file.writelines(chunks)
            file.flush()
            part.chmod(0o644)  # other services read it
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

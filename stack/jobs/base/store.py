import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


class Store:
    """The file store all workers share. A file is named by its content, so writing it again is harmless."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def from_environment(cls) -> "Store":
        return cls(Path(os.environ.get("FILE_STORAGE") or "/files"))

    @property
    def inbox(self) -> Path:
        """Where people put files that are to be taken in."""
        return self.root / "inbox"

    def put(self, content: bytes, suffix: str = "") -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self.root / "documents" / digest[:2] / f"{digest}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as part:
            part.write(content)
        Path(part.name).replace(path)  # whole or not at all, whoever reads meanwhile
        return path.relative_to(self.root).as_posix()

    def put_text(self, text: str) -> str:
        return self.put(text.encode(), ".txt")

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
        return (path for path in sorted((self.root / "documents").rglob("*")) if path.is_file())

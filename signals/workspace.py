"""Where the files of one shop lie on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signals.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Workspace:
    """One folder that holds everything Groundswell keeps."""

    root: Path

    def __post_init__(self) -> None:
        if self.root.exists() and not self.root.is_dir():
            raise DataError(f"{self.root} is a file; a workspace is a folder: give another --home")

    @property
    def lake(self) -> Path:
        """Delta tables, one folder a table."""
        return self.root / "lake"

    @property
    def models(self) -> Path:
        """Trained forecasters, one folder a version."""
        return self.root / "models"

    @property
    def chat_models(self) -> Path:
        """Weights of chat models that run on this machine."""
        return self.root / "chat-models"

    @property
    def unfinished(self) -> Path:
        """What a forecast run has done so far; empty unless one was stopped."""
        return self.root / "unfinished"

    @property
    def tuning(self) -> Path:
        """Journals of searches for better settings."""
        return self.root / "tuning"

    @property
    def tuned(self) -> Path:
        """Settings that a search found, one JSON file; later runs use them."""
        return self.root / "tuned.json"

    @property
    def index(self) -> Path:
        """Passages and their vectors, one folder a version."""
        return self.root / "index"

    @property
    def state(self) -> Path:
        """What the application remembers: conversations, users, jobs; one SQLite file."""
        return self.root / "state.db"

    @property
    def uploads(self) -> Path:
        """Files that were sent and wait to be brought in, one folder each."""
        return self.root / "uploads"

    @property
    def column_maps(self) -> Path:
        """Column maps the user confirmed, one JSON file."""
        return self.root / "column-maps.json"

    @property
    def erasures(self) -> Path:
        """When somebody was forgotten and how much of theirs was erased, one JSON object a line."""
        return self.root / "erasures.jsonl"

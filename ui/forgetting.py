"""An author out of everything that a workspace keeps, and the proof that nothing is left."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from retrieval import erase_passages, passages_of
from signals import (
    DOCUMENTS,
    Lake,
    Writings,
    find_writings,
    forget_in_lake,
    search_lake,
    silent,
)
from ui.wiring import make_encoder, make_jobs, make_memory, make_once, make_state

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from signals import Progress
    from ui.settings import Settings

INDEX, ANSWERS, REPLIES, JOBS = "search index", "kept answers", "kept replies", "results of jobs"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was found of an author and what is left, by place.

    Parameters
    ----------
    documents
        That the author wrote.
    found, left
        Table or other place to rows, passages or answers, over all versions that are kept.
    """

    at: str
    documents: int
    found: dict[str, int]
    left: dict[str, int]

    @property
    def is_complete(self) -> bool:
        """Whether the search afterwards found nothing."""
        return not any(self.left.values())

    def to_dict(self) -> dict[str, Any]:
        """Give the erasure as JSON values."""
        return asdict(self) | {"is_complete": self.is_complete}


def search_everywhere(settings: Settings, writings: Writings) -> dict[str, int]:
    """Count what a workspace holds of an author, by place."""
    told = writings.doc_ids | writings.texts
    return {
        **search_lake(Lake(settings.workspace.lake), writings),
        INDEX: passages_of(settings.workspace.index, writings.doc_ids),
        ANSWERS: make_memory(settings).quoting(writings.doc_ids),
        REPLIES: make_once(settings).telling(told),
        JOBS: make_jobs(settings).telling(told),
    }


def forget_author(
    settings: Settings, name: str, *, now: datetime, progress: Progress = silent
) -> Erasure:
    """Erase all that an author wrote, from every version of everything that is kept.

    Documents go last, since they tell what else belongs to the author: whoever is killed on the way
    begins again and finishes.

    Parameters
    ----------
    name
        As it stands in the source.
    now
        Moment that is noted, UTC.
    """
    lake = Lake(settings.workspace.lake)
    writings = find_writings(lake, name)
    found = search_everywhere(settings, writings)
    moment = now.isoformat(timespec="seconds")
    if any(found.values()):  # noted first: replays say why they differ, however this ends
        _note(settings.workspace.erasures, {"at": moment, "documents": len(writings.doc_ids)})
        _erase(settings, lake, writings, now, progress)
    left = search_everywhere(settings, writings)
    return Erasure(moment, len(writings.doc_ids), found, left)


def erasures_since(file: Path, moment: datetime) -> list[str]:
    """List the moments of erasures after a moment, ISO 8601."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    moments = [str(json.loads(line)["at"]) for line in lines if line.strip()]
    return [each for each in moments if each >= moment.isoformat(timespec="seconds")]


def _erase(
    settings: Settings, lake: Lake, writings: Writings, now: datetime, progress: Progress
) -> None:
    told = writings.doc_ids | writings.texts
    forget_in_lake(lake, writings, but=(DOCUMENTS.name,), progress=progress)
    if settings.workspace.index.exists():
        erase_passages(settings.workspace.index, make_encoder(settings), writings.doc_ids, progress)
    progress("erasing: answers", 0, 1)
    make_memory(settings).erase(writings.doc_ids, now.date())
    make_once(settings).erase(told)
    make_jobs(settings).erase(told)
    make_state(settings).scrub()
    progress("erasing: answers", 1, 1)
    forget_in_lake(lake, writings, progress=progress)


def _note(file: Path, told: dict[str, Any]) -> None:
    """Note that something was erased, and nothing of whom."""
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(told) + "\n")

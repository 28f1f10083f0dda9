"""Taking damaged tables back to what they held before, and a lost key of the authors anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signals import GroundswellError, Lake, author_key_damage, renew_author_key
from ui.health import Check, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ui.settings import Settings

_NAME = "mended"


def mend_lake(settings: Settings) -> Iterator[Check]:
    """Mend the lake of a workspace and tell what is to be brought in or run again."""
    try:
        mended = Lake(settings.workspace.lake).mend()
    except GroundswellError as error:
        yield Check(_NAME, State.FAIL, str(error), "restore the lake from a backup")
        return
    advice = "bring in again what came since then, and run: groundswell run"
    for name, version in mended.items():
        now = "is empty now: no version was whole" if version < 0 else "is as before the damage"
        yield Check(_NAME, State.WARN, f"table {name} {now}", advice)
    if lost := author_key_damage(settings.workspace.lake):
        renew_author_key(settings.workspace.lake)
        advice = (
            "authors of reviews stored before are not found under it; where they must be, bring "
            "the reviews into a new workspace: groundswell ingest FILE --home NEW"
        )
        yield Check(_NAME, State.WARN, f"a new key of the authors was made: {lost}", advice)
    if not mended and not lost:
        yield Check(_NAME, State.OK, "nothing is damaged")

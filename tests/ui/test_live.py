"""What a process keeps of a workspace between questions."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ui import live as live_module
from ui.live import Live
from ui.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def live(tmp_path: Path) -> Live:
    return Live(load_settings(tmp_path))


def test_what_two_want_at_once_is_made_once(live: Live) -> None:
    made, begun, go_on = [], threading.Event(), threading.Event()

    def make() -> str:
        begun.set()
        go_on.wait(5)
        made.append("chart")
        return "chart"

    found: list[str] = []
    wanting = [threading.Thread(target=lambda: found.append(live.kept("a", make))) for _ in "12"]
    for each in wanting:
        each.start()
    begun.wait(5)
    go_on.set()
    for each in wanting:
        each.join(5)

    assert found == ["chart", "chart"]
    assert made == ["chart"]


def test_making_one_thing_does_not_hold_up_who_wants_another(live: Live) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        go_on.wait(5)
        return "slow"

    waiting = threading.Thread(target=lambda: live.kept("slow", slow))
    waiting.start()
    begun.wait(5)

    assert live.kept("quick", lambda: "quick") == "quick"
    assert not go_on.is_set()
    go_on.set()
    waiting.join(5)


def test_a_failure_is_not_kept(live: Live) -> None:
    def fail() -> str:
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        live.kept("a", fail)

    assert live.kept("a", lambda: "read") == "read"


def test_what_is_kept_does_not_grow_without_end(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "_MOST", 3)
    for number in range(4):
        live.kept(f"chart {number}", lambda: "drawn")
    again: list[int] = []

    live.kept("chart 3", lambda: again.append(3))
    live.kept("chart 0", lambda: again.append(0))

    assert again == [0]  # the one wanted longest ago was let go

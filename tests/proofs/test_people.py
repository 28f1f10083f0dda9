"""Everybody keeps to their own, and a shop that mixed people up would be found out."""

from __future__ import annotations

import pytest
from proofs import people
from proofs.size import Size

from ui.people.sql_talks import SqlTalks

pytest.importorskip("mcp", reason="needs the extra mcp")


def test_every_door_decides_alike_and_a_shop_without_borders_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = {figure.name: figure.falls_short for figure in people.prove(Size.SMALL)}

    assert [name for name, falls in found.items() if falls] == []

    monkeypatch.setattr(SqlTalks, "check", lambda *_: None)
    monkeypatch.setattr(
        people, "_SHARES", {"rest": 0.5, "page": 0.5, "tools": 0.0, "commands": 0.0}
    )
    broken = {figure.name: figure.value for figure in people.prove(Size.SMALL)}
    assert broken["decisions against the policy"] > 0
    assert broken["reads of another tenant's or person's words"] > 0

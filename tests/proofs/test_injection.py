"""Hostile texts change nothing, and a product that obeyed them would be found out."""

from __future__ import annotations

import pytest
from proofs import injection, payloads
from proofs.inert import calls_out
from proofs.size import Size

URL = "http://127.0.0.1:9/x"


def figures() -> dict[str, bool]:
    return {figure.name: figure.falls_short for figure in injection.prove(Size.SMALL)}


def test_no_model_that_obeys_or_babbles_gets_through() -> None:
    short = figures()

    assert len(short) == 10
    assert [name for name, falls in short.items() if falls] == []


def test_a_product_that_took_every_wording_would_be_found_out(monkeypatch: pytest.MonkeyPatch):
    asked = [payload for payload in payloads.payloads(URL) if payload.hidden == "plain"][1:3]
    monkeypatch.setattr(
        injection, "payloads", lambda _: (payload for payload in asked for _ in range(42))
    )
    monkeypatch.setattr(injection, "files_refusing_markup", lambda *_: iter(()))
    monkeypatch.setattr("agent.model.wording.faults", lambda *_: [])
    monkeypatch.setattr("agent.model.wording.refill", _taken)
    monkeypatch.setattr("agent.analyst.settled", lambda _, worded, *__: (_filled(worded), ()))

    short = figures()

    assert short["words of a stranger said as ours"]


def _filled(drafts):
    return tuple(draft.fill() for draft in drafts)


def _taken(draft, template, _ways):
    """Say whatever the model said, as a product without checks would."""
    from dataclasses import replace

    return replace(draft, pieces=(replace(draft.pieces[0], text=template, kind=None),))


def test_every_order_is_hidden_in_every_way_and_unhidden_again() -> None:
    made = list(payloads.payloads(URL))

    assert len(made) == len({payload.parts for payload in made}) == 252
    for hidden in ("base64", "hex", "rot13", "tag characters", "zero width"):
        found = next(p for p in made if p.hidden == hidden and p.language == "en")
        assert found.order not in found.text
        assert found.order in payloads.unhidden(found.text)


@pytest.mark.parametrize(
    ("html", "count"),
    [
        (f"<p>{URL}</p>", 0),
        (f'<button data-ask="{URL}">x</button>', 0),
        (f'<img src="{URL}">', 1),
        (f"<style>@import '{URL}'</style>", 1),
        ("<p onclick='x()'>x</p>", 1),
        ("<iframe></iframe>", 1),
    ],
)
def test_markup_that_calls_out_is_told_from_text(html: str, count: int) -> None:
    assert len(calls_out(html, URL)) == count

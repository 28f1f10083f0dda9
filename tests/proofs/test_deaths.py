"""The proof of deaths holds, and sees work that a death spoils."""

from __future__ import annotations

import time

from proofs.deaths import figures_of, kill_often

from tests.proofs.small_proofs import small_figures


def test_no_death_loses_doubles_or_spoils_anything():
    figures = small_figures()["proofs.deaths"]

    assert [figure["name"] for figure in figures if figure["short"]] == []
    assert len(figures) == 18  # six kinds of work, three figures each


class InPlace:
    """Writes its file again in place, as notebooks do, a line a step."""

    name = "in place"

    def prepare(self, folder):
        (folder / "table.csv").write_text("")

    def do(self, folder, acknowledge):
        lines = (folder / "table.csv").read_text().splitlines()
        for number in range(4):
            lines.append(f"row {number}")
            time.sleep(0.02)
            with (folder / "table.csv").open("w") as file:
                time.sleep(0.02)
                file.write("\n".join(lines))
            acknowledge()

    def seen(self, folder):
        return (folder / "table.csv").read_text()


def test_work_that_a_death_spoils_is_found_out(tmp_path):
    found = kill_often(InPlace(), tmp_path, 6)

    assert found.lost + found.apart
    assert any(figure.falls_short for figure in figures_of("in place", found))


class Unreadable(InPlace):
    """Cannot be read when it has been begun and is empty."""

    def do(self, folder, acknowledge):
        (folder / "begun").touch()
        super().do(folder, acknowledge)

    def seen(self, folder):
        text = super().seen(folder)
        if not text and (folder / "begun").exists():
            raise ValueError("half written")
        return text


def test_what_cannot_be_read_after_a_death_is_found_out(tmp_path):
    found = kill_often(Unreadable(), tmp_path, 6)

    assert found.unreadable

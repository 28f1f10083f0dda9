from __future__ import annotations

import json

from ui.console import bars, print_json


def test_where_there_is_no_terminal_a_step_ends_with_a_line(capsys):
    with bars() as progress:
        progress("scoring texts", 1, 2000)
        progress("scoring texts", 2000, 2000)

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("scoring texts: 2,000 in ")
    assert told.err.count("\n") == 1


def test_quiet_says_nothing(capsys):
    with bars(quiet=True) as progress:
        progress("scoring texts", 2, 2)

    assert capsys.readouterr() == ("", "")


def test_json_keeps_letters_of_every_script(capsys):
    print_json({"quote": "电池过热", "n": 1})

    text = capsys.readouterr().out
    assert "电池过热" in text
    assert json.loads(text) == {"quote": "电池过热", "n": 1}

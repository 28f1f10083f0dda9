"""Commands and tools act as the owner of the workspace, or as the holder of a token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from signals import ConfigError, DataError
from ui.cli import app
from ui.commands.permitted import _ACTIONS, action_of
from ui.people import Action, Role, check, local_person
from ui.people.acting import acting_person
from ui.people.sql_people import KeyKind, SqlPeople
from ui.wiring import make_people

if TYPE_CHECKING:
    from tests.ui.conftest import Shop

_DAY_S = 86_400.0


@pytest.fixture
def tokens(small_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    people = make_people(small_shop.settings)
    given = {}
    for role in Role:
        people.add(role, role, "keys only")
        given[str(role)] = people.give_key(role, KeyKind.TOKEN, _DAY_S)
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")
    monkeypatch.setenv("GROUNDSWELL_ENCODER", "hashing")
    yield given
    for role in Role:
        people.remove(role)


def run(shop: Shop, token: str, *words: str):
    env = {"GROUNDSWELL_TOKEN": token}
    return CliRunner().invoke(app, [*words, "--home", str(shop.settings.home)], env=env)


def test_every_command_says_what_it_does_or_is_for_those_who_manage() -> None:
    def commands(group, words=""):
        for name, each in group.commands.items():
            yield from (
                commands(each, f"{words}{name} ") if hasattr(each, "commands") else [words + name]
            )

    known = set(commands(get_command(app)))

    assert set(_ACTIONS) <= known
    assert action_of("users add") is action_of("a command of tomorrow") is Action.MANAGE


def test_a_token_of_nobody_is_refused(database) -> None:
    people = SqlPeople(database)

    assert acting_person(people, "main", None) == local_person("main")
    with pytest.raises(ConfigError, match="no token of anybody in main"):
        acting_person(people, "main", "guess")


def test_a_viewer_asks_and_does_no_more(small_shop: Shop, tokens) -> None:
    token = tokens["viewer"]

    asked = run(small_shop, token, "ask", "forecast for Kitchen", "--json")
    mine = json.loads(asked.stdout)
    assert run(small_shop, token, "replay", mine["answer_id"]).exit_code == 0
    for words in (["alerts", "ack", "a1"], ["run"], ["users", "list"]):
        refused = run(small_shop, token, *words).exception
        with pytest.raises(DataError, match="viewer is a viewer and may not"):
            raise refused


def test_nobody_goes_on_with_or_replays_what_another_asked(small_shop: Shop, tokens) -> None:
    asked = run(small_shop, tokens["viewer"], "ask", "forecast for PulseBand", "--json")
    mine = json.loads(asked.stdout)
    talk = mine["conversation_id"]

    stolen = run(small_shop, tokens["analyst"], "ask", "why?", "--conversation", talk)
    assert "there is no conversation" in str(stolen.exception)
    replayed = run(small_shop, tokens["analyst"], "replay", mine["answer_id"])
    assert "was kept" in str(replayed.exception)
    assert run(small_shop, tokens["admin"], "replay", mine["answer_id"]).exit_code == 0
    last = run(small_shop, tokens["viewer"], "ask", "why?", "--conversation", "last", "--json")
    assert json.loads(last.stdout)["conversation_id"] == talk


def test_who_settles_an_alert_is_who_holds_the_token(small_shop: Shop, tokens) -> None:
    done = run(small_shop, tokens["analyst"], "alerts", "ack", "a1", "--json")
    assert json.loads(done.stdout)["by"] == "analyst"
    false = run(small_shop, tokens["analyst"], "alerts", "ack", "a1", "--by", "ann")
    assert "you act as analyst" in false.output


def test_what_may_not_be_done_is_said() -> None:
    from ui.people import Person

    with pytest.raises(DataError, match="ann is a viewer and may not run"):
        check(Person("1", "ann", Role.VIEWER, "main"), Action.RUN)

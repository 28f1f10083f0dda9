"""``groundswell models`` and the settings that name a local model."""

from __future__ import annotations

import json
from importlib.util import find_spec

import pytest
from typer.testing import CliRunner

from signals import ConfigError, MissingExtra, ModelError, NotReady
from ui.cli import app
from ui.settings import load_settings
from ui.wiring import make_chat_model, make_loop_model, with_local_model

SMALL = "qwen2.5-coder-0.5b"
FILE = f"{SMALL}-instruct-q4_k_m.gguf"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "chat-models").mkdir()
    return tmp_path


def invoke(home, *arguments):
    return CliRunner().invoke(app, ["models", *arguments, "--home", str(home)])


def test_list_says_what_is_known_and_what_is_here(home):
    (home / "chat-models" / FILE).write_bytes(b"GGUF")

    rows = {row["name"]: row for row in json.loads(invoke(home, "list", "--json").stdout)}

    assert rows[SMALL]["here"] == "damaged"
    assert rows["qwen2.5-0.5b"]["here"] == "absent"
    assert f"{SMALL}   damaged    491 MB" in invoke(home, "list").stdout


def test_verify_refuses_damage_by_name(home):
    assert invoke(home, "verify").exit_code == 0
    (home / "chat-models" / FILE).write_bytes(b"GGUF")

    found = invoke(home, "verify")

    assert isinstance(found.exception, ModelError)
    assert f"{SMALL} is damaged" in str(found.exception)


def test_verify_of_a_name_that_is_not_here_says_how_to_pull_it(home):
    found = invoke(home, "verify", SMALL)

    assert isinstance(found.exception, NotReady)
    assert f"groundswell models pull {SMALL}" in str(found.exception)


def test_pull_takes_one_source(home):
    found = invoke(home, "pull", SMALL, "--hub", "http://127.0.0.1:9", "--folder", str(home))

    assert isinstance(found.exception, ConfigError)
    assert "give one" in str(found.exception)


def test_a_hub_that_is_not_there_is_named(home):
    found = invoke(home, "pull", SMALL, "--hub", "http://127.0.0.1:9")

    assert isinstance(found.exception, ModelError)
    assert "127.0.0.1:9/Qwen/" in str(found.exception)


def test_a_local_model_that_was_not_pulled_says_so(home):
    with pytest.raises(NotReady, match=f"groundswell models pull {SMALL}"):
        make_chat_model(load_settings(home, llm_model=f"local:{SMALL}"))


def test_damaged_weights_are_never_loaded(home):
    (home / "chat-models" / FILE).write_bytes(b"GGUF")

    with pytest.raises(ModelError, match="is damaged"):
        make_chat_model(load_settings(home, llm_model=f"local:{SMALL}"))


def test_a_local_model_cannot_run_the_loop(home):
    settings = load_settings(home, llm_model=f"local:{SMALL}", llm_mode="loop")

    with pytest.raises(ConfigError, match="cannot call tools"):
        make_loop_model(settings)


def test_the_loop_takes_the_endpoint_of_the_settings(home):
    settings = load_settings(home, llm_model="openai:strong", llm_mode="loop", llm_timeout_s=7.0)

    model = make_loop_model(settings)

    assert (model.name, model.timeout_s) == ("openai:strong", 7.0)
    assert make_loop_model(load_settings(home, llm_model="openai:strong")) is None


def test_the_demo_does_without_weights_that_are_absent_or_damaged(home):
    settings = load_settings(home)
    assert with_local_model(settings) is settings

    (home / "chat-models" / FILE).write_bytes(b"GGUF")

    assert with_local_model(settings) is settings


@pytest.mark.skipif(find_spec("xllamacpp") is not None, reason="xllamacpp is installed")
def test_without_the_library_the_extra_is_named(tmp_path):
    from agent.model.local_model import LocalModel

    with pytest.raises(MissingExtra, match=r"groundswell\[llm\]"):
        LocalModel("any", tmp_path / "any.gguf")

from __future__ import annotations

import pytest

from signals import ConfigError
from ui.settings import load_settings


def test_defaults_need_no_file_and_no_environment(tmp_path):
    settings = load_settings(tmp_path)

    assert settings.home == tmp_path
    assert settings.llm_model is None


def test_environment_goes_over_the_file_and_options_over_both(tmp_path, monkeypatch):
    (tmp_path / "settings.toml").write_text("horizon = 4\norigins = 3\nport = 7000\n")
    monkeypatch.setenv("GROUNDSWELL_ORIGINS", "5")
    monkeypatch.setenv("GROUNDSWELL_PORT", "7001")

    settings = load_settings(tmp_path, port=7002)

    assert (settings.horizon, settings.origins, settings.port) == (4, 5, 7002)


def test_home_comes_from_the_environment_when_no_option_names_it(tmp_path, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_HOME", str(tmp_path))

    assert load_settings().home == tmp_path


def test_an_unknown_key_in_the_file_names_the_nearest_setting(tmp_path):
    (tmp_path / "settings.toml").write_text("horizn = 4\n")

    with pytest.raises(
        ConfigError, match=r"horizn: there is no such setting; did you mean horizon"
    ):
        load_settings(tmp_path)


def test_an_unknown_environment_name_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_HORIZN", "4")

    with pytest.raises(ConfigError, match=r"GROUNDSWELL_HORIZN.*did you mean horizon"):
        load_settings(tmp_path)


def test_a_value_out_of_range_is_named_with_what_was_found(tmp_path):
    with pytest.raises(ConfigError, match=r"horizon is 0: .*greater than or equal to 1"):
        load_settings(tmp_path, horizon=0)


def test_a_key_in_the_file_is_refused_and_never_printed(tmp_path):
    (tmp_path / "settings.toml").write_text('llm_api_key = "sk-canary"\n')

    with pytest.raises(ConfigError, match="environment only") as caught:
        load_settings(tmp_path)

    assert "sk-canary" not in str(caught.value)


def test_a_key_masks_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("GROUNDSWELL_LLM_API_KEY", "sk-canary")

    assert "sk-canary" not in repr(load_settings(tmp_path))


def test_a_broken_file_says_where(tmp_path):
    (tmp_path / "settings.toml").write_text("horizon = = 4\n")

    with pytest.raises(ConfigError, match=r"settings\.toml is not valid TOML"):
        load_settings(tmp_path)

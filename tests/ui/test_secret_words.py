"""What is secret in the settings is in no text that is told."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from ui.secret_words import SECRET_SETTINGS, masked
from ui.settings import Settings


def test_every_secret_setting_is_known_as_one() -> None:
    held = {
        name
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }

    assert held == set(SECRET_SETTINGS)
    assert "secret" not in repr(Settings(llm_api_key=SecretStr("secret")))


@pytest.mark.parametrize(
    ("name", "value", "secrets"),
    [
        ("LLM_API_KEY", "sk-abcdef", ["sk-abcdef"]),
        ("DATABASE_URL", "postgresql+psycopg://a:p%40ss:w0rd@db/x", ["p%40ss:w0rd", "p@ss:w0rd"]),
        ("DATABASE_URL", "postgresql://shop:un@quoted@db.example.org/x", ["un@quoted"]),
        ("DATABASE_URL", "postgresql://db/shop?user=a&password=hidden1", ["hidden1"]),
        ("ALERT_TARGETS", "tgram://123456:AAbb-cc/me", ["AAbb-cc"]),
        ("ALERT_TARGETS", "slack://TokenAAA/TokenBBB/#room", ["TokenAAA", "TokenBBB"]),
        ("ALERT_TARGETS", "jsons://me:hidden2@hooks.example.org/h00kpath", ["hidden2", "h00kpath"]),
        ("STREAM_OPTIONS", "sasl.username=me sasl.password=hid=den3", ["hid=den3"]),
    ],
)  # fmt: skip
def test_its_parts_are_masked(
    name: str, value: str, secrets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"GROUNDSWELL_{name}", value)

    told = masked(f"{value} failed: {' '.join(secrets)}")

    assert not any(secret in told for secret in secrets), told


def test_hosts_and_our_own_name_stay_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://groundswell:groundswell@db.example.org/groundswell"
    monkeypatch.setenv("GROUNDSWELL_DATABASE_URL", url)
    monkeypatch.setenv("GROUNDSWELL_ALERT_TARGETS", "json://me:hidden2@hooks.example.org/h00kpath")

    told = "groundswell: hooks.example.org and db.example.org do not answer"

    assert masked(told) == told

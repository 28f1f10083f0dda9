"""What a user can set, and where it comes from.

Defaults run the offline demo. ``settings.toml`` in the workspace goes over them, then environment
variables named ``GROUNDSWELL_<SETTING>``, then options of a command. Unknown names are errors.
"""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from signals import ConfigError, Workspace
from ui.logs import LOG_FORMAT
from ui.secret_words import SECRET_SETTINGS

PREFIX = "GROUNDSWELL_"
SETTINGS_FILE = "settings.toml"
_NOT_SETTINGS = {
    "GROUNDSWELL_SHARED_DATA",  # where tests and benchmarks find real data
    LOG_FORMAT,  # read before any settings are
}


class Settings(BaseSettings):
    """Every setting, with its default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(Path("groundswell-data"), description="Workspace folder.")
    horizon: int = Field(8, ge=1, le=52, description="Periods to forecast.")
    grain: Literal["week", "day"] = Field("week", description="Length of a period.")
    origins: int = Field(4, ge=2, le=26, description="Rolling origins of the backtest.")
    min_units: float = Field(
        1.0, ge=0, description="Units a period a product needs to be forecast alone."
    )
    min_periods: int = Field(26, ge=4, description="Periods of history a product needs likewise.")
    experts: str = Field(
        "last four periods,seasonal naive,autoets,price response,last season,fusion",
        description="Experts that forecast, by name, with commas between them.",
    )
    steps: int = Field(300, ge=1, description="Most training steps of a neural network.")
    codes_windows: bool = Field(
        False, description="Describe recent sales to trees and networks by an autoencoder too."
    )
    dropout: float | None = Field(
        None, ge=0, lt=1, description="Share of a network's units left out; none: as suits it."
    )
    weight_decay: float = Field(0.01, ge=0, description="Weight decay of neural networks.")
    patience: int = Field(
        4, ge=1, description="Looks without gain before a neural network stops training."
    )
    use_tuned: bool = Field(True, description="Whether runs use what forecast tune found.")
    training_logs: Path | None = Field(
        None, description="Folder for TensorBoard logs of neural networks."
    )
    chronos_weights: Path | None = Field(
        None, description="Folder of the weights of Chronos-2, if you have them."
    )
    tirex_weights: Path | None = Field(
        None, description="Checkpoint file of TiRex, if you have it."
    )
    markets: str = Field(
        "BR,CN,US", description="Countries whose holidays and festivals count, with commas."
    )
    festivals: Path | None = Field(
        None, description="CSV of your own festivals: name, day, days_before, days_after."
    )
    fill: Literal["interpolate", "knn", "nothing"] = Field(
        "interpolate", description="How unreported and out-of-stock periods are estimated."
    )
    least_stock: float = Field(
        0.75, ge=0, le=1, description="Share of rows with stock below which a period is out."
    )
    outlier_z: float = Field(
        5.0, ge=2, description="Robust standard deviations from which sales are flagged."
    )
    pictures: Path | None = Field(
        None, description="Parquet of picture vectors: product_id (or image), vector."
    )
    later_texts: bool = Field(
        False, description="Use sentiment of a model that learnt from texts after a backtest's day."
    )
    smooth: int = Field(
        1, ge=1, description="Steps over which forecasts are averaged, odd; 1 for none."
    )
    flags: bool = Field(
        False, description="List forecasts beyond all that was seen, outcomes outside intervals."
    )
    scorer: str = Field(
        "bert", description="Sentiment model: bert, lexicon, or a folder of sentiment train."
    )
    encoder: str = Field(
        "e5", description="Search vectors: e5, hashing, or a sentence-transformers folder."
    )
    reranker: Path | None = Field(
        None, description="Folder of a cross-encoder that orders what search finds, if you have it."
    )
    weights: Path | None = Field(
        None, description="Folder of the original e5 weights, if you have it."
    )
    llm_model: str | None = Field(
        None, description="Chat model: openai:NAME, another provider's, or local:NAME if pulled."
    )
    llm_mode: Literal["plan", "loop"] = Field(
        "plan", description="plan: it reads and rewords; loop: a strong model calls the tools."
    )
    llm_folder: Path | None = Field(
        None, description="Folder of pulled weights; none: in the workspace."
    )
    llm_base_url: str | None = Field(None, description="OpenAI-compatible endpoint.")
    llm_api_key: SecretStr | None = Field(None, description="Its key; from the environment only.")
    llm_timeout_s: float = Field(
        20.0, gt=0, description="Longest wait for one answer of the chat model."
    )
    database_url: SecretStr | None = Field(
        None,
        description="Database of conversations, alerts, users and jobs, from the environment "
        "only, e.g. "
        "postgresql+psycopg://user:password@host/name; none: state.db in the workspace.",
    )
    alert_targets: SecretStr | None = Field(
        None,
        description="Where alerts are sent: addresses of Apprise with spaces between them; "
        "from the environment only.",
    )
    alert_severity: float = Field(
        20.0, ge=0, le=100, description="Severity from which an alert is sent by itself."
    )
    alert_quiet_hours: str | None = Field(
        None, description="When nothing is sent, e.g. 22:00-07:00; none: at no time."
    )
    alert_digest: str | None = Field(
        None, description="When a daily summary is sent, e.g. 08:00; none: never."
    )
    alert_time_zone: str = Field("UTC", description="Time zone of these hours.")
    alerts_per_hour: int = Field(
        30, ge=1, description="Most messages an hour for one target; others wait."
    )
    stream_options: SecretStr | None = Field(
        None,
        description="Options of the broker that alerts watch reads, NAME=VALUE with spaces between "
        "them; from the environment only.",
    )
    max_quarantine_share: float = Field(
        0.05, ge=0, le=1, description="Largest share of bad rows a batch may have."
    )
    keep_raw: Literal["no", "encrypted"] = Field(
        "no", description="Texts as they came, before masking: no drops them, encrypted seals them."
    )
    raw_key: SecretStr | None = Field(
        None, description="Keys that seal them, hex digits; from the environment only."
    )
    raw_key_file: Path | None = Field(
        None, description="File of these keys, with mode 0600, where they are not in raw_key."
    )
    host: str = Field("127.0.0.1", description="Address the page listens on.")
    port: int = Field(7860, ge=0, le=65535, description="Port of the page; 0 takes a free one.")
    hosts: str = Field(
        "", description="Names under which others ask for the page, with commas between them."
    )
    login: Literal["users", "always"] = Field(
        "users", description="users: whoever comes logs in once there is a user; always."
    )
    session_hours: float = Field(
        12.0, gt=0, le=720, description="Hours until somebody has to log in again."
    )
    tenant: str = Field(
        "main",
        pattern=r"^[\w-]{1,64}$",
        description="The shop, where several share a database: all that is remembered is its own.",
    )
    token: SecretStr | None = Field(
        None,
        description="Token of groundswell users token: commands and tools act as that person; from "
        "the environment only; none: as the owner of the workspace.",
    )
    max_upload_mb: int = Field(200, ge=1, description="Largest file one can upload, MB.")

    @property
    def llm_weights(self) -> Path:
        """Where weights of chat models lie."""
        return self.llm_folder or self.workspace.chat_models

    @property
    def workspace(self) -> Workspace:
        """Where the files of this shop lie."""
        return Workspace(self.home)


def load_settings(home: Path | None = None, **overrides: object) -> Settings:
    """Read the settings of a workspace.

    Parameters
    ----------
    home
        Workspace folder; None takes ``GROUNDSWELL_HOME`` or ``./groundswell-data``.
    overrides
        Options of a command; None values are left out.

    Raises
    ------
    ConfigError
        For an unknown name or a value that makes no sense, naming the nearest setting.
    """
    names = _environment_names()
    home = home or Path(os.environ.get(f"{PREFIX}HOME") or Settings.model_fields["home"].default)
    file = home / SETTINGS_FILE
    given = {name: value for name, value in _read_toml(file).items() if name not in names}
    given |= {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**{**given, "home": home})
    except ValidationError as error:
        raise ConfigError(_explain(error)) from error


def _environment_names() -> set[str]:
    names = {
        name.removeprefix(PREFIX).lower()
        for name in os.environ
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS
    }
    unknown = sorted(names - set(Settings.model_fields))
    if unknown:
        raise ConfigError("; ".join(f"{PREFIX}{n.upper()}: {_unknown(n)}" for n in unknown))
    return names


def _read_toml(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from error
    for name in SECRET_SETTINGS:
        if name in values:
            raise ConfigError(
                f"{file} holds {name}; keys come from the environment only: "
                f"move it to {PREFIX}{name.upper()}",
            )
    if "home" in values:
        raise ConfigError(f"{file} sets home; use --home or {PREFIX}HOME instead")
    return values


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            lines.append(f"{name}: {_unknown(name)}")
        else:
            lines.append(f"{name} is {problem['input']!r}: {problem['msg']}")
    return "; ".join(lines)


def _unknown(name: str) -> str:
    nearest = get_close_matches(name, Settings.model_fields, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"there is no such setting{hint} (all settings: README, section Settings)"

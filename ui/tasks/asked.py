"""What one can ask of a job, by its kind; unknown fields are refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ui.jobs import JobKind


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RunAsked(_Strict):
    """Arguments of a run."""

    horizon: int | None = Field(None, ge=1, le=52, description="Periods to forecast.")
    experts: str | None = Field(None, max_length=500, description="By name, with commas.")
    as_of: date | None = Field(None, description="Use only what was known on this day.")
    update: bool = Field(False, description="Go on from the last run.")


class BacktestAsked(_Strict):
    """Arguments of a backtest."""

    origins: int | None = Field(None, ge=2, le=26, description="Rolling origins, at most.")
    every: int | None = Field(None, ge=1, description="Periods between two origins.")
    horizon: int | None = Field(None, ge=1, le=52, description="Periods to forecast.")
    experts: str | None = Field(None, max_length=500, description="By name, with commas.")
    placebo: bool = Field(True, description="Teach with text of other times too.")


class IngestAsked(_Strict):
    """How an uploaded file is to be read."""

    file: str = Field(
        pattern=r"^[\w][\w. -]{0,99}$", description="Name of the file, for the reports."
    )
    table: str | None = Field(
        None, max_length=20, description="sales, products, documents, covariates or behaviour."
    )
    map: tuple[str, ...] = Field(
        (), max_length=50, description="COLUMN=COLUMN-IN-FILE, such as units=qty; may be repeated."
    )
    accept_guess: bool = Field(False, description="Take the guessed columns without asking.")
    accept_partial: bool = Field(False, description="Keep good rows however many are bad.")
    date_order: Literal["day-first", "month-first"] | None = Field(
        None, description="How 3/4/2024 is meant."
    )
    decimal: Literal["point", "comma"] | None = Field(
        None, description="What the file puts before decimals."
    )
    currency: str | None = Field(None, pattern="^[A-Z]{3}$", description="Of the prices.")


ASKED: Final[Mapping[JobKind, type[BaseModel]]] = {
    JobKind.RUN: RunAsked,
    JobKind.BACKTEST: BacktestAsked,
    JobKind.INGEST: IngestAsked,
}


def given(kind: JobKind, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of the above
    """Read the arguments of a job back; what else is in them is for its task."""
    return ASKED[kind].model_validate(dict(arguments))

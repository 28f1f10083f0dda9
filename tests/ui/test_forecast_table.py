"""``groundswell forecast FILE`` as a user types it, on tables as they come."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from signals import ConfigError, DataError
from ui.commands.forecast import forecast

QUICK = ("--experts", "last four periods,seasonal naive")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Forecast a frame written as CSV; give the result as the command left it."""
    monkeypatch.setenv("GROUNDSWELL_SCORER", "lexicon")

    def invoke(frame, *options, experts=QUICK, name="sales.csv", horizon=3):
        file, out = tmp_path / name, tmp_path / "forecast.csv"
        if name.endswith("parquet"):
            frame.to_parquet(file)
            out = out.with_suffix(".parquet")
        else:
            frame.to_csv(file, index=False, sep="\t" if name.endswith("tsv") else ",")
        columns = ["--id", "sku", "--time", "day", "--target", "units"]
        home = ["--home", str(tmp_path / "no-workspace")]
        done = CliRunner().invoke(
            forecast,
            [str(file), *columns, "--horizon", str(horizon), "--out", str(out), *experts, *options,
             *home],
        )  # fmt: skip
        assert not (tmp_path / "no-workspace").exists()
        return done, out

    return invoke


def series(sku="a", periods=40, freq="D", start="2024-01-01", units=None):
    random = np.random.default_rng(len(str(sku)) + periods)
    days = pd.date_range(start, periods=periods, freq=freq)
    found = random.poisson(30.0, periods) if units is None else units
    return pd.DataFrame({"sku": sku, "day": days.strftime("%Y-%m-%d"), "units": found})


def shop(**more):
    return pd.concat([series(sku, **more) for sku in ("007", "b", "c")], ignore_index=True)


def read(out):
    return pd.read_csv(out, dtype={"sku": str}, keep_default_na=False)


def refused(done, *said):
    assert isinstance(done.exception, DataError | ConfigError), done.output
    for part in said:
        assert part in str(done.exception)


def test_a_table_is_forecast_with_ids_and_times_as_they_are_written(run):
    done, out = run(shop(freq="7D"), "--levels", "0.05,0.95")

    assert done.exit_code == 0, done.output
    found = read(out)
    assert list(found) == ["sku", "day", "point", "q0.05", "q0.95", "note"]
    assert found["sku"].tolist() == ["007"] * 3 + ["b"] * 3 + ["c"] * 3
    assert found["day"].tolist() == ["2024-10-07", "2024-10-14", "2024-10-21"] * 3
    assert (found["q0.05"] < found["point"]).all()
    assert (found["point"] < found["q0.95"]).all()
    assert "3 series over 40 weeks, the last one 2024-09-30" in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["{file}", "--time", "day", "--target", "units"],
        ["--target=units", "--time", "day", "{file}"],
        ["table", "{file}", "--time", "day", "--target", "units"],
    ],
)
def test_a_file_needs_no_command_of_its_own(tmp_path, arguments):
    file, out = tmp_path / "sales.csv", tmp_path / "out.jsonl"
    series(units=[3] * 40).to_csv(file, index=False)
    typed = [part.format(file=file) for part in arguments]

    done = CliRunner().invoke(forecast, [*typed, "--horizon", "1", "--out", str(out)])

    assert done.exit_code == 0, done.output
    written = json.loads(out.read_text(encoding="utf-8"))
    assert (written["day"], written["point"]) == ("2024-02-10", 3.0)


def test_a_file_that_exists_is_kept(run):
    run(shop())

    refused(run(shop())[0], "exists", "--force")


def test_every_expert_of_the_usual_set_reads_a_table(run):
    done, out = run(shop(periods=60), experts=())

    assert done.exit_code == 0, done.output
    assert read(out)["point"].between(15, 45).all()


def test_parquet_keeps_the_types_of_ids_and_times(run):
    frame = shop().assign(sku=lambda f: f["sku"].map({"007": 7, "b": 8, "c": 9}))
    frame["day"] = pd.to_datetime(frame["day"]).dt.tz_localize("America/New_York")

    done, out = run(frame, name="sales.parquet")

    assert done.exit_code == 0, done.output
    assert "the last one 2024-02-09" in done.output
    found = pd.read_parquet(out)
    assert found["sku"].dtype == np.int64
    assert found["day"].dtype == frame["day"].dtype
    assert str(found["day"].iloc[0]) == "2024-02-10 00:00:00-05:00"


def test_numbered_periods_go_on_counting(run):
    frame = shop().assign(day=np.tile(np.arange(41, 81), 3))

    done, out = run(frame, "--freq", "W", "--json", "--backtest", "2", name="sales.tsv")

    assert done.exit_code == 0, done.output
    assert read(out)["day"].tolist() == [81, 82, 83] * 3
    assert json.loads(done.stdout)["origins"] == ["74", "77"]


def test_a_backtest_tells_every_figure_beside_seasonal_naive(run):
    done, _ = run(shop(periods=60), "--backtest", "3", "--json")

    told = json.loads(done.stdout)
    assert told["origins"] == ["2024-02-20", "2024-02-23", "2024-02-26"]
    assert set(told["accuracy"]) == {"blend", "seasonal naive"}
    for figures in told["accuracy"].values():
        assert set(figures) == {"mae", "rmse", "mape", "wape", "mase", "wql", "coverage"}
        assert figures["rmse"] >= figures["mae"] > 0


def test_a_history_too_short_for_a_backtest_says_so(run):
    done, _ = run(shop(periods=12), "--backtest", "3")

    assert done.exit_code == 0, done.output
    assert "too few for one origin" in done.output


def test_a_horizon_beyond_what_can_be_tried_is_said_to_be_untested(run):
    done, out = run(shop(periods=60), horizon=90)

    found = read(out)
    assert done.exit_code == 0, done.output
    assert "untested: 60 days are too few to try forecasts 90 days ahead" in done.output
    assert found["note"].str.startswith("untested").all()
    assert (found["q0.1"] <= found["point"]).all()
    assert (found["point"] <= found["q0.9"]).all()
    assert found["q0.9"].between(25, 60).all()


# ---- tables that are not as they should be


def test_a_series_of_one_point_gets_its_value_and_a_note(run):
    frame = pd.concat([shop(), series("new", 1, start="2024-02-09", units=[12])])

    done, out = run(frame)

    found = read(out).query("sku == 'new'")
    assert done.exit_code == 0, done.output
    np.testing.assert_allclose(found["point"], 12.0)
    assert (found["q0.9"] > 12.0).all()
    assert found["note"].str.startswith("1 period(s) of history: their mean").all()


def test_a_table_of_one_point_is_refused(run):
    refused(run(series(periods=1))[0], "'a'", "--freq W")
    refused(run(series(periods=1), "--freq", "D")[0], "'a'", "at least 2")


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_a_series_that_never_changes_is_forecast_so(run, value):
    done, out = run(pd.concat([shop(), series("flat", units=[value] * 40)]))

    found = read(out).query("sku == 'flat'")
    assert done.exit_code == 0, done.output
    assert (found[["point", "q0.1", "q0.9"]] == value).all(axis=None)
    assert (found["note"] == f"every value is {value:g}: forecast so").all()


def test_one_spike_does_not_become_the_forecast(run):
    units = np.zeros(60)
    units[30] = 10_000

    done, out = run(pd.concat([shop(periods=60), series("spike", 60, units=units)]), experts=())

    found = read(out).query("sku == 'spike'")
    assert done.exit_code == 0, done.output
    assert (found["point"] < 100).all()
    assert np.isfinite(found[["q0.1", "q0.9"]]).all(axis=None)


@pytest.mark.parametrize("back", [1, 2, 8])
def test_a_slip_of_the_keyboard_does_not_carry_the_forecast_with_it(run, back):
    units = np.random.default_rng(3).poisson(20.0, 90).astype(float)
    units[-back] = 1e6

    done, out = run(pd.concat([shop(periods=90), series("slip", 90, units=units)]), experts=())

    found = read(out).query("sku == 'slip'")
    assert done.exit_code == 0, done.output
    assert found[["point", "q0.1", "q0.9"]].lt(40).all(axis=None)
    assert found["note"].str.startswith("1,000,000 in the period of 2024-03-").all()
    assert found["note"].str.contains(r"seen as [23]\d$").all()


def test_the_settings_of_experts_count_for_tables_too(run, monkeypatch):
    units = np.random.default_rng(3).poisson(20.0, 90).astype(float)
    units[-8] = 1e6
    monkeypatch.setenv("GROUNDSWELL_FILL", "nothing")

    done, out = run(pd.concat([shop(periods=90), series("slip", 90, units=units)]))

    assert done.exit_code == 0, done.output
    assert read(out)["note"].eq("").all()


def test_a_rate_is_forecast_as_finely_beside_large_counts_as_alone(run):
    weekday = np.tile([0.02, 0.025, 0.03, 0.04, 0.03, 0.025, 0.02], 12)
    rates = weekday + np.random.default_rng(5).normal(0, 0.001, len(weekday))

    done, out = run(pd.concat([shop(periods=84), series("rate", 84, units=rates)]), experts=())

    found = read(out).query("sku == 'rate'")
    assert done.exit_code == 0, done.output
    assert found["point"].between(0.015, 0.045).all()
    assert (found["q0.9"] - found["q0.1"]).lt(0.02).all()


@pytest.mark.parametrize(("rule", "lowest"), [("zero", 0), ("interpolate", 8)])
def test_half_the_days_missing_are_filled_and_counted(run, rule, lowest):
    gone = np.random.default_rng(4).permutation(np.arange(1, 59))[:29]
    thin = series("thin", 60, units=[20] * 30 + [21] * 30).drop(index=gone)

    done, out = run(pd.concat([shop(periods=60), thin]), "--gaps", rule)

    assert done.exit_code == 0, done.output
    assert "29 missing periods" in done.output
    found = read(out).query("sku == 'thin'")
    assert found["point"].between(lowest, 21).all()
    assert found["note"].str.startswith("no value in 29 of 60 periods, each ").all()


@pytest.mark.parametrize("wrong", ["1970-01-01", "2093-01-02"])
def test_a_wrong_time_far_from_all_others_does_not_become_decades_of_zeros(run, wrong):
    frame = pd.concat([shop(), series("slip", 1, start=wrong)])

    done, out = run(frame)

    refused(done, "no series has a value for", wrong, "series 'slip'", "Correct these times")
    assert not out.exists()


def test_a_spare_part_that_sells_twice_a_year_is_forecast(run):
    days = pd.DatetimeIndex(["2020-01-06", "2020-09-14", "2021-02-01", "2022-06-06", "2023-01-02"])
    frame = pd.DataFrame({"sku": "part", "day": days.strftime("%Y-%m-%d"), "units": 2})

    done, out = run(frame, "--freq", "D")

    assert done.exit_code == 0, done.output
    assert read(out)["point"].lt(1).all()


def test_gaps_are_refused_on_demand(run):
    done, _ = run(shop().drop(index=45), "--gaps", "error")

    refused(done, "series 'b' has no value in 1 period(s) (2024-01-06)", "--gaps zero")


def test_duplicate_days_are_refused_by_row_or_added_up(run):
    frame = pd.concat([shop(), shop().iloc[[41]]], ignore_index=True)

    refused(run(frame)[0], "series 'b' has 2 rows", "2024-01-02 (rows 42 and 121)")
    done, _ = run(frame, "--duplicates", "sum")

    assert done.exit_code == 0, done.output
    assert "1 rows added to others" in done.output


def test_two_granularities_are_refused_or_brought_to_one(run):
    frame = pd.concat([shop(periods=70), series("weekly", 10, "7D")])

    refused(run(frame)[0], "'weekly'", "a week apart", "--freq week --duplicates sum")
    done, out = run(frame, "--freq", "week", "--duplicates", "sum")

    assert done.exit_code == 0, done.output
    assert read(out).query("sku == 'b'")["point"].between(150, 280).all()


def test_an_incomplete_last_week_does_not_count(run):
    done, out = run(series(periods=73), "--freq", "W", "--duplicates", "sum")

    assert "3 rows of an incomplete first or last week left out" in done.output
    assert read(out)["point"].between(150, 280).all()


def with_price(horizon, gone=()):
    frames = []
    for sku in ("a", "b"):
        price = np.where(np.arange(60 + horizon) % 7 == 0, 5.0, 10.0)
        units = np.where(price < 10, 80.0, 20.0)
        units[60:] = np.nan
        frames.append(series(sku, 60 + horizon, units=units).assign(price=price))
    return pd.concat(frames, ignore_index=True).drop(index=list(gone))


def test_known_columns_are_read_from_rows_without_target(run):
    done, out = run(with_price(7), "--known", "price", horizon=7, experts=())

    assert done.exit_code == 0, done.output
    point = read(out).query("sku == 'a'")["point"].to_numpy()
    cheap = np.arange(60, 67) % 7 == 0
    assert point[cheap].min() > 1.5 * point[~cheap].max()


def test_a_known_column_that_is_missing_ahead_is_refused(run):
    done, _ = run(with_price(3, gone=[62, 124, 125]), "--known", "price")

    refused(done, "['price']", "series 'a' in 2024-03-03 (2 of 2 series in all)", "--past price")


def test_static_and_past_columns_and_texts_are_read(run):
    frame = shop(periods=60).assign(
        kind=lambda f: np.where(f["sku"] == "b", "food", "toys"),
        views=lambda f: f["units"] * 3,
        said=lambda f: np.where(f["units"] > 30, "great, love it", "broken, bad"),
    )
    options = ("--static", "kind", "--past", "views", "--text", "said")

    done, out = run(frame, *options, "--json", experts=("--experts", "lightgbm"))

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["text_model"].startswith("lexicon")
    assert told["past_used"] in {True, False}
    assert len(read(out)) == 9


def test_a_static_column_that_changes_is_refused(run):
    frame = shop().assign(kind=np.arange(120))

    refused(run(frame, "--static", "kind")[0], "changes within series '007'", "--known kind")


def test_a_million_millions_are_forecast_and_more_is_refused(run):
    done, out = run(shop().assign(units=lambda f: f["units"] * 1e12), experts=())

    assert done.exit_code == 0, done.output
    assert read(out)["point"].between(1e13, 5e13).all()
    refused(run(shop().assign(units=1e16), "--force")[0], "1e+16", "millions")


def test_returns_are_refused_taken_as_zero_or_kept(run):
    frame = shop().assign(units=lambda f: f["units"] - 40.0)

    refused(run(frame)[0], "'007'", "--negatives zero", "--negatives keep")
    done, out = run(frame, "--negatives", "keep")
    kept = read(out)
    zero, _ = run(frame, "--negatives", "zero", "--force")

    assert done.exit_code == zero.exit_code == 0, zero.output
    assert kept["point"].between(-30, 0).all()
    assert (read(out)["point"] >= 0).all()


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"units": "many"}, (), ["'many' in row 1", "numbers are expected"]),
        ({"units": np.nan}, (), ["'units' is empty"]),
        ({"day": "soon"}, (), ["'soon'", "days (2024-01-31"]),
        ({"day": None}, (), ["no time in row 1"]),
        ({"sku": None}, (), ["names no series in row 1"]),
        ({}, ("--known", "prize"), ["['prize']", "'units'"]),
        ({}, ("--past", "units"), ["two meanings"]),
        ({}, ("--freq", "fortnight"), ["'fortnight'"]),
        ({}, ("--levels", "0.1,x"), ["'0.1,x'"]),
        ({}, ("--levels", "1.5"), ["between 0 and 1"]),
        ({}, ("--country", "XX"), ["XX", "BR"]),
        ({}, ("--experts", "oracle"), ["oracle"]),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(run, change, options, said):
    done, out = run(shop().assign(**change), *options)

    refused(done, *said)
    assert not out.exists()


def test_a_column_called_like_a_forecast_is_refused(run, tmp_path):
    frame = shop().rename(columns={"sku": "point"})

    refused(run(frame, "--id", "point")[0], "['point']", "rename")


def test_a_report_of_the_backtest_names_the_series_as_the_file_does(run, tmp_path):
    table = shop(freq="7D").assign(kind="tea")
    table.loc[table["sku"] == "b", "kind"] = "coffee"
    done, _ = run(table, "--static", "kind", "--report", str(tmp_path / "report"), "--json")

    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout)["report"] == str(tmp_path / "report" / "report.html")
    assert {fan["name"] for fan in told["fans"]} == {"007", "b", "c"}
    whole = {s["role"]: s for s in told["scores"] if s["kind"] == "all series"}
    accuracy = json.loads(done.stdout)["accuracy"]["blend"]
    assert whole["forecast"]["wape"] == pytest.approx(accuracy["wape"])
    assert whole["forecast"]["mape"] == pytest.approx(accuracy["mape"])
    categories = {s["segment"]: s["series"] for s in told["scores"] if s["kind"] == "category"}
    assert categories == {"coffee": 1, "tea": 2}


def test_a_report_of_a_table_of_numbered_periods_counts_in_its_numbers(run, tmp_path):
    table = shop(freq="7D")
    table["day"] = table.groupby("sku").cumcount() + 1
    done, _ = run(table, "--freq", "W", "--report", str(tmp_path / "report"))

    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert told["fans"][0]["ahead"][-1]["day"] == "40"


def test_a_table_too_short_for_a_backtest_has_no_report(run, tmp_path):
    done, _ = run(shop(periods=10), "--report", str(tmp_path / "report"))

    refused(done, "leaves no origin for a backtest with 3 periods")
    assert not (tmp_path / "report").exists()

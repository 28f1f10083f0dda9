"""What is left out of training is left out everywhere, and a stopped run goes on."""

from __future__ import annotations

import pandas as pd
import pytest
from kept_runs import KeptRuns
from reporting import Report
from sentiment_left_out import AMAZON, CHINESE, LeftOut, add_figures, few_rows, sets_without

from signals import Col
from signals.tuning.training_sets import GROUP, LABEL, PART, WEIGHT, LabelledSet, Part

RUN = LeftOut(1, "fruit", "kitchen", ("amazon_devices",))


def a_set(name: str, rows: list[tuple[str, str, Part]]) -> LabelledSet:
    frame = pd.DataFrame(rows, columns=[Col.TEXT, GROUP, PART])
    frame[LABEL], frame[WEIGHT] = [0, 2] * (len(frame) // 2) + [0] * (len(frame) % 2), 1.0
    return LabelledSet(name, "zh", "ours", frame, has_neutral=False)


@pytest.fixture
def every() -> list[LabelledSet]:
    shop = [
        ("苹果很甜", "fruit", Part.TRAIN), ("梨坏了", "fruit", Part.VALIDATION),
        ("香蕉好吃", "fruit", Part.TEST), ("衣服好看", "clothes", Part.TRAIN),
        ("裤子太小", "clothes", Part.VALIDATION), ("鞋子合适", "clothes", Part.TEST),
    ]  # fmt: skip
    other = [("苹果，很甜！", "", Part.TRAIN), ("房间干净", "", Part.TRAIN)]
    return [a_set(CHINESE, shop), a_set("chnsenticorp", other), a_set("amazon_devices", other),
            a_set("weibo", other)]  # fmt: skip


def test_all_rows_of_the_group_judge_and_no_others_of_its_set(every):
    shop = sets_without(RUN, every)[0]

    assert shop.part(Part.TEST)[Col.TEXT].tolist() == ["苹果很甜", "梨坏了", "香蕉好吃"]
    assert shop.part(Part.TRAIN)[Col.TEXT].tolist() == ["衣服好看"]
    assert shop.part(Part.VALIDATION)[Col.TEXT].tolist() == ["裤子太小"]


def test_texts_that_judge_do_not_train_in_another_set(every):
    hotels = sets_without(RUN, every)[1]

    assert hotels.part(Part.TRAIN)[Col.TEXT].tolist() == ["房间干净"]


def test_sets_with_goods_of_the_same_kind_and_sets_without_a_share_do_not_train(every):
    assert [labelled.name for labelled in sets_without(RUN, every)] == [CHINESE, "chnsenticorp"]


def test_few_rows_are_kept_of_each_label_in_the_parts_that_are_named():
    rows = [(f"{number}", "fruit", part) for part in Part for number in range(100)]
    many = a_set(CHINESE, rows)

    few = few_rows(many, 20, Part.VALIDATION).rows

    assert few[PART].value_counts().to_dict() == {"train": 100, "test": 100, "validation": 40}
    assert few_rows(many, 20).rows[LABEL].value_counts().to_dict() == {0: 60, 2: 60}


def test_the_mean_of_the_seeds_must_reach_the_goal(capsys):
    def run(seed: int, right: int) -> dict[str, object]:
        read = {"texts": 200, "model": right, "TF-IDF + logistic regression": 160}
        return {"seed": seed, "category": "fruit", "domain": "kitchen",
                "read": {CHINESE: read, AMAZON: read}}  # fmt: skip

    report = Report("nothing", "no data")

    add_figures(report, [run(1, 190), run(2, 176)])

    mean = next(figure for figure in report.figures if "(2 seeds)" in figure.name)
    assert mean.value == pytest.approx((0.95 + 0.88) / 2)
    assert mean.peers == {"TF-IDF + logistic regression": 0.8}
    assert not mean.falls_short
    # the two seeds' standard errors, 0.0154 and 0.0230, make 0.0138 for their mean
    assert mean.high - mean.low == pytest.approx(2 * 1.96 * 0.0138, rel=0.15)


def test_finished_seeds_outlive_a_stop_but_not_a_change_of_plan(tmp_path):
    file = tmp_path / "runs.json"
    KeptRuns(file, "plan A").put(2, {"seconds": 7.0})

    assert KeptRuns(file, "plan A").runs == {2: {"seconds": 7.0}}
    assert KeptRuns(file, "plan B").runs == {}
    KeptRuns(file, "plan A").forget()
    assert not file.exists()

"""An author is gone from every version of every table, and nobody else is."""

from __future__ import annotations

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from signals import (
    ALERTS,
    DOCUMENTS,
    QUARANTINE,
    SCORES,
    VECTORS,
    Col,
    DataError,
    Lake,
    LexiconScorer,
    ingest,
    score_documents,
    search_lake,
    table_feed,
)
from signals.author_key import author_key, author_key_damage, renew_author_key
from signals.clean import pseudonym
from signals.forget import find_writings, forget_in_lake
from signals.intake.column_map import given_column_map, guess_column_map
from signals.intake.readers import read_raw

NOW = pd.Timestamp("2025-06-01", tz="UTC")


def bring_in(lake, tmp_path, rows):
    file = tmp_path / "reviews.csv"
    header = ["doc_id", "product_id", "author", "text", "event_time", "stars"]
    frame = pd.DataFrame(rows, columns=header)
    frame.to_csv(file, index=False)
    raw = read_raw(file)
    column_map = given_column_map(guess_column_map(raw.frame, DOCUMENTS), [], None)
    feed = table_feed(raw, column_map)
    return ingest(lake, [feed], source="f", now=NOW, max_quarantine_share=1)


@pytest.fixture
def lake(tmp_path):
    """Two batches, so that documents have two versions; Ana is in both, and shares a text."""
    lake = Lake(tmp_path / "lake")
    bring_in(
        lake,
        tmp_path,
        [
            ("a1", "P1", "Ana Lima", "The lid broke at once", "2025-01-02", 2),
            ("a2", "P1", "Ben", "Good", "2025-01-03", 5),
            ("a3", "P1", "Ana Lima", "Good", "2025-01-03", 9),
        ],
    )
    bring_in(lake, tmp_path, [("b1", "P1", "Ana Lima", "Good", "2025-02-02", 5)])
    score_documents(lake, LexiconScorer())
    quotes = [
        {"doc_id": "a1", "text": "The lid broke at once", "day": "2025-01-02", "lang": "en"},
        {"doc_id": "a2", "text": "Good", "day": "2025-01-03", "lang": "en"},
    ]
    hashes = lake.read(DOCUMENTS).set_index(Col.DOC_ID)[Col.TEXT_HASH]
    with lake.batch() as batch:
        alert = {Col.ALERT_ID: ["x"], Col.QUOTES: [json.dumps(quotes)], Col.AVAILABLE_AT: [NOW]}
        batch.add(ALERTS, pd.DataFrame(alert))
        vectors = {Col.TEXT_HASH: [hashes["a1"], hashes["a2"]], Col.MODEL_ID: "m"}
        batch.add(VECTORS, pd.DataFrame(vectors).assign(**{Col.VECTOR: [[0.1], [0.2]]}))
    return lake


def test_an_author_is_gone_from_all_versions_and_the_others_stay(lake):
    before = lake.versions()
    writings = find_writings(lake, "Ana Lima")

    found = forget_in_lake(lake, writings)

    assert found[DOCUMENTS.name] == 2
    assert set(search_lake(lake, writings).values()) == {0}
    assert lake.versions() == before
    assert lake.read(DOCUMENTS)[Col.DOC_ID].tolist() == ["a2"]
    assert lake.at({**before, "documents": 0}).read(DOCUMENTS)[Col.DOC_ID].tolist() == ["a2"]
    assert lake.read(SCORES)[Col.DOC_ID].tolist() == ["a2"]
    assert len(lake.read(VECTORS)) == 1  # of the text that Ben wrote too
    assert [quote["doc_id"] for quote in json.loads(lake.read(ALERTS)[Col.QUOTES].iloc[0])] == [
        "a2"
    ]
    assert lake.lost() == []


def test_no_file_of_the_lake_holds_the_name_the_stand_in_or_the_words(lake):
    writings = find_writings(lake, "Ana Lima")

    forget_in_lake(lake, writings)

    for file in lake.root.rglob("*"):
        if file.is_file():
            data = file.read_bytes() + (
                pd.read_parquet(file).to_csv().encode() if file.suffix == ".parquet" else b""
            )
            for word in ("Ana Lima", writings.author, "The lid broke"):
                assert word.encode() not in data, file


def test_the_lake_goes_on_as_before(lake, tmp_path):
    forget_in_lake(lake, find_writings(lake, "Ana Lima"))

    bring_in(lake, tmp_path, [("c1", "P1", "Eve", "Solid and quiet", "2025-03-02", 5)])

    assert lake.read(DOCUMENTS)[Col.DOC_ID].tolist() == ["a2", "c1"]


@pytest.mark.parametrize("dies_at", ["rename", "unlink"])
def test_killed_on_the_way_it_is_readable_and_finishes_when_it_is_run_again(
    lake, tmp_path, monkeypatch, dies_at
):
    import signals.history as history

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    writings = find_writings(lake, "Ana Lima")
    with monkeypatch.context() as patch:
        patch.setattr(history, "finish_rewrite" if dies_at == "rename" else "_sweep", die)
        with pytest.raises(Killed):
            forget_in_lake(lake, writings, but=set(search_lake(lake, writings)) - {"documents"})
    assert len(lake.read(DOCUMENTS)) in {1, 3}

    again = find_writings(lake, "Ana Lima")
    forget_in_lake(lake, again)

    assert set(search_lake(lake, writings).values()) == {0}
    assert lake.read(DOCUMENTS)[Col.DOC_ID].tolist() == ["a2"]


def test_a_log_between_its_two_names_is_put_in_place_by_the_next_writer(lake, tmp_path):
    folder = lake.root / DOCUMENTS.name
    shutil.copytree(folder / "_delta_log", folder / "_delta_log.new")
    (folder / "_delta_log").rename(folder / "_delta_log.old")

    bring_in(lake, tmp_path, [("c1", "P1", "Eve", "Solid and quiet", "2025-03-02", 5)])

    assert len(lake.read(DOCUMENTS)) == 4
    assert not (folder / "_delta_log.old").exists()


def test_names_are_hidden_under_a_key_of_the_lake(lake, tmp_path):
    key = author_key(lake.root)
    other = author_key(tmp_path / "other")

    assert pseudonym("Ana Lima", key) in set(lake.read(DOCUMENTS)[Col.AUTHOR])
    assert len({pseudonym("Ana Lima", each) for each in (key, other, b"")}) == 3
    assert (lake.root / "author.key").stat().st_mode & 0o077 == 0


def test_without_their_key_authors_are_neither_stored_nor_said_to_be_unknown(lake, tmp_path):
    (lake.root / "author.key").unlink()

    with pytest.raises(DataError, match=r"author\.key is missing; restore it from a backup"):
        find_writings(lake, "Ana Lima")
    with pytest.raises(DataError, match=r"author\.key is missing"):
        bring_in(lake, tmp_path, [("c1", "P1", "Eve", "Solid and quiet", "2025-03-02", 5)])


def test_a_damaged_key_is_refused_and_kept_beside_a_new_one(lake):
    (lake.root / "author.key").write_text("short")

    with pytest.raises(DataError, match="64 hex digits"):
        author_key(lake.root)
    renew_author_key(lake.root)
    assert len(author_key(lake.root)) == 32
    assert (lake.root / "author.damaged").read_text() == "short"


def test_a_key_without_a_check_as_earlier_versions_wrote_it_is_whole(lake):
    key = author_key(lake.root)
    (lake.root / "author.key").write_text(f"{key.hex()}\n")

    assert author_key(lake.root) == key
    assert len(find_writings(lake, "Ana Lima").doc_ids) == 2


def test_a_missing_key_is_named_where_a_file_of_documents_is_damaged_too(lake):
    (lake.root / "author.key").unlink()
    for file in (lake.root / DOCUMENTS.name).glob("*.parquet"):
        file.write_bytes(file.read_bytes()[:-40])

    assert "author.key is missing" in (author_key_damage(lake.root) or "")


def test_threads_that_need_the_first_key_at_once_get_the_one_that_is_kept(tmp_path):
    for number in range(50):
        root, together = tmp_path / str(number), threading.Barrier(4)

        def ask(_, root=root, together=together):
            together.wait()
            return author_key(root)

        with ThreadPoolExecutor(4) as pool:
            keys = {*pool.map(ask, range(4))}

        assert keys == {author_key(root)}
        assert [file.name for file in root.iterdir()] == ["author.key"]


def test_an_empty_name_is_refused(lake):
    with pytest.raises(DataError, match="name of the author is empty"):
        find_writings(lake, " ")


def test_refused_rows_quote_neither_names_nor_texts(tmp_path):
    lake = Lake(tmp_path / "lake")
    long = "Ana Lima wrote this. " * 2_000

    rows = [
        ("a1", "P1", "A" * 1_500, long, "2025-01-02", 2),
        ("a2", "P1", "Ben", "fine", "Ana Lima wrote this in the wrong column", "2"),
        ("a3", "P1", "Ben", "fine", "2025-13-45", "2"),
    ]
    bring_in(lake, tmp_path, rows)

    values = set(lake.read(QUARANTINE)[Col.VALUE])
    assert values == {
        "42,000 characters, not shown",
        "39 characters, not shown",
        "2025-13-45",
    }

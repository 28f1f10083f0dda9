"""The state store: made once whoever comes first, and refused rather than spoilt."""

from __future__ import annotations

import sys
import threading

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    select,
    update,
)

from signals import ConfigError, DataError, MissingExtra, StateDatabase, StatePart

TABLES = MetaData()
NOTES = Table("notes", TABLES, Column("note", Integer, primary_key=True))
TEXTS_TABLES = MetaData()
TEXTS = Table(
    "texts", TEXTS_TABLES, Column("place", Integer, primary_key=True), Column("text", String(200))
)
OTHER_TABLES = MetaData()
OTHERS = Table("others", OTHER_TABLES, Column("other", Integer, primary_key=True))
NOTES_PART, NEWER_PART = StatePart("notes", TABLES), StatePart("notes", TABLES, version=99)
TEXTS_PART, OTHERS_PART = StatePart("texts", TEXTS_TABLES), StatePart("others", OTHER_TABLES, 3)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'state.db'}"


def test_many_that_come_first_at_once_lose_nothing(state_url):
    failures, url = [], state_url

    def work(place):
        database = StateDatabase(url)
        try:
            with database.transaction(NOTES_PART) as connection:
                connection.execute(insert(NOTES).values(note=place))
        except DataError as error:
            failures.append(error)
        database.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    database = StateDatabase(url)
    with database.transaction(NOTES_PART) as connection:
        assert sorted(connection.execute(select(NOTES.c.note)).scalars()) == list(range(12))
    database.close()


def test_parts_come_one_after_another_into_one_database(state_url):
    database = StateDatabase(state_url)
    with database.transaction(NOTES_PART) as connection:
        connection.execute(insert(NOTES).values(note=1))
    with database.transaction(OTHERS_PART) as connection:
        connection.execute(insert(OTHERS).values(other=2))
    database.close()

    again = StateDatabase(state_url)
    with again.transaction(OTHERS_PART) as connection:
        assert connection.execute(select(OTHERS.c.other)).scalar() == 2
    again.close()


def test_many_parts_that_come_first_at_once_are_all_made(state_url):
    failures = []

    def work(place):
        database = StateDatabase(state_url)
        part = (NOTES_PART, OTHERS_PART)[place % 2]
        try:
            with database.transaction(part) as connection:
                connection.execute(select(*part.tables.tables.values()))
        except DataError as error:
            failures.append(error)
        database.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_what_fails_within_leaves_nothing_behind(state_url):
    database = StateDatabase(state_url)
    twice = [{"note": 1}, {"note": 1}]

    def write():
        with database.transaction(NOTES_PART) as connection:
            connection.execute(insert(NOTES), twice)

    with pytest.raises(DataError, match=r"the database of notes, .* (UNIQUE|unique) constraint"):
        write()
    with database.transaction(NOTES_PART) as connection:
        assert connection.execute(select(NOTES.c.note)).all() == []
    database.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(url, tmp_path):
    newer = StateDatabase(url)
    with newer.transaction(NEWER_PART) as connection:
        connection.execute(insert(NOTES).values(note=1))
    newer.close()
    before = (tmp_path / "state.db").read_bytes()

    database = StateDatabase(url)
    with (
        pytest.raises(DataError, match="has version 99 of its tables; this Groundswell knows"),
        database.transaction(NOTES_PART),
    ):
        pass
    database.close()
    assert (tmp_path / "state.db").read_bytes() == before


def test_a_newer_version_is_refused_by_every_database(state_url):
    newer = StateDatabase(state_url)
    with newer.transaction(NEWER_PART):
        pass
    newer.close()

    database = StateDatabase(state_url)
    with (
        pytest.raises(DataError, match="has version 99 of its tables; this Groundswell knows"),
        database.transaction(NOTES_PART),
    ):
        pass
    database.close()


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path):
    pytest.importorskip("psycopg", reason="needs groundswell[postgres]")
    database = StateDatabase(f"postgresql+psycopg://ann:secret@/shop?host={tmp_path}")

    with (
        pytest.raises(DataError, match=r"the database of notes, .* cannot be used: ") as caught,
        database.transaction(NOTES_PART),
    ):
        pass
    database.close()
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(url, tmp_path):
    (tmp_path / "state.db").write_text("not a database at all, but long enough to be looked at")
    database = StateDatabase(url)

    with (
        pytest.raises(DataError, match="cannot be used: file is not a database"),
        database.transaction(NOTES_PART),
    ):
        pass
    database.close()


def written(url):
    database = StateDatabase(url)
    with database.transaction(TEXTS_PART) as connection:
        rows = [{"place": place, "text": f"text {place} " * 9} for place in range(40)]
        connection.execute(insert(TEXTS), rows)
    database.close()


def read(url):
    database = StateDatabase(url)
    try:
        with database.transaction(TEXTS_PART) as connection:
            return connection.execute(select(TEXTS)).all()
    finally:
        database.close()


def test_a_flipped_bit_in_a_row_is_refused_with_what_to_do(url, tmp_path):
    written(url)
    file = tmp_path / "state.db"
    content = bytearray(file.read_bytes())
    content[content.index(b"text 7 ")] ^= 1
    file.write_bytes(content)

    with pytest.raises(
        DataError, match=r"1 row\(s\) differ from their checksum; put the file back"
    ):
        read(url)


def test_a_damaged_name_in_the_schema_is_refused_with_what_to_do(url, tmp_path):
    written(url)
    file = tmp_path / "state.db"
    content = file.read_bytes()
    place = content.index(b"CREATE TABLE texts") - len("texts")
    broken = b"\xe9" + content[place + 1 :].replace(b"CREATE TABLE texts", b"CREATE TABLX texts")
    file.write_bytes(content[:place] + broken)

    with pytest.raises(DataError, match="cannot be used"):
        read(url)


def test_an_empty_file_is_no_new_database(url, tmp_path):
    written(url)
    (tmp_path / "state.db").write_bytes(b"")

    with pytest.raises(DataError, match=r"state.db is empty: it was cut"):
        read(url)


def test_rows_of_an_earlier_release_get_checksums_and_changes_keep_them(url, tmp_path):
    engine = create_engine(url)
    with engine.begin() as connection:
        TEXTS_TABLES.create_all(connection)
        connection.execute(insert(TEXTS).values(place=1, text="old"))
    engine.dispose()

    assert read(url) == [(1, "old")]
    database = StateDatabase(url)
    with database.transaction(TEXTS_PART) as connection:
        connection.execute(update(TEXTS).values(text="new"))
    database.close()

    assert read(url) == [(1, "new")]


def test_nothing_stays_in_the_log_where_a_flipped_bit_would_take_it_away(url, tmp_path):
    database = StateDatabase(url)
    with database.transaction(NOTES_PART) as connection:
        connection.execute(insert(NOTES).values(note=1))

    assert (tmp_path / "state.db-wal").stat().st_size == 0
    database.close()


def test_of_many_that_write_at_once_the_last_leaves_nothing_in_the_log(url, tmp_path):
    database = StateDatabase(url)
    ready = threading.Barrier(8)

    def work(place):
        ready.wait(60)
        for turn in range(5):
            with database.transaction(NOTES_PART) as connection:
                connection.execute(insert(NOTES).values(note=8 * turn + place))

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (tmp_path / "state.db-wal").stat().st_size == 0
    with database.transaction(NOTES_PART) as connection:
        assert len(connection.execute(select(NOTES)).all()) == 40
    database.close()


def test_a_log_that_another_read_while_it_was_to_be_folded_is_folded_later(url, tmp_path):
    ours, theirs = StateDatabase(url), StateDatabase(url)
    with ours.transaction(NOTES_PART) as connection:
        connection.execute(insert(NOTES).values(note=1))
    with theirs.transaction(NOTES_PART) as reading:
        reading.execute(select(NOTES)).all()
        with ours.transaction(NOTES_PART) as connection:
            connection.execute(insert(NOTES).values(note=2))
        assert (tmp_path / "state.db-wal").stat().st_size > 0

    with ours.transaction(NOTES_PART) as connection:
        connection.execute(select(NOTES)).all()

    assert (tmp_path / "state.db-wal").stat().st_size == 0
    for database in (ours, theirs):
        database.close()


def test_a_url_that_makes_no_sense_is_refused():
    with pytest.raises(ConfigError, match="the database URL cannot be read"):
        StateDatabase("nonsense")


def test_the_library_of_a_database_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as if it were not installed

    with pytest.raises(MissingExtra, match=r"psycopg.*groundswell\[postgres\]"):
        StateDatabase("postgresql+psycopg://u:secret@127.0.0.1/x")

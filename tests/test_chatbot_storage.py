"""What is kept, on both engines: how long, whose, and that it goes when it should."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from chatbot.collection import Collection
from chatbot.settings import Settings
from chatbot.staff.sorting import Sorter
from chatbot.storage import (
    Answered,
    JobState,
    Rating,
    Recorder,
    Storage,
    StorageError,
    StorageUnavailableError,
    StoredKey,
    TopicState,
    UnknownRecordError,
    open_storage,
)
from chatbot.storage import recorder as recording
from chatbot.storage.schema import HEAD
from chatbot.storage.tables import Base
from tests.crashing import BUS, SPORT
from tests.fakes import FakeEncoder
from tests.postgres import Postgres, program

NOW = datetime.now(UTC)
SECRET = "强化体育评价"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'reformqa.sqlite3'}"
        return
    running: Postgres = request.getfixturevalue("postgresql")
    engine = create_engine(running.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    engine.dispose()
    yield running.url


def storage_of(url: str, data_dir: Path, days: int = 30) -> Storage:
    return open_storage(Settings(data_dir=data_dir, database_url=url, retention_days=days, _env_file=None))


@pytest.fixture
def storage(url: str, tmp_path: Path) -> Iterator[Storage]:
    """What is stored in it."""
    opened = storage_of(url, tmp_path)
    yield opened
    opened.database.close()


def answered(answer_id: str, documents: frozenset[str] = frozenset({"sport"}), **changes: object) -> Answered:
    given = {
        "id": answer_id, "created": NOW, "session": None, "question": f"体育怎么评价？{answer_id}", "language": "zh",
        "outcome": "answered", "method": "register", "milliseconds": 9.5, "answer": {"answer": SECRET},
        "documents": documents,
    } | changes  # fmt: skip
    return Answered(**given)  # type: ignore[arg-type]


def rows(storage: Storage, table: str) -> list[dict[str, object]]:
    with storage.database.reading() as session:
        return [dict(row) for row in session.execute(text(f"SELECT * FROM {table}")).mappings()]


def served() -> frozenset[str]:
    return frozenset({"bus", "sport"})


def test_the_schema_that_migrations_make_is_that_of_the_tables(storage: Storage) -> None:
    storage.jobs.unfinished()
    with storage.database.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), Base.metadata) == []
    config = Config()
    config.set_main_option("script_location", "chatbot.storage:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_processes_that_start_at_once_migrate_once(url: str, tmp_path: Path) -> None:
    storages = [storage_of(url, tmp_path) for _ in range(6)]
    together = threading.Barrier(len(storages))
    failures: list[Exception] = []

    def use(storage: Storage) -> None:
        together.wait()
        try:
            storage.jobs.unfinished()
        except Exception as error:
            failures.append(error)
        finally:
            storage.database.close()

    threads = [threading.Thread(target=use, args=(storage,)) for storage in storages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_database_of_a_newer_version_is_left_alone(storage: Storage, url: str, tmp_path: Path) -> None:
    storage.jobs.unfinished()
    with storage.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    older = storage_of(url, tmp_path)
    with pytest.raises(StorageUnavailableError, match="newer version"):
        older.jobs.unfinished()
    older.database.close()


def test_a_key_is_kept_until_revoked_and_both_are_in_the_audit_log(storage: Storage) -> None:
    key = StoredKey("ab12", "website", "read", "d" * 64, NOW)
    storage.keys.add(key, "root")
    assert storage.keys.get("ab12") == key
    with pytest.raises(StorageError, match="website"):
        storage.keys.add(StoredKey("cd34", "website", "admin", "e" * 64, NOW), "root")
    assert storage.keys.revoke("website", "root").id == "ab12"
    assert storage.keys.get("ab12") is None
    with pytest.raises(UnknownRecordError):
        storage.keys.revoke("website", "root")
    assert [(entry.actor, entry.action, entry.subject) for entry in storage.audit.latest()] == [
        ("root", "key.revoke", "ab12"),
        ("root", "key.create", "ab12"),
    ]


def test_a_job_is_run_by_one_of_several_workers_and_stays_as_it_ended(storage: Storage) -> None:
    job = storage.jobs.create("ingest", "sport")
    assert (job.state, job.progress) == (JobState.QUEUED, 0.0)
    assert [storage.jobs.claim(job.id), storage.jobs.claim(job.id)] == [True, False]
    storage.jobs.advance(job.id, 0.5, "encoding")
    assert [(j.id, j.progress, j.stage) for j in storage.jobs.unfinished()] == [(job.id, 0.5, "encoding")]
    storage.jobs.finish(job.id, {"characters": 3})
    storage.jobs.advance(job.id, 0.1, "late")
    done = storage.jobs.get(job.id)
    assert (done.state, done.progress, done.receipt, done.error) == (JobState.DONE, 1.0, {"characters": 3}, None)
    assert storage.jobs.unfinished() == ()
    with pytest.raises(UnknownRecordError):
        storage.jobs.get("nope")


def test_a_session_s_last_questions_are_remembered_and_its_id_is_not(storage: Storage) -> None:
    made = [answered(str(n), session="my session", created=NOW + timedelta(seconds=n)) for n in range(5)]
    storage.answers.add([*made, answered("other", session="another")], served)
    assert storage.answers.questions("my session", 3) == tuple(f"体育怎么评价？{n}" for n in (2, 3, 4))
    assert "my session" not in str(rows(storage, "answers"))


def test_erasing_a_session_erases_questions_answers_and_feedback(storage: Storage) -> None:
    storage.answers.add([answered("a", session="mine"), answered("b", session="yours")], served)
    storage.answers.rate("a", Rating.DOWN, "falsch")
    storage.answers.rate("b", Rating.UP, None)
    assert storage.answers.erase_session("mine") == 1
    assert storage.answers.erase_session("mine") == 0
    assert [row["id"] for row in rows(storage, "answers")] == ["b"]
    assert [row["answer_id"] for row in rows(storage, "feedback")] == ["b"]
    assert [row["answer_id"] for row in rows(storage, "answer_documents")] == ["b"]


def test_what_is_past_its_retention_goes(storage: Storage) -> None:
    old = NOW - timedelta(days=30, minutes=1)
    storage.answers.add([answered("old", created=old), answered("new", created=NOW - timedelta(days=29))], served)
    storage.answers.rate("old", Rating.UP, "alt")
    assert storage.answers.expire(NOW) == 1
    assert [row["id"] for row in rows(storage, "answers")] == ["new"]
    assert rows(storage, "feedback") == []


def test_retention_0_writes_no_word_and_removes_those_of_before(storage: Storage, url: str, tmp_path: Path) -> None:
    storage.answers.add([answered("before", session="mine")], served)
    storage.answers.rate("before", Rating.UP, "gut")
    never = storage_of(url, tmp_path, days=0)
    never.answers.add([answered("after", session="mine")], served)
    never.answers.rate("after", Rating.DOWN, "schlecht")
    never.answers.expire(NOW)
    words = [(r["id"], r["question"], r["answer"], r["session"]) for r in rows(never, "answers")]
    assert sorted(words) == [("after", None, None, None), ("before", None, None, None)]
    feedback = [(r["answer_id"], r["rating"], r["comment"]) for r in rows(never, "feedback")]
    assert sorted(feedback) == [("after", "down", None), ("before", "up", None)]
    assert never.answers.questions("mine", 5) == ()
    never.database.close()


def test_the_last_word_about_an_answer_counts_and_unknown_answers_are_told(storage: Storage) -> None:
    storage.answers.add([answered("a")], served)
    storage.answers.rate("a", Rating.UP, None)
    storage.answers.rate("a", Rating.DOWN, "nul\0l")
    assert [(r["rating"], r["comment"]) for r in rows(storage, "feedback")] == [("down", "nul\ufffdl")]
    with pytest.raises(UnknownRecordError):
        storage.answers.rate("b", Rating.UP, None)


def test_answers_that_name_a_deleted_document_are_blanked_the_questions_stay(storage: Storage) -> None:
    both = frozenset({"bus", "sport"})
    storage.answers.add([answered("a"), answered("b", both), answered("c", frozenset({"bus"}))], served)
    assert storage.answers.keep_only(lambda: {"bus"}) == 2
    kept = {row["id"]: (bool(row["question"]), row["answer"] is None) for row in rows(storage, "answers")}
    assert kept == {"a": (True, True), "b": (True, True), "c": (True, False)}


def test_an_answer_recorded_after_its_document_was_deleted_is_not_kept(storage: Storage) -> None:
    storage.answers.add([answered("late")], lambda: {"bus"})
    assert [(row["answer"], bool(row["question"])) for row in rows(storage, "answers")] == [(None, True)]


def test_deleted_words_are_in_no_file_of_the_database(tmp_path: Path) -> None:
    collection = Collection(Settings(data_dir=tmp_path, bundled_corpus=False, _env_file=None), FakeEncoder())
    collection.put([BUS, SPORT], lambda _: None)
    storage = open_storage(Settings(data_dir=tmp_path, _env_file=None))
    long = {"answer": SECRET * 2000}
    storage.answers.add([answered(str(n), answer=long, question="?") for n in range(50)], served)
    job = storage.jobs.create("ingest", "sport")
    storage.jobs.finish(job.id, {"repaired": [SECRET]})
    forms = (SECRET.encode(), json.dumps(SECRET)[1:-1].encode())
    files = [path for path in tmp_path.iterdir() if path.name.startswith("reformqa.sqlite3")]
    assert any(form in path.read_bytes() for path in files for form in forms), "it was there before"
    collection.remove("sport", lambda _: None)
    assert not [path.name for path in files if path.exists() for form in forms if form in path.read_bytes()]
    storage.database.close()


def test_answers_wait_for_a_database_that_is_gone_and_no_reply_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recording, "_RETRY", 0.05)
    monkeypatch.setattr(recording, "CAPACITY", 10)
    in_the_way = tmp_path / "data"
    in_the_way.write_text("a file where the folder should be")
    storage = open_storage(Settings(data_dir=in_the_way, _env_file=None))
    recorder = Recorder(storage.answers, served, lambda: None)
    recorder.start()
    for n in range(15):
        recorder.record(lambda n=n: answered(str(n)))
    assert not recorder.flush(10)
    assert not recorder.state().well
    assert recorder.state().dropped >= 5
    in_the_way.unlink()
    deadline = threading.Event()
    for _ in range(200):
        if recorder.state().well and not recorder.state().waiting:
            break
        deadline.wait(0.05)
    state = recorder.state()
    assert (state.written + state.dropped, state.well) == (15, True)
    assert len(rows(storage, "answers")) == state.written
    recorder.close()
    told = [r.getMessage() for r in caplog.records if r.name == "chatbot.storage.recorder"]
    assert len(told) == 2, "an outage is told once, and its end"
    storage.database.close()


def test_one_answer_that_cannot_be_kept_takes_no_other_with_it(tmp_path: Path) -> None:
    storage = open_storage(Settings(data_dir=tmp_path, _env_file=None))
    recorder = Recorder(storage.answers, served, lambda: None)
    recorder.start()
    for answer_id in ("a", "b", "b", "c"):
        recorder.record(lambda answer_id=answer_id: answered(answer_id))
    recorder.close()
    assert sorted(str(row["id"]) for row in rows(storage, "answers")) == ["a", "b", "c"]
    assert (recorder.state().written, recorder.state().dropped) == (3, 1)
    storage.database.close()


def test_a_url_with_a_password_is_in_no_message(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://u:hunter2@127.0.0.1:9/x", _env_file=None)
    assert "hunter2" not in repr(settings)
    if program("initdb") is None:
        pytest.skip("PostgreSQL's driver may not be installed either")
    storage = open_storage(settings)
    with pytest.raises(StorageUnavailableError) as told:
        storage.jobs.unfinished()
    assert "hunter2" not in str(told.value)


def test_a_database_of_the_first_schema_is_migrated_with_all_it_has(url: str, tmp_path: Path) -> None:
    """What was refused or disliked before there was an inbox is in it, to be sorted."""
    config = Config()
    config.set_main_option("script_location", "chatbot.storage:migrations")
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for answer_id, outcome in (("a", "not_found"), ("b", "answered"), ("c", "answered"), ("d", "out_of_scope")):
            connection.execute(text(
                "INSERT INTO answers (id, created, question, language, outcome, method, milliseconds) VALUES "
                "(:id, :created, :question, 'zh', :outcome, 'none', 9.5)"
            ), {"id": answer_id, "created": NOW, "question": f"问题{answer_id}", "outcome": outcome})  # fmt: skip
        connection.execute(text("INSERT INTO feedback (answer_id, rating, at) VALUES ('c', 'down', :at)"), {"at": NOW})
    engine.dispose()
    migrated = storage_of(url, tmp_path)
    assert {question.answer_id for question in migrated.inbox.unsorted(10)} == {"a", "c", "d"}
    assert {row["question"] for row in rows(migrated, "answers")} == {"问题a", "问题b", "问题c", "问题d"}
    assert migrated.statistics.volume(NOW - timedelta(days=1)).answers == 4
    migrated.database.close()


def test_statistics_are_those_of_their_time(storage: Storage) -> None:
    old = NOW - timedelta(days=9)
    storage.answers.add(
        [answered("a", milliseconds=1.0), answered("b", milliseconds=9.0, outcome="not_found"),
         answered("c", created=old, milliseconds=5.0)],
        served,
    )  # fmt: skip
    storage.answers.rate("b", Rating.DOWN, None)
    week = storage.statistics.volume(NOW - timedelta(days=7))
    assert (week.answers, week.outcomes, week.down, week.up) == (2, {"answered": 1, "not_found": 1}, 1, 0)
    assert [day.day for day in week.days] == [NOW.date().isoformat()]
    assert (week.ms_p50, week.ms_p95) == (1.0, 9.0)
    assert [day.day for day in storage.statistics.volume(old).days] == [old.date().isoformat(), NOW.date().isoformat()]
    assert storage.statistics.volume(NOW + timedelta(days=1)).ms_p50 is None


def test_the_inbox_goes_with_what_was_asked(storage: Storage) -> None:
    storage.answers.add([answered("a", session="s", outcome="not_found"), answered("b", outcome="answered")], served)
    Sorter(storage.inbox, FakeEncoder).sort()
    (topic,) = storage.inbox.topics(None, 10)
    assert (topic.question, topic.asked, topic.state) == ("体育怎么评价？a", 1, TopicState.OPEN)
    storage.answers.erase_session("s")
    assert storage.inbox.topics(None, 10) == ()
    storage.inbox.tidy()
    assert rows(storage, "topics") == []


def test_a_thumb_that_turns_up_takes_the_question_out_of_the_inbox(storage: Storage) -> None:
    storage.answers.add([answered("a"), answered("b", outcome="not_found")], served)
    for answer_id in ("a", "b"):
        storage.answers.rate(answer_id, Rating.DOWN, "没答到点子上")
    assert {question.answer_id for question in storage.inbox.unsorted(10)} == {"a", "b"}
    for answer_id in ("a", "b"):
        storage.answers.rate(answer_id, Rating.UP, None)
    assert {question.answer_id for question in storage.inbox.unsorted(10)} == {"b"}, "what was refused stays"


def test_what_is_not_kept_is_not_in_the_inbox(url: str, tmp_path: Path) -> None:
    storage = storage_of(url, tmp_path, days=0)
    storage.answers.add([answered("a", outcome="not_found")], served)
    storage.answers.rate("a", Rating.DOWN, "没答")
    assert storage.inbox.unsorted(10) == ()
    storage.database.close()

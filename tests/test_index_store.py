"""Generations on disk: whole or refused, switched at one instant, gone when they should be."""

import json
import pickle
import resource
import shutil
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from index.encoders import EncoderIdentity
from index.errors import EncoderMismatchError, IndexBusyError, IndexCorruptError, IndexMissingError
from index.hybrid import Hit, HybridIndex, Query
from index.store import FORMAT, IndexStore
from index.vectors import FaissVectors
from ingest.model import Document, Format, Source
from ingest.pipeline import Given, ingest
from tests.fakes import FakeTokenEncoder

IDENTITY = FakeTokenEncoder().identity
QUESTIONS = ["校车检查", "体育评价", "school bus", "无关"]
REMEDY = "run 'reformqa rebuild' to make it anew"


def document(document_id: str, text: str) -> Document:
    return ingest(Source(f"{document_id}.txt", Format.TXT, text, "0" * 64), Given(id=document_id))


BUS = document("bus", "关于校车的通知\n1.校车每日检查。〔市公安局负责〕\n2.校车司机培训。〔市教育局负责〕\n")
SPORT = document("sport", "关于根底教育的通知\n1.强化体育评价。〔市体育局负责〕\n")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jieba")


@pytest.fixture(scope="module")
def both(cache: Path) -> HybridIndex:
    return HybridIndex.build([BUS, SPORT], FakeTokenEncoder(), cache)


@pytest.fixture(scope="module")
def bus(both: HybridIndex, cache: Path) -> HybridIndex:
    return both.remove("sport", cache)


@pytest.fixture
def store(tmp_path: Path, cache: Path) -> IndexStore:
    return IndexStore(tmp_path / "indexes", cache)


def results(index: HybridIndex) -> list[list[tuple[str, float, float, float, list[float]]]]:
    encoder, found = FakeTokenEncoder(), []
    for question in QUESTIONS:
        query = index.query(question, encoder)
        hits = index.search(query)
        found.append([(h.passage.id, h.score, h.dense, h.lexical, read(index, h, query)) for h in hits])
    return found


def read(index: HybridIndex, hit: Hit, query: Query) -> list[float]:
    scores = index.read([hit.row], query)
    assert scores is not None
    assert len(scores[0]) == len(hit.passage.sentences)
    return [float(score) for score in scores[0]]


def generation(store: IndexStore) -> Path:
    name = store.current()
    assert name is not None
    return store.folder / name


# --- round trip ---


def test_a_loaded_index_is_the_one_that_was_saved(store: IndexStore, both: HybridIndex) -> None:
    name = store.save(both)
    loaded = store.load(IDENTITY)
    assert loaded.generation == name == store.current()
    assert loaded.index.documents == both.documents
    assert results(loaded.index) == results(both)
    assert loaded.index.bridge.translate(["school", "bus"]) == both.bridge.translate(["school", "bus"])
    for row in range(len(both.passages)):
        np.testing.assert_array_equal(loaded.index.vectors_of_sentences(row), both.vectors_of_sentences(row))


def test_a_loaded_index_can_be_changed_like_the_one_that_was_saved(
    store: IndexStore, both: HybridIndex, bus: HybridIndex, cache: Path
) -> None:
    store.save(both)
    assert results(store.load(IDENTITY).index.remove("sport", cache)) == results(bus)


def test_an_empty_index_survives(store: IndexStore, cache: Path) -> None:
    store.save(HybridIndex.build([], FakeTokenEncoder(), cache))
    assert results(store.load(IDENTITY).index) == [[]] * len(QUESTIONS)


def test_an_empty_index_survives_a_copy_that_leaves_empty_folders_out(store: IndexStore, cache: Path) -> None:
    store.save(HybridIndex.build([], FakeTokenEncoder(), cache))
    (generation(store) / "lexical").rmdir()
    assert results(store.load(IDENTITY).index) == [[]] * len(QUESTIONS)


# --- damage ---

FILES = [
    "documents.json",
    "passages/text.npy",
    "passages/passages.npy",
    "passages/spans.npy",
    "vectors.faiss",
    "sentences.npy",
    "tokens/codes.npy",
    "tokens/scales.npy",
    "tokens/starts.npy",
    "bridge.json",
    "manifest.json",
    "lexical/data.csc.index.npy",
    "lexical/indices.csc.index.npy",
    "lexical/indptr.csc.index.npy",
    "lexical/vocab.index.json",
    "lexical/params.index.json",
]
every_file = pytest.mark.parametrize("name", FILES)


def test_the_files_that_are_damaged_below_are_all_there_are(store: IndexStore, both: HybridIndex) -> None:
    store.save(both)
    folder = generation(store)
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()) == sorted(FILES)


@every_file
def test_a_deleted_file_is_named_with_the_remedy(store: IndexStore, both: HybridIndex, name: str) -> None:
    store.save(both)
    path = generation(store) / name
    path.unlink()
    with pytest.raises(IndexCorruptError) as error:
        store.load(IDENTITY)
    assert str(error.value) == f"index file {path} is missing; {REMEDY}"


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :]


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0], ids=["first-byte", "middle-byte", "last-byte"])
@pytest.mark.parametrize("name", [name for name in FILES if name != "manifest.json"])
def test_one_flipped_bit_is_found_and_its_file_named(
    store: IndexStore, both: HybridIndex, name: str, place: float
) -> None:
    store.save(both)
    path = generation(store) / name
    data = path.read_bytes()
    path.write_bytes(flipped(data, round(place * (len(data) - 1))))
    with pytest.raises(IndexCorruptError) as error:
        store.load(IDENTITY)
    assert str(path) in str(error.value)
    assert str(error.value).endswith(REMEDY)


def test_a_flipped_bit_anywhere_in_the_manifest_is_refused_with_the_remedy(
    store: IndexStore, both: HybridIndex
) -> None:
    store.save(both)
    path = generation(store) / "manifest.json"
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(flipped(data, at))
        with pytest.raises((IndexCorruptError, EncoderMismatchError)) as error:
            store.load(IDENTITY)
        assert str(path.parent) in str(error.value)
        assert str(error.value).endswith(REMEDY)


def test_an_index_of_another_format_is_refused(store: IndexStore, both: HybridIndex) -> None:
    store.save(both)
    path = generation(store) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 0}), "utf-8")
    with pytest.raises(IndexCorruptError, match=f"has format 0, this version reads {FORMAT}; {REMEDY}"):
        store.load(IDENTITY)


class Bomb:
    """Unpickled, it leaves a file behind."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path, str]]:
        return Path.write_text, (self.mark, "boom")


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".npy")])
def test_a_pickle_smuggled_into_an_index_is_never_run(
    store: IndexStore, both: HybridIndex, tmp_path: Path, name: str
) -> None:
    mark = tmp_path / "mark"
    pickle.loads(pickle.dumps(Bomb(mark)))
    assert mark.exists(), "the bomb works"
    mark.unlink()
    store.save(both)
    folder = generation(store)
    np.save(folder / name, np.array([Bomb(mark)], dtype=object), allow_pickle=True)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"][name] = sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ValueError, match=r"allow_pickle=False|can't be memory-mapped: Python objects"):
        store.load(IDENTITY)
    assert not mark.exists()


# --- the wrong index, or none ---


def test_before_the_first_build_the_remedy_is_named(store: IndexStore) -> None:
    assert store.current() is None
    with pytest.raises(IndexMissingError, match=r"no index in .*indexes; run 'reformqa rebuild'"):
        store.load(IDENTITY)


def test_a_pointer_to_a_generation_that_is_gone_is_damage(store: IndexStore, both: HybridIndex) -> None:
    store.save(both)
    (store.folder / "CURRENT").write_text('{"generation": "000009", "oldest": "000001"}', "utf-8")
    with pytest.raises(IndexCorruptError, match=r"000009/manifest.json is missing"):
        store.load(IDENTITY)


@pytest.mark.parametrize(
    "running",
    [
        EncoderIdentity("other", "bag-of-characters", 16, ""),
        EncoderIdentity("fake", "retrained", 16, ""),
        EncoderIdentity("fake", "bag-of-characters", 16, "another"),
    ],
    ids=["another-model", "the-same-name-retrained", "with-a-reader"],
)
def test_an_index_of_another_encoder_is_refused_naming_both(
    store: IndexStore, both: HybridIndex, running: EncoderIdentity
) -> None:
    store.save(both)
    with pytest.raises(EncoderMismatchError) as error:
        store.load(running)
    assert "encoder fake (bag-of-characters)" in str(error.value)
    assert f"this runs {running}" in str(error.value)
    assert str(error.value).endswith(REMEDY)


# --- crashes ---


def generations(store: IndexStore) -> set[str]:
    return {path.name for path in store.folder.iterdir() if path.is_dir()}


def test_a_generation_that_was_being_written_is_not_served(
    store: IndexStore, both: HybridIndex, bus: HybridIndex
) -> None:
    name = store.save(both)
    building = store.folder / ".building-000002-1"
    building.mkdir()
    (building / "documents.json").write_text("[", "utf-8")
    assert store.load(IDENTITY).generation == name
    assert results(store.load(IDENTITY).index) == results(both)


def test_a_complete_generation_that_was_not_switched_to_is_not_served(
    store: IndexStore, both: HybridIndex, bus: HybridIndex, tmp_path: Path, cache: Path
) -> None:
    other = IndexStore(tmp_path / "other", cache)
    other.save(bus)
    store.save(both)
    generation(other).rename(store.folder / "000002")
    (store.folder / ".CURRENT.1").write_text("000002", "utf-8")
    loaded = store.load(IDENTITY)
    assert loaded.generation == "000001"
    assert results(loaded.index) == results(both)


def test_a_first_build_that_did_not_finish_is_no_index(store: IndexStore) -> None:
    (store.folder / ".building-000001-1").mkdir(parents=True)
    with pytest.raises(IndexMissingError):
        store.load(IDENTITY)


def test_saving_after_a_crash_serves_the_new_generation_and_clears_up(
    store: IndexStore, both: HybridIndex, bus: HybridIndex
) -> None:
    before = store.save(both)
    (store.folder / ".building-000002").mkdir()
    (store.folder / "000002").mkdir()
    name = store.save(bus)
    assert (name, generations(store)) == ("000003", {before, "000003"})
    assert results(store.load(IDENTITY).index) == results(bus)


def test_tidying_removes_what_a_crash_left_and_keeps_what_is_served(store: IndexStore, both: HybridIndex) -> None:
    store.tidy()
    name = store.save(both)
    (store.folder / ".building-000002").mkdir()
    (store.folder / "000002").mkdir()
    store.tidy()
    assert generations(store) == {name}
    assert results(store.load(IDENTITY).index) == results(both)


def test_the_generation_before_is_kept_until_the_next_or_a_deletion(
    store: IndexStore, both: HybridIndex, bus: HybridIndex
) -> None:
    names = [store.save(both) for _ in range(3)]
    assert generations(store) == set(names[1:])
    last = store.save(bus, deletes=True)
    assert generations(store) == {last}
    pointer = store.pointer()
    assert pointer is not None
    assert [pointer.permits(name) for name in (*names, last)] == [False, False, False, True]
    later = store.save(both)
    pointer = store.pointer()
    assert pointer is not None
    assert [pointer.permits(name) for name in (names[-1], last, later)] == [False, True, True]


def test_a_deletion_that_was_killed_before_it_cleared_up_is_cleared_up_by_the_next_start(
    store: IndexStore, both: HybridIndex, bus: HybridIndex
) -> None:
    old = store.save(both)
    kept = store.folder.parent / "kept"
    shutil.copytree(store.folder / old, kept)
    new = store.save(bus, deletes=True)
    kept.rename(store.folder / old)
    store.tidy()
    assert generations(store) == {new}


# --- one writer ---


def test_a_second_writer_is_told_and_changes_nothing(store: IndexStore, both: HybridIndex, bus: HybridIndex) -> None:
    name = store.save(both)
    with store.writing(), ThreadPoolExecutor(1) as other:
        # A lock is of a process and thread: this one may save, another may not.
        saving = other.submit(IndexStore(store.folder, store.cache).save, bus)
        with pytest.raises(IndexBusyError, match=r"another process is changing the index in .*; wait for it to end"):
            saving.result()
        assert store.load(IDENTITY).generation == name
    assert store.save(bus) == "000002"


def test_a_save_that_fails_leaves_the_old_generation_served(store: IndexStore, both: HybridIndex) -> None:
    store.save(both)
    broken = HybridIndex(
        both.documents,
        both.identity,
        both.dense,
        np.array([object()], dtype=object),
        both.lexical,
        both.bridge,
        both.tokens,
    )  # its sentence vectors cannot be written
    with pytest.raises(ValueError, match="allow_pickle=False"):
        store.save(broken)
    assert results(store.load(IDENTITY).index) == results(both)


@pytest.mark.parametrize("room", [0, 200, 1_000, 2_000])
def test_a_disk_without_room_for_a_file_is_an_error_of_the_system_and_leaves_the_old_generation(
    store: IndexStore, both: HybridIndex, bus: HybridIndex, room: int
) -> None:
    store.save(both)
    handler, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(OSError, match=r"too large|No space left") as raised:
            store.save(bus)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert raised.value.strerror
    assert [path.name for path in store.folder.iterdir() if path.is_dir()] == ["000001"]
    assert results(store.load(IDENTITY).index) == results(both)


def test_vectors_that_find_no_room_are_an_error_of_the_system() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        FaissVectors.build(np.ones((1000, 384), np.float32)).save(Path("/dev/full"))


# --- deleted means gone ---


def test_a_removed_document_is_in_no_file_of_the_store(store: IndexStore, both: HybridIndex, bus: HybridIndex) -> None:
    store.save(both)
    words = [form.encode() for word in ("体育", "根底教育", "市体育局") for form in (word, json.dumps(word).strip('"'))]
    assert sum(any(word in path.read_bytes() for word in words) for path in files(store)) > 0
    store.save(bus, deletes=True)
    assert [path for path in files(store) if any(word in path.read_bytes() for word in words)] == []


def files(store: IndexStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]

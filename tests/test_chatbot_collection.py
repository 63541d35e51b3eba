"""Documents of an installation: what is removed stays away, what failed leaves nothing, whatever ends a change."""

import shutil
from pathlib import Path

import pytest

from chatbot.collection import Collection
from chatbot.library import Library, Parsed
from chatbot.settings import Settings
from index.encoders import EncoderIdentity
from index.store import IndexStore
from ingest.pipeline import Given, ingest
from ingest.readers import read
from tests.crashing import BUS, SPORT, parsed
from tests.fakes import FakeEncoder


class Killed(BaseException):
    """What nothing catches."""


def quiet(_: str) -> None:
    pass


def collection(folder: Path, bundled: bool = False, encoder: FakeEncoder | None = None) -> Collection:
    return Collection(Settings(data_dir=folder, bundled_corpus=bundled, _env_file=None), encoder or FakeEncoder())


def ids(folder: Path, bundled: bool = False) -> list[str]:
    return [d.id for d in collection(folder, bundled).open(quiet).index.documents]


def killed_after_the_switch(patch: pytest.MonkeyPatch) -> None:
    def settle(self: Library, indexed: object) -> None:
        raise Killed

    patch.setattr(Library, "settle", settle)


def killed_before_the_switch(patch: pytest.MonkeyPatch) -> None:
    def save(self: IndexStore, *_: object, **__: object) -> str:
        raise Killed

    patch.setattr(IndexStore, "save", save)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the bundled documents, to copy."""
    folder = tmp_path_factory.mktemp("installed")
    collection(folder, bundled=True).open(quiet)
    return folder


@pytest.fixture
def installed(indexed: Path, tmp_path: Path) -> Path:
    """An installation with the bundled documents, a test's own."""
    return shutil.copytree(indexed, tmp_path / "installed")


def test_a_bundled_document_that_was_removed_stays_away_when_the_index_is_rebuilt(installed: Path) -> None:
    collection(installed, bundled=True).remove("jinan-2024", quiet)
    collection(installed, bundled=True).rebuild(quiet)
    assert ids(installed, bundled=True) == ["xx-reform-plan"]


def test_one_of_the_bundled_ids_put_again_is_back(installed: Path) -> None:
    own = collection(installed, bundled=True)
    own.remove("jinan-2024", quiet)
    own.put([parsed("jinan-2024", "关于校车的通知\n1.校车检查。〔市公安局负责〕\n")], quiet)
    own.rebuild(quiet)
    assert ids(installed, bundled=True) == ["jinan-2024", "xx-reform-plan"]
    (jinan,) = [d for d in own.open(quiet).index.documents if d.id == "jinan-2024"]
    assert "校车" in jinan.source.text


@pytest.mark.parametrize("document_id", ["jinan-2024", "sport"])
@pytest.mark.parametrize("start", [True, False], ids=["a start between", "rebuilt at once"])
def test_a_removal_killed_after_the_switch_is_a_removal(
    document_id: str, start: bool, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection(installed, bundled=True).put([SPORT], quiet)
    with monkeypatch.context() as patch:
        own = collection(installed, bundled=True)
        own.open(quiet)
        patch.setattr(Collection, "tidy", lambda self: None)
        killed_after_the_switch(patch)
        with pytest.raises(Killed):
            own.remove(document_id, quiet)
    if start:
        assert document_id not in ids(installed, bundled=True)
    collection(installed, bundled=True).rebuild(quiet)
    assert document_id not in ids(installed, bundled=True)


def test_a_removal_killed_before_the_switch_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path).put([BUS, SPORT], quiet)
    with monkeypatch.context() as patch:
        killed_before_the_switch(patch)
        with pytest.raises(Killed):
            collection(tmp_path).remove("sport", quiet)
    assert ids(tmp_path) == ["bus", "sport"]
    collection(tmp_path).rebuild(quiet)
    assert ids(tmp_path) == ["bus", "sport"]


def test_a_put_killed_before_the_switch_does_not_undo_a_removal(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection(installed, bundled=True).remove("jinan-2024", quiet)
    with monkeypatch.context() as patch:
        killed_before_the_switch(patch)
        with pytest.raises(Killed):
            collection(installed, bundled=True).put([parsed("jinan-2024", BUS.document.source.text)], quiet)
    assert ids(installed, bundled=True) == ["xx-reform-plan"]
    collection(installed, bundled=True).rebuild(quiet)
    assert ids(installed, bundled=True) == ["xx-reform-plan"]


def texts(folder: Path) -> list[str]:
    collection(folder).rebuild(quiet)
    return [d.source.text for d in collection(folder).open(quiet).index.documents]


CHANGED = "关于班车的通知\n1.班车检查。〔市公安局负责〕\n"


def changed_bus() -> Parsed:
    data = CHANGED.encode()
    return Parsed(ingest(read(data, "bus.txt"), Given(id="bus")), data)


def test_a_replacement_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path).put([BUS], quiet)
    with monkeypatch.context() as patch:
        killed_before_the_switch(patch)
        with pytest.raises(Killed):
            collection(tmp_path).put([changed_bus()], quiet)
    assert texts(tmp_path) == [BUS.document.source.text]


def test_a_replacement_killed_after_the_switch_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path).put([BUS], quiet)
    with monkeypatch.context() as patch:
        patch.setattr(Collection, "tidy", lambda self: None)
        killed_after_the_switch(patch)
        with pytest.raises(Killed):
            collection(tmp_path).put([changed_bus()], quiet)
    assert texts(tmp_path) == [CHANGED]


def test_files_that_somebody_put_beside_ours_are_left_alone(tmp_path: Path) -> None:
    own = collection(tmp_path)
    own.put([BUS], quiet)
    note = own.library.folder / "notes.txt"
    note.write_text("restored by hand", "utf-8")
    Library(own.library.folder).put(SPORT.document, SPORT.data)
    assert ids(tmp_path) == ["bus"]
    assert note.exists()
    own.rebuild(quiet)
    assert ids(tmp_path) == ["bus", "sport"]


def test_an_index_rebuilt_with_another_encoder_and_fewer_documents_is_a_deletion(tmp_path: Path) -> None:
    own = collection(tmp_path)
    own.put([BUS, SPORT], quiet)
    for ending in ("bin", "json"):
        (own.library.folder / f"sport.{ending}").unlink()
    generation = collection(tmp_path, encoder=FakeEncoder(EncoderIdentity("other", "1", 16, ""))).rebuild(quiet)
    pointer = own.store.pointer()
    assert pointer is not None
    assert (pointer.generation, pointer.oldest) == (generation, generation)


def test_a_first_build_is_no_deletion_and_a_second_start_changes_nothing(tmp_path: Path) -> None:
    assert ids(tmp_path, bundled=True) == ["jinan-2024", "xx-reform-plan"]
    generation = collection(tmp_path, bundled=True).store.current()
    assert ids(tmp_path, bundled=True) == ["jinan-2024", "xx-reform-plan"]
    assert collection(tmp_path, bundled=True).store.current() == generation


def test_a_folder_that_cannot_be_written_is_still_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collection(tmp_path).put([BUS], quiet)

    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr("filelock.FileLock.acquire", read_only)
        assert ids(tmp_path) == ["bus"]


def test_an_index_folder_made_anew_is_picked_up(tmp_path: Path) -> None:
    own = collection(tmp_path)
    own.put([BUS], quiet)
    own.put([SPORT], quiet)
    shutil.rmtree(own.store.folder)
    assert collection(tmp_path).rebuild(quiet) == "000001"
    assert ids(tmp_path) == ["bus", "sport"]

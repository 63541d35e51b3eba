"""Changes a collection in processes that fail or are killed, and says what is left; run by test_chatbot_crashes.py.

    python -m tests.crashing FOLDER put|remove kill|fail        one process for every file operation of the change
    python -m tests.crashing FOLDER put|remove random TIMES     killed TIMES times at random moments

Prints one JSON object a process: where it ended, and what the next start finds.
"""

import errno
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from chatbot.collection import Collection
from chatbot.library import Parsed
from chatbot.settings import Settings
from ingest.pipeline import Given, ingest
from ingest.readers import read
from tests.fakes import FakeEncoder

_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_OPERATIONS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.link"}
_KILLED, _FAILED, _DONE_NONETHELESS = 9, 2, 3


def parsed(document_id: str, text: str) -> Parsed:
    """A small document with its bytes."""
    data = text.encode()
    return Parsed(ingest(read(data, f"{document_id}.txt"), Given(id=document_id)), data)


BUS = parsed("bus", "关于校车的通知\n1.校车每日检查。〔市公安局负责〕\n2.校车司机培训。〔市教育局负责〕\n")
SPORT = parsed("sport", "关于体育的通知\n1.强化体育评价。〔市体育局负责〕\n")
#: Words that are in SPORT alone.
SECRET = ("强化体育评价", "市体育局")


def collection(folder: Path) -> Collection:
    """The collection in ``folder``, with an encoder that costs nothing."""
    return Collection(Settings(data_dir=folder, bundled_corpus=False, _env_file=None), FakeEncoder())


def change(name: str, folder: Path) -> None:
    """Ingest SPORT, or remove it."""
    if name == "put":
        collection(folder).put([SPORT], lambda _: None)
    else:
        collection(folder).remove("sport", lambda _: None)


class Injected:
    """Ends the process, or fails with a full disk, at the ``at``-th operation that changes a file under ``folder``."""

    def __init__(self, folder: Path, at: int, kill: bool) -> None:
        self.folder, self.at, self.kill = str(folder), at, kill
        self.seen = 0

    def install(self) -> None:
        """From now on; there is no way back but the end of the process."""
        sys.addaudithook(self._audited)
        synced = os.fsync

        def fsync(descriptor: int) -> None:
            self._operation()
            synced(descriptor)

        os.fsync = fsync

    def _audited(self, event: str, arguments: tuple[object, ...]) -> None:
        path = str(arguments[0]) if arguments else ""
        if not path.startswith(self.folder):
            return
        writes = event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & _FLAGS)
        if writes or event in _OPERATIONS:
            self._operation()

    def _operation(self) -> None:
        self.seen += 1
        if self.seen == self.at:
            if self.kill:
                os._exit(_KILLED)
            raise OSError(errno.ENOSPC, "No space left on device")


def state(folder: Path) -> dict[str, object]:
    """What a start finds in ``folder``: documents, whether they answer, and whether SPORT is anywhere."""
    opened = collection(folder)
    index = opened.open(lambda _: None).index
    hits = index.search(index.query("校车", FakeEncoder()))
    left = [path for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts]
    words = [form.encode() for word in SECRET for form in (word, json.dumps(word)[1:-1])]
    return {
        "documents": [document.id for document in index.documents],
        "found": bool(hits) and hits[0].passage.document_id in ("bus", "sport"),
        "building": [path.name for path in (folder / "indexes").iterdir() if path.name.startswith(".building")],
        "secret": any(word in path.read_bytes() for path in left for word in words),
    }


def start(template: Path, folder: Path) -> None:
    """``folder`` as ``template`` is."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)


def forked(name: str, folder: Path, injected: Injected | None = None) -> int:
    """The process that makes the change, forked: everything is imported already."""
    child = os.fork()
    if child:
        return child
    if injected:
        injected.install()
    try:
        change(name, folder)
    except OSError:
        os._exit(_FAILED)
    # Whoever was told of the failure could do without the operation: a folder was there already.
    os._exit(_DONE_NONETHELESS if injected and injected.seen >= injected.at else 0)


def every_operation(template: Path, folder: Path, name: str, kill: bool) -> Iterator[dict[str, object]]:
    """One process for each operation, until one gets through."""
    for at in range(1, 10_000):
        start(template, folder)
        child = forked(name, folder, Injected(folder, at, kill))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        yield {"at": at, "code": code, **state(folder)}
        if code == 0:
            return


def random_moments(template: Path, folder: Path, name: str, times: int) -> Iterator[dict[str, object]]:
    """Killed ``times`` times, each at a moment drawn from the time the change takes."""
    start(template, folder)
    began = time.monotonic()
    os.waitpid(forked(name, folder), 0)
    takes = time.monotonic() - began
    draw = random.Random(5)
    for at in range(times):
        start(template, folder)
        child = forked(name, folder)
        time.sleep(draw.uniform(0, takes))
        os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        yield {"at": at, "code": code, **state(folder)}


def main() -> None:
    """Make the template, then the changes."""
    base, name, how = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    template, folder = base / "template", base / "data"
    collection(template).put([BUS] if name == "put" else [BUS, SPORT], lambda _: None)
    if how == "random":
        lines = random_moments(template, folder, name, int(sys.argv[4]))
    else:
        lines = every_operation(template, folder, name, how == "kill")
    for line in lines:
        print(json.dumps(line), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

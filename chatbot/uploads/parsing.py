"""A file that a stranger sent is read in a process of its own, which may use so much time and memory and no more.

Readers are C libraries (PDFium, libxml2, lexbor) over hostile bytes. They run in a child forked from a clean process
(``forkserver``: no threads, no open files, no index), which reads one file and ends. What comes back is JSON.
"""

import logging
import resource
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from chatbot.errors import UploadError
from chatbot.logs import about, ids, without_words, write_warnings
from ingest.errors import IngestError
from ingest.model import Document
from ingest.pipeline import Given, ingest
from ingest.readers import read

_log = logging.getLogger(__name__)
_DOCUMENT = TypeAdapter(Document)
_MIB = 1024 * 1024
#: Loaded once, in the process that children are forked from: importing them takes a second.
_READERS = ["chatbot.uploads.parsing", "ingest.readers.docx", "ingest.readers.html", "ingest.readers.pdf"]
_FILES = 64

_READ, _REFUSED, _NO_MEMORY, _FAILED = b"d", b"r", b"m", b"f"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take: seconds by the clock, and MiB of address space beside the program's own."""

    seconds: float
    memory: int


Ingest = Callable[[bytes, str, str], Document]


def ingest_file(data: bytes, name: str, document_id: str) -> Document:
    """What is done apart: bytes, name and id to a document; raises IngestError."""
    return ingest(read(data, name), Given(id=document_id))


class Parser:
    """Reads files apart; ``ingest`` is a function of a module, as only its name travels."""

    def __init__(self, limits: Limits, ingest: Ingest = ingest_file) -> None:
        self._limits = limits
        self._ingest = ingest
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(_READERS)

    def parse(self, data: bytes, name: str, document_id: str) -> Document:
        """The document in ``data``.

        Raises UploadError, which says what to do, where no reader reads it, where that takes too long or too much
        memory, and where the reader crashes.
        """
        ours, theirs = self._context.Pipe()
        child = self._context.Process(
            target=_child, args=(theirs, self._ingest, name, document_id, self._limits, ids()), daemon=True
        )
        child.start()
        theirs.close()
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        # One timer for all of it: a child that stops halfway through an answer is no better than one without any.
        timer = threading.Timer(self._limits.seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            ours.send_bytes(data)
            answer = ours.recv_bytes(self._limits.memory * _MIB)
        except (EOFError, OSError):
            answer = b""
        finally:
            timer.cancel()
            ours.close()
            child.join(self._limits.seconds if answer else None)
            child.kill()
            child.join()
        return self._document(answer, name, late.is_set(), child.exitcode or 0)

    def _document(self, answer: bytes, name: str, late: bool, exit_code: int) -> Document:
        kind, body = answer[:1], answer[1:]
        if kind == _READ:
            try:
                document = _DOCUMENT.validate_json(body)
                # JSON has no tuples, and a sequence comes back as a list.
                return replace(document, passages=tuple(document.passages))
            except ValidationError as error:
                raise UploadError(f"{name}: its reader gave back nonsense; save it anew and upload that") from error
        if kind == _REFUSED:
            raise UploadError(body.decode("utf-8", "replace"))
        if late:
            raise UploadError(
                f"{name}: reading it took longer than {self._limits.seconds:g} seconds and was stopped; split it and "
                "upload the pieces, or raise REFORMQA_UPLOAD_SECONDS"
            )
        if kind == _NO_MEMORY:
            raise UploadError(
                f"{name}: reading it takes more than {self._limits.memory} MiB of memory; split it and upload the "
                "pieces, or raise REFORMQA_UPLOAD_MEMORY_MB"
            )
        reason = "stopped with an error" if kind == _FAILED else f"ended with {_ended(exit_code)}"
        _log.warning("the reader of %s %s %s", name, reason, body.decode("utf-8", "replace"))
        raise UploadError(
            f"{name}: its reader {reason}, so the file is damaged or needs more than {self._limits.memory} MiB of "
            "memory; save it anew, as .docx or .pdf, and upload that"
        )


def _ended(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"status {code}"


def _child(
    connection: Connection, ingest: Ingest, name: str, document_id: str, limits: Limits, lines_say: Mapping[str, str]
) -> None:
    data = connection.recv_bytes()
    write_warnings()
    _confine(limits)
    try:
        with about(**lines_say):
            answer = _READ + _DOCUMENT.dump_json(ingest(data, name, document_id))
    except IngestError as error:
        answer = _REFUSED + str(error).encode("utf-8", "replace")
    except MemoryError:
        answer = _NO_MEMORY
    # Whatever a reader does with hostile bytes is the file's business: the job says so, and the log says where.
    except Exception as error:
        answer = _FAILED + without_words(error).encode("utf-8", "replace")
    connection.send_bytes(answer)
    connection.close()


def _confine(limits: Limits) -> None:
    """Limits of this process from now on: address space, processor time, no file longer than nothing, no core."""
    statm = Path("/proc/self/statm")
    used = int(statm.read_bytes().split()[0]) * resource.getpagesize() if statm.exists() else 0
    allowed = {
        resource.RLIMIT_AS: used + limits.memory * _MIB,
        resource.RLIMIT_CPU: int(limits.seconds) + 1,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _FILES,
    }
    for limit, value in allowed.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))

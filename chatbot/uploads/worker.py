"""Orders are carried out, one at a time: a file is read apart, becomes a preview, is encoded, is published."""

import logging
import time
from contextlib import suppress

from filelock import Timeout

from chatbot.bootstrap import open_collection
from chatbot.collection import Collection
from chatbot.errors import NoPreviewError, UploadError
from chatbot.library import Parsed
from chatbot.logs import about
from chatbot.settings import Settings
from chatbot.storage import Job, JobState, Storage, StorageUnavailableError, UnknownRecordError, open_storage
from chatbot.uploads.inbox import Inbox, Order
from chatbot.uploads.parsing import Limits, Parser
from chatbot.uploads.process import STARTING
from chatbot.uploads.reports import error_view
from chatbot.views import receipt_view
from index.errors import IndexingError
from ingest.model import Document

_log = logging.getLogger(__name__)

#: Seconds without orders after which the process ends, and between two looks for one.
_IDLE, _LOOK = 30.0, 0.2
#: Seconds to wait for another writer of the index.
_PATIENCE = 120.0
#: Where stages begin, as shares of a whole job.
_ENCODING, _PUBLISHING = 0.1, 0.95


class WithdrawnError(Exception):
    """The document was deleted meanwhile."""


def work(settings: Settings) -> None:
    """Carry out what waits, and what comes within half a minute; another process at it is left to it.

    Encodes with one thread: questions are asked meanwhile.
    """
    inbox, storage = Inbox(settings.data_dir / "uploads"), open_storage(settings)
    worker: Worker | None = None
    while True:
        try:
            with inbox.working().acquire(timeout=STARTING / 3):
                worker = worker or Worker(settings.model_copy(update={"encoder_threads": 1}), inbox, storage)
                worker.close_interrupted()
                quiet = time.monotonic()
                while time.monotonic() - quiet < _IDLE:
                    if worker.next():
                        quiet = time.monotonic()
                    else:
                        time.sleep(_LOOK)
        except Timeout:
            return
        # An order that was taken in before the lock came free counted on this process.
        if not any(job.state is JobState.QUEUED for job in storage.jobs.unfinished()):
            return


class Worker:
    """Carries out the orders of an inbox."""

    def __init__(self, settings: Settings, inbox: Inbox, storage: Storage) -> None:
        self._settings = settings
        self._inbox = inbox
        self._jobs, self._audit = storage.jobs, storage.audit
        self._parser = Parser(Limits(settings.upload_seconds, settings.upload_memory_mb))
        self._opened: Collection | None = None

    @property
    def _collection(self) -> Collection:
        # Opened late: what was left is closed before the encoder is loaded, and even where it cannot be.
        self._opened = self._opened or open_collection(self._settings)
        return self._opened

    def close_interrupted(self) -> None:
        """Jobs that run although nobody works on them are failed, or done if all of it was."""
        for job in self._jobs.unfinished():
            if job.state is JobState.RUNNING:
                self._close(job, self._inbox.order(job.id))
        # Not while an order is being taken in: its job and its files come one after the other.
        with self._inbox.taking():
            self._inbox.keep_only({job.id for job in self._jobs.unfinished()})

    def _close(self, job: Job, order: Order | None) -> None:
        preview = self._collection.previews.document(job.document_id or "")
        if order and order.publish and preview and self._is_published(preview):
            with self._collection.store.writing(_PATIENCE):
                self._collection.previews.discard(preview.id)
            self._jobs.finish(job.id, receipt_view(preview), "published")
            return
        name = (order and order.name) or job.document_id
        kept = preview is not None and (job.kind == "publish" or job.stage in ("encoding", "publishing"))
        hint = "publish it again: its preview is kept" if kept else "send it again"
        message = f"{name}: the service was stopped while {job.stage or 'working'}; nothing of it was published"
        self._jobs.fail(job.id, error_view(job.id, "interrupted", message, hint))

    def _is_published(self, document: Document) -> bool:
        try:
            return self._collection.store.sources().get(document.id) == document.source.sha256
        except IndexingError as error:
            _log.error("what is published cannot be told: %s", error)
            return False

    def next(self) -> bool:
        """Carry out the order that waits longest; False if none does."""
        try:
            with self._inbox.taking():
                job = next((job for job in self._jobs.unfinished() if job.state is JobState.QUEUED), None)
                if job is None or not self._jobs.claim(job.id):
                    return False
        except (StorageUnavailableError, OSError) as error:
            _log.warning("orders cannot be looked for: %s", error)
            return False
        with about(job=job.id):
            self._try(job)
        with suppress(OSError):
            self._inbox.drop(job.id)
        return True

    def _try(self, job: Job) -> None:
        try:
            self._carry_out(job, self._inbox.order(job.id))
            _log.info("%s is done", job.document_id)
        except WithdrawnError:
            _log.info("its document was deleted")
        # One order that fails, for whatever reason, is told so, and the next one is carried out.
        except Exception as error:
            with suppress(StorageUnavailableError):
                self._jobs.fail(job.id, _failure(job, error))

    def _carry_out(self, job: Job, order: Order | None) -> None:
        if order is None:
            raise UploadError(f"{job.document_id}: what was to be done with it is lost; send it again")
        document = self._read(job, order, order.name) if order.name is not None else self._preview(order).document
        if order.publish:
            self._publish(job, order)
        with self._inbox.taking():
            self._still_wanted(job)
            self._jobs.finish(job.id, receipt_view(document), "published" if order.publish else "preview")
        if order.publish:
            with self._collection.store.writing(_PATIENCE):
                self._collection.previews.discard(order.document_id)

    def _read(self, job: Job, order: Order, name: str) -> Document:
        self._report(job, 0.01, "reading")
        data = self._inbox.data(job.id)
        document = self._parser.parse(data, name, order.document_id)
        self._collection.preview(Parsed(document, data), _PATIENCE, lambda: self._still_wanted(job))
        return document

    def _preview(self, order: Order) -> Parsed:
        preview = self._collection.previews.get(order.document_id)
        if preview is None:
            raise NoPreviewError(f"{order.document_id}: its preview cannot be read; send the file again")
        return preview

    def _publish(self, job: Job, order: Order) -> None:
        preview = self._preview(order)
        passages = preview.document.passages
        texts = len(passages) + sum(len(passage.sentences) for passage in passages)
        encoded = 0

        def advance(more: int) -> None:
            nonlocal encoded
            encoded += more
            self._report(job, _ENCODING + (_PUBLISHING - _ENCODING) * min(1.0, encoded / texts), "encoding")

        def admit() -> None:
            self._still_wanted(job)
            self._audit.add(order.actor, "document.publish", order.document_id, {"job": job.id})
            self._report(job, _PUBLISHING, "publishing")

        self._report(job, _ENCODING, "encoding")
        self._collection.put([preview], _log.info, advance, _PATIENCE, admit)

    def _report(self, job: Job, progress: float, stage: str) -> None:
        with suppress(StorageUnavailableError):
            self._jobs.advance(job.id, round(progress, 3), stage)
            self._still_wanted(job)

    def _still_wanted(self, job: Job) -> None:
        """Raises WithdrawnError where a deletion has ended the job."""
        try:
            state = self._jobs.get(job.id).state
        except UnknownRecordError:
            state = JobState.FAILED
        if state is not JobState.RUNNING:
            raise WithdrawnError(job.id)


def _failure(job: Job, error: Exception) -> dict[str, str]:
    hint = "nothing of it was published; what was published before still answers"
    if isinstance(error, (UploadError, NoPreviewError)):
        return error_view(job.id, "unreadable", str(error), hint)
    _log.error("%s failed", job.document_id, exc_info=error)
    if isinstance(error, OSError):
        return error_view(job.id, "unavailable", f"the data folder cannot be written ({error.strerror or error})",
                          f"tell whoever runs this service, then send it again; {hint}")  # fmt: skip
    if isinstance(error, (IndexingError, StorageUnavailableError)):
        return error_view(job.id, "unavailable", str(error), hint)
    return error_view(job.id, "error", "something went wrong on our side",
                      f"look for job {job.id} in the log; {hint}")  # fmt: skip

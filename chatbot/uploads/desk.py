"""What staff do with documents over HTTP: send, publish, delete; the work itself is done by another process."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import Timeout

from chatbot.collection import Collection
from chatbot.errors import DataFolderError, DocumentBusyError, NoPreviewError, QueueFullError
from chatbot.settings import Settings
from chatbot.storage import Job, JobState, Storage
from chatbot.uploads.inbox import Inbox, Order
from chatbot.uploads.process import WorkerProcess
from chatbot.uploads.reports import WITHDRAWN, error_view
from index.errors import UnknownDocumentError

_log = logging.getLogger(__name__)

#: Seconds a deletion waits for another writer, who holds the index as long as making it anew takes.
_PATIENCE = 60.0
_TAKING_SECONDS = 10.0
_AGAIN = "send it again if it is wanted after all"


class Desk:
    """Takes orders in, and deletes; any number of processes may have one over the same data folder."""

    def __init__(self, settings: Settings, collection: Collection, storage: Storage) -> None:
        self._collection = collection
        self._storage = storage
        self._queue = settings.upload_queue
        self._inbox = Inbox(settings.data_dir / "uploads")
        self._worker = WorkerProcess(settings, self._inbox)

    def open(self) -> None:
        """Go on with what waits, and close what a killed process left."""
        if not self._storage.empty and self._storage.jobs.unfinished():
            self._worker.wake()

    def close(self) -> None:
        """Stop working; what was being worked on fails, what waits will be done by the next start."""
        self._worker.stop()

    def send(self, data: bytes, order: Order) -> Job:
        """A job that reads a file and makes a preview of it, or publishes it.

        Raises DocumentBusyError, QueueFullError, DataFolderError, StorageUnavailableError.
        """
        job = self._take(order, data)
        self._storage.audit.add(order.actor, "document.upload", order.document_id, {"file": order.name, "job": job.id})
        _log.info("job %s on %s waits", job.id, job.document_id)  # which request it came with
        self._worker.wake()
        return job

    def publish(self, document_id: str, actor: str) -> Job:
        """A job that publishes a preview.

        Raises UnknownDocumentError; NoPreviewError where the document is published and nothing newer waits; else as
        ``send``.
        """

        def previewed() -> None:
            if document_id in self._collection.previews.ids():
                return
            if document_id in self._collection.store.sources():
                raise NoPreviewError(f"{document_id} has no preview: what was sent last is published")
            raise UnknownDocumentError(f"no document and no preview with id {document_id!r}")

        job = self._take(Order(document_id, None, True, actor), None, previewed)
        _log.info("job %s on %s waits", job.id, job.document_id)  # which request it came with
        self._worker.wake()
        return job

    def delete(self, document_id: str, actor: str, preview_only: bool = False) -> None:
        """Remove a document, its preview, and the jobs on it that have not ended; when this returns, nothing has it.

        Raises UnknownDocumentError, IndexBusyError, DataFolderError, StorageUnavailableError.
        """
        with self._taking():
            jobs = [job for job in self._storage.jobs.unfinished() if job.document_id == document_id]
            known = document_id in self._collection.previews.ids()
            known = known or (not preview_only and document_id in self._collection.store.sources())
            if not known and not jobs:
                raise UnknownDocumentError(f"no document with id {document_id!r}")
            self._storage.audit.add(actor, "preview.delete" if preview_only else "document.delete", document_id)
            for job in jobs:
                self._storage.jobs.fail(job.id, error_view(job.id, WITHDRAWN, f"{document_id} was deleted", _AGAIN))
                self._inbox.drop(job.id)
        # Whoever worked on it learns that before it changes anything, or has changed it before the lock comes free.
        with _writable():
            try:
                if preview_only:
                    self._collection.discard_preview(document_id, _PATIENCE)
                else:
                    self._collection.remove(document_id, _quiet, _PATIENCE)
            except UnknownDocumentError:
                self._storage.jobs.forget_document(document_id)

    def job(self, job_id: str) -> Job:
        """A job, of whichever process; raises UnknownRecordError.

        Where one has not ended and nobody works, whoever did was killed: another then says that it failed.
        """
        job = self._storage.jobs.get(job_id)
        if job.state in (JobState.QUEUED, JobState.RUNNING):
            self._worker.wake()
        return job

    def _take(self, order: Order, data: bytes | None, check: Callable[[], None] | None = None) -> Job:
        with self._taking():
            unfinished = self._storage.jobs.unfinished()
            if any(job.document_id == order.document_id for job in unfinished):
                raise DocumentBusyError(f"a job on {order.document_id} has not ended")
            if len(unfinished) >= self._queue:
                raise QueueFullError(f"{len(unfinished)} jobs wait or run, as many as may")
            if check:
                check()
            job = self._storage.jobs.create("upload" if order.name else "publish", order.document_id, "waiting")
            try:
                self._inbox.put(job.id, order, data)
            except OSError as error:
                self._inbox.drop(job.id)
                self._storage.jobs.fail(job.id, error_view(job.id, "unavailable", _full(error)))
                raise
            return job

    @contextmanager
    def _taking(self) -> Iterator[None]:
        with _writable():
            try:
                with self._inbox.taking().acquire(timeout=_TAKING_SECONDS):
                    yield
            except Timeout as error:
                raise QueueFullError("other orders are just being taken in") from error


@contextmanager
def _writable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataFolderError(_full(error)) from error


def _full(error: OSError) -> str:
    return f"the data folder cannot be written ({error.strerror or error})"


def _quiet(_: str) -> None:
    """Nobody watches."""

"""The generation that is served: a new one is picked up while requests run, a deletion before the next is answered."""

import logging
import threading
from time import monotonic

from chatbot.bootstrap import Services
from index.store import Pointer

_log = logging.getLogger(__name__)

#: After a generation could not be loaded, before the next try.
_RETRY_SECONDS = 60


class Live:
    """The services of the newest generation; a request takes them once and keeps them to its end.

    A new generation is loaded in the background, and the one before answers meanwhile; but if a document was deleted,
    requests wait until one without it is loaded.
    """

    def __init__(self, opened: Services) -> None:
        self._services = opened
        self._store = opened.collection.store
        self._loading = threading.Lock()
        self._failed: tuple[str, float] | None = None

    def current(self) -> Services:
        """What to answer a request with.

        Raises what the index store raises where a document was deleted and the index without it cannot be loaded.
        """
        services, pointer = self._services, self._store.pointer()
        if pointer is None or pointer.generation == services.generation:
            return services
        if not pointer.permits(services.generation):
            with self._loading:
                self._load(pointer)
        elif self._worth_trying(pointer) and self._loading.acquire(blocking=False):
            try:
                threading.Thread(target=self._load_aside, args=(pointer,), name="reload", daemon=True).start()
            except RuntimeError:
                self._loading.release()
                raise
        return self._services

    def at_once(self) -> Services | None:
        """What ``current`` gives; None where another generation is to be loaded first. Reads one small file."""
        services, pointer = self._services, self._store.pointer()
        return services if pointer is None or pointer.generation == services.generation else None

    def catch_up(self) -> None:
        """Serve the newest generation when this returns; raises what the index store raises."""
        pointer = self._store.pointer()
        if pointer is not None and pointer.generation != self._services.generation:
            with self._loading:
                self._load(pointer)

    def _worth_trying(self, wanted: Pointer) -> bool:
        if self._failed is None or self._failed[0] != wanted.generation:
            return True
        return monotonic() - self._failed[1] > _RETRY_SECONDS

    def _load(self, wanted: Pointer) -> None:
        # Another request may have loaded it while this one waited, or a later one.
        if self._services.generation not in (wanted.generation, self._store.current()):
            self._services = self._services.of_generation(self._store.load(self._services.encoder.identity))
            _log.info("generation %s is served", self._services.generation)

    def _load_aside(self, wanted: Pointer) -> None:
        try:
            self._load(wanted)
        # Whatever is wrong with the new generation, the one before goes on answering.
        except Exception:
            self._failed = (wanted.generation, monotonic())
            _log.exception("generation %s cannot be loaded; %s goes on", wanted.generation, self._services.generation)
        finally:
            self._loading.release()

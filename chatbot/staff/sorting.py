"""The inbox is sorted by meaning: a question joins the topic whose first question it is nearest to, or begins one.

Leader clustering (Hartigan 1975): one pass, and what was sorted stays where it is, so that staff find a topic
tomorrow as they left it today.
"""

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from chatbot.quantities import quantities
from chatbot.storage import Centre, Inbox, Unsorted, new_centre
from index.encoders import Encoder
from index.tokens import fold, simplified

#: Cosine from which on two questions of one language with the same numbers are one topic. Of 205 pairs of development
#: questions that ask the same, this joins 0.51; to a question come 0.19 others that ask something else, most of them
#: about the same thing (0.93: 0.57 and 0.35; 0.95: 0.44 and 0.11).
SAME_TOPIC = 0.94
#: Questions sorted in one transaction.
_BATCH = 50


class Sorter:
    """Sorts an inbox; threads may share it, and processes may sort at once: at worst two begin one topic."""

    def __init__(self, inbox: Inbox, encoder: Callable[[], Encoder]) -> None:
        self._inbox = inbox
        self._encoder = encoder
        self._lock = threading.Lock()
        self._encoded_by = ""
        self._known: list[Centre] = []
        self._vectors: NDArray[np.float32] = np.empty((0, 0), np.float32)

    def sort(self) -> None:
        """Give every question of the inbox its topic; raises StorageUnavailableError."""
        with self._lock:
            while waiting := self._inbox.unsorted(_BATCH):
                encoder = self._encoder()
                self._learn(encoder)
                self._inbox.sort(
                    self._encoded_by, [(question, self._centre(question, encoder)) for question in waiting]
                )

    def _learn(self, encoder: Encoder) -> None:
        """The topics that others began."""
        if self._encoded_by != encoder.identity.fingerprint:
            self._encoded_by, self._known = encoder.identity.fingerprint, []
            self._vectors = np.empty((0, encoder.identity.dimensions), np.float32)
        known = {centre.id for centre in self._known}
        newest = max((centre.created for centre in self._known), default=None)
        for centre in self._inbox.centres(self._encoded_by, newest):
            if centre.id not in known:
                self._add(centre)

    def _add(self, centre: Centre) -> None:
        self._known.append(centre)
        self._vectors = np.vstack([self._vectors, np.frombuffer(centre.vector, np.float32)])

    def _centre(self, question: Unsorted, encoder: Encoder) -> Centre:
        vector = encoder.encode_queries([simplified(question.question)])[0]
        numbers = _numbers(question.question)
        cosines = self._vectors @ vector
        for n in np.argsort(-cosines, kind="stable"):
            centre = self._known[int(n)]
            if cosines[n] < SAME_TOPIC:
                break
            if (centre.language, centre.numbers) == (question.language, numbers):
                return centre
        begun = new_centre(question.language, numbers, vector.astype(np.float32).tobytes())
        self._add(begun)
        return begun


def _numbers(text: str) -> str:
    """第15项 and 第16项 are near each other, and two topics."""
    return " ".join(sorted({f"{quantity.value}{quantity.measure}" for quantity in quantities(fold(text))}))

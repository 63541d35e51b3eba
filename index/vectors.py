"""Dense vectors: FAISS inner-product search, and the exact oracle that tests hold it to."""

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Nearest:
    """Rows by falling similarity: ``rows`` int64, ``scores`` float32, both shape (k,)."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


class _Owned:
    """An array over memory of ``owner``: numpy keeps this object, and so the owner, while a view is in use."""

    def __init__(self, array: NDArray[np.float32], owner: faiss.Index) -> None:
        self.__array_interface__ = array.__array_interface__
        self.owner = owner


class FaissVectors:
    """Exact inner-product search over L2-normalised vectors, so a score is a cosine."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> "FaissVectors":
        """Index ``vectors``, shape (n, dimensions)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @property
    def size(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def search(self, query: NDArray[np.float32], k: int, within: NDArray[np.int64] | None = None) -> Nearest:
        """The ``k`` nearest rows (all, if there are fewer) of ``within`` (all rows, if None), ties by row."""
        k = min(k, self.size if within is None else len(within))
        if k == 0:
            return Nearest(np.empty(0, np.int64), np.empty(0, np.float32))
        only = None
        if within is not None:
            only = faiss.SearchParameters(sel=faiss.IDSelectorBatch(within))  # type: ignore[call-arg]  # stubs lack it
        scores, rows = self._index.search(query.reshape(1, -1), k, params=only)
        order = np.lexsort((rows[0], -scores[0]))
        return Nearest(rows[0][order], scores[0][order])

    def all(self) -> NDArray[np.float32]:
        """Every vector, shape (n, dimensions); a view into the index, which lives as long as the view."""
        start = self._index.get_xb()  # type: ignore[attr-defined]  # faiss' stubs know the base class only
        flat = faiss.rev_swig_ptr(start, self.size * self.dimensions)
        return np.asarray(_Owned(flat, self._index)).reshape(self.size, self.dimensions)

    def save(self, path: Path) -> None:
        """Write the FAISS file; raises OSError."""
        with path.open("wb") as file:  # by its name, FAISS would make a full disk a RuntimeError
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]

    @classmethod
    def load(cls, path: Path) -> "FaissVectors":
        """Map a file that ``save`` wrote into memory, so that all processes share one copy of it."""
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))


def exact_nearest(vectors: NDArray[np.float32], query: NDArray[np.float32], k: int) -> Nearest:
    """What ``search`` must return, by brute force in numpy."""
    scores = vectors @ query
    rows = np.lexsort((np.arange(len(scores)), -scores))[:k].astype(np.int64)
    return Nearest(rows, scores[rows].astype(np.float32))

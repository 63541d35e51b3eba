"""Is a Chinese word a noun? As jieba's dictionary says; only few words are ever asked about, so it is not loaded."""

import mmap
from functools import cache, lru_cache
from importlib.resources import as_file, files

#: Nouns, gerunds and abbreviations (ICTCLAS tags); not names of persons, which everyday words are mistaken for.
_NOUNS = ("n", "ng", "ns", "nt", "nz", "vn", "j")


@cache
def _dictionary() -> mmap.mmap:
    """The lines ``word frequency tag``, mapped."""
    with as_file(files("jieba").joinpath("dict.txt")) as path, path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@lru_cache(maxsize=1024)
def is_noun(word: str) -> bool:
    """Whether the dictionary has ``word`` as a noun; what it does not have is none."""
    lines = _dictionary()
    at = lines.find(f"\n{word} ".encode())
    if at < 0:
        return False
    line = lines[at + 1 : lines.find(b"\n", at + 1)].decode()
    return line.split()[-1] in _NOUNS

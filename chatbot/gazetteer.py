"""Places anybody may name, in Chinese and English, whether or not a document speaks of them."""

from functools import cache

from pypinyin import lazy_pinyin

from index.place_names import bare_name, gazetteer
from ingest.lexicon import table


@cache
def places() -> list[tuple[str, ...]]:
    """The names of each place, the usual one first: as people say it, in full, in English.

    A prefecture whose name is a word as well (日照) goes by its full name alone.
    """
    rows = table("places")["places"]
    assert isinstance(rows, list)
    listed = {row[0] for row in rows}
    others = (part for part in gazetteer().places if part.name not in listed)
    read = ((bare_name(part) or part.full, part.full, "".join(lazy_pinyin(part.name))) for part in others)
    return [*map(tuple, rows), *(tuple(dict.fromkeys(names)) for names in read)]


def english_place(name: str) -> str:
    """The English name of a place of the gazetteer, else the name given."""
    return next((row[-1].title() for row in places() if name in row and row[-1].isascii()), name)

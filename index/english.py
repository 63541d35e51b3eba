"""Which English words are common."""

from collections.abc import Mapping
from functools import cache
from string import ascii_letters, digits

import Stemmer

from index.bridge import dictionary

_BLANKED = bytes(code if chr(code) in ascii_letters + digits else ord(" ") for code in range(256))


@cache
def common_words() -> Mapping[str, str]:
    """The 37,000 English words, names aside, in which CC-CEDICT explains Chinese, in small letters; their stems."""
    # Pinyin has its tones as digits, names have a capital: neither is all small letters. Bytes, for this takes 0.1 s.
    words = set(dictionary().translate(_BLANKED).split())
    found = [word.decode() for word in words if word.islower() and word.isalpha() and len(word) > 1]
    return dict(zip(found, Stemmer.Stemmer("english").stemWords(found), strict=True))

"""Names by their beginnings: the same as looking for each of them."""

from hypothesis import given
from hypothesis import strategies as st

from chatbot.beginnings import Beginnings

_TEXTS = st.text("市教育局体a b", max_size=12)


@given(st.lists(st.text("市教育局体a b", min_size=1, max_size=4), max_size=20), _TEXTS)
def test_what_is_within_a_text_is_what_looking_for_every_name_finds(names: list[str], text: str) -> None:
    named = [(name, n) for n, name in enumerate(names)]
    assert Beginnings(named).within(text) == [(name, n) for name, n in named if name in text]

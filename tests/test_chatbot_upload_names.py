"""A file's name is words to show and what an id is made of: never a path, never invisible, never long."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.uploads.names import SHOWN, plain_name, shown_name
from ingest.pipeline import slug


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("清单.docx", "清单.docx"),
        ("../../x", "x"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/etc/passwd", "passwd"),
        ("a\x00b\x1b[31m.txt", "ab[31m.txt"),
        ("exe\u202etxt.docx", "exetxt.docx"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("plan\ud800.txt", "plan.txt"),
        ("..", "upload"),
        ("", "upload"),
        (None, "upload"),
        ("no extension", "no extension"),
    ],
)
def test_a_name_is_the_visible_rest_of_its_last_part(sent: str | None, kept: str) -> None:
    assert plain_name(sent) == kept


@given(st.text(max_size=400))
def test_any_name_gives_a_legal_id_and_something_short_to_show(sent: str) -> None:
    name = plain_name(sent)
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", slug(name))
    assert 0 < len(shown_name(name)) <= SHOWN
    assert not any(unicodedata.category(c).startswith("C") for c in shown_name(name))


def test_long_names_keep_their_end_and_stay_apart() -> None:
    names = ["清单" * 150 + f"{n}.docx" for n in range(2)]
    assert shown_name(names[1]).endswith("1.docx")
    assert len({slug(plain_name(name)) for name in names}) == 2

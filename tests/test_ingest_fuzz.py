"""Any bytes in, no uncaught exception out: real files, damaged at random, read and ingested.

REFORMQA_TEST_FUZZ_SECONDS (20 by default) is how long; REFORMQA_TEST_POLICIES adds that folder's files to the seeds.
"""

import io
import os
import random
import time
from pathlib import Path

import pytest
from docx import Document as NewDocument
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from ingest.corpus import bundled
from ingest.errors import IngestError
from ingest.pipeline import ingest
from ingest.readers import read

SECONDS = float(os.environ.get("REFORMQA_TEST_FUZZ_SECONDS", "20"))
#: One file may take this long, however it is damaged.
PATIENCE = 20.0
#: Fragments that parsers stumble over.
FRAGMENTS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<table><tr><td rowspan=9999>", b"</div>" * 50, b"<!--", b"]]>",
    b"\xe4\xb8", "（责任单位：".encode(), "〔".encode(), "第一百二十三条 ".encode(), "一、".encode() * 40, b"1.",
    b"\n" * 30, b"\t" * 30, "附件1：".encode(), "二〇二三年".encode(), b"PK\x03\x04", b"%PDF-1.4", b"&#x10FFFF;",
    b"&#0;", "（下同）".encode(),
]  # fmt: skip


def seeds() -> list[tuple[str, bytes]]:
    found = [(source.name, source.text.encode("utf-8")) for source, _ in bundled()]
    found += [(f"gb-{name}", data.decode("utf-8").encode("gb18030", "replace")) for name, data in found]
    folder = Path(__file__).parent.parent / "eval_sets" / "documents"
    found += [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.txt"))]
    if policies := os.environ.get("REFORMQA_TEST_POLICIES"):
        pages = [path for path in sorted(Path(policies).rglob("*")) if path.suffix in (".html", ".pdf", ".md")]
        found += [(path.name, path.read_bytes()) for path in pages if path.stat().st_size < 400_000]
    return [*found, ("made.docx", made_docx()), ("made.pdf", made_pdf()), ("made.html", made_html())]


def made_docx() -> bytes:
    document = NewDocument()
    document.add_heading("一、总体要求", 1)
    document.add_paragraph("1.强化体育评价。（责任单位：市教育局、市体育局）")
    table = document.add_table(2, 3)
    table.cell(0, 0).text, table.cell(1, 1).text = "牵头单位", "市教育局"
    table.cell(0, 1).merge(table.cell(0, 2))
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def made_pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    data = io.BytesIO()
    page = canvas.Canvas(data)
    page.setFont("STSong-Light", 12)
    for line in range(20):
        page.drawString(72, 780 - 20 * line, "一、推行新设企业开办即开户。鼓励银行机构入驻政务服务大厅")
    page.save()
    return data.getvalue()


def made_html() -> bytes:
    rows = "".join(f"<tr><td rowspan=2>{n}</td><td colspan=3>任务</td><td>市教育局</td></tr>" for n in range(5))
    body = f"<nav>首页</nav><div class=content><h1>通知</h1><p>一、总体要求</p><table>{rows}</table></div>"
    return f"<html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A few cuts, copies, flips and insertions."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(6):
            case 0:
                changed[at:at] = chance.choice(FRAGMENTS)
            case 1:
                del changed[at : at + chance.choice((1, 7, 100, 5000))]
            case 2 if at < len(changed):
                changed[at] = chance.randrange(256)
            case 3:
                piece = changed[at : at + chance.choice((3, 50, 2000))]
                changed[at:at] = piece * chance.choice((1, 3, 20))
            case 4:
                del changed[at:]
            case _:
                changed[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 30)))
    return bytes(changed)


@pytest.mark.slow
def test_damaged_files_are_read_or_refused_in_bounded_time() -> None:
    originals = seeds()
    tried = refused = 0
    ends = time.monotonic() + SECONDS
    number = 0
    while time.monotonic() < ends:
        number += 1
        chance = random.Random(number)
        name, data = chance.choice(originals)
        given = damaged(data, chance)
        started = time.monotonic()
        try:
            document = ingest(read(given, name))
        except IngestError:
            refused += 1
        else:
            assert document.receipt.unaccounted == 0, (number, name)
            for passage in document.passages:
                assert 0 <= passage.span.start < passage.span.end <= len(document.source.text), (number, name)
        tried += 1
        assert time.monotonic() - started < PATIENCE, (number, name)
    assert tried > 10

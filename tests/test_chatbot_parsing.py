"""A file that hurts its reader is a clear error of that file: time and memory are bounded, crashes stay apart."""

import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatbot.errors import UploadError
from chatbot.uploads.parsing import Ingest, Limits, Parser
from ingest.model import Document
from tests import hostile
from tests.patience import PATIENCE

LIMITS = Limits(seconds=20, memory=512)
ROOT = Path(__file__).parent.parent
READS = """
from contextlib import suppress
from chatbot.errors import UploadError
from chatbot.logs import about, write_warnings
from chatbot.uploads.parsing import Limits, Parser
from tests import hostile

if __name__ == "__main__":
    write_warnings()
    with about(job="a-job"):
        for reader in (hostile.warn, hostile.fail):
            with suppress(UploadError):
                Parser(Limits(seconds=60, memory=512), reader).parse("上官".encode(), "file.txt", "the-id")
"""
POLICY = "关于校车的通知\n1.校车每日检查。〔市公安局负责〕\n"


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser(LIMITS)


def parse(parser: Parser, data: bytes, name: str = "file.txt") -> Document:
    return parser.parse(data, name, "the-id")


def refusal(parser: Parser, data: bytes, name: str = "file.txt") -> str:
    with pytest.raises(UploadError) as refused:
        parse(parser, data, name)
    return str(refused.value)


def test_a_document_read_apart_is_the_one_read_here(parser: Parser) -> None:
    from ingest.pipeline import Given, ingest
    from ingest.readers import read

    data = POLICY.encode("gb18030")
    assert parse(parser, data) == ingest(read(data, "file.txt"), Given(id="the-id"))


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (hostile.hang, "longer than 2 seconds"),
        (hostile.spin, "longer than 2 seconds"),
        (hostile.crash, "ended with SIGSEGV"),
        (hostile.eat_memory, "more than 64 MiB of memory"),
        (hostile.fail, "stopped with an error"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_reader_that_misbehaves_is_stopped_and_the_file_is_named(
    reader: Ingest, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    started = time.monotonic()
    message = refusal(Parser(Limits(seconds=2, memory=64), reader), b"x")
    assert message.startswith("file.txt: ")
    assert said in message
    assert "upload" in message
    assert time.monotonic() - started < PATIENCE


def test_what_a_reader_says_is_in_lines_of_its_job_without_the_document_s_words() -> None:
    # In a process of its own: where tests capture the log, it is a file, which readers cannot write to.
    done = subprocess.run([sys.executable, "-c", READS], env=os.environ | {"PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=True)  # fmt: skip
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {line["job"] for line in lines} == {"a-job"}
    warned, failed = (line["message"] for line in lines)
    assert warned == "file.txt: half of it is missing"
    assert failed.startswith("the reader of file.txt stopped with an error ZeroDivisionError at ")
    assert "hostile.py" in failed
    assert "上官" not in done.stderr


def test_a_reader_cannot_write_to_the_disk(tmp_path: Path) -> None:
    target = tmp_path / "written"
    refusal(Parser(LIMITS, hostile.write_a_file), b"x" * 100, str(target))
    assert not target.exists() or target.stat().st_size == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (hostile.zip_bomb(), "unpacks to 268,435,456 bytes"),
        (hostile.lying_zip_bomb(), "damaged"),
        (hostile.xml_bomb(), "Maximum entity amplification"),
        (hostile.deep_xml(), "well-formed"),
        (b"%PDF-1.7 and no more", "damaged"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
    ],
    ids=["empty", "zip bomb", "zip bomb that lies", "xml bomb", "deep xml", "cut pdf", "binary"],
)
def test_a_hostile_file_is_refused_by_name_with_what_to_do(parser: Parser, data: bytes, said: str) -> None:
    message = refusal(parser, data, "清单.docx")
    assert message.startswith("清单.docx: ")
    assert said in message


def test_thousands_of_pages_are_read(parser: Parser) -> None:
    assert parse(parser, hostile.pdf(3000)).source.text.count("\f") == 2999


def test_scripts_of_a_page_are_no_text(parser: Parser) -> None:
    page = f"<html><script>alert('x')</script><body onload='y()'><p>{POLICY}</p><img src=x onerror=z()></body></html>"
    text = parse(parser, page.encode()).source.text
    assert "校车每日检查" in text
    assert not any(word in text for word in ("alert", "y()", "z()"))

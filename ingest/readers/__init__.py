"""Readers: the bytes of a file become its text, whole and uncleaned.

Importing this loads no parser: lxml, selectolax and pypdfium2 come in when the first file needs them.
"""

from ingest.readers.dispatch import read

__all__ = ["read"]

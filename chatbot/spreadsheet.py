"""CSV that Excel opens with Chinese intact and takes no cell of for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """``rows`` below ``header``, after a byte order mark, which Excel needs to read Chinese.

    A cell that a spreadsheet would take for a formula gets a quote in front (OWASP, CSV injection).
    """
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return out.getvalue()

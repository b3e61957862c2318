"""Tables as CSV in which no cell is a formula.

A cell that a spreadsheet would compute begins with an apostrophe (OWASP ASVS 1.2.10).
"""

import csv
import io

COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def csv_text(rows: list[list]) -> str:
    """Return rows as CSV in which no cell is a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[cell_text(c) for c in row] for row in rows])
    return text.getvalue()


def cell_text(value: float | str | None) -> str:
    """Return a cell: a number with all its digits, a text that no spreadsheet computes."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else repr(value)
    return f"'{value}" if value.lstrip(" ").startswith(COMPUTED) else value

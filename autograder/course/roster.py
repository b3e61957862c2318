"""Read the list of students: CSV with the columns id, first_name, last_name, email, lms_user_id."""

import csv
import re
from pathlib import Path

from autograder.errors import CallError

ROSTER = "roster.csv"
COLUMNS = ("id", "first_name", "last_name", "email", "lms_user_id")
ID = re.compile(r"[\w.@-]+")  # becomes the name of a folder, and a part of names in the exchange
EXAMPLE = "id,first_name,last_name,email"


def read_roster(path: Path) -> list[dict[str, str]]:
    """Return the students of a CSV file; columns that are empty are left out.

    Commas or semicolons part the columns; a UTF-8 mark at the start is fine.

    Raises:
        CallError: Some lines are wrong: all of them are told, by their number.
    """
    rows = csv_rows(path)
    header = [name.strip().lower() for name in rows[0][1]] if rows else []
    unknown = [name for name in header if name not in COLUMNS]
    if "id" not in header or unknown or len(set(header)) < len(header):
        wrong = f"unknown column {unknown[0]!r}" if unknown else "no column id, or one twice"
        raise CallError(f"{path.name}, line 1: {wrong}. Begin the file with `{EXAMPLE}`.")
    problems: list[str] = []
    lines: dict[str, int] = {}
    students = []
    for number, fields in rows[1:]:
        student = dict(zip(header, (field.strip() for field in fields), strict=False))
        if wrong := problem(fields, header, student, lines):
            problems.append(f"{path.name}, line {number}: {wrong}.")
        lines.setdefault(student.get("id", ""), number)
        students.append({key: value for key, value in student.items() if value})
    if problems:
        raise CallError("\n".join([*problems, "Nothing was imported. Mend these lines."]))
    return students


def csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV file that hold anything, each with the number of its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CallError(f"{path} cannot be read ({error.strerror}). Check the path.") from error
    except UnicodeDecodeError as error:
        raise CallError(f"{path} is not UTF-8 text. Save it as CSV UTF-8.") from error
    first = text.split("\n", 1)[0]
    reader = csv.reader(text.splitlines(), delimiter=";" if ";" in first else ",")
    try:
        return [(reader.line_num, row) for row in reader if any(field.strip() for field in row)]
    except csv.Error as error:
        raise CallError(f"{path} is no table ({error}). Save it as CSV UTF-8.") from error


def problem(fields: list, header: list, student: dict, lines: dict[str, int]) -> str | None:
    """Return what is wrong with a row, if anything."""
    id_ = student.get("id", "")
    if len(fields) != len(header):
        return f"{len(fields)} columns, the first line has {len(header)}"
    if not id_:
        return "the id is missing"
    if not ID.fullmatch(id_) or id_.startswith("."):
        return f"the id {id_!r} is no name of a folder: use letters, digits, . @ _ -"
    if marked_up := next((value for value in student.values() if "<" in value), None):
        return f"{marked_up!r} is no name: formgrader's pages would obey what stands in <…>"
    if id_ in lines:
        return f"the id {id_!r} stands in line {lines[id_]} already"
    return None

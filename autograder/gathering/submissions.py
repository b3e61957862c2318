"""The submissions of a class: a folder for each student, and what was gathered about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.collect import FORMS
from autograder.course.roster import ID
from autograder.errors import CallError
from autograder.gathering.files import FOLDER
from autograder.gathering.gathered import Gathered, read_gathered
from autograder.report import harmless
from autograder.rubric import read_rubric

RESERVED = ("grades.csv", "grades.json")  # beside the folders of students in what is written
NOTHING = "Nothing was gathered."
NOT_GATHERED = "It is not in gathered.json. Look where it comes from."


@dataclass(frozen=True)
class Handed:
    """What a student handed in; without a folder, or where it is no good, `why` says so."""

    student: str
    folder: Path | None
    why: str | None = None
    gathered: Gathered | None = None
    problems: tuple[str, ...] = ()


def handed_in(class_dir: Path) -> list[Handed]:
    """Return what every student handed in, also of those who are only in `gathered.json`.

    Raises:
        CallError: There is no such folder, or no student in it.
    """
    if not class_dir.is_dir():
        raise CallError(f"There is no folder {class_dir}. Give one with a folder for each student.")
    gathered = read_gathered(class_dir)
    stems = [plan.stem for plan in read_rubric().parts.values()]
    found = {path.name: path for path in class_dir.iterdir() if is_students(path)}
    if not found and not gathered:
        raise CallError(f"{class_dir} holds no folder of a student. Run `python -m autograder gather`, "
                        "or give the folder that holds them.")  # fmt: skip
    return [handed(name, found.get(name), gathered.get(name), bool(gathered), stems)
            for name in sorted({*found, *gathered})]  # fmt: skip


def is_students(path: Path) -> bool:
    """Tell whether something in the folder of a class is meant to be a student's."""
    return not path.name.startswith(".") and (path.is_dir() or path.is_symlink())


def handed(
    student: str, path: Path | None, row: Gathered | None, all_gathered: bool, stems: list[str]
) -> Handed:
    """Return what one student handed in."""
    problems = row.problems if row else (NOT_GATHERED,) * all_gathered
    if path is None:
        return Handed(student, None, NOTHING, row, problems)
    inside = path if row and holds_inner(row) else parts_in(path, stems)
    why = next(forbidden(path, inside), None)
    return Handed(student, path if why else inside, why, row, problems)


def holds_inner(row: Gathered) -> bool:
    """Tell whether a folder of the name came from inside the assignment: what is in it is not taken."""
    return any(name.startswith(f"{FOLDER}/") for name in row.files)


def forbidden(path: Path, inside: Path) -> Iterator[str]:
    """Yield why a folder, or that with the parts in it, cannot be graded."""
    name = harmless(path.name)[:100]
    if not is_name(path.name):
        yield f"The folder {name!r} is named by no id of a student. Rename it."
    elif path.is_symlink() or inside.is_symlink():
        yield f"{name} is a link. Put the folder itself in its place."
    else:
        try:
            next(inside.iterdir(), None)
        except OSError as error:
            yield f"{name} cannot be read ({error.strerror}). Change its permissions."


def is_name(student: str) -> bool:
    """Tell whether a student's name can be that of a folder beside the tables of grades."""
    return bool(ID.fullmatch(student)) and student[0] != "." and student.casefold() not in RESERVED


def parts_in(path: Path, stems: list[str]) -> Path:
    """Return the folder with the parts: the student's own, or `assignment/` in it."""
    inside = path / FOLDER
    try:
        own = any((path / f"{stem}.{form}").exists() for stem in stems for form in FORMS)
        return inside if not own and inside.is_dir() else path
    except OSError:
        return path


def chosen(students: list[Handed], pattern: str) -> set[str]:
    """Return the students whose names fit a glob; raise `CallError` if none does."""
    fitting = {each.student for each in students if fnmatchcase(each.student, pattern)}
    if not fitting:
        raise CallError(f"No student fits {pattern!r}. The first is {students[0].student!r}.")
    return fitting

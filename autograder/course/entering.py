"""Put marked notebooks into nbgrader: its gradebook, and its autograded/ folder. No kernel starts.

nbgrader's own preprocessors do it, those of `nbgrader autograde` that save marks.
"""

import contextlib
import logging
import os
import re
import secrets
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from autograder.collect import safe_read
from autograder.course.clearing import MARKED
from autograder.course.folder import ASSIGNMENT, CONFIG, api_of, db_url
from autograder.errors import SubmissionError

AUTOGRADED, TIMESTAMP, SECRET = "autograded", "timestamp.txt", "submission_secret.txt"
MAX_NAME = 4096  # bytes of a time stamp or a secret
OFFSET = re.compile(r" (?=[+-]\d{2}:?\d{2}$)")  # after a space, nbgrader takes +0200 for 200 seconds
READ_ONLY = 0o444  # as nbgrader leaves it


@dataclass(frozen=True)
class Handing:
    """When a submission came in: its time in UTC, its secret for feedback, and what is odd of them."""

    time: datetime | None
    stamp: str
    secret: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entered:
    """What the gradebook says of a submission: all points in it, seconds late, the penalty."""

    score: float
    late_s: float
    penalty: float


def handing(course_dir: Path, student: str, folder: Path) -> Handing:
    """Return when a submission was handed in, from the files that `nbgrader collect` wrote beside it.

    Feedback is published under a name made of the secret: one is made up where there is none, as
    anybody could guess the name, and `nbgrader release_feedback` would stop.
    """
    from nbgrader.utils import parse_utc

    stamp = OFFSET.sub("", small_text(folder / TIMESTAMP))
    earlier = course_dir / MARKED / student / ASSIGNMENT / SECRET
    secret = small_text(folder / SECRET) or small_text(earlier) or secrets.token_hex(32)
    try:
        return Handing(parse_utc(stamp) if stamp else None, stamp, secret)
    except (ValueError, OverflowError, TypeError, AttributeError):
        told = f"{TIMESTAMP} is no time: look whether it is late."
        return Handing(None, "", secret, (told,))


def small_text(path: Path) -> str:
    """Return a short text from a file, or "" if there is none that can be read."""
    with contextlib.suppress(SubmissionError):
        return safe_read(path, MAX_NAME).decode("utf-8", errors="replace").strip()
    return ""


def enter(
    course_dir: Path,
    student: str,
    notebooks: dict[str, NotebookNode],
    came: Handing,
    extra_hours: float = 0,
) -> Entered:
    """Enter the marked notebooks of a student, by their stem; return what the gradebook then says.

    Marks and comments given by hand stay. nbgrader asks a person to look again at every mark that
    was given by hand; here only where the answer, or the grader's points, have changed.
    """
    for notebook in notebooks.values():
        nbformat.validate(notebook)  # once, and raising: `nbformat.writes` would only log
    texts = {f"{stem}.ipynb": v4.writes(notebook) for stem, notebook in notebooks.items()}
    beside = {TIMESTAMP: came.stamp, SECRET: came.secret}
    write_folder(course_dir / MARKED / student / ASSIGNMENT, {**texts, **beside})
    before = settled(course_dir, student)
    register(course_dir, student, came.time, extra_hours)
    steps = pipeline(course_dir)
    for stem, notebook in notebooks.items():
        names = {"student": student, "notebook": stem, "db_url": db_url(course_dir)}
        texts[f"{stem}.ipynb"] = v4.writes(graded(notebook, names, steps))
    after = {key: value for key, value in answers_of(notebooks).items() if before.get(key) == value}
    write_folder(course_dir / AUTOGRADED / student / ASSIGNMENT, {**texts, **beside}, READ_ONLY)
    return settle(course_dir, student, set(after))


def write_folder(
    folder: Path, texts: dict[str, str], mode: int = 0o644, keep_others: bool = False
) -> None:
    """Write files, each whole or not at all, and remove all other files of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in [] if keep_others else folder.iterdir():
        if path.name not in texts and not path.is_dir():
            path.unlink()
    for name, text in texts.items():
        descriptor, scratch = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(scratch).chmod(mode)
        Path(scratch).replace(folder / name)


def register(course_dir: Path, student: str, time: datetime | None, extra_hours: float) -> None:
    """Let the gradebook know a student and a submission, with its time and its extra time."""
    with api_of(course_dir) as gradebook:
        gradebook.update_or_create_student(student)
        extension = timedelta(hours=extra_hours) if extra_hours else None
        gradebook.update_or_create_submission(ASSIGNMENT, student, timestamp=time, extension=extension)


def graded(notebook: NotebookNode, names: dict[str, str], steps: list) -> NotebookNode:
    """Return a marked notebook after nbgrader has saved its points."""
    about = {"assignment": ASSIGNMENT, **names}
    resources: dict[str, Any] = {"unique_key": names["notebook"], "nbgrader": about}
    for step in steps:
        notebook, resources = step.preprocess(notebook, resources)
    return notebook


def pipeline(course_dir: Path) -> list:
    """Return those preprocessors of `nbgrader autograde` that save marks, with the course's settings.

    Left out are those that repair a student's notebook, with a query for every cell: each graded cell
    is a released one, and `opening` has compared them with the gradebook. And the one that runs cells.
    """
    from nbgrader import preprocessors as steps
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader(CONFIG, path=str(course_dir.resolve())).load_config()
    wanted = (steps.LimitOutput, steps.SaveAutoGrades, steps.AssignLatePenalties)
    return [step(config=config) for step in wanted]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep nbgrader from telling on the screen what the rows tell: late, no response, overwritten."""
    from sqlalchemy.exc import SAWarning

    log = logging.getLogger("traitlets")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            yield
    finally:
        log.setLevel(before)


def earlier(course_dir: Path, student: str) -> tuple[str, ...]:
    """Say what the gradebook still holds of an earlier submission, which one without a mark leaves."""
    with contextlib.suppress(Exception), api_of(course_dir) as gradebook:  # or there is none to be told
        score = gradebook.find_submission(ASSIGNMENT, student).score
        return (f"The {score:g} points of an earlier submission stay in the gradebook, and are "
                "exported.",)  # fmt: skip
    return ()


def penalise(course_dir: Path) -> None:
    """Reckon penalties again: marks by hand, or another due date, may have come after grading."""
    with api_of(course_dir) as gradebook:
        submissions = [s for a in gradebook.assignments if a.name == ASSIGNMENT for s in a.submissions]
        late = [(s.student_id, book.name) for s in submissions
                if s.total_seconds_late > 0 or s.late_submission_penalty
                for book in s.notebooks]  # fmt: skip
    for student, stem in late:
        names = {"student": student, "notebook": stem, "db_url": db_url(course_dir)}
        graded(v4.new_notebook(), names, pipeline(course_dir)[-1:])


def answers_of(notebooks: dict[str, NotebookNode]) -> dict[tuple[str, str], str]:
    """Return what a person's mark rests on: the answer to a discussion, the points of a test cell."""
    found = {}
    for stem, notebook in notebooks.items():
        for cell in notebook.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("grade"):
                beside = cell.metadata.get("beside", "")
                found[stem, about["grade_id"]] = cell.source + points_shown(cell) + beside
    return found


def points_shown(cell: NotebookNode) -> str:
    """Return the points that a test cell shows, "" for other cells."""
    results = [o for o in cell.get("outputs", []) if o.output_type == "execute_result"]
    return "".join(output.data["text/plain"] for output in results)


def settled(course_dir: Path, student: str) -> dict[tuple[str, str], str]:
    """Return on what those marks rested that a person gave, and that wait for nobody."""
    from nbgrader.api import MissingEntry

    folder = course_dir / AUTOGRADED / student / ASSIGNMENT
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in folder.glob("*.ipynb")}
    with api_of(course_dir) as gradebook, contextlib.suppress(MissingEntry):
        submission = gradebook.find_submission(ASSIGNMENT, student)
        done = {(book.name, grade.name) for book in submission.notebooks for grade in book.grades
                if grade.manual_score is not None and not grade.needs_manual_grade}  # fmt: skip
        return {key: value for key, value in answers_of(notebooks).items() if key in done}
    return {}


def settle(course_dir: Path, student: str, unchanged: set[tuple[str, str]]) -> Entered:
    """Let unchanged marks by hand wait for nobody; return what the gradebook says."""
    with api_of(course_dir) as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, student)
        for book in submission.notebooks:
            for grade in book.grades:
                if (book.name, grade.name) in unchanged:
                    grade.needs_manual_grade = False
        gradebook.db.commit()
        return Entered(submission.score, submission.total_seconds_late,
                       submission.late_submission_penalty)  # fmt: skip

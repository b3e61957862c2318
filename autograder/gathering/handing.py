"""Hand gathered files in to nbgrader: into the course folder, with the time of the commit."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from autograder.course.entering import SECRET, TIMESTAMP
from autograder.course.folder import ASSIGNMENT
from autograder.course.opening import SUBMITTED
from autograder.gathering.gathered import STAMP, Gathered
from autograder.gathering.placing import first_of, place


def hand_in(row: Gathered, out: Path, course_dir: Path) -> None:
    """Copy a student's folder to where nbgrader looks for it, in the place of an earlier one.

    What nbgrader believes of a submission, its time and the name of its feedback, is never taken
    from a student's files.
    """
    with tempfile.TemporaryDirectory(prefix="moveout-") as scratch:
        made = Path(scratch) / ASSIGNMENT
        try:
            shutil.copytree(out / row.student, made, ignore=believed)
        except shutil.Error as error:
            raise first_of(error) from error
        time = datetime.strptime(row.time, STAMP)
        (made / TIMESTAMP).write_text(f"{time:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
        place(made, course_dir / SUBMITTED / row.student / ASSIGNMENT)


def believed(folder: str, names: list[str]) -> list[str]:
    """Return the files that nbgrader would believe."""
    return [name for name in names if name.casefold() in (TIMESTAMP, SECRET)]

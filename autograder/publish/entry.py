"""Entry for Classroom 50. Copy it as `autograder.py` beside the folders of a student's copy:

    CLASSROOM/autograders/ASSIGNMENT/{autograder.py, autograder/, data/, requirements.txt}

The runner calls it in the student's checkout. All that judges is taken from this folder, nothing but
`assignment/` from the student's. What lies where results are read is gone before: a `result.json` that
was committed, the report of another student.
"""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPORT = HERE / "build" / "report"


def main(checkout: Path) -> int:
    """Grade a checkout and leave `result.json` in it; return 0 if a mark was issued."""
    record = checkout / "result.json"
    for path in (REPORT, record):
        remove(path)
    pip = ["-m", "pip", "install", "--quiet", "-r", "requirements.txt"]
    grade = ["-m", "autograder", "grade", str(checkout / "assignment"), "--report", str(REPORT)]
    publish = ["-m", "autograder", "publish", "--from", str(REPORT), "--repository", str(checkout),
               "--classroom50", str(record)]  # fmt: skip
    if python(pip):
        return 1
    python(grade)  # whatever its score; without a mark, there is nothing to publish
    return python(publish)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def python(arguments: list[str]) -> int:
    """Run Python in this folder, so that `autograder` is ours and not the student's."""
    return subprocess.run([sys.executable, *arguments], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))

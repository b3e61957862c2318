"""The first cell of a notebook, for Colab, where nothing is installed and no data lie; what it calls."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

BEGINS = "import google.colab"
SETUP = '''# In Colab, this cell fetches the data and the grader. Everywhere else it does nothing.
try:
    {begins}
except ImportError:
    pass
else:
    import subprocess
    import sys
    from pathlib import Path

    REPOSITORY = {repository!r}  # the address of the course's repository
    COURSE = Path.home() / "course"
    if not COURSE.exists():
        assert REPOSITORY, "Write the address into REPOSITORY, above, and run this cell again."
        clone = ["git", "clone", "--quiet", "--depth", "1", REPOSITORY, str(COURSE)]
        done = subprocess.run(clone, capture_output=True, text=True)
        assert COURSE.exists(), f"{{done.stderr}}Mend REPOSITORY: it has to be public."
    if str(COURSE) not in sys.path:
        sys.path.insert(0, str(COURSE))
    from autograder.colab import prepare

    prepare()
'''
COURSE = Path(__file__).resolve().parent.parent
NAME = re.compile(r"^[A-Za-z0-9_.-]+")
IMPORTED_AS = {"scikit-learn": "sklearn", "tensorflow-cpu": "tensorflow"}


def setup_code(repository: str) -> str:
    """Return the code of the first cell.

    Args:
        repository: Address of the students' template; empty if the student has to fill it in.
    """
    return SETUP.format(begins=BEGINS, repository=repository).rstrip()


def prepare(course: Path = COURSE) -> None:
    """Install the packages that are missing, choose JAX, and work in the folder of the assignment.

    A package that is there stays as it is, in whatever version: another one would want a restart.

    Raises:
        subprocess.CalledProcessError: pip could not install them; it has said why.
    """
    lines = missing((course / "requirements.txt").read_text(encoding="utf-8"))
    if lines:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *lines], check=True)
    os.environ.setdefault("KERAS_BACKEND", "jax")  # as the grader has it, and faster
    os.chdir(course / "assignment")


def missing(requirements: str) -> list[str]:
    """Return the lines of some requirements, pins and markers included, that cannot be imported."""
    named = [(match[0], line) for line in requirements.splitlines() if (match := NAME.match(line))]
    return [line for name, line in named if not importlib.util.find_spec(IMPORTED_AS.get(name, name))]

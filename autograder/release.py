"""Make `assignment/`, what students get, from `solution/`, and prove that it is fresh.

solution/part*.py --template_of--> part*.py --> part*.ipynb; TASKS.md with the rubric's points;
figures drawn by data/draw_figures.py. The same source gives the same bytes.
"""

import io
import json
import tempfile
from pathlib import Path

from rich.console import Console

from autograder.errors import CallError, CourseError
from autograder.model import Rubric
from autograder.regions import bare, secrets_of, template_of
from autograder.rubric import read_rubric
from autograder.template import COMMAND, MADE, hashes_of, notebook_of, template_files

REMEMBERED = "autograder/template.json"
SHORT = 12  # a shorter line, such as `return X`, is no secret
PIXEL_TOLERANCE = 0.01  # mean difference of two figures, of 1: fonts differ between versions
IGNORED = {
    ".git", ".hypothesis", ".ipynb_checkpoints", ".pytest_cache", ".ruff_cache", ".venv",
    "__pycache__", "build",
}  # fmt: skip


def require_solution(root: Path) -> None:
    """Raise `CallError` where there is no `solution/`: in a student's copy."""
    if not (root / "solution").is_dir():
        raise CallError("This needs solution/, which only the instructor's repository has. "
                        "To see your points, run `python -m autograder grade`.")  # fmt: skip


def run(root: Path, check: bool, student_repo: Path | None, console: Console) -> int:
    """Release, or only check, and build or check a student's copy; return the exit code."""
    from autograder import student_copy

    require_solution(root)
    if check:
        problems = stale(root)
        if student_repo and not problems:
            problems = student_copy.check_student_repo(root, student_repo)
        for problem in problems:
            console.print(problem, markup=False, soft_wrap=True)
        if not problems:
            console.print("Fresh: nothing is stale, missing or stray.")
        return int(bool(problems))
    for path in release(root):
        console.print(str(path.relative_to(root)), markup=False, soft_wrap=True)
    if student_repo:
        made = student_copy.student_repo(root, student_repo)
        console.print(str(made), markup=False, soft_wrap=True)
    return 0


def release(root: Path) -> list[Path]:
    """Write `assignment/` from `solution/` and remember the hashes of its code.

    Args:
        root: The instructor's repository.

    Returns:
        Every file of the release, also those that were fresh already.

    Raises:
        CourseError: The source is wrong; nothing was written.
    """
    require_solution(root)
    made, folder = made_files(root), root / "assignment"
    with tempfile.TemporaryDirectory() as scratch:
        drawn = draw_figures(Path(scratch))
        (folder / "figures").mkdir(parents=True, exist_ok=True)
        for name, data in {**made, **drawn}.items():
            if not is_fresh(folder / name, data):  # a picture that only looks the same stays
                (folder / name).write_bytes(data)
    remember(root, made)
    return [folder / name for name in (*made, *drawn)]


def stale(root: Path) -> list[str]:
    """Return what is stale, missing or stray in `assignment/`, one sentence each."""
    require_solution(root)
    folder, problems = root / "assignment", []
    with tempfile.TemporaryDirectory() as scratch:
        made = made_files(root)
        expected = {**made, **draw_figures(Path(scratch))}
    for name, data in expected.items():
        if not (folder / name).is_file():
            problems.append(f"assignment/{name} is missing. Run `{COMMAND}`.")
        elif not is_fresh(folder / name, data):
            problems.append(f"assignment/{name} is stale. Run `{COMMAND}`.")
    stray = sorted({p.relative_to(folder).as_posix() for p in files_in(folder)} - {*expected})
    problems += [f"assignment/{name} is not of the release. Delete it." for name in stray]
    if hashes_of(made) not in remembered(root):
        problems.append(f"{REMEMBERED} does not know this release. Run `{COMMAND}`.")
    return problems


def files_in(folder: Path) -> list[Path]:
    """Return the files in a folder and below, but for caches, builds and git's own."""
    found: list[Path] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and path.name not in IGNORED:
            found += files_in(path)
        elif path.is_file():
            found.append(path)
    return found


def is_fresh(path: Path, data: bytes) -> bool:
    """Tell whether a file holds these bytes or, for a PNG, nearly the same picture."""
    if not path.is_file():
        return False
    return path.read_bytes() == data or (path.suffix == ".png" and _same_picture(path, data))


def _same_picture(path: Path, data: bytes) -> bool:
    import numpy as np
    from matplotlib.image import imread

    try:
        old, new = imread(path), imread(io.BytesIO(data))
    except (ValueError, OSError, SyntaxError):  # what Pillow raises for a damaged PNG
        return False
    return old.shape == new.shape and float(np.abs(old - new).mean()) <= PIXEL_TOLERANCE


def made_files(root: Path) -> dict[str, bytes]:
    """Return the text files of a release: scripts, notebooks and the task sheet, by their name."""
    rubric = course_rubric(root)
    return template_files(sources(root, rubric), tasks(root), rubric)


def tasks(root: Path) -> str:
    """Return the source of the task sheet."""
    return _read(root / "solution" / "TASKS.md")


def reference_notebooks(root: Path, folder: Path) -> list[Path]:
    """Write the solution as notebooks into a folder, answers and mark schemes included."""
    require_solution(root)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in sources(root, course_rubric(root)).items():
        written.append(folder / name.replace(".py", ".ipynb"))
        notebook = notebook_of(text, f"*{MADE} For the instructor: it holds the answers.*")
        written[-1].write_bytes(notebook.encode("utf-8"))
    return written


def course_rubric(root: Path) -> Rubric:
    """Return the rubric of a repository."""
    return read_rubric(root / "autograder" / "rubric.toml")


def sources(root: Path, rubric: Rubric) -> dict[str, str]:
    """Return the course scripts of all parts by their name."""
    names = [f"{plan.stem}.py" for plan in rubric.parts.values()]
    return {name: _read(root / "solution" / name) for name in names}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"solution/{path.name} cannot be read ({error})"
        raise CourseError(f"{problem}. Restore it, then run `{COMMAND}`.") from error


def draw_figures(folder: Path) -> dict[str, bytes]:
    """Return the figures of the task sheet by their name."""
    from data.draw_figures import draw_all

    return {f"figures/{path.name}": path.read_bytes() for path in draw_all(folder)}


def remembered(root: Path) -> list[dict[str, str]]:
    """Return the hashes of every release so far, the oldest first."""
    path = root / REMEMBERED
    if not path.exists():
        return []
    try:
        return [entry["hashes"] for entry in json.loads(path.read_text("utf-8"))["releases"]]
    except (ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{REMEMBERED} is damaged. Run `git checkout {REMEMBERED}`.") from error


def remember(root: Path, made: dict[str, bytes]) -> None:
    """Add the hashes of a release to those of earlier ones, unless they are known."""
    known, new = remembered(root), hashes_of(made)
    if new in known:
        return
    comment = f'Generated by "{COMMAND}": code hashes of every release, so that edits are seen.'
    content = {"comment": comment, "releases": [{"hashes": h} for h in (*known, new)]}
    (root / REMEMBERED).write_bytes((json.dumps(content, indent=1) + "\n").encode("utf-8"))


def secret_lines(root: Path) -> set[str]:
    """Return the lines that stand in solution regions and mark schemes, and nowhere else."""
    texts = sources(root, course_rubric(root))
    inside = {line for name, text in texts.items() for line in secrets_of(text, name)}
    public = [template_of(text, name) for name, text in texts.items()]
    public.append(tasks(root))
    outside = {bare(line) for text in public for line in text.splitlines()}
    return {line for line in inside - outside if len(line) >= SHORT}

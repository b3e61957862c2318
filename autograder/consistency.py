"""What must agree in the instructor's repository: rubric, stubs, release, data, student copy.

Every function takes the root and returns what is wrong, one sentence each, and what was counted.
"""

import ast
import re
import subprocess
import tempfile
from pathlib import Path

from autograder.checks import MODULES
from autograder.errors import CourseError
from autograder.judge import check_functions
from autograder.regions import regions, template_of
from autograder.release import course_rubric, files_in, secret_lines, sources, stale, tasks
from autograder.rubric import contradictions
from autograder.student_copy import contents, leaks
from autograder.template import places_in

Found = tuple[list[str], str]  # what is wrong, what was counted

TOP_LEVEL = {
    ".ci", ".gitattributes", ".github", ".gitignore", "LICENSE", "Makefile", "README.md", "docs",
    "assignment", "autograder", "benchmarks", "data", "pyproject.toml", "requirements.txt",
    "solution",
}  # fmt: skip
STRAY = re.compile(r"(~|\.(orig|rej|bak|swp|pyc|h5|keras|npy|npz|pkl|log))$|(^|/)\.DS_Store$")
IGNORED = (".", "build/", "course/")  # at the top level, where there is no git to ask
MISSPELT = (
    "    ### BEGIN SOLUTIN Task 1.2", "    ### begin solution", "    # BEGIN SOLUTION",
    "    ### END SOLUTION", "    ### STUB return X", "    ### BEGINN SOLUTION Task 1.2",
)  # fmt: skip


def rubric_adds_up(root: Path) -> Found:
    """Every check has points, a title, a hint and a function; the discussions fit the scripts."""
    rubric = course_rubric(root)
    judged = {id_ for module in MODULES.values() for id_ in check_functions(module)}
    stated = {check.id for check in rubric.checks}
    problems = contradictions(rubric)
    problems += [f"No function judges {id_}." for id_ in sorted(stated - judged)]
    problems += [f"rubric.toml lacks {id_}." for id_ in sorted(judged - stated)]
    asked = discussions(root)
    points = {task.id: task.points for task in rubric.by_hand}
    problems += [
        f"Discussion {id_} states {asked.get(id_)} points, the rubric {points.get(id_)}."
        for id_ in sorted(asked.keys() | points.keys())
        if asked.get(id_) != points.get(id_)
    ]
    by_check = sum(check.points for check in rubric.checks)
    return problems, f"{by_check} points by program, {sum(points.values())} by a person"


def task_sheet_is_complete(root: Path) -> Found:
    """The task sheet tells the points of every check and every discussion."""
    rubric = course_rubric(root)
    told = {key for key, _ in places_in(tasks(root), rubric).values()}
    wanted = [f"check:{check.id}" for check in rubric.checks]
    wanted += [f"hand:{task.id}" for task in rubric.by_hand]
    problems = [f"solution/TASKS.md does not tell {key}." for key in wanted if key not in told]
    return problems, f"{len(told)} numbers of the rubric"


def checks_are_placed(root: Path) -> Found:
    """Every check has one test cell in the notebooks that nbgrader keeps."""
    from autograder.course.notebooks import misplaced  # not in a student's copy

    rubric = course_rubric(root)
    problems = misplaced(sources(root, rubric), rubric)
    return problems, f"{len(rubric.checks)} test cells"


def discussions(root: Path) -> dict[str, int | None]:
    """Return the points that the scripts' discussion cells state, by their id."""
    asked: dict[str, int | None] = {}
    for text in sources(root, course_rubric(root)).values():
        for cell in re.split(r"^# %% *", text, flags=re.M):
            if id_ := re.match(r'\[markdown\].*discussion="([^"]+)"', cell):
                stated = re.search(r"\((\d+) points?\)", cell)
                asked[id_[1]] = int(stated[1]) if stated else None
    return asked


def release_is_fresh(root: Path) -> Found:
    """`assignment/` is byte for byte what `release` makes."""
    problems = stale(root)
    return problems, f"{len(files_in(root / 'assignment'))} files"


def template_has_no_secret(root: Path) -> Found:
    """No line of a solution region or a mark scheme stands in `assignment/`."""
    secrets, folder = secret_lines(root), root / "assignment"
    files = {f"assignment/{p.relative_to(folder)}": p.read_bytes() for p in files_in(folder)}
    return leaks(files, secrets), f"{len(secrets)} secret lines looked for"


def misspelt_markers(root: Path) -> Found:
    """A misspelt, nested or lonely marker is an error, not a leak."""
    problems = []
    for line in MISSPELT:
        try:
            regions(f"# %%\ndef f():\n{line}\n    return 1\n", "probe")
            problems.append(f"{line.strip()!r} passes silently.")
        except CourseError:
            continue
    return problems, f"{len(MISSPELT)} wrong markers refused"


def stubs_agree(root: Path) -> Found:
    """Stub and solution agree in names, signatures and docstrings."""
    rubric, problems, count = course_rubric(root), [], 0
    for number, (name, text) in enumerate(sources(root, rubric).items(), 1):
        solved, stubs = signatures(text), signatures(template_of(text, name))
        wanted = {check.function for check in rubric.of_part(number)} - {None}
        problems += [f"{name}: the template lacks {f}." for f in sorted(wanted - stubs.keys())]
        problems += [
            f"{name}: {f} differs between stub and solution, or has no docstring."
            for f, stub in stubs.items()
            if stub != solved.get(f) or not stub[1]
        ]
        count += len(stubs)
    return problems, f"{count} functions"


def signatures(text: str) -> dict[str, tuple[str, str]]:
    """Return the arguments and the docstring of every function of a script."""
    found = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef))
    return {
        f.name: (f"({ast.unparse(f.args)}) -> {f.returns and ast.unparse(f.returns)}",
                 ast.get_docstring(f) or "")
        for f in found
    }  # fmt: skip


def data_are_fresh(root: Path) -> Found:
    """The data files are what `make_arrivals` writes; no row stands in them twice."""
    from data.make_arrivals import write_all

    problems, rows = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for path in write_all(scratch):
            there = root / "data" / path.name
            if not there.is_file() or there.read_bytes() != path.read_bytes():
                problems.append(f"data/{path.name} is stale. Run `python data/make_arrivals.py`.")
            if path.name.startswith("arrival"):
                lines = path.read_text("ascii").splitlines()[1:]
                rows += [" ".join(line.split()[:-1]) for line in lines]  # without the label
    if len(set(rows)) < len(rows):
        problems.append(f"{len(rows) - len(set(rows))} rows stand in the data files twice.")
    return problems, f"{len(rows)} rows, all different"


def copy_leaks_nothing(root: Path) -> Found:
    """A student's copy holds no line of a solution or a mark scheme."""
    files = contents(root)
    return leaks(files, secret_lines(root)), f"{len(files)} files searched"


def nothing_stray(root: Path) -> Found:
    """The repository holds only known top-level names, and no left-over files."""
    names = tracked_names(root)
    unknown = sorted({name.split("/")[0] for name in names} - TOP_LEVEL)
    problems = [f"{name} is not known here. Delete it, or ignore it." for name in unknown]
    problems += [f"{name} is stray. Delete it." for name in names if STRAY.search(name)]
    return problems, f"{len(names)} files"


def tracked_names(root: Path) -> list[str]:
    """Return the files that git tracks or would add; without git, all but caches and builds."""
    git = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.check_output(git, text=True, stderr=subprocess.DEVNULL)
        return [name for name in listed.split("\0") if name and (root / name).exists()]
    except (OSError, subprocess.CalledProcessError):
        names = (path.relative_to(root).as_posix() for path in files_in(root))
        return [n for n in names if n.split("/")[0] in TOP_LEVEL or not n.startswith(IGNORED)]

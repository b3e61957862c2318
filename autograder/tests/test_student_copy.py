"""A student's copy holds all that grading needs, and no line of a solution or a mark scheme."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import CallError
from autograder.manifest import NAME, digest
from autograder.release import secret_lines
from autograder.student_copy import (
    GENERATED,
    check_student_repo,
    leaks,
    student_makefile,
    student_repo,
    student_requirements,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def copy(course, tmp_path_factory) -> Path:
    """Return a student's copy of the course."""
    return student_repo(course, tmp_path_factory.mktemp("student") / "copy")


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its relative name."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.quick
def test_a_leak_is_found_in_scripts_cells_and_outputs():
    """One line is enough in `assignment/`; the grader's code may share a short idiom."""
    secrets = {"return helper() + 1", "fields = line.split()"}
    for line in secrets:
        written = {"cells": [{"source": ["x\n", f"# {line}\n", "y"]}]}
        printed = {"cells": [{"source": "", "outputs": [{"text": ["a\n", line]}]}]}
        assert leaks({"assignment/a.py": f"\t{line}  \n".encode()}, secrets)
        for notebook in (written, printed):
            assert leaks({"assignment/a.ipynb": json.dumps(notebook).encode()}, secrets)
        assert not leaks({"autograder/a.py": line.encode()}, secrets)
    assert leaks({"autograder/a.py": "\n\n  ".join(secrets).encode()}, secrets)
    assert leaks({"assignment/a.md": b"# ### BEGIN SOLUTION"}, set())


@pytest.mark.quick
def test_a_students_requirements_and_makefile_hold_only_what_students_need():
    """The instructor's packages and targets are left out, and both files say they are generated."""
    text = student_requirements("# pinned\nnumpy==2\n# instructor\nnbgrader==0\n")
    assert text == f"# {GENERATED}\nnumpy==2\n"
    makefile = student_makefile((ROOT / "Makefile").read_text("utf-8"))
    assert makefile.startswith("# Generated") and "-m pytest autograder/checks\n" in makefile
    assert "venv" in makefile and "self-check" not in makefile and "ruff" not in makefile


@pytest.mark.quick
@pytest.mark.parametrize("kept", [True, False])
def test_a_students_clean_spares_what_an_update_kept(tmp_path, kept):
    """`build/before-update` may be the only copy of what a student had written; reports go."""
    makefile = student_makefile((ROOT / "Makefile").read_text("utf-8"))
    (tmp_path / "Makefile").write_text(makefile, encoding="utf-8")
    mine = ["build/before-update/2027-01-15/a.py", "build/update/assignment/b.py"] * kept
    made = ["build/report/result.json", "build/compiled/a/b", "build/note", ".venv/bin/c"] * kept
    for name in (*mine, *made):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    for _ in range(2):
        done = subprocess.run(["make", "clean", f"PYTHON={sys.executable}"], cwd=tmp_path, text=True,
                              capture_output=True, timeout=60)  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert {*snapshot(tmp_path)} == {"Makefile", *mine}


def test_no_secret_line_stands_anywhere_in_a_students_copy(course, copy):
    """Every line of every solution region and mark scheme is looked for in every file."""
    secrets = secret_lines(course)
    assert len(secrets) > 100
    files = snapshot(copy)
    assert leaks(files, secrets) == []
    prose = {line for line in secrets if len(line.split()) > 7}
    texts = [data.decode("utf-8", "ignore") for data in files.values()]
    assert not [line for line in prose if any(line in text for text in texts)]
    assert not [name for name in files if "tests" in Path(name).parts or "calibration" in name]
    assert not (copy / "solution").exists() and b"nbgrader" not in files["requirements.txt"]
    for name in ("README.md", "Makefile", "pyproject.toml", "requirements.txt"):
        assert GENERATED in files[name].decode().splitlines()[0]


def test_check_of_a_students_repository_names_every_difference(course, copy, tmp_path, drawn_once):
    """Fresh passes; an edit, a missing file, a stray one and a leak are told, each by name."""
    target = shutil.copytree(copy, tmp_path / "copy")
    assert check_student_repo(course, target) == []
    (target / "LICENSE").unlink()
    (target / "Makefile").write_text("all:\n")
    secret = max(secret_lines(course), key=len)
    (target / "notes.md").write_text(f"{secret}\n", encoding="utf-8")
    problems = "\n".join(check_student_repo(course, target))
    assert "LICENSE is missing." in problems and "Makefile is stale." in problems
    assert "notes.md is not of the copy." in problems and "notes.md leaks the line" in problems


def test_answers_to_the_discussion_are_never_overwritten(course, copy, tmp_path, drawn_once):
    """They are no code, and a student's work; one that was interrupted is gone on with."""
    target = shutil.copytree(copy, tmp_path / "copy")
    script = target / "assignment" / "part1_one_to_one.py"
    fresh = script.read_text(encoding="utf-8")
    old = digest(f"{fresh}# An older text.\n".encode())
    listed = (target / NAME).read_text(encoding="utf-8").replace(digest(fresh.encode()), old)
    (target / NAME).write_text(listed, encoding="utf-8")
    assert student_repo(course, target) == target
    script.write_text(f"{fresh}# My answer.\n", encoding="utf-8")
    with pytest.raises(CallError, match="was edited by somebody"):
        student_repo(course, target)
    assert script.read_text(encoding="utf-8").endswith("# My answer.\n")


def test_a_students_work_is_never_overwritten(course, copy, tmp_path, drawn_once):
    """Only an empty folder or an unedited copy is written to."""
    target = shutil.copytree(copy, tmp_path / "copy")
    assert student_repo(course, target) == target
    with (target / "assignment" / "part1_one_to_one.py").open("a") as file:
        file.write("\nmine = 1\n")
    with pytest.raises(CallError, match="was edited by somebody"):
        student_repo(course, target)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("x")
    for folder in (tmp_path / "other", course):
        with pytest.raises(CallError, match="no student copy"):
            student_repo(course, folder)


def in_copy(copy: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run Python in a student's copy."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, capture_output=True, text=True, timeout=600
    )


@pytest.mark.parametrize("command", [
    ["release"], ["release", "--check"], ["self-check"], ["gather", "clones", "--out", "gathered"],
    ["grade-all", "--out", "x", "y"], ["audit"],
])  # fmt: skip
def test_instructors_commands_say_what_a_students_copy_lacks(copy, command):
    """Exit code 2, one sentence, no traceback."""
    done = in_copy(copy, "-m", "autograder", *command)
    assert done.returncode == 2 and "needs solution/" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_students_copy_needs_none_of_the_instructors_packages(copy):
    """Every module can be imported where only the student's requirements are installed."""
    block = (ROOT / "requirements.txt").read_text("utf-8").split("# instructor\n")[1]
    blocked = dict.fromkeys(line.split("==")[0] for line in block.splitlines())
    stems = [path.stem for path in sorted((copy / "autograder").glob("*.py"))]
    names = [stem for stem in stems if "__" not in stem and stem != "conftest"]  # for pytest alone
    code = f"import sys, importlib; sys.modules.update({blocked})\n"
    code += f"for name in {names}: importlib.import_module('autograder.' + name)"
    done = in_copy(copy, "-c", code)
    assert done.returncode == 0, done.stderr


def test_the_template_earns_nothing_in_a_students_copy(copy, tmp_path):
    """The copy grades by itself, and pytest, which there runs the checks, shows the same."""
    result = graded(copy, tmp_path)
    assert result["score"] == 0
    assert {check["status"] for check in result["checks"]} <= {"failed", "not_judged"}
    shown = in_copy(copy, "-m", "pytest", "-q", "--no-header", "-k", "1.")
    assert shown.returncode == 1 and " passed" not in shown.stdout, shown.stdout[-2000:]
    assert " failed" in shown.stdout and "not written yet" in shown.stdout


def test_the_solution_earns_everything_in_a_students_copy(course, copy, tmp_path):
    """What full marks need is all in the copy."""
    target = shutil.copytree(copy, tmp_path / "copy")
    for path in (course / "solution").glob("part*.py"):
        shutil.copy(path, target / "assignment")
    result = graded(target, tmp_path)
    lost = [(c["id"], c["got"]) for c in result["checks"] if c["status"] != "passed"]
    assert result["score"] == result["max_score"] == 80 and not lost


def graded(copy: Path, tmp_path: Path) -> dict:
    """Return the JSON of a grading in a student's copy."""
    path, report = tmp_path / "result.json", tmp_path / "report"
    done = in_copy(copy, "-m", "autograder", "grade", "--json", str(path), "--report", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(path.read_text("utf-8"))

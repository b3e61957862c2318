"""A newer student's copy reaches copies of every kind; what students wrote is never lost."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder import update
from autograder.errors import CallError
from autograder.manifest import NAME, Edit, digest, edits, manifest_text, read_manifest
from autograder.release import release
from autograder.student_copy import check_student_repo, student_repo

WHO = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
       "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
       "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}  # fmt: skip
KINDS = ("template", "fork", "unzipped")
PART1, PART2 = "assignment/part1_one_to_one.py", "assignment/part2_many_to_one"
PART3 = ("assignment/part3_earthquakes.py", "assignment/part3_earthquakes.ipynb")
MINE = "\nmine = 1\n"
HINT = "Read the docstring once more"
SHEET = "assignment/TASKS.md"


@dataclass(frozen=True)
class Versions:
    """The course before and after a correction, the copies made of them, and the instructor's."""

    course1: Path
    course2: Path
    copy1: Path
    copy2: Path
    bare1: Path
    bare2: Path


def git(folder: Path, *arguments: str) -> str:
    """Run git as a student does."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True,
                          env={**os.environ, **WHO}, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def committed(folder: Path) -> Path:
    """Make a repository of a folder, with a history of its own."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    """Commit everything, as the printed next step says."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=work")


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def corrected(course: Path) -> None:
    """Change a course as an instructor does in mid-term, and release it."""
    engine, rubric = course / "autograder", course / "autograder" / "rubric.toml"
    first = next(line for line in rubric.read_text("utf-8").splitlines() if line.startswith("hint = "))
    change(rubric, first, f'hint = "{HINT}."')
    (engine / "spare.py").unlink()
    (engine / "more.py").write_text('"""More."""\n\nWORD = 1\n', "utf-8")
    change(engine / "score.py", "from autograder", "from autograder.more import WORD  # noqa: F401\nfrom autograder")
    (course / "data" / "more_arrivals.txt").write_text("1 2 3\n", "utf-8")
    change(course / "requirements.txt", "# instructor", "tomli-w==1.0.0\n# instructor")
    (course / "solution" / "TASKS.md").write_text(
        (course / "solution" / "TASKS.md").read_text("utf-8") + "\nA corrected sentence.\n", "utf-8")
    for stem in (PART2, PART3[0].removesuffix(".py")):
        script = course / "solution" / f"{Path(stem).name}.py"
        script.write_text(script.read_text("utf-8") + "\n# %%\nCORRECTED = True\n", "utf-8")
    release(course)


@pytest.fixture(scope="module")
def versions(course, tmp_path_factory) -> Versions:
    """Return the course before and after a correction."""
    from autograder import release as releasing

    folder = tmp_path_factory.mktemp("versions")
    figures = sorted((course / "assignment" / "figures").glob("*.png"))
    drawn = {f"figures/{path.name}": path.read_bytes() for path in figures}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "draw_figures", lambda _: drawn)
        course1 = shutil.copytree(course, folder / "course1")
        (course1 / "autograder" / "spare.py").write_text('"""Spare."""\n', "utf-8")
        copy1 = student_repo(course1, folder / "copy1")
        course2 = shutil.copytree(course1, folder / "course2")
        corrected(course2)
        copy2 = student_repo(course2, folder / "copy2")
    bares = []
    for copy in (copy1, copy2):
        source = committed(shutil.copytree(copy, folder / f"{copy.name}.work"))
        git(folder, "clone", "--quiet", "--bare", str(source), f"{copy.name}.git")
        bares.append(folder / f"{copy.name}.git")
    return Versions(course1, course2, copy1, copy2, *bares)


def students(versions: Versions, kind: str, folder: Path) -> Path:
    """Return a student's repository before the update, with work in it."""
    if kind == "fork":
        git(folder, "clone", "--quiet", str(versions.bare1), "mine")
    else:
        shutil.copytree(versions.copy1, folder / "mine")
    mine = folder / "mine"
    if kind == "template":
        committed(mine)
    for name in (PART1, f"{PART2}.py", "autograder/judge.py"):
        with (mine / name).open("a", encoding="utf-8") as file:
            file.write(MINE)
    notebook = json.loads((mine / f"{PART2}.ipynb").read_text("utf-8"))
    notebook["cells"][-1]["source"] = ["mine = 2\n"]
    (mine / f"{PART2}.ipynb").write_text(json.dumps(notebook), "utf-8")
    (mine / "assignment" / "helpers.py").write_text(MINE, "utf-8")
    if kind != "unzipped":
        commit(mine)
    return mine


def source_for(versions: Versions, kind: str) -> str:
    """Return what a student types behind `update`: an address, or a folder."""
    return str(versions.copy2) if kind == "unzipped" else versions.bare2.as_uri()


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its relative name, but for git's and caches."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and not {".git", "__pycache__"} & {*path.parts}}  # fmt: skip


def moveout(copy: Path, *arguments: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    """Run the grader's command line in a student's copy."""
    return subprocess.run([sys.executable, *options, "-m", "autograder", *arguments], cwd=copy,
                          capture_output=True, text=True, timeout=600)  # fmt: skip


@dataclass(frozen=True)
class Updated:
    """A student's repository after the update, what stood there before, and what was printed."""

    kind: str
    mine: Path
    before: dict[str, bytes]
    printed: str


@pytest.fixture(scope="module", params=KINDS)
def updated(request, versions, tmp_path_factory) -> Updated:
    """Return a student's repository after the update, made without any installed package."""
    mine = students(versions, request.param, tmp_path_factory.mktemp(request.param))
    before = snapshot(mine)
    done = moveout(mine, "update", source_for(versions, request.param), options=("-S",))
    assert done.returncode == 0, done.stdout + done.stderr
    return Updated(request.param, mine, before, done.stdout)


def test_all_that_is_protected_becomes_the_courses(updated, versions):
    """Changed, new and removed files; also what a student had edited. No tampering is left."""
    assert edits(updated.mine, read_manifest(versions.copy2 / NAME)) == []
    assert (updated.mine / NAME).read_bytes() == (versions.copy2 / NAME).read_bytes()
    assert HINT in (updated.mine / "autograder" / "rubric.toml").read_text("utf-8")
    assert not (updated.mine / "autograder" / "spare.py").exists()
    assert (updated.mine / "data" / "more_arrivals.txt").is_file()


def test_what_a_student_wrote_stays_byte_for_byte(updated):
    """The parts that they worked in, in both forms, and a file of their own, which is told."""
    for name in (PART1, f"{PART2}.py", f"{PART2}.ipynb", "assignment/helpers.py"):
        assert (updated.mine / name).read_bytes() == updated.before[name]
    assert "assignment/helpers.py" in updated.printed


def test_what_a_student_did_not_touch_becomes_new(updated, versions):
    """The task sheet, and the stub of a part that was not begun."""
    for name in (SHEET, *PART3, "assignment/part1_one_to_one.ipynb"):
        assert (updated.mine / name).read_bytes() == (versions.copy2 / name).read_bytes()
    assert "A corrected sentence." in (updated.mine / SHEET).read_text("utf-8")


def test_a_changed_stub_that_a_student_worked_in_lies_beside(updated, versions):
    """One sentence says so; collect sees nothing of it, and a part whose stub is the same is silent."""
    for form in ("py", "ipynb"):
        new = updated.mine / "build" / "update" / f"{PART2}.{form}"
        assert new.read_bytes() == (versions.copy2 / f"{PART2}.{form}").read_bytes()
        assert updated.printed.count(f"build/update/{PART2}.{form}") == 1
    assert PART1 not in updated.printed
    expected = {"helpers.py"} | {path.name for path in (versions.copy2 / "assignment").iterdir()}
    assert {path.name for path in (updated.mine / "assignment").iterdir()} == expected


def test_an_edit_of_the_grader_is_not_lost(updated):
    """It is in git's history or, where there is no git, in a folder that is named."""
    assert "autograder/judge.py" in updated.printed
    edited = updated.before["autograder/judge.py"]
    if updated.kind == "unzipped":
        (kept,) = (updated.mine / "build" / "before-update").rglob("judge.py")
        assert kept.read_bytes() == edited
        assert kept.relative_to(updated.mine).as_posix() in updated.printed
    else:
        assert "git show HEAD:./autograder/judge.py" in updated.printed
        assert git(updated.mine, "show", "HEAD:./autograder/judge.py").encode() == edited
        assert not (updated.mine / "build" / "before-update").exists()


def test_the_next_steps_are_told(updated):
    """Commit and push where there is git; install where the packages have changed."""
    assert "make grade" in updated.printed and "pip install -r requirements.txt" in updated.printed
    assert ("git push" in updated.printed) == (updated.kind != "unzipped")


def test_a_second_update_changes_nothing(updated, versions, tmp_path):
    """It says so; the same from a folder as from git, and while the update is not committed yet."""
    mine = shutil.copytree(updated.mine, tmp_path / "mine")
    before = snapshot(mine)
    for source in (versions.bare2.as_uri(), str(versions.bare2), str(versions.copy2)):
        for more in ([], ["--check"]):
            done = moveout(mine, "update", source, *more)
            assert (done.returncode, done.stderr) == (0, "") and "Up to date" in done.stdout
    assert snapshot(mine) == before


def test_grading_works_after_the_update_and_git_is_clean_after_the_next_steps(updated, tmp_path):
    """The new engine runs on old and new parts; the work is committed by the printed commands."""
    mine = shutil.copytree(updated.mine, tmp_path / "mine")
    done = moveout(mine, "grade", "--json", str(tmp_path / "result.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert result["score"] == 0 and {part["part"] for part in result["parts"]} == {1, 2, 3}
    assert HINT in json.dumps(result)
    if updated.kind != "unzipped":
        git(mine, "init", "--quiet", "--bare", str(tmp_path / "github.git"))
        git(mine, "remote", "add", "hub", str(tmp_path / "github.git"))
        for line in updated.printed.splitlines():
            if line.startswith("  git add"):
                git(mine, *line.split()[1:])
        git(mine, "commit", "--quiet", "--message=update")
        git(mine, "push", "--quiet", "hub", "HEAD:main")
        assert git(mine, "status", "--porcelain") == ""

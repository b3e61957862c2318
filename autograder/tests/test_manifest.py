"""Edited, deleted and added files of the grader are told; what git or a run does to files is not."""

import json
import shutil
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.manifest import (
    NAME,
    Edit,
    edits,
    is_instructors,
    is_protected,
    manifest_text,
    read_handed_out,
    read_manifest,
)

pytestmark = pytest.mark.quick
FILES = {
    "autograder/judge.py": b"one\ntwo\n",
    "autograder/checks/part1.py": b"checks\n",
    "data/train.txt": b"1 2\n3 4\n",
    "data/picture.png": b"\x89PNG\r\n\0",
    ".github/workflows/grade.yml": b"name: grade\n",
    "Makefile": b"grade:\n",
    "assignment/part1.py": b"def f(): ...\n",
    "README.md": b"# Read me\n",
}


@pytest.fixture
def copy(tmp_path) -> Path:
    """Return a repository with these files and their manifest."""
    for name, data in {**FILES, NAME: manifest_text(FILES, "made").encode()}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def found(copy: Path) -> list[Edit]:
    """Return the edits by the copy's own manifest."""
    return edits(copy, read_manifest(copy / NAME))


def test_a_fresh_copy_has_no_edits_and_work_in_the_assignment_is_none(copy):
    """Line ends, caches, notes, a build and a student's own work are theirs to change."""
    (copy / "assignment" / "part1.py").write_text("def f(): return 1\n")
    (copy / "assignment" / "more.py").write_text("")
    (copy / "README.md").write_text("mine")
    (copy / "data" / "train.txt").write_bytes(b"1 2\r\n3 4\r\n")
    for name in ("autograder/__pycache__/judge.pyc", "build/report/x.py", ".venv/lib/keras.py"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("")
    assert found(copy) == []
    assert not is_protected("assignment/part1.py") and not is_protected(NAME)


def test_the_manifest_knows_what_is_the_students_to_change_apart(copy):
    """Its hashes stand beside those of protected files; one made before it knew them can be read."""
    known = read_handed_out(copy / NAME)
    assert {*known.others} == {"assignment/part1.py", "README.md"}
    assert known.files == read_manifest(copy / NAME) and {*known.all} == {*FILES}
    raw = json.loads((copy / NAME).read_text("utf-8"))
    del raw["others"]
    (copy / NAME).write_text(json.dumps(raw), "utf-8")
    assert read_handed_out(copy / NAME).others == {} and found(copy) == []


@pytest.mark.parametrize("name", [n for n in FILES if is_protected(n)])
def test_every_protected_file_is_told_if_it_is_edited_or_deleted(copy, name):
    """One byte more, or no file at all; also if a link takes its place."""
    (copy / name).write_bytes(FILES[name] + b" ")
    assert found(copy) == [Edit(name, "edited")]
    (copy / name).unlink()
    assert found(copy) == [Edit(name, "deleted")]
    (copy / name).symlink_to(copy / "README.md")
    assert found(copy) == [Edit(name, "edited")]


@pytest.mark.parametrize(
    "name", ["autograder/extra.py", ".github/workflows/own.yml", "data/more/rows.txt", "numpy.py",
             "conftest.py", "pytest.ini", "keras/__init__.py", "sitecustomize.py", "psutil.pyc",
             "keras/__init__.pyc"],
)  # fmt: skip
def test_what_is_added_to_the_grader_or_hides_a_library_is_told(copy, name):
    """Also beside the grader, where Python or pytest would find it first."""
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_text("")
    assert found(copy) == [Edit(name, "added")]


def test_links_to_folders_are_told_and_not_followed(copy):
    """A folder of the grader that became a link is one edit, wherever it leads."""
    (copy / "autograder" / "up").symlink_to("..")
    assert found(copy) == [Edit("autograder/up", "added")]


def test_a_repository_without_a_grader_lacks_nothing(copy):
    """Where a grader from outside grades, only the assignment and the caller were handed out."""
    handed_out = read_manifest(copy / NAME)
    for folder in ("autograder", "data"):
        shutil.rmtree(copy / folder)
    (copy / "Makefile").unlink()
    (copy / ".github" / "workflows" / "grade.yml").write_text("name: grade\n")
    (copy / ".github" / "workflows" / "mine.yml").write_text("name: mine\n")
    assert edits(copy, handed_out) == []
    (copy / "sitecustomize.py").write_text("")
    assert edits(copy, handed_out) == [Edit("sitecustomize.py", "added")]


def test_a_damaged_manifest_ends_in_the_next_thing_to_do(copy):
    """Missing, not JSON, or another structure."""
    strange = '{"files": [[1, 2]]}', "[" * 100_000
    for text in ("", "{", "[]", json.dumps({"comment": ""}), *strange):
        (copy / NAME).write_text(text)
        with pytest.raises(CourseError, match="Run `git checkout"):
            read_manifest(copy / NAME)


def test_a_copy_is_told_from_the_instructors_repository_by_its_manifest(copy):
    """Whatever folders a student makes; one without `solution/` is never the instructor's."""
    (copy / "solution").mkdir()
    assert not is_instructors(copy)
    (copy / NAME).unlink()
    assert is_instructors(copy)
    (copy / "solution").rmdir()
    assert not is_instructors(copy)

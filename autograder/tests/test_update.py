"""A newer student's copy reaches copies of every kind; what students wrote is never lost."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder import fetching, taking, update
from autograder.errors import CallError
from autograder.manifest import NAME, HandedOut, digest, edits, read_handed_out, read_manifest
from autograder.release import release
from autograder.student_copy import check_student_repo, student_repo

WHO = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
       "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
       "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}  # fmt: skip
KINDS = ("template", "fork", "unzipped")
PART1, PART2 = "assignment/part1_one_to_one.py", "assignment/part2_many_to_one"
PART3 = ("assignment/part3_earthquakes.py", "assignment/part3_earthquakes.ipynb")
MINE = "\nmine = 1\n"
HINT, TITLE = "Read the docstring once more", "A corrected title"
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
    lines = rubric.read_text("utf-8").splitlines()
    change(rubric, next(line for line in lines if line.startswith("hint = ")), f'hint = "{HINT}."')
    titles = [line for line in lines if line.startswith("title = ")]
    change(rubric, titles[1], f'title = "{TITLE}"')
    (engine / "spare.py").unlink()
    (engine / "more.py").write_text('"""More."""\n\nWORD = 1\n', "utf-8")
    change(engine / "score.py", "from autograder", "from autograder.more import WORD\nfrom autograder")
    change(course / ".github" / "workflows" / "grade.yml", "# A practice", "# A corrected practice")
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
        (shown,) = re.findall(r"git (show .*:./autograder/judge.py)", updated.printed)
        assert git(updated.mine, *shown.split()).encode() == edited
        assert not (updated.mine / "build" / "before-update").exists()


def test_the_next_steps_are_told(updated):
    """Commit and push where there is git; install where the packages have changed."""
    assert "make grade" in updated.printed and "pip install -r requirements.txt" in updated.printed
    for words in ("git push", "gh auth refresh --scopes workflow"):
        assert (words in updated.printed) == (updated.kind != "unzipped")


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
    assert result["parts"][0]["title"] == TITLE
    if updated.kind != "unzipped":
        git(mine, "init", "--quiet", "--bare", str(tmp_path / "github.git"))
        git(mine, "remote", "add", "hub", str(tmp_path / "github.git"))
        for line in updated.printed.splitlines():
            if line.startswith("  git add"):
                git(mine, *line.split()[1:])
        git(mine, "commit", "--quiet", "--message=update")
        git(mine, "push", "--quiet", "hub", "HEAD:main")
        assert git(mine, "status", "--porcelain") == ""


@pytest.fixture
def mine(versions, tmp_path) -> Path:
    """Return an untouched student's repository, made from the template."""
    return committed(shutil.copytree(versions.copy1, tmp_path / "mine"))


def test_a_check_changes_nothing_and_tells_all(versions, mine):
    """It ends with 1, and names what would be new."""
    before = snapshot(mine)
    done = moveout(mine, "update", versions.bare2.as_uri(), "--check")
    assert (done.returncode, done.stderr) == (1, "") and snapshot(mine) == before
    assert SHEET in done.stdout and "nothing is so far" in done.stdout
    assert done.stdout.endswith("Run the same without --check to take it over.\n")
    assert "update" in moveout(mine, "--help").stdout


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_tells_of_nothing_as_if_it_were_done(versions, tmp_path, kind, capsys):
    """Edits are named; no place where a version would be, and no step that follows an update."""
    mine = students(versions, kind, tmp_path)
    assert update.run(mine, source_for(versions, kind), check=True) == 1
    said = capsys.readouterr().out
    assert "autograder/judge.py was edited here, and would be the course's again.\n" in said
    assert f"{PART2}.py was edited here, and has changed in the course: yours stays as it is.\n" in said
    for words in ("git ", "build/", "Next", "make grade", "Your version", "Updated"):
        assert words not in said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", ["<<<<<<< HEAD\n{}", "{}", None])
def test_a_damaged_manifest_is_restored_and_nothing_is_lost(versions, tmp_path, kind, damage, capsys):
    """Conflict marks that were committed, or no manifest: all that may be the student's is kept."""
    mine = students(versions, kind, tmp_path)
    (mine / NAME).unlink() if damage is None else (mine / NAME).write_text(damage, "utf-8")
    if kind != "unzipped":
        commit(mine)
    before = snapshot(mine)
    assert update.run(mine, source_for(versions, kind)) == 0
    said = capsys.readouterr().out
    assert f"{NAME} cannot be read" in said and ("git push" in said) == (kind != "unzipped")
    for name in (PART1, f"{PART2}.py", f"{PART2}.ipynb", "assignment/helpers.py"):
        assert (mine / name).read_bytes() == before[name]
    new = mine / "build" / "update" / f"{PART2}.py"
    assert new.read_bytes() == (versions.copy2 / f"{PART2}.py").read_bytes()
    (shown,) = re.findall(r"^autograder/judge.py was .*Your version: (.*)$", said, re.M)
    edited = before["autograder/judge.py"]
    assert edited == (git(mine, *shown.split()[1:]).encode() if kind != "unzipped"
                      else (mine / shown).read_bytes())  # fmt: skip
    assert (mine / NAME).read_bytes() == (versions.copy2 / NAME).read_bytes()
    left = {edit.file for edit in edits(mine, read_manifest(mine / NAME))}
    assert left <= {"autograder/spare.py"}, "what the course gave up is not known without a manifest"
    assert update.run(mine, source_for(versions, kind)) == 0


def test_a_copy_in_which_a_student_made_a_folder_called_solution_is_updated(versions, mine):
    """It is no instructor's repository; the folder is theirs, and stays."""
    (mine / "solution").mkdir()
    (mine / "solution" / "mine.py").write_text(MINE, "utf-8")
    assert update.run(mine, str(versions.copy2)) == 0
    assert (mine / "solution" / "mine.py").read_text("utf-8") == MINE


def test_an_older_copy_is_refused_and_one_of_the_same_releases_is_not(versions, tmp_path):
    """A correction is not undone by an old zip; a list that cannot be read stops nobody."""
    mine = committed(shutil.copytree(versions.copy2, tmp_path / "mine"))
    before = snapshot(mine)
    for source in (str(versions.copy1), versions.bare1.as_uri()):
        for check in (False, True):
            with pytest.raises(CallError, match=r"is older than what you have\..*update ADDRESS"):
                update.run(mine, source, check)
    assert snapshot(mine) == before
    assert update.run(mine, str(versions.copy2)) == 0
    (mine / update.RELEASES).write_text("<<<<<<< HEAD", "utf-8")
    commit(mine)
    assert update.run(mine, str(versions.copy2)) == 0
    assert snapshot(mine) == before


def test_a_students_own_script_at_the_root_is_to_be_moved_or_deleted(versions, mine, capsys):
    """It may be honest work, so that deleting it is not the only advice."""
    (mine / "experiments.py").write_text(MINE, "utf-8")
    assert update.run(mine, str(versions.copy2)) == 0
    (said,) = re.findall("^experiments.py is none of .*$", capsys.readouterr().out, re.M)
    assert said.endswith("Move it into `assignment/` if it is yours, or delete it.")
    assert (mine / "experiments.py").read_text("utf-8") == MINE


@pytest.mark.parametrize("staged", [False, True])
def test_uncommitted_edits_of_what_is_replaced_are_refused(versions, mine, staged):
    """Nothing is changed then; git is asked for the bytes, so that no flag hides them."""
    name = "autograder/judge.py"
    with (mine / name).open("a", encoding="utf-8") as file:
        file.write(MINE)
    git(mine, "add", name) if staged else git(mine, "update-index", "--assume-unchanged", name)
    before = snapshot(mine)
    with pytest.raises(CallError, match=f"{name} holds changes that are not committed.*git commit"):
        update.run(mine, str(versions.copy2))
    assert snapshot(mine) == before
    git(mine, "checkout", "--quiet", "HEAD", "--", name) if staged else (mine / name).write_bytes(
        (versions.copy1 / name).read_bytes())  # fmt: skip
    with (mine / PART1).open("a", encoding="utf-8") as file:
        file.write(MINE)  # work that is not committed, and is not touched
    assert update.run(mine, str(versions.copy2)) == 0
    assert (mine / PART1).read_text("utf-8").endswith(MINE)


def test_an_update_that_was_interrupted_anywhere_is_finished_by_the_next(
    versions, mine, tmp_path, monkeypatch
):
    """Whichever file was the last one: the same files in the end, and nothing else beside them."""
    whole = shutil.copytree(mine, tmp_path / "whole")
    update.run(whole, str(versions.copy2))
    plan = taking.plan_of(mine, read_handed_out(mine / NAME), read_handed_out(versions.copy2 / NAME))
    replace = Path.replace
    for last in range(len(plan.written) + 1):
        copy, left = shutil.copytree(mine, tmp_path / str(last)), [last]

        def stop(path, target, left=left):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            return replace(path, target)

        monkeypatch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            update.run(copy, str(versions.copy2))
        monkeypatch.setattr(Path, "replace", replace)
        assert update.run(copy, str(versions.copy2)) == 0
        assert snapshot(copy) == snapshot(whole)


def test_an_update_goes_on_where_the_engine_is_half_new(versions, mine):
    """A module that needs another one, which is not there yet, stops a grading and no update."""
    shutil.copy(versions.copy2 / "autograder" / "score.py", mine / "autograder")
    assert "No module named 'autograder.more'" in moveout(mine, "grade").stderr
    done = moveout(mine, "update", versions.bare2.as_uri())
    assert done.returncode == 0, done.stderr
    assert edits(mine, read_manifest(versions.copy2 / NAME)) == []


DELETED = f"{PART3[1]} was deleted here, and has changed in the course: it stays away."


def test_a_deleted_form_stays_deleted_and_line_ends_are_no_edit(versions, mine, capsys):
    """A student may delete the form that does not count, and git may change line ends."""
    (mine / PART3[1]).unlink()
    for name in (SHEET, PART3[0], "autograder/rubric.toml"):
        (mine / name).write_bytes((mine / name).read_bytes().replace(b"\n", b"\r\n"))
    assert update.run(mine, str(versions.copy2)) == 0
    assert not (mine / PART3[1]).exists() and DELETED in capsys.readouterr().out
    for name in (SHEET, PART3[0], "autograder/rubric.toml"):
        assert (mine / name).read_bytes() == (versions.copy2 / name).read_bytes()


def test_a_students_own_file_in_the_place_of_a_new_one_is_not_lost(versions, mine):
    """In the data folder it has to be committed first; a folder there has to be renamed."""
    own = mine / "data" / "more_arrivals.txt"
    own.write_text("mine\n")
    with pytest.raises(CallError, match=r"not committed.*Commit it.*or move it elsewhere") as refused:
        update.run(mine, str(versions.copy2))
    assert "git checkout" not in str(refused.value), "there is no committed version to go back to"
    own.unlink()
    own.mkdir()
    with pytest.raises(CallError, match="Rename the folder"):
        update.run(mine, str(versions.copy2))
    own.rmdir()
    (mine / "data").rename(mine / "elsewhere")
    (mine / "data").symlink_to("elsewhere")
    with pytest.raises(CallError, match="data is no folder of its own"):
        update.run(mine, str(versions.copy2))


def test_kinds_of_files_that_an_old_copy_does_not_know_are_taken_over(versions, mine, tmp_path):
    """A newer manifest decides what is protected, and may say more than the old one can read."""
    newer = shutil.copytree(versions.copy2, tmp_path / "newer")
    (newer / "tools").mkdir()
    (newer / "tools" / "new.bin").write_bytes(b"\0\r\n\xff")
    (newer / ".gitattributes").write_text("* text=auto\n")
    raw = json.loads((newer / NAME).read_text("utf-8")) | {"version": 2}
    raw["files"] |= {n: digest((newer / n).read_bytes()) for n in ("tools/new.bin", ".gitattributes")}
    (newer / NAME).write_text(json.dumps(raw), "utf-8")
    bare = committed(newer)
    assert update.run(mine, bare.joinpath(".git").as_uri()) == 0
    assert (mine / "tools" / "new.bin").read_bytes() == b"\0\r\n\xff"
    assert (mine / NAME).read_bytes() == (newer / NAME).read_bytes()


def test_nothing_of_the_source_is_run(versions, mine, tmp_path, monkeypatch):
    """Its attributes ask for a filter, its hooks wait; so does what the student's git would run."""
    newer, trap = shutil.copytree(versions.copy2, tmp_path / "newer"), tmp_path / "trap"
    (newer / ".gitattributes").write_text("* filter=trap\n")
    committed(newer)
    shutil.copytree(newer / ".git" / "hooks", tmp_path / "hooks", dirs_exist_ok=True)
    for name in ("post-checkout", "reference-transaction", "post-index-change", "pre-receive"):
        for hook in (newer / ".git" / "hooks" / name, tmp_path / "hooks" / name):
            hook.write_text(f"#!/bin/sh\ntouch {trap}\n")
            hook.chmod(0o755)
    (tmp_path / "gitconfig").write_text(f"""[core]\n hooksPath = {tmp_path / "hooks"}
        [filter "trap"]\n smudge = "touch {trap}; cat"\n""")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    for key in ("core.fsmonitor", "uploadpack.packObjectsHook", "core.sshCommand"):
        git(newer, "config", key, f"touch {trap}; cat")
    for source in (newer.as_uri(), str(newer / ".git"), str(newer)):
        copy = shutil.copytree(mine, tmp_path / "copy")
        assert update.run(copy, source) == 0 and not trap.exists()
        shutil.rmtree(copy)


def test_a_source_on_this_machine_fetches_nothing_on_its_part(versions, mine, tmp_path, monkeypatch):
    """One that lacks a file and names a program that would fetch it, is refused; also by an old git."""
    monkeypatch.setitem(fetching.ALWAYS, "GIT_NO_LAZY_FETCH", "0")  # as git was before 2.39.4
    trap, bare = tmp_path / "trap", tmp_path / "newer" / ".git"
    committed(shutil.copytree(versions.copy2, tmp_path / "newer"))
    sha = git(bare.parent, "rev-parse", f"HEAD:{SHEET}").strip()
    (bare / "objects" / sha[:2] / sha[2:]).unlink()
    settings = {"core.repositoryFormatVersion": "1", "extensions.partialClone": "origin",
                "remote.origin.promisor": "true", "remote.origin.url": str(versions.bare2),
                "remote.origin.uploadpack": f"touch {trap}; git-upload-pack"}  # fmt: skip
    for key, value in settings.items():
        git(bare.parent, "config", key, value)
    for source in (bare.as_uri(), str(bare)):
        with pytest.raises(CallError, match="cannot be fetched"):
            update.run(mine, source)
        assert not trap.exists()


def test_what_is_no_students_copy_is_refused_in_a_sentence(versions, mine, tmp_path):
    """Another repository, a wrong address, an edited file, a link, an instructor's course."""
    (tmp_path / "empty").mkdir()
    other = shutil.copytree(versions.copy1 / "data", tmp_path / "other")
    committed(other)
    edited = shutil.copytree(versions.copy2, tmp_path / "edited")
    (edited / SHEET).write_text("edited")
    linked = shutil.copytree(versions.copy2, tmp_path / "linked")
    (linked / SHEET).unlink()
    (linked / SHEET).symlink_to(versions.copy2 / SHEET)
    committed(linked)
    cases = {str(tmp_path / "empty"): "no student's copy.*Check the address",
             other.as_uri(): "no student's copy.*Check the address",
             str(versions.course2): "no student's copy", str(tmp_path / "none"): "There is no folder",
             (tmp_path / "none").as_uri(): "cannot be fetched: .*as a zip",
             "ext::sh -c touch% trap": "cannot be fetched: .*not allowed",
             "--upload-pack=touch": "There is no folder", str(edited): f"{SHEET} of .* is not what",
             str(linked): f"{SHEET} of", linked.as_uri(): f"{SHEET} of"}  # fmt: skip
    before = snapshot(mine)
    for source, said in cases.items():
        with pytest.raises(CallError, match=said):
            update.run(mine, source)
    with pytest.raises(CallError, match="instructor's repository"):
        update.run(versions.course2, str(versions.copy2))
    assert snapshot(mine) == before
    done = moveout(mine, "update", str(tmp_path / "empty"))
    assert done.returncode == 2 and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "name", ["../out.py", "/tmp/out.py", ".git/hooks/post-commit", "a//b", "C:x", "data/.GIT/config",
             "a\\b", "./Makefile", "a/.. /b", "a\x1b[2J"],
)  # fmt: skip
def test_a_manifest_that_leads_out_of_the_copy_is_refused(versions, mine, tmp_path, name):
    """In the source; the student's own, which may have been edited, is damaged and becomes new."""
    for kind in ("files", "others"):
        newer = shutil.copytree(versions.copy2, tmp_path / kind)
        raw = json.loads((newer / NAME).read_text("utf-8"))
        raw[kind][name] = digest(b"")
        (newer / NAME).write_text(json.dumps(raw), "utf-8")
        with pytest.raises(CallError, match="is damaged"):
            update.run(mine, str(newer))
        before = snapshot(tmp_path)
        assert update.run(newer, str(versions.copy2)) == 0
        manifest = {f"{kind}/{NAME}": (versions.copy2 / NAME).read_bytes()}
        assert snapshot(tmp_path) == before | manifest


def test_a_release_onto_an_earlier_copy_removes_what_is_no_longer_of_it(versions, tmp_path, drawn_once):
    """Only what the old manifest lists, and nobody has edited; the check then finds nothing stale."""
    target = committed(shutil.copytree(versions.copy1, tmp_path / "target"))
    (target / "autograder" / "own.py").write_text("")
    assert student_repo(versions.course2, target) == target
    assert not (target / "autograder" / "spare.py").exists()
    (stray,) = check_student_repo(versions.course2, target)
    assert stray.startswith("autograder/own.py is not of the copy.")
    (target / "autograder" / "own.py").unlink()
    assert snapshot(target) == snapshot(versions.copy2)
    edited = shutil.copytree(versions.copy1, tmp_path / "edited")
    (edited / "autograder" / "spare.py").write_text("mine")
    student_repo(versions.course2, edited)
    assert (edited / "autograder" / "spare.py").read_text("utf-8") == "mine"


@pytest.mark.quick
@pytest.mark.parametrize("rubric", ['repository = ""', "title = 1", "damaged", None])
def test_without_an_address_the_one_of_the_rubric_is_taken(tmp_path, rubric):
    """It is what the course was handed out with; where it has none, the student is told to give one."""
    path = tmp_path / "autograder" / "rubric.toml"
    path.parent.mkdir()
    path.write_text('repository = "https://example.org/x"', encoding="utf-8")
    assert update.known_address(tmp_path) == "https://example.org/x"
    path.unlink()
    if rubric is not None:
        path.write_text(rubric, encoding="utf-8")
    with pytest.raises(CallError, match="update ADDRESS"):
        update.known_address(tmp_path)


@pytest.mark.quick
def test_what_the_course_gives_up_goes_unless_it_is_the_students_work(tmp_path):
    """Protected files go, edited or not; of the others, only those that nobody has edited."""
    given = {"autograder/a.py": "1", "autograder/b.py": "2"}, {"x/y/a.png": "3", "x/y/b.png": "4"}
    for names in given:
        for name, text in names.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(f"{text} edited" if "b." in name else text)
    old = HandedOut(*({name: digest(text.encode()) for name, text in names.items()} for names in given))
    plan = taking.plan_of(tmp_path, old, HandedOut({}, {}))
    assert plan.removed == ("autograder/a.py", "autograder/b.py", "x/y/a.png")
    assert (plan.lost, plan.own) == (("autograder/b.py",), ("x/y/b.png",))
    assert plan.written == plan.kept == ()
    moved = taking.plan_of(tmp_path, old, HandedOut({}, {**old.files, "x/y/a.png": digest(b"new")}))
    assert (moved.written, moved.removed, moved.own) == (("x/y/a.png",), (), ("x/y/b.png",))


@pytest.mark.quick
def test_a_full_disk_is_told_without_the_name_that_it_does_not_give(tmp_path, monkeypatch):
    """A write that finds no room raises an error without a file."""

    def full(path, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    plan = taking.Plan(("a.py",), (), (), (), ())
    with pytest.raises(CallError, match=r"^A file cannot be written \(No space left.*run this again"):
        taking.apply(tmp_path, plan, {"a.py": b"", NAME: b""}, None)

"""A class is gathered from git: the commit that counts, byte for byte; nothing lost, nothing obeyed."""

import contextlib
import errno
import io
import json
import os
import secrets
import shutil
import threading
from fnmatch import fnmatchcase
from pathlib import Path
from unittest import mock

import pytest
from jsonschema import validate

from autograder.__main__ import main
from autograder.course.entering import handing
from autograder.errors import CallError
from autograder.gathering import files
from autograder.gathering import gather as gathering
from autograder.gathering.command import NOTHING
from autograder.gathering.gather import Rules, parse_deadline
from autograder.gathering.gathered import STAMP, Gathered
from autograder.gathering.git import Scratch
from autograder.gathering.placing import FULL, first_of
from autograder.gathering.sources import Source
from autograder.student_copy import copied_names
from autograder.tests.desk import ROOT
from autograder.tests.histories import (
    CASES,
    DAY,
    DEADLINE,
    HANDED_OUT,
    LATE,
    NAMES,
    PART1,
    SOON,
    edited,
    started,
)
from autograder.tests.repositories import Repository, new

SCHEMA = json.loads((ROOT / "autograder/gathering/gathered.schema.json").read_text(encoding="utf-8"))


def gather(*arguments: object) -> tuple[int, str]:
    """Run the command; return its exit code and all that it prints."""
    return call("gather", *arguments)


def call(*arguments: object) -> tuple[int, str]:
    """Run a command; return its exit code and all that it prints."""
    shown = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        code = main([*map(str, arguments)])
    shown.seek(0)
    return code, shown.read()


def rows_of(out: Path) -> dict[str, dict]:
    """Return the rows of `gathered.json` by student, checked against its schema."""
    record = json.loads((out / "gathered.json").read_text(encoding="utf-8"))
    validate(record, SCHEMA)
    return {row["student"]: row for row in record["submissions"]}


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its relative name."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def gathered(tmp_path_factory) -> tuple[Path, dict[str, str | None], str]:
    """Gather the whole table in one call; return the folder, the expected commits, what was printed."""
    folder = tmp_path_factory.mktemp("class")
    commits = {name: case.build(folder / "clones" / name) for name, case in CASES.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "LARGEST", 1)
        patch.setattr(files, "MOST", 10)
        code, shown = gather(folder / "clones", "--out", folder / "out", "--deadline", DEADLINE)
    assert code == 0, shown
    return folder, commits, shown


@pytest.mark.parametrize("name", CASES)
def test_each_history_gives_what_is_expected_of_it(gathered, name):
    """Commit, lateness, files and every sentence of each case; each sentence is printed as well."""
    folder, commits, shown = gathered
    case, row = CASES[name], rows_of(folder / "out")[name]
    assert (row["commit"], row["late_hours"]) == (commits[name], case.late_hours)
    assert [*row["files"]] == [*case.files]
    assert len(row["problems"]) == len(case.told), row["problems"]
    for problem, told in zip(row["problems"], case.told, strict=True):
        assert fnmatchcase(problem.removeprefix("Nothing was taken: "), f"{told}*"), problem
        assert f"\n    {problem}\n" in shown
    assert {*snapshot(folder / "out" / name)} == {*case.files}


def test_where_nothing_was_gathered_nothing_is_graded_next(tmp_path, capsys):
    """The last line sends back to the reasons, not on to a command that would fail."""
    (tmp_path / "class" / "ada").mkdir(parents=True)
    given = [str(tmp_path / "class"), "--out", str(tmp_path / "out")]
    assert main(["gather", *given]) == 0
    shown = capsys.readouterr().out
    assert "grade-all" not in shown and shown.splitlines()[-1] == NOTHING


def test_a_class_is_counted_and_no_file_is_changed(gathered):
    """Line ends stay, the last lines count and name the next command; nothing else is left behind."""
    folder, _, shown = gathered
    assert (folder / "out" / "in_time" / PART1).read_bytes() == b"x = 3\n"
    for name in NAMES[1:]:
        assert (folder / "out" / "in_time" / name).read_bytes() == HANDED_OUT[f"assignment/{name}"]
    cases = CASES.values()
    without, late = sum(not case.files for case in cases), sum(case.late_hours > 0 for case in cases)
    counts, following = shown.splitlines()[-2:]
    assert counts == (f"{len(cases) - without} gathered, {late} late, {without} without files, of "
                      f"{len(cases)} repositories.")  # fmt: skip
    assert following.startswith(f"Next: `python -m autograder grade-all {folder / 'out'} --exam-seed")
    assert len(cases) >= 20 and "1.5 h late\n    Late by" in shown
    with_files = {name for name, case in CASES.items() if case.files}
    assert {path.name for path in (folder / "out").iterdir()} == {"gathered.json", *with_files}
    assert not [*folder.rglob("owned"), *Path().glob("owned")]


def test_a_class_is_graded_in_one_go_and_nobody_is_lost(gathered):
    """Each repository has a row: a grade with commit and lateness, or the sentence why there is none."""
    folder, commits, _ = gathered
    seed = folder / "seed.txt"
    seed.write_text(secrets.token_hex(32), encoding="utf-8")
    code, shown = call("grade-all", folder / "out", "--exam-seed-file", seed, "--out", folder / "graded",
                       "--isolation", "process")  # fmt: skip
    record = json.loads((folder / "graded" / "grades.json").read_text(encoding="utf-8"))
    rows = {row["student"]: row for row in record["submissions"]}
    assert code == 0 and {*rows} == {*CASES}, shown
    for name, case in CASES.items():
        row = rows[name]
        assert (row["commit"], row["late_hours"]) == (commits[name], case.late_hours)
        assert row["status"] == ("graded" if any(n in NAMES for n in case.files) else "missing"), row
        assert row["score"] == (0 if row["status"] == "graded" else None)
        assert (folder / "graded" / name / "report.md").is_file() == (row["status"] == "graded")


@pytest.fixture()
def ada(tmp_path) -> Repository:
    """One student's repository in a folder of clones: what was handed out, and one change."""
    edited(tmp_path / "clones" / "ada", {PART1: b"x = 2\n"}, DAY)
    return Repository(tmp_path / "clones" / "ada")


def take(tmp_path: Path, *options: object) -> tuple[dict[str, dict], str]:
    """Gather the folder of clones; return the rows and what was printed."""
    code, shown = gather(tmp_path / "clones", "--out", tmp_path / "out", *options)
    assert code == 0, shown
    return rows_of(tmp_path / "out"), shown


@pytest.mark.quick
def test_gathering_again_gives_the_same_bytes(ada, tmp_path):
    """Nothing has changed: no file and no row does."""
    new(tmp_path / "clones" / "bo")
    take(tmp_path, "--deadline", DEADLINE)
    before = snapshot(tmp_path / "out")
    take(tmp_path, "--deadline", DEADLINE)
    assert snapshot(tmp_path / "out") == before


@pytest.mark.quick
def test_a_force_push_between_two_calls_is_told_and_stays_told(ada, tmp_path):
    """The second call takes what is there now and names the commit that is gone; so does the third."""
    first = take(tmp_path)[0]["ada"]["commit"]
    root = ada.git("rev-list", "--max-parents=0", "main")
    second = ada.commit({f"assignment/{PART1}": b"x = 9\n"}, SOON, after=root)
    told = f"Commit {first[:7]}, which was gathered before, is no longer on main: a force-push."
    for _ in range(2):
        row = take(tmp_path)[0]["ada"]
        assert row["commit"] == second and row["problems"] == [f"{told} Look at both."]
        assert (tmp_path / "out" / "ada" / PART1).read_bytes() == b"x = 9\n"


@pytest.mark.quick
@pytest.mark.parametrize("emptied", [True, False])
def test_what_was_gathered_stays_where_nothing_can_be_taken(ada, tmp_path, emptied):
    """A repository that is broken, or holds no assignment any more, costs no earlier file."""
    before = take(tmp_path)[0]["ada"]
    if emptied:
        ada.commit({f"assignment/{name}": None for name in NAMES}, SOON)
    else:
        (ada.folder / ".git" / "HEAD").unlink()
    row = take(tmp_path)[0]["ada"]
    assert row["problems"][-1] == "What was gathered before stays."
    assert (row["commit"], row["files"]) == (before["commit"], before["files"])
    assert {*snapshot(tmp_path / "out" / "ada")} == {*NAMES}


@pytest.mark.quick
def test_what_is_no_longer_there_is_not_told_to_stay(ada, tmp_path):
    """A folder that was deleted since leaves no files, and stops nobody on the way to nbgrader."""
    take(tmp_path)
    shutil.rmtree(tmp_path / "out" / "ada")
    (ada.folder / ".git" / "HEAD").unlink()
    row = take(tmp_path)[0]["ada"]
    assert row["files"] == [] and row["problems"][-1].startswith("Nothing was taken: ")


@pytest.mark.quick
def test_another_branch_is_no_force_push(ada, tmp_path):
    """Who gathers again with --branch accuses nobody; what was told of the first branch is not kept."""
    root = ada.git("rev-parse", "main~1")
    dev = ada.commit({f"assignment/{PART1}": b"x = 7\n"}, SOON, "dev", after=root)
    take(tmp_path)
    row = take(tmp_path, "--branch", "dev")[0]["ada"]
    assert (row["commit"], row["problems"]) == (dev, [])
    ada.commit({f"assignment/{PART1}": b"x = 8\n"}, SOON, "dev", after=root)
    (told,) = take(tmp_path, "--branch", "dev")[0]["ada"]["problems"]
    assert told.startswith(f"Commit {dev[:7]}, which was gathered before, is no longer on dev")
    assert take(tmp_path, "--branch", "main")[0]["ada"]["problems"] == []


@pytest.mark.quick
def test_a_default_branch_of_another_name_hides_no_rewritten_history(ada, tmp_path):
    """What counted before and is not on the new default branch is told; nobody chose that branch."""
    before = take(tmp_path)[0]["ada"]["commit"]
    ada.commit({f"assignment/{PART1}": b"x = 7\n"}, SOON, "final", after=ada.git("rev-parse", "main~1"))
    ada.git("symbolic-ref", "HEAD", "refs/heads/final")
    ada.git("branch", "-D", "main")
    (told,) = take(tmp_path)[0]["ada"]["problems"]
    assert told == (f"Commit {before[:7]}, which was gathered before, is no longer on final: main "
                    "counted before. Look at both.")  # fmt: skip


@pytest.mark.quick
def test_a_copy_that_fails_is_told_with_its_first_reason():
    """A copy tells its errors as a list without a number; a full disk is known by it all the same."""
    full = first_of(shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")]))
    assert (full.errno in FULL, full.strerror) == (True, os.strerror(28))
    assert first_of(shutil.Error([("a", "b", "unknown")])).strerror == os.strerror(errno.EIO)


@pytest.mark.quick
def test_a_shallow_clone_is_no_force_push(tmp_path):
    """A commit that a cut history does not hold may be there still."""
    origin = started(tmp_path / "origin", "--bare")
    origin.clone(tmp_path / "clones" / "ada")
    take(tmp_path)
    shutil.rmtree(tmp_path / "clones" / "ada")
    counts = origin.commit({f"assignment/{PART1}": b"x = 2\n"}, SOON)
    origin.clone(tmp_path / "clones" / "ada", "--depth=1")
    row = take(tmp_path)[0]["ada"]
    assert (row["commit"], row["problems"]) == (counts, [])


@pytest.mark.quick
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full at once")
def test_a_full_disk_leaves_what_was_gathered_before(ada, tmp_path, monkeypatch):
    """Half a file is never taken for the student's, nor is the student asked for it."""
    before = take(tmp_path)[0]["ada"]
    kept = snapshot(tmp_path / "out" / "ada")
    ada.commit({f"assignment/{PART1}": b"x = 3\n"}, SOON)
    real = Path.open

    def full(path: Path, mode: str = "r", *more, **options):
        return real(Path("/dev/full"), "wb") if mode == "xb" else real(path, mode, *more, **options)

    monkeypatch.setattr(Path, "open", full)
    row = take(tmp_path)[0]["ada"]
    told = "Nothing was taken: No space left on device. Make room, then gather again."
    assert row["problems"] == [told, "What was gathered before stays."]
    assert row["commit"] == before["commit"] and snapshot(tmp_path / "out" / "ada") == kept


@pytest.mark.quick
def test_git_that_is_ended_leaves_what_was_gathered_before(ada, tmp_path, monkeypatch):
    """As Ctrl-C ends it in the middle of the files: no folder lacks one of them."""
    before = take(tmp_path)[0]["ada"]
    kept = snapshot(tmp_path / "out" / "ada")
    ada.commit({f"assignment/{PART1}": b"x = 3\n"}, SOON)
    real, asked = Scratch.blob, []

    def ended(self: Scratch, sha: str, size: int) -> bytes:
        asked.append(sha)
        if len(asked) > 1:
            raise CallError("git broke off without a reason, or took longer. Try again.")
        return real(self, sha, size)

    monkeypatch.setattr(Scratch, "blob", ended)
    row = take(tmp_path)[0]["ada"]
    assert row["problems"][0].startswith("Nothing was taken: git broke off")
    assert row["commit"] == before["commit"] and snapshot(tmp_path / "out" / "ada") == kept


@pytest.mark.quick
def test_what_was_placed_before_a_stop_stands_in_the_table(tmp_path, monkeypatch):
    """A folder that is new after Ctrl-C has its row before its turn has come; others keep theirs."""
    placed = threading.Event()

    def taken(source: Source, *_) -> Gathered:
        if source.student == "cy":
            placed.set()
        told = (gathering.STAYS,) if source.student == "bo" else ()
        return Gathered(source.student, source.repository, files=(PART1,), problems=told)

    monkeypatch.setattr(gathering, "gathered", taken)
    sources = [Source(name, name) for name in ("ada", "bo", "cy")]
    steps = gathering.gather(sources, tmp_path / "out", Rules())
    assert next(steps).student == "ada" and placed.wait(30)
    steps.close()
    assert {*rows_of(tmp_path / "out")} == {"ada", "cy"}


@pytest.mark.quick
def test_a_repository_under_a_second_name_is_told(tmp_path):
    """Gathered without the prefix first, it is there twice, and the sentence says what to do."""
    edited(tmp_path / "clones" / "hw-ada", {PART1: b"x = 2\n"}, DAY)
    take(tmp_path)
    for _ in range(2):
        (told,) = take(tmp_path, "--prefix", "hw-")[0]["ada"]["problems"]
        assert told == ("It was gathered as hw-ada before, and both are graded. If they are one "
                        "student, gather into a new folder.")  # fmt: skip


@pytest.mark.quick
@pytest.mark.parametrize("out", ["thesis.tex/out", "thesis.tex/a/b"])
def test_a_place_that_takes_no_files_is_a_wrong_call(ada, tmp_path, out):
    """The sentence says what to give instead; the grader is not broken."""
    (tmp_path / "thesis.tex").write_text("x", encoding="utf-8")
    code, shown = gather(tmp_path / "clones", "--out", tmp_path / out)
    assert code == 2 and "cannot be written" in " ".join(shown.split()), shown
    assert " ".join(shown.split()).endswith("Give another folder with --out, or close the program that "
                                            "holds it.")  # fmt: skip


@pytest.mark.quick
def test_parts_that_stand_one_folder_too_deep_are_told(tmp_path):
    """They are copied as they are, and the sentence says where parts are taken from."""
    new(tmp_path / "clones" / "ada").commit({f"assignment/assignment/{PART1}": b"x = 2\n"}, DAY)
    row = take(tmp_path)[0]["ada"]
    assert row["files"] == [f"assignment/{PART1}"]
    assert row["problems"][0].startswith("Parts stand in assignment/assignment, and only assignment/ is")


@pytest.mark.quick
def test_late_hours_take_a_late_commit_and_say_that_it_is_late(ada, tmp_path):
    """The last commit before the deadline and the hours after it counts, as late."""
    late = ada.commit({f"assignment/{PART1}": b"x = 3\n"}, LATE)
    row = take(tmp_path, "--deadline", DEADLINE, "--late-hours", "2")[0]["ada"]
    assert (row["commit"], row["late_hours"]) == (late, 1.5)
    row = take(tmp_path, "--deadline", DEADLINE, "--late-hours", "1")[0]["ada"]
    assert row["late_hours"] == 0 and (tmp_path / "out" / "ada" / PART1).read_bytes() == b"x = 2\n"


@pytest.mark.quick
def test_the_branch_that_is_asked_for_counts_where_it_is(ada, tmp_path):
    """Who has no such branch is told, and their default branch counts."""
    edited(tmp_path / "clones" / "bo", {PART1: b"x = 2\n"}, DAY)
    counts = ada.commit(HANDED_OUT, SOON, "dev")
    rows, _ = take(tmp_path, "--branch", "dev")
    assert (rows["ada"]["branch"], rows["ada"]["commit"], rows["ada"]["problems"]) == ("dev", counts, [])
    assert rows["bo"]["branch"] == "main" and "It has no branch dev" in rows["bo"]["problems"][0]


@pytest.mark.quick
@pytest.mark.parametrize("text", ["2026-01-15 18:00 UTC", "2026-01-15T18:00Z", " 2026-01-15 19:00+01:00",
                                  "2026-01-15T13:00:00-05:00", "2026-01-15 18:00UTC"])  # fmt: skip
def test_a_deadline_is_read_with_its_zone(text):
    """Each of these is one moment."""
    assert parse_deadline(text).strftime(STAMP) == "2026-01-15T18:00:00Z"


@pytest.mark.quick
@pytest.mark.parametrize("text", ["2026-01-15 18:00", "2026-01-15", "2026-01-15 UTC", "tomorrow", "UTC",
                                  "18:00 UTC", "2026-01-15 18:00 CET", "2026-01-15 18:00+01:00 UTC", "",
                                  "0001-01-01 00:00+10:00"])  # fmt: skip
def test_a_deadline_without_hour_or_zone_is_refused(text):
    """The sentence says how to write it."""
    with pytest.raises(CallError, match='Write it as "2027-01-15 18:00 UTC"'):
        parse_deadline(text)


@pytest.mark.quick
def test_wrong_calls_end_with_2_and_a_sentence(ada, tmp_path):
    """Nothing is written, and the sentence ends in what to do."""
    other, clones, out = tmp_path / "thesis", tmp_path / "clones", tmp_path / "out"
    other.mkdir()
    (other / "thesis.tex").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "list.json").write_text("{", encoding="utf-8")
    (tmp_path / "list.csv").write_text("a" * 200_000, encoding="utf-8")
    wrong = {
        "There is no ": (tmp_path / "nowhere", "--out", out),
        "holds no repository. Give": (tmp_path / "empty", "--out", out),
        "is no table (field larger than": (tmp_path / "list.csv", "--out", out),
        "is no JSON that can be read": (tmp_path / "list.json", "--out", out),
        "holds something else": (clones, "--out", other),
        "Give a new folder": (clones, "--out", other / "thesis.tex"),
        "is no time with its zone": (clones, "--out", out, "--deadline", "2026-01-15 18:00"),
        "--late-hours needs a --deadline": (clones, "--out", out, "--late-hours", "2"),
        "no number of hours": (clones, "--out", out, "--deadline", DEADLINE, "--late-hours=nan"),
        "is no course folder. Run": (clones, "--out", out, "--into-course", other),
    }
    for sentence, call in wrong.items():
        code, shown = gather(*call)
        assert code == 2 and sentence in " ".join(shown.split()) and shown.endswith(".\n"), shown
    assert not out.exists() and len(snapshot(other)) == 1


@pytest.mark.quick
def test_a_list_names_repositories_one_in_a_line(ada, tmp_path):
    """Paths from the list's folder, URLs of files, students before or after, comments, duplicates."""
    bo = started(tmp_path / "hw-bo")
    lines = ["# the class", "", "clones/ada", "./hw-bo, Bo", f"cleo,{bo.folder.as_uri()}",
             "nowhere/hw-dora", "Ada, hw-bo", "ada-2, clones/ada"]  # fmt: skip
    (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8-sig")
    code, shown = gather(tmp_path / "list.txt", "--out", tmp_path / "out", "--prefix", "hw-")
    rows = rows_of(tmp_path / "out")
    assert code == 0 and {*rows} == {"ada", "Bo", "cleo", "dora", "Ada-3", "ada-2"}, shown
    assert rows["dora"]["problems"][0].startswith("Nothing was taken: There is no folder ")
    assert "5 gathered, 0 late, 1 without files, of 6 repositories." in shown
    for name, other in (("ada", "ada"), ("Ada-3", "Ada")):
        told = f"Another repository is {other}'s as well. Look which one counts."
        assert rows[name]["problems"] == [told]
    assert not rows["ada-2"]["problems"] and rows["cleo"]["repository"] == str(bo.folder)


@pytest.mark.quick
def test_a_table_names_its_columns(ada, tmp_path):
    """A header of a classroom's export, semicolons, a student without a repository: nobody is lost."""
    table = ("assignment_name;Github_Username;roster_identifier;student_repository_url\r\n"
             "hw;ada-l;Ada L;clones/ada\r\nhw;bo-e;;clones/ada\r\nhw;cleo-f;cleo;\r\n")  # fmt: skip
    (tmp_path / "grades.csv").write_text(table, encoding="utf-8", newline="")
    code, _ = gather(tmp_path / "grades.csv", "--out", tmp_path / "out")
    rows = rows_of(tmp_path / "out")
    assert code == 0 and {*rows} == {"Ada_L", "bo-e", "cleo"} and rows["bo-e"]["files"]
    assert rows["cleo"]["problems"] == ["grades.csv, line 4: no repository. Look whether there is one."]


def record(repository: str, owner: str, commit: str, pushed: str) -> dict:
    """Return a record as Classroom 50 writes it."""
    return {"schema": "classroom50/result/v1", "assignment": "hw", "owner": owner,
            "submission": f"submit/{pushed}-{commit[:7]}", "datetime": "2026-01-01T00:00:00Z",
            "commit": f"https://example.org/school/{repository}/commit/{commit}"}  # fmt: skip


@pytest.fixture()
def school(tmp_path, monkeypatch) -> Path:
    """Let https://example.org/school/ be a folder, by the instructor's own configuration of git."""
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "{(tmp_path / "school").as_uri()}/"]\n\tinsteadOf = https://example.org/school/\n'
                      "[safe]\n\tdirectory = *\n", encoding="utf-8")  # fmt: skip
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    return tmp_path / "school"


@pytest.mark.quick
def test_scores_of_classroom_50_tell_owners_and_arrivals(school, tmp_path):
    """The time of a push counts where it is later; other assignments and false owners are not taken."""
    on_time = edited(school / "cs-hw-ada", {PART1: b"x = 2\n"}, DAY)
    late = edited(school / "cs-hw-bo", {PART1: b"x = 2\n"}, DAY)
    edited(school / "cs-other-ada", {PART1: b"x = 5\n"}, DAY)
    entries = [record("cs-hw-ada", "ada", on_time, "2026-01-06T09-01-00Z"),
               record("cs-hw-bo", "Bo", late[:12], "2026-01-15T20-00-00Z"),
               record("cs-other-ada", "ada", on_time, "2026-01-06T09-01-00Z"),
               record("cs-hw-ada", "eve", on_time, "2026-01-06T09-01-00Z"),
               {"commit": "ext::touch% owned/cs-hw-mallory/commit/abcdef0", "owner": "mallory"},
               {"commit": f"https://example.com/elsewhere/cs-hw-zoe/commit/{on_time}", "owner": "zoe"},
               {"commit": 7, "owner": ["x"]}, [[[[[[[[1]]]]]]]]]  # fmt: skip
    scores = {"schema": "classroom50/scores/v1", "assignments": {"hw": {"entries": entries}}}
    (tmp_path / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
    code, shown = gather(tmp_path / "scores.json", "--out", tmp_path / "out", "--deadline", DEADLINE,
                         "--prefix", "cs-hw-")  # fmt: skip
    rows = rows_of(tmp_path / "out")
    assert code == 0 and {*rows} == {"ada", "Bo", "eve", "zoe"}, shown
    assert (rows["ada"]["commit"], rows["ada"]["pushed"]) == (on_time, "2026-01-06T09:01:00Z")
    assert (rows["Bo"]["late_hours"], rows["Bo"]["pushed"]) == (2.0, "2026-01-15T20:00:00Z")
    for name in ("eve", "zoe"):
        assert f"is no repository of {name} in this classroom." in rows[name]["problems"][0]


def scores(tmp_path: Path, entries: list[dict], *options: str) -> tuple[dict[str, dict], str]:
    """Gather from an export with these records; return the rows and what was printed."""
    (tmp_path / "scores.json").write_text(json.dumps({"entries": entries}), encoding="utf-8")
    code, shown = gather(tmp_path / "scores.json", "--out", tmp_path / "out", "--deadline", DEADLINE,
                         *options)  # fmt: skip
    assert code == 0, shown
    return rows_of(tmp_path / "out"), shown


@pytest.mark.quick
@pytest.mark.parametrize("one_more", [False, True])
def test_a_tag_of_the_students_moves_no_time_that_an_export_tells(school, tmp_path, one_more):
    """Neither on the commit that the export lists, nor on one that is based on it; it is told."""
    listed = edited(school / "hw-bo", {PART1: b"x = 2\n"}, "2026-01-15 17:00")
    made = Repository(school / "hw-bo")
    more = {f"assignment/{PART1}": b"x = 3\n"}
    last = made.commit(more, "2026-01-15 17:00:30") if one_more else listed
    made.git("tag", f"submit/2026-01-15T17-01-00Z-{last[:7]}", last)
    row = scores(tmp_path, [record("hw-bo", "bo", listed, "2026-01-15T20-00-00Z")])[0]["bo"]
    assert (row["late_hours"], row["pushed"]) == (2.0, "2026-01-15T20:00:00Z")
    assert row["problems"][1] == (f"By a tag, commit {last[:7]} arrived 3.0 h earlier than the export "
                                  "says. The export counts; look which is true.")  # fmt: skip


@pytest.mark.quick
def test_a_tag_makes_later_what_an_export_does_not_tell(school, tmp_path):
    """A push after the last export is dated by its tag, not by its own date alone."""
    listed = edited(school / "hw-bo", {PART1: b"x = 2\n"}, "2026-01-10 12:00")
    made = Repository(school / "hw-bo")
    last = made.commit({f"assignment/{PART1}": b"x = 3\n"}, "2026-01-15 17:30")
    made.git("tag", f"submit/2026-01-16T03-00-00Z-{last[:7]}", last)
    row = scores(tmp_path, [record("hw-bo", "bo", listed, "2026-01-10T12-01-00Z")])[0]["bo"]
    assert row["commit"] == listed and "had only arrived 9.0 h after it" in " ".join(row["problems"])


@pytest.mark.quick
@pytest.mark.parametrize("year", ["0000", "0999", "9999"])
def test_a_tag_of_another_age_stops_nobody(ada, tmp_path, year):
    """What a student calls a time and is none of git's is no time; every row is written."""
    edited(tmp_path / "clones" / "bo", {PART1: b"x = 2\n"}, DAY)
    ada.git("tag", f"submit/{year}-01-01T00-00-00Z-{ada.git('rev-parse', 'main')[:7]}", "main")
    rows, shown = take(tmp_path, "--deadline", DEADLINE)
    assert {*rows} == {"ada", "bo"} and all(row["files"] for row in rows.values()), shown
    assert rows["ada"]["pushed"] is None or year == "9999"


@pytest.mark.quick
def test_a_force_push_is_told_after_a_call_that_failed_as_well(ada, tmp_path):
    """A repository that cannot be had for once makes nobody forget what was told of it."""
    take(tmp_path)
    ada.commit({f"assignment/{PART1}": b"x = 7\n"}, SOON, "main", after=ada.git("rev-parse", "main~1"))
    (told,) = take(tmp_path)[0]["ada"]["problems"]
    moved = (tmp_path / "clones" / "ada" / ".git").rename(tmp_path / "git")
    (tmp_path / "clones" / "ada" / ".git").write_text("away", encoding="utf-8")
    assert told in take(tmp_path)[0]["ada"]["problems"]
    (tmp_path / "clones" / "ada" / ".git").unlink()
    moved.rename(tmp_path / "clones" / "ada" / ".git")
    assert take(tmp_path)[0]["ada"]["problems"] == [told]


@pytest.mark.quick
def test_a_made_up_record_hides_no_tag(ada, tmp_path):
    """A record that a student commits, of no commit of theirs, makes nothing earlier."""
    entry = json.dumps([record("ada", "ada", "0" * 40, "2026-01-06T09-01-00Z")])
    (tmp_path / "clones" / "ada" / "results.json").write_text(entry, encoding="utf-8")
    last = ada.commit({f"assignment/{PART1}": b"x = 3\n"}, "2026-01-15 17:30")
    ada.git("tag", f"submit/2026-01-16T03-00-00Z-{last[:7]}", last)
    row = take(tmp_path, "--deadline", DEADLINE)[0]["ada"]
    assert row["late_hours"] == 9.0 and "had only arrived 9.0 h after it" in row["problems"][0]


@pytest.mark.quick
def test_a_commit_without_a_submission_is_dated_by_itself_alone(school, tmp_path):
    """What an export does not list is neither late nor strange, if it is later than what it lists."""
    listed = edited(school / "hw-bo", {PART1: b"x = 2\n"}, DAY)
    counts = Repository(school / "hw-bo").commit({f"assignment/{PART1}": b"x = 3\n"}, SOON)
    row = scores(tmp_path, [record("hw-bo", "bo", listed, "2026-01-06T09-01-00Z")])[0]["bo"]
    assert (row["commit"], row["pushed"], row["problems"]) == (counts, None, [])


@pytest.mark.quick
@pytest.mark.parametrize("prefix", ["hw-", "hw"])
def test_with_a_prefix_a_repository_is_its_owners_by_all_of_its_name(school, tmp_path, prefix):
    """Nobody is given the work of one whose name ends like theirs."""
    commit = edited(school / "hw-grace-hopper", {PART1: b"x = 2\n"}, DAY)
    entries = [record("hw-grace-hopper", owner, commit, "2026-01-06T09-01-00Z")
               for owner in ("Grace-Hopper", "hopper")]  # fmt: skip
    rows, _ = scores(tmp_path, entries, "--prefix", prefix)
    assert rows["Grace-Hopper"]["files"] and not rows["hopper"]["files"]
    assert "is no repository of hopper in this classroom." in rows["hopper"]["problems"][0]


@pytest.mark.quick
@pytest.mark.parametrize("name", ["hw-{0}", "hw-eve", "{0}:hw-eve"])
def test_records_in_one_folder_shut_nobody_else_out(school, tmp_path, name):
    """However many there are: those of other names are not read, and a name has one vote."""
    evil = [record(name.format(n), "eve", "ab" * 20, "2026-01-06T09-01-00Z") for n in range(9)]
    for each in evil:
        each["commit"] = each["commit"].replace("/school/", "/evil/")
    folders = {"hw-eve": evil}
    for student in ("ada", "bo"):
        commit = edited(school / f"hw-{student}", {PART1: b"x = 2\n"}, DAY)
        folders[f"hw-{student}"] = [record(f"hw-{student}", student, commit, "2026-01-06T09-01-00Z")]
    for folder, records in folders.items():
        (tmp_path / "clones" / folder).mkdir(parents=True)
        (tmp_path / "clones" / folder / "results.json").write_text(json.dumps(records), encoding="utf-8")
    rows, _ = take(tmp_path, "--prefix", "hw-")
    assert rows["ada"]["files"] and rows["bo"]["files"] and not rows["eve"]["files"]
    assert rows["eve"]["problems"][0].startswith(
        "hw-eve has no record of a repository of this name. Clone it, or give scores.json."
        if name == "hw-{0}" else "https://example.org/evil/")  # fmt: skip


@pytest.mark.quick
@pytest.mark.parametrize("name", ["result.json", "results.json"])
def test_a_download_of_classroom_50_tells_arrivals_in_each_clone(ada, school, tmp_path, name):
    """Of a clone the records of its own repository count; a folder without one is fetched."""
    bo = edited(school / "cs-hw-bo", {PART1: b"x = 2\n"}, DAY)
    commit = ada.git("rev-parse", "main")
    records = [record("ada", "ada", commit, "2026-01-15T19-30-00Z"),
               record("bo", "bo", commit, "2026-01-05T19-30-00Z")]  # fmt: skip
    (ada.folder / name).write_text(json.dumps(records), encoding="utf-8")
    (tmp_path / "clones" / "cs-hw-bo").mkdir()
    text = json.dumps(record("cs-hw-bo", "bo", bo, "2026-01-06T09-01-00Z"))
    (tmp_path / "clones" / "cs-hw-bo" / name).write_text(text, encoding="utf-8")
    rows, _ = take(tmp_path, "--deadline", DEADLINE)
    assert rows["ada"]["late_hours"] == 1.5 and rows["bo"]["commit"] == bo


@pytest.mark.quick
def test_a_single_clone_is_a_class_of_one(ada, tmp_path):
    """The folder of a repository is not taken for a folder of repositories."""
    code, shown = gather(ada.folder, "--out", tmp_path / "out")
    assert code == 0 and {*rows_of(tmp_path / "out")} == {"ada"}
    assert "1 gathered, 0 late, 0 without files, of 1 repository." in shown


@pytest.mark.quick
def test_rows_of_earlier_calls_stay(ada, tmp_path):
    """An extension for one student leaves all others as they were gathered."""
    edited(tmp_path / "clones" / "bo", {PART1: b"x = 2\n"}, LATE)
    before, _ = take(tmp_path, "--deadline", DEADLINE)
    (tmp_path / "list.txt").write_text("clones/bo\n", encoding="utf-8")
    gather(tmp_path / "list.txt", "--out", tmp_path / "out", "--deadline", "2026-01-16 18:00 UTC")
    rows = rows_of(tmp_path / "out")
    assert rows["ada"] == before["ada"] and rows["bo"]["late_hours"] == 0


@pytest.mark.quick
def test_a_class_is_handed_in_to_nbgrader_with_the_times_of_its_commits(ada, tmp_path):
    """nbgrader finds the files; time and secret that a student committed are not among them."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "nbgrader_config.py").write_text("", encoding="utf-8")
    ada.commit({"assignment/timestamp.txt": b"2026-01-01 00:00 UTC", "assignment/a.txt": b"1",
                "assignment/submission_secret.txt": b"guessed"}, LATE)  # fmt: skip
    new(tmp_path / "clones" / "bo")
    _, shown = take(tmp_path, "--into-course", course)
    assert f"Next: `python -m autograder nbgrader grade {course} --exam-seed-file" in shown
    submitted = course / "submitted" / "ada" / "earthquakes"
    assert {*snapshot(submitted)} == {*NAMES, "a.txt", "timestamp.txt"}
    came = handing(course, "ada", submitted)
    assert f"{came.time:{STAMP}}" == "2026-01-15T19:30:00Z" and came.secret != "guessed"
    ada.commit({"assignment/a.txt": None}, "2026-01-15 20:00")
    take(tmp_path, "--into-course", course)
    assert {*snapshot(submitted)} == {*NAMES, "timestamp.txt"}
    assert [path.name for path in (course / "submitted").iterdir()] == ["ada"]


@pytest.mark.quick
def test_a_students_copy_gathers_nobody(tmp_path, monkeypatch):
    """Without `solution/` the command says what it needs; the package is not handed out."""
    monkeypatch.setattr("autograder.__main__.ROOT", tmp_path)
    code, shown = gather(tmp_path, "--out", tmp_path / "out")
    assert code == 2 and "needs solution/" in shown
    assert not [name for name in copied_names(ROOT) if "gathering" in name]


@pytest.mark.quick
def test_a_folder_that_the_course_does_not_take_stops_nobody_else(ada, tmp_path, monkeypatch):
    """It is told below its student's line; the next one is handed in."""
    (tmp_path / "course" / "submitted").mkdir(parents=True)
    (tmp_path / "course" / "nbgrader_config.py").write_text("", encoding="utf-8")
    (tmp_path / "course" / "submitted" / "ada").write_text("in the way", encoding="utf-8")
    edited(tmp_path / "clones" / "bo", {PART1: b"x = 2\n"}, DAY)
    _, shown = take(tmp_path, "--into-course", tmp_path / "course")
    assert "\n    Not handed in to nbgrader (" in shown and "then gather again.\nbo " in shown
    assert (tmp_path / "course" / "submitted" / "bo" / "earthquakes" / PART1).is_file()
    full = shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")])
    monkeypatch.setattr(shutil, "copytree", mock.Mock(side_effect=full))
    _, shown = take(tmp_path, "--into-course", tmp_path / "course")
    assert shown.count(f"Not handed in to nbgrader ({os.strerror(28)})") == 2

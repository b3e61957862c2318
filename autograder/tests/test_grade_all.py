"""A class graded with one command: a row for everybody, whole tables, resumed, secret kept."""

import csv
import errno
import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

from autograder.__main__ import main
from autograder.collect import collect
from autograder.errors import CallError
from autograder.gathering import batch_command, grading
from autograder.gathering.gathered import Gathered, write_gathered
from autograder.gathering.grading import Step, grade_all
from autograder.gathering.locking import LOCK, alone
from autograder.gathering.seals import NAME, Seals, grader_files
from autograder.grading import grade_many
from autograder.hosts import at_once
from autograder.model import Result
from autograder.tables import COMPUTED
from autograder.tests.classroom import FAILED, STEMS, result_of
from autograder.tests.desk import ROOT, rubric, solution

SECRET = "7f4c1e0ab95d2683" * 4
PART1 = f"{STEMS[1]}.py"
SCHEMA = json.loads((ROOT / "autograder/gathering/grades.schema.json").read_text(encoding="utf-8"))
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Engine:
    """Grades without training, by the first word of Part 1; remembers whom it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, path: Path, **options) -> Result:
        collect(path, rubric())
        student = path.parent.name if path.name == "assignment" else path.name
        self.asked.append(student)
        said = (path / PART1).read_text(encoding="utf-8").strip("# \n")
        if said == "full":
            raise OSError(errno.ENOSPC, "No space left on device")
        if said == "ctrl-c":
            raise KeyboardInterrupt
        if said == "raise":
            raise RuntimeError("no luck")
        broken = ("part 1: ValueError: odd",) if said == "broken" else ()
        result = result_of({} if said == "good" else FAILED)
        return replace(result, submission=path.name, seed_kind="exam", broken=broken)


def hand_in(class_dir: Path, student: str, said: str = "good") -> Path:
    """Put a submission into the folder of a class."""
    folder = class_dir / student
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PART1).write_text(f"# {said}\n", encoding="utf-8")
    return folder


@pytest.fixture
def class_dir(tmp_path) -> Path:
    """A class of two who did well, and one who did not."""
    for student, said in (("ada", "good"), ("bob", "fair"), ("cy", "good")):
        hand_in(tmp_path / "class", student, said)
    return tmp_path / "class"


def graded(class_dir: Path, engine: Engine | None = None, **options) -> dict[str, Step]:
    """Grade a class into a folder beside it."""
    given = {"isolation": "process", "engine": engine or Engine(), **options}
    return {step.row.student: step for step in grade_all(class_dir, out_of(class_dir), SECRET, **given)}


def out_of(class_dir: Path) -> Path:
    """Return the folder beside a class that its grades are written to."""
    return class_dir.with_name("out")


def tables(out: Path) -> dict[str, bytes]:
    """Return the bytes of both tables."""
    return {name: (out / name).read_bytes() for name in ("grades.csv", "grades.json")}


def rows_in(out: Path) -> dict[str, dict]:
    """Return the rows of grades.json, which follows its schema."""
    record = json.loads((out / "grades.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, SCHEMA)
    return {row["student"]: row for row in record["submissions"]}


@pytest.mark.quick
def test_everybody_has_a_row_whatever_was_handed_in(class_dir, tmp_path):
    """Graded, refused, broke, missing: each is told with its reason, and stops nobody else."""
    (hand_in(class_dir, "inside") / PART1).rename(class_dir / "inside" / "other.py")
    hand_in(class_dir / "inside", "assignment")
    hand_in(class_dir, "unlucky", "raise")
    hand_in(class_dir, "broken", "broken")
    (class_dir / "empty").mkdir()
    (class_dir / "<b>x").mkdir()
    (class_dir / "grades.csv").mkdir()
    (class_dir / "link").symlink_to(class_dir / "ada")
    (class_dir / "notes.txt").write_text("not a student", encoding="utf-8")
    found = graded(class_dir)
    status = {student: step.row.status for student, step in found.items()}
    assert status == {
        "ada": "graded", "bob": "graded", "cy": "graded", "inside": "graded", "unlucky": "broke",
        "broken": "broke", "empty": "refused", "<b>x": "refused", "grades.csv": "refused",
        "link": "refused"}  # fmt: skip
    assert found["ada"].row.score == 80 and found["bob"].row.score == 75
    assert "no luck" in found["unlucky"].row.reason and "odd" in found["broken"].row.reason
    assert "is a link" in found["link"].row.reason and "holds none of" in found["empty"].row.reason
    assert {step.total for step in found.values()} == {10} and found["ada"].left_out == 0
    out = out_of(class_dir)
    reported = {path.name for path in out.iterdir() if path.is_dir()}
    assert reported == {student for student, told in status.items() if told == "graded"}
    assert {"result.json", "report.md", "part1.png"} <= {p.name for p in (out / "ada").iterdir()}
    assert rows_in(out).keys() == status.keys()


@pytest.mark.quick
def test_what_was_gathered_stands_in_the_results(class_dir):
    """Commit, lateness and problems go into the tables; who has no folder is missing, not gone."""
    late = Gathered("ada", "r", "main", COMMIT, late_hours=2.5, problems=("Late by 2.5 h. Decide.",))
    none = Gathered("zoe", "r", problems=("Nothing was taken: no commit.",))
    outside = Gathered("../../x", "r", problems=("Odd.",))
    write_gathered(class_dir, None, [late, none, outside])
    graded(class_dir)
    rows = rows_in(out_of(class_dir))
    assert (rows["ada"]["commit"], rows["ada"]["late_hours"]) == (COMMIT, 2.5)
    assert rows["ada"]["problems"] == [*late.problems]
    assert rows["zoe"]["status"] == rows["../../x"]["status"] == "missing"
    assert rows["zoe"]["reason"] == "Nothing was gathered."
    assert rows["zoe"]["problems"] == [*none.problems]
    assert rows["bob"]["problems"] == ["It is not in gathered.json. Look where it comes from."]


@pytest.mark.quick
def test_a_part_that_cannot_be_read_is_told(class_dir):
    """The judge's own sentence on an unreadable part is among the problems."""
    sentence = "part1_one_to_one.py is not UTF-8 text. Save it with the encoding UTF-8."

    def engine(path: Path, **_) -> Result:
        unread = replace(FAILED["1.data"], misconception="part-unreadable", got=sentence)
        return result_of({"1.data": unread, "1.model": replace(unread, id="1.model")})

    assert graded(class_dir, engine)["ada"].row.problems == (sentence,)


@pytest.mark.quick
def test_no_cell_of_the_table_is_computed_by_a_spreadsheet(class_dir):
    """Names, reasons and problems that begin like formulas are texts; the columns are the rubric's."""
    (class_dir / "=cmd()").mkdir()
    write_gathered(class_dir, None, [Gathered("ada", "r", problems=("=1+1", "\t@SUM(A1)"))])
    graded(class_dir)
    text = (out_of(class_dir) / "grades.csv").read_text(encoding="utf-8")
    head, *lines = csv.reader(io.StringIO(text))
    assert [name.removeprefix("check ") for name in head if name.startswith("check ")] == [
        check.id for check in rubric().checks
    ]
    assert {len(line) for line in lines} == {len(head)}
    assert not [cell for line in lines for cell in line if cell.startswith(COMPUTED)]
    row = dict(zip(head, next(line for line in lines if line[0] == "bob"), strict=True))
    points = [row[name] for name in ("score", "max_score", "pending", "check 1.data")]
    assert points == ["75", "80", "20", "3"]


@pytest.mark.quick
def test_tables_are_whole_after_every_submission(class_dir):
    """At each step the tables hold everybody who is done; a batch that is left keeps them."""
    out, seen = out_of(class_dir), []
    steps = grade_all(class_dir, out, SECRET, isolation="process", engine=Engine())
    with closing(steps):
        for step in steps:
            seen.append(step.row.student)
            assert [*rows_in(out)] == seen
            if len(seen) == 2:
                break
    assert [*rows_in(out)] == ["ada", "bob"] and (out / "bob" / "result.json").is_file()


@pytest.mark.quick
def test_a_resumed_batch_has_the_bytes_of_an_undisturbed_one(class_dir, tmp_path):
    """What was interrupted is gone on with; the same input gives the same tables, byte for byte."""
    graded(class_dir)
    whole = tables(out_of(class_dir))
    shutil.rmtree(out_of(class_dir))
    steps = grade_all(class_dir, out_of(class_dir), SECRET, isolation="process", engine=Engine())
    assert next(steps).row.student == "ada"
    steps.close()
    (out_of(class_dir) / ".moveout-half").mkdir()
    engine = Engine()
    found = graded(class_dir, engine, resume=True)
    assert sorted(engine.asked) == ["bob", "cy"] and found["ada"].kept and not found["bob"].kept
    assert tables(out_of(class_dir)) == whole
    assert not [*out_of(class_dir).glob(".moveout-*")]


def edited(out: Path) -> None:
    """Give a student more points than they have."""
    path = out / "bob" / "result.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"score": 75', '"score": 80'), "utf-8")


def sealed_by_another(out: Path) -> None:
    """Put a result and its seal, made with a secret of one's own, in the place of ours."""
    seals = Seals("0123456789abcdef" * 4, rubric(), {"backend": "auto", "isolation": "process"})
    edited(out)
    seals.write(out / "bob", seals.of_input(out.with_name("class") / "bob"))


CHANGES = {
    "an edited result": edited,
    "a forged seal": sealed_by_another,
    "a seal that is gone": lambda out: (out / "bob" / NAME).unlink(),
    "a seal that is no JSON": lambda out: (out / "bob" / NAME).write_text("[" * 9000, "utf-8"),
    "a seal of another shape": lambda out: (out / "bob" / NAME).write_text('{"schema": 1}', "utf-8"),
    "another's report": lambda out: shutil.copytree(out / "ada", out / "bob", dirs_exist_ok=True),
    "another submission": lambda out: hand_in(out.with_name("class"), "bob", "fair too"),
    "one more module": lambda out: (out.with_name("class") / "bob" / "mine.py").touch(),
    "one more notebook": lambda out: (out.with_name("class") / "bob" / f"{STEMS[2]}.ipynb").touch(),
}


@pytest.mark.quick
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_or_was_edited_is_graded_again(class_dir, change):
    """A grade is kept only if it was made, by us, of the same input; nobody without the secret can
    make it look so."""
    graded(class_dir)
    change(out_of(class_dir))
    engine = Engine()
    assert graded(class_dir, engine, resume=True)["bob"].row.score == 75
    assert engine.asked == ["bob"]


@pytest.mark.quick
def test_other_options_grader_or_secret_is_another_input(class_dir):
    """Isolation, backend, secret, the grader's files: each moves the seal; tests of ours do not."""
    options = {"isolation": "process", "backend": "auto"}
    others = [options, options | {"backend": "jax"}, options | {"isolation": "bwrap"}]
    made = {Seals(secret, rubric(), o).of_input(class_dir / "ada")
            for secret in (SECRET, SECRET[::-1]) for o in others}  # fmt: skip
    assert len(made) == 6 and all(len(seal) == 128 for seal in made)
    assert len({seal[:64] for seal in made}) == 2, "that of the files rests on the secret alone"
    files = grader_files()
    assert {"autograder/rubric.toml", "autograder/judge.py", "autograder/checks/part1.py",
            "data/make_arrivals.py"} - {*files} == set()  # fmt: skip
    assert not [name for name in files if "/tests/" in name or "/gathering/" in name]


@pytest.mark.quick
def test_a_report_of_an_earlier_submission_does_not_stay(class_dir):
    """Who was graded and now is refused, or breaks, has no report that tells of another score."""
    graded(class_dir)
    hand_in(class_dir, "ada", "raise")
    (class_dir / "bob" / PART1).unlink()
    found = graded(class_dir, resume=True)
    assert (found["ada"].row.status, found["bob"].row.status) == ("broke", "refused")
    assert {path.name for path in out_of(class_dir).iterdir() if path.is_dir()} == {"cy"}
    hand_in(class_dir, "ada", "good")
    assert graded(class_dir, resume=True)["ada"].row.score == 80


@pytest.mark.quick
def test_only_some_students_are_graded(class_dir):
    """Others stay in the tables if they were graded before; those without a grade are counted."""
    engine = Engine()
    assert {*graded(class_dir, engine, students="[ab]*")} == {"ada", "bob"} == {*engine.asked}
    assert next(iter(graded(class_dir, students="ada", resume=True).values())).left_out == 1
    assert {*rows_in(out_of(class_dir))} == {"ada", "bob"}
    graded(class_dir, engine, students="cy", resume=True)
    assert sorted(engine.asked) == ["ada", "bob", "cy"] and len(rows_in(out_of(class_dir))) == 3


@pytest.mark.quick
def test_who_is_not_asked_for_keeps_commit_and_lateness(class_dir):
    """A grade of other options is told; of the same code, it is still as late as it was."""
    graded(class_dir)
    known = [Gathered(name, "r", "main", COMMIT, late_hours=2.0) for name in ("ada", "bob", "cy")]
    write_gathered(class_dir, None, known)
    graded(class_dir, students="bob", resume=True, backend="tensorflow")
    row = rows_in(out_of(class_dir))["ada"]
    assert (row["commit"], row["late_hours"]) == (COMMIT, 2.0)
    assert row["problems"] == [
        "The grade is of other options, or of another grader. Grade again without --student."]


@pytest.mark.quick
def test_another_script_beside_the_parts_is_another_submission(class_dir):
    """An older grade is not charged with the lateness of what a part imports now."""
    graded(class_dir)
    write_gathered(class_dir, None, [Gathered("ada", "r", "main", COMMIT, late_hours=6.0)])
    (class_dir / "ada" / "helpers.py").write_text("UNITS = 5\n", encoding="utf-8")
    graded(class_dir, students="bob", resume=True)
    row = rows_in(out_of(class_dir))["ada"]
    assert (row["commit"], row["late_hours"]) == (None, None)
    assert row["problems"] == ["The grade is of an earlier submission. Grade again without --student."]


@pytest.mark.quick
def test_who_is_not_asked_for_keeps_an_earlier_grade(class_dir):
    """A changed submission's old grade stays in the tables and says so; another's report is no grade."""
    graded(class_dir)
    known = [Gathered(name, "r", "main", COMMIT) for name in ("ada", "bob", "cy")]
    write_gathered(class_dir, None, known)
    hand_in(class_dir, "bob", "better")
    found = graded(class_dir, students="ada", resume=True)
    row = rows_in(out_of(class_dir))["bob"]
    assert {*found} == {"ada", "bob", "cy"} and (row["score"], row["commit"]) == (75, None)
    assert row["problems"] == ["The grade is of an earlier submission. Grade again without --student."]
    assert rows_in(out_of(class_dir))["cy"]["problems"] == []
    shutil.copytree(out_of(class_dir) / "ada", out_of(class_dir) / "bob", dirs_exist_ok=True)
    assert {*graded(class_dir, students="ada", resume=True)} == {"ada", "cy"}
    engine = Engine()
    graded(class_dir, engine, resume=True)
    row = rows_in(out_of(class_dir))["bob"]
    assert engine.asked == ["bob"] and (row["commit"], row["problems"]) == (COMMIT, [])


@pytest.mark.quick
@pytest.mark.parametrize(("files", "status"), [((f"assignment/{PART1}",), "refused"), ((), "graded")])
def test_a_folder_from_inside_the_assignment_is_not_taken(class_dir, files, status):
    """`gather` says so of `assignment/assignment/`; a folder that was put there by hand is graded."""
    hand_in(class_dir / "zoe", "assignment")
    write_gathered(class_dir, None, [Gathered("zoe", "r", files=files)])
    assert graded(class_dir)["zoe"].row.status == status


@pytest.mark.quick
def test_room_is_only_asked_for_where_there_is_none(class_dir):
    """A file in the place of the folder is no full disk."""
    out_of(class_dir).write_text("mine", encoding="utf-8")
    with pytest.raises(CallError, match=r"cannot be written .* Give another folder with --out"):
        graded(class_dir)


@pytest.mark.quick
@pytest.mark.parametrize(("options", "sentence"), [
    ({}, "Add --resume"),
    ({"students": "nobody", "resume": True}, "No student fits"),
    ({"isolation": "jail", "resume": True}, "No isolation is called"),
    ({"backend": "torch", "resume": True}, "No backend is called"),
])  # fmt: skip
def test_a_wrong_call_is_told_before_anything_is_graded(class_dir, options, sentence):
    """A folder with grades is not written to without --resume; each refusal says what to type."""
    graded(class_dir)
    before, engine = tables(out_of(class_dir)), Engine()
    with pytest.raises(CallError, match=sentence):
        graded(class_dir, engine, **options)
    assert tables(out_of(class_dir)) == before and not engine.asked


@pytest.mark.quick
def test_reports_never_mix_with_submissions_or_other_files(class_dir, tmp_path):
    """Not into the class, nor around it, nor beside a thesis; no class, no student, no good secret."""
    for out in (class_dir, class_dir / "out", tmp_path):
        with pytest.raises(CallError, match="lie in each other"):
            next(grade_all(class_dir, out, SECRET, resume=True, engine=Engine()))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").touch()
    with pytest.raises(CallError, match="holds something else"):
        next(grade_all(class_dir, tmp_path / "other", SECRET, resume=True, engine=Engine()))
    with pytest.raises(CallError, match="holds no folder of a student"):
        next(grade_all(tmp_path / "other", tmp_path / "new", SECRET, engine=Engine()))
    with pytest.raises(CallError, match="There is no folder"):
        next(grade_all(tmp_path / "nowhere", tmp_path / "new", SECRET, engine=Engine()))
    with pytest.raises(CallError, match="too easy to guess"):
        next(grade_all(class_dir, tmp_path / "new", "12345", engine=Engine()))
    assert not (tmp_path / "new").exists()


@pytest.mark.quick
def test_a_full_disk_ends_the_batch_at_once(class_dir, monkeypatch):
    """It is nobody's submission: the batch says so, and what was graded stays."""
    hand_in(class_dir, "bob", "full")
    with pytest.raises(CallError, match="disk is full"):
        graded(class_dir)
    assert rows_in(out_of(class_dir))["ada"]["score"] == 80

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    hand_in(class_dir, "bob", "good")
    monkeypatch.setattr(grading, "write_report", full)
    with pytest.raises(CallError, match=r"No space left on device.*--resume"):
        graded(class_dir, resume=True)


@pytest.mark.quick
def test_a_report_that_cannot_be_drawn_costs_nobody_else(class_dir, monkeypatch):
    """An exception while a report is made is that submission's, and told."""
    real = grading.write_report

    def odd(result: Result, folder: Path) -> None:
        if result.score == 75:
            raise ValueError("odd curves")
        real(result, folder)

    monkeypatch.setattr(grading, "write_report", odd)
    found = graded(class_dir)
    assert found["bob"].row.status == "broke" and "odd curves" in found["bob"].row.reason
    assert found["cy"].row.score == 80


@pytest.mark.quick
def test_two_batches_do_not_write_into_one_folder(class_dir, tmp_path):
    """The second is refused; a process that was killed holds no lock."""
    out = out_of(class_dir)
    out.mkdir()
    with alone(out), pytest.raises(CallError, match="Another batch is at work"):
        graded(class_dir)
    code = ("import sys, pathlib; from autograder.gathering.locking import alone\n"
            "with alone(pathlib.Path(sys.argv[1])):\n"
            "    print('held', flush=True); sys.stdin.read()")  # fmt: skip
    holder = subprocess.Popen([sys.executable, "-c", code, str(out)], cwd=ROOT, text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(CallError, match="Another batch is at work"):
        graded(class_dir)
    holder.kill()
    holder.communicate()
    assert (out / LOCK).exists() and len(graded(class_dir)) == 3


def command(class_dir: Path, *more: str) -> tuple[int, str]:
    """Run the command with an engine that trains nothing; return its exit code and what it printed."""
    file, said = class_dir.with_name("seed.txt"), io.StringIO()
    file.write_text(SECRET, encoding="utf-8")
    words = [str(class_dir), "--exam-seed-file", str(file), "--out", str(out_of(class_dir)),
             "--isolation", "process", *more]  # fmt: skip
    console = Console(file=said, width=200, highlight=False)
    return batch_command.run(words, console, partial(grade_all, engine=Engine())), said.getvalue()


@pytest.mark.quick
def test_the_command_tells_each_student_and_the_counts(class_dir):
    """A line as soon as a student is graded, the sentence of a bad one, the counts, the paths."""
    (class_dir / "empty").mkdir()
    code, said = command(class_dir)
    lines = said.splitlines()
    assert code == 0 and lines[0] == "1 of 4  ada               80/80  0 s"
    assert "75/80" in lines[1] and "empty             refused, no mark" in lines[3]
    assert "holds none of" in lines[4]
    assert lines[5] == "3 graded, 1 refused, 0 broke, 0 missing, of 4 students."
    assert [Path(line).name for line in lines[6:]] == ["grades.csv", "grades.json"]
    code, said = command(class_dir, "--resume", "--student", "ada")
    assert code == 0 and "1 of 3  ada               80/80  kept" in said
    assert "1 more are in no table: run it without --student." in said


@pytest.mark.quick
def test_the_command_says_by_its_exit_code_if_the_grader_broke(class_dir):
    """3 if any broke; the others are graded."""
    hand_in(class_dir, "ada", "raise")
    code, said = command(class_dir)
    assert code == 3 and "2 graded, 0 refused, 1 broke" in said and "no luck" in said


@pytest.mark.quick
def test_ctrl_c_keeps_what_was_graded(class_dir):
    """It ends the batch, says how to go on, and nobody is graded twice."""
    hand_in(class_dir, "cy", "ctrl-c")
    with pytest.raises(KeyboardInterrupt):
        command(class_dir)
    assert [*rows_in(out_of(class_dir))] == ["ada", "bob"]
    hand_in(class_dir, "cy", "good")
    engine = Engine()
    graded(class_dir, engine, resume=True)
    assert engine.asked == ["cy"]


@pytest.mark.quick
def test_the_door_of_the_command(class_dir, capsys):
    """Options may come first; a wrong call ends with exit 2."""
    with pytest.raises(SystemExit) as end:
        main(["grade-all", "--help"])
    assert end.value.code == 0 and "--exam-seed-file" in capsys.readouterr().out
    nowhere = str(class_dir / "nowhere")
    assert main(["grade-all", "--out", nowhere, "--exam-seed-file", nowhere, str(class_dir)]) == 2
    assert "No exam seed can be read" in capsys.readouterr().err
    with pytest.raises(SystemExit) as end:
        main(["grade-all", str(class_dir)])
    assert end.value.code == 2


@pytest.mark.quick
def test_grade_many_is_only_a_few_submissions_ahead():
    """The memory of a batch does not grow with the class; results come in order."""
    taken = []

    def paths() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = grade_many(paths(), grader=lambda path: path)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    assert len(taken) <= 3 + 2 * at_once() + 1
    results.close()


def forms_of(secret: str) -> list[bytes]:
    """Return how a secret could stand in a file."""
    number = int.from_bytes(secret.encode(), "big")
    texts = (secret, secret.encode().hex(), str(number), f"{number:x}")
    return [*map(str.encode, texts), bytes.fromhex(secret), number.to_bytes(len(secret), "little")]


def expect_no_secret(out: Path, secret: str) -> None:
    """Fail if the exam seed stands anywhere below a folder, in the name or the bytes of a file."""
    for path in out.rglob("*"):
        data = str(path).encode() + (path.read_bytes() if path.is_file() else b"")
        assert not [form for form in forms_of(secret) if form in data], path


@pytest.mark.quick
def test_the_exam_seed_is_in_no_report(class_dir):
    """Nowhere below what is handed out, nor in the tables or seals."""
    hand_in(class_dir, "unlucky", "raise")
    graded(class_dir)
    expect_no_secret(out_of(class_dir), SECRET)


def started(class_dir: Path, out: Path, seed: Path, *more: str) -> subprocess.Popen:
    """Start a real grading of a class as a process of its own."""
    words = [sys.executable, "-m", "autograder", "grade-all", str(class_dir), "--exam-seed-file",
             str(seed), "--out", str(out), "--isolation", "process", *more]  # fmt: skip
    return subprocess.Popen(words, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            env=os.environ | {"PYTHONUNBUFFERED": "1"})  # fmt: skip


def test_a_real_batch_survives_ctrl_c_and_a_kill(tmp_path):
    """Template, rubbish and Part 1 of the solution: interrupted, killed and resumed, the tables are
    those of an undisturbed run, and the exam seed is nowhere."""
    class_dir, seed, secret = tmp_path / "class", tmp_path / "seed.txt", secrets.token_hex(32)
    seed.write_text(secret, encoding="utf-8")
    for student in ("ada", "bob", "cy"):
        (class_dir / student).mkdir(parents=True)
    for path in (ROOT / "assignment").glob("part*.py"):
        shutil.copy(path, class_dir / "ada")
    (class_dir / "bob" / PART1).write_bytes(bytes(range(256)) * 9)
    (class_dir / "cy" / PART1).write_text(solution(1), encoding="utf-8")
    whole = started(class_dir, tmp_path / "whole", seed)
    said, _ = whole.communicate(timeout=600)
    assert whole.returncode == 0, said
    for ending, code in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
        batch = started(class_dir, tmp_path / "out", seed, "--resume")
        assert "1 of 3  ada" in batch.stdout.readline()
        batch.send_signal(ending)
        batch.communicate(timeout=60)
        assert batch.returncode == code
    last = started(class_dir, tmp_path / "out", seed, "--resume")
    said, _ = last.communicate(timeout=600)
    assert last.returncode == 0 and "0/80  kept" in said and "3 graded, 0 refused" in said, said
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")
    rows = rows_in(tmp_path / "out")
    assert rows["ada"]["score"] == rows["bob"]["score"] == 0
    assert rows["cy"]["score"] == rows["cy"]["parts"]["1"] == 27
    assert "not UTF-8" in rows["bob"]["problems"][0]
    expect_no_secret(tmp_path / "out", secret)

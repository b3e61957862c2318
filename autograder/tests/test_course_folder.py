"""The course folder of nbgrader: made from the one source, the same each time, and it loses nothing."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import consistency
from autograder.__main__ import main
from autograder.collect import from_notebook, read_file, released_hashes
from autograder.course import folder, notebooks
from autograder.course.clearing import SCHEME
from autograder.course.folder import ASSIGNMENT, COURSE_ID, api_of, generated_files, init
from autograder.course.roster import read_roster
from autograder.errors import CallError, CourseError
from autograder.release import secret_lines, sources
from autograder.student_copy import contents, leaks
from autograder.tests.desk import ROOT, notebook_text, rubric

NBGRADER = Path(sys.executable).with_name("nbgrader")
STEMS = [plan.stem for plan in rubric().parts.values()]
ROSTER = "id,first_name,last_name,email\nada,Ada,Lovelace,ada@example.org\nzoe,Zoe,,\n"


def nbgrader(where: Path, *command: str, **environment: str) -> str:
    """Run a command of nbgrader in a folder and return what it tells."""
    names = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run([NBGRADER, *command], cwd=where, env=names, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def cells(path: Path) -> list[dict]:
    """The cells of a notebook."""
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    """A course folder whose assignment nbgrader has generated; not to be changed."""
    made = tmp_path_factory.mktemp("nbgrader") / "course"
    init(ROOT, made)
    nbgrader(made, "generate_assignment", ASSIGNMENT)
    return made


def test_release_of_nbgrader_is_our_release_with_test_cells(released):
    """`generate_assignment` gives `release`'s notebooks without Colab's cell, and the test cells."""
    for number, stem in enumerate(STEMS, 1):
        path = released / "release" / ASSIGNMENT / f"{stem}.ipynb"
        ours = [c for c in cells(ROOT / "assignment" / f"{stem}.ipynb") if c["id"] != "setup"]
        theirs = cells(path)
        rest = [cell for cell in theirs if not cell["id"].startswith("check-")]
        shown = [[(c["id"], c["cell_type"], c["source"]) for c in some] for some in (ours, rest)]
        assert shown[0] == shown[1]
        tests = [cell["metadata"]["nbgrader"] for cell in theirs if cell["id"].startswith("check-")]
        wanted = {notebooks.grade_id(c.id): c.points for c in rubric().of_part(number)}
        assert {meta["grade_id"]: meta["points"] for meta in tests} == wanted
        assert all(meta["grade"] and meta["locked"] and not meta["solution"] for meta in tests)
        assert read_file(path, number).code_hash in released_hashes()


def test_released_notebooks_hold_no_answer_and_no_scheme(released):
    """What nbgrader releases leaks no line of a solution or a mark scheme; its source holds them."""
    where = released / "release" / ASSIGNMENT
    files = {f"assignment/{p.name}": p.read_bytes() for p in where.glob("*.ipynb")}
    assert len(files) == 3 and leaks(files, secret_lines(ROOT)) == []
    source = {f"assignment/{p.name}": p.read_bytes()
              for p in (released / "source" / ASSIGNMENT).glob("*.ipynb")}  # fmt: skip
    assert len(leaks(source, secret_lines(ROOT))) > 100


def test_gradebook_knows_every_point(released):
    """100 points are in the gradebook: every check and every discussion, with the rubric's points."""
    with api_of(released) as gradebook:
        found = gradebook.find_assignment(ASSIGNMENT)
        points = {cell.name: cell.max_score for n in found.notebooks for cell in n.grade_cells}
    wanted = {notebooks.grade_id(check.id): check.points for check in rubric().checks}
    wanted |= {f"discussion-{t.id.replace('.', '-')}": t.points for t in rubric().by_hand}
    assert points == wanted and sum(points.values()) == 100


def test_exchange_goes_round(released, tmp_path):
    """release_assignment, list, fetch, submit and collect work as an instructor expects."""
    student = tmp_path / "student"
    student.mkdir()
    exchange = [f"--Exchange.root={tmp_path / 'exchange'}", f"--Exchange.cache={tmp_path / 'cache'}"]
    (tmp_path / "exchange").mkdir(mode=0o777)
    who = [f"--course={COURSE_ID}", "--CourseDirectory.student_id=ada", *exchange]
    nbgrader(released, "release_assignment", ASSIGNMENT, *exchange)
    assert f"{COURSE_ID} {ASSIGNMENT}" in nbgrader(released, "list", *exchange)
    nbgrader(student, "fetch_assignment", ASSIGNMENT, *who)
    assert (student / ASSIGNMENT / "data").is_dir()
    nbgrader(student, "submit", ASSIGNMENT, *who, USER="ada", JUPYTERHUB_USER="ada")
    nbgrader(released, "collect", ASSIGNMENT, *exchange)
    handed_in = [p.name for p in released.glob(f"submitted/*/{ASSIGNMENT}/*")]
    assert {f"{stem}.ipynb" for stem in STEMS} | {"timestamp.txt"} <= {*handed_in}


@pytest.mark.quick
def test_source_is_the_same_each_time():
    """Two runs make the same bytes, and no cell has a random id."""
    once, again = generated_files(ROOT), generated_files(ROOT)
    assert once == again
    ids = re.findall(rb'"id": "([^"]+)"', b"".join(once.values()))
    assert len(ids) > 60 and all(re.match(rb"(cell|check|discussion)-", id_) for id_ in ids)


def test_init_again_loses_nothing(tmp_path):
    """A second init keeps gradebook, submissions, marks and own files, and mends what is generated."""
    made = tmp_path / "course"
    made.mkdir()
    (made / "roster.csv").write_text(ROSTER, encoding="utf-8")
    init(ROOT, made)
    kept = {"submitted/ada/earthquakes/part1_one_to_one.ipynb": "theirs", "own_config.py": "c = 1",
            "marked/note": "ours", "overrides.csv": "student,check,points,reason\n"}  # fmt: skip
    for name, text in kept.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text, encoding="utf-8")
    with api_of(made) as gradebook:
        gradebook.update_or_create_student("bob", first_name="Bob")
        gradebook.update_or_create_student("zoe", last_name="Later")
    before = {name: (made / name).read_bytes() for name in generated_files(ROOT)}
    (made / folder.CONFIG).write_text(f"# {folder.GENERATED}\nbroken", encoding="utf-8")
    init(ROOT, made)
    assert {name: (made / name).read_bytes() for name in before} == before
    assert {name: (made / name).read_text(encoding="utf-8") for name in kept} == kept
    with api_of(made) as gradebook:
        students = {s.id: (s.first_name, s.last_name) for s in gradebook.students}
    assert students == {"ada": ("Ada", "Lovelace"), "bob": ("Bob", None), "zoe": ("Zoe", "Later")}


def test_command_line_makes_the_folder_and_says_what_comes_next(tmp_path, capsys):
    """`nbgrader init` tells its files, the number of students and the next command; errors are 2."""
    roster = tmp_path / "class.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    made = tmp_path / "course"
    assert main(["nbgrader", "init", str(made), "--roster", str(roster)]) == 0
    said = capsys.readouterr().out
    assert all((made / name).is_file() and name in said for name in generated_files(ROOT))
    assert "2 students" in said and f"nbgrader generate_assignment {ASSIGNMENT}" in said
    roster.write_text("id\n/\n", encoding="utf-8")
    assert main(["nbgrader", "init", str(made), "--roster", str(roster)]) == 2
    assert "class.csv, line 2" in capsys.readouterr().err


@pytest.mark.quick
def test_students_have_no_course_folder(tmp_path, monkeypatch, capsys):
    """Where there is no solution/, the command says what to type instead."""
    monkeypatch.setattr("autograder.__main__.ROOT", tmp_path)
    assert main(["nbgrader", "init"]) == 2
    assert "needs solution/" in capsys.readouterr().err


@pytest.mark.quick
def test_init_refuses_what_is_no_course_folder(tmp_path):
    """Folders of others, of the repository, and a config that somebody wrote, stay as they are."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for name, file, told in (
        ("other", "thesis.tex", "holds thesis.tex"),
        ("mine", folder.CONFIG, "own_config.py"),
        ("stray", f"source/{ASSIGNMENT}/answers.txt", "would release it"),
    ):
        path = tmp_path / name / file
        path.parent.mkdir(parents=True)
        path.write_text("c = get_config()", encoding="utf-8")
        if name == "stray":
            (tmp_path / name / folder.CONFIG).write_text(f"# {folder.GENERATED}", encoding="utf-8")
        with pytest.raises(CallError, match=re.escape(told)):
            init(ROOT, tmp_path / name)
        assert path.read_text(encoding="utf-8") == "c = get_config()"
        assert not (tmp_path / name / folder.GRADEBOOK).exists()
    for wrong in (ROOT, ROOT / "solution", tmp_path / "file"):
        with pytest.raises(CallError, match=r"nbgrader init course"):
            init(ROOT, wrong)
    with pytest.raises(CallError, match="nbgrader init"), api_of(tmp_path):
        pass


@pytest.mark.quick
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,mail\nx,y\n", "line 1: unknown column 'name'"),
        ("", "line 1: no column id"),
        ("id,id\na,b\n", "line 1: no column id, or one twice"),
        ("id,email\nada,a@b\n\nada,c@d\n", "line 4: the id 'ada' stands in line 2"),
        ("id,email\n,a@b\n", "line 2: the id is missing"),
        ("id,email\n../x,a@b\n", "line 2: the id '../x' is no name of a folder"),
        ("id,email\nada\n", "line 2: 1 columns, the first line has 2"),
    ],
)
def test_wrong_roster_is_told_with_its_line(tmp_path, text, told):
    """Each wrong line is named with its number and the next step; nothing is imported."""
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CallError, match=re.escape(told)):
        read_roster(path)


@pytest.mark.quick
def test_roster_of_any_spreadsheet_is_read(tmp_path):
    """A UTF-8 mark, semicolons, Windows line ends, quotes and umlauts are fine; all errors are told."""
    path = tmp_path / "roster.csv"
    path.write_bytes('\ufeffID;Last_name;lms_user_id\r\nj.doe;"Müller; Graf";7\r\n'.encode())
    assert read_roster(path) == [{"id": "j.doe", "last_name": "Müller; Graf", "lms_user_id": "7"}]
    path.write_text("id\na b\n/\n", encoding="utf-8")
    with pytest.raises(CallError, match=r"line 2(?s:.*)line 3(?s:.*)Nothing was imported"):
        read_roster(path)
    path.write_bytes(b"id\nm\xfcller\n")
    with pytest.raises(CallError, match="Save it as CSV UTF-8"):
        read_roster(path)
    with pytest.raises(CallError, match="Check the path"):
        read_roster(tmp_path / "missing.csv")


@pytest.mark.quick
def test_a_check_without_its_place_is_told():
    """A check that is placed twice, nowhere, in another part or under a wrong name stops init."""
    texts = sources(ROOT, rubric())
    assert notebooks.misplaced(texts, rubric()) == []
    first = f"{STEMS[0]}.py"
    for old, new, told in (
        ('checks="1.header"', 'checks="1.header 1.fit"', "places 1.fit 2 times"),
        ('checks="1.header"', 'check="1.header"', "places 1.header 0 times"),
        ('checks="1.header"', 'checks="1.header 2.fit"', "places 2.fit, which is no check of its part"),
        ('checks="1.header"', 'checks="1.headr"', "places 1.headr, which is no check"),
    ):
        assert old in texts[first]
        changed = {**texts, first: texts[first].replace(old, new)}
        with pytest.raises(CourseError, match=re.escape(told)):
            notebooks.source_notebooks(changed, rubric())


def test_self_check_tells_a_check_without_its_place(repository):
    """The repository's own check finds a header that lost a check; today's headers are complete."""
    assert consistency.checks_are_placed(repository) == ([], f"{len(rubric().checks)} test cells")
    path = repository / "solution" / f"{STEMS[1]}.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2.history 2.fit", "2.history"), encoding="utf-8")
    problems, _ = consistency.checks_are_placed(repository)
    assert problems == [f"{STEMS[1]}.py places 2.fit 0 times, not once."]


@pytest.mark.quick
def test_test_cells_of_a_submission_never_run():
    """Cells that ask for a check are dropped, whatever they hold; odd metadata costs nothing."""
    raw = json.loads(notebook_text(["x = 1", "import os; os._exit(1)", "y = 2"]))
    for meta in ({"grade_id": "check-1-data"}, {"grade_id": "check-made-up", "grade": False}):
        raw["cells"][1]["metadata"] = {"nbgrader": meta}
        kept, _ = from_notebook(json.dumps(raw).encode(), "part.ipynb")
        assert [cell.code for cell in kept] == ["x = 1", "y = 2"]
    for odd in ({"nbgrader": []}, [], {"nbgrader": {"grade_id": ["check-"]}}, None):
        raw["cells"][1]["metadata"] = odd
        assert len(from_notebook(json.dumps(raw).encode(), "part.ipynb")[0]) == 3


@pytest.mark.quick
def test_schemes_are_cleared_whatever_a_student_writes():
    """No marker that a student types before a mark scheme keeps it from being cleared."""
    scheme = "\n\n=== BEGIN MARK SCHEME ===\nsecret\n=== END MARK SCHEME ==="
    for answer in ("mine", "=== BEGIN MARK SCHEME ===", "=== END MARK SCHEME ===", "a\n" + scheme):
        assert "secret" not in SCHEME.sub("", answer + scheme)
    assert SCHEME.sub("", "mine" + scheme) == "mine"


@pytest.mark.quick
def test_students_get_the_test_cells_but_not_the_course():
    """A student's copy holds what test cells call, nothing of nbgrader, and says so if it is asked."""
    names = {*contents(ROOT)}
    assert {"autograder/notebook.py", "autograder/live.py"} <= names
    assert not [name for name in names if name.startswith("autograder/course")]
    for name in ("notebook", "live"):
        assert "import nbgrader" not in (ROOT / "autograder" / f"{name}.py").read_text(encoding="utf-8")

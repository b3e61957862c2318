"""The engine as a whole: order of modules, seeds, JSON, report, both forms, the view of pytest."""

import ast
import doctest
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree
from dataclasses import replace
from pathlib import Path
from unittest import mock

import jsonschema
import jupytext
import numpy as np
import pytest
from rich.console import Console

from autograder import attempts, grading, report, terminal, worker
from autograder.artefacts import absent
from autograder.asking import deserves_second, for_second, worth_second
from autograder.attempts import exam_of
from autograder.collect import code_hash
from autograder.errors import CallError
from autograder.exam import exam_seeds, practice_seeds, read_exam_seed
from autograder.grading import grade, rescore
from autograder.model import Artefacts, Judgement, Location, Outcome, Part, Raised, Result, Returned
from autograder.rubric import contradictions
from autograder.tests.desk import (
    ROOT,
    Desk,
    exam,
    notebook_text,
    patched,
    rubric,
    solution,
    stand_ins,
    verdicts,
)

PACKAGE = ROOT / "autograder"
ORDER = """
model errors rubric artefacts syntax colab lookalikes magics collect exam isolation lazy_tensorflow
packing noting model_claims worker refusing forkserver watching supervisor hosts sandbox compile_ahead
predict_again slicing versions
unchanged allowed bounds predicting network compiling exceptions values agreement seen questions.forms
questions.part1 questions.part2 questions.part3 questions witness judge checks.expectations
checks.series checks.advice checks.layers checks.networks checks.fits checks.floors checks.targets
checks.scores checks.classes checks.rows checks.pairs checks.figures checks.histograms checks.matrices
checks.yardsticks checks.part1 checks.part2 checks.part3 checks asking attempts keeping score grading
__init__ report refused tables live notebook checks.test_checks plugin conftest terminal drawing
writing regions template release manifest fetching taking update editors student_copy publish
publish.reading publish.loss publish.annotations publish.charts publish.summary publish.classroom
publish.classroom50 publish.junit publish.command publish.entry course course.roster course.harmless
course.handed course.placing course.marks course.notebooks course.decisions course.clearing
course.folder course.opening course.entering course.batch course.export course.command gathering
gathering.git gathering.naming gathering.classroom50 gathering.sources gathering.branches
gathering.history gathering.doubts gathering.files gathering.looking gathering.placing
gathering.gathered gathering.gather gathering.handing gathering.command gathering.submissions
gathering.seals gathering.locking gathering.grades gathering.grading gathering.batch_command
gathering.claims gathering.comparing gathering.audit gathering.audit_command consistency calibration
calibration.cases calibration.rules calibration.runs calibration.rates calibration.page
calibration.command calibration.audit self_check __main__
""".split()
ALONE = ("model", "packing", "noting", "model_claims", "worker", "refusing", "forkserver",
         "lazy_tensorflow", "watching", "compile_ahead", "predict_again", "syntax",
         "allowed", "predicting")  # fmt: skip


def module_name(path: Path) -> str:
    """The dotted name of a module below the package."""
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imported(path: Path) -> set[str]:
    """The modules of the package that a module imports when it is loaded."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "autograder":
            inner = node.module.removeprefix("autograder").removeprefix(".")
            names = [f"{inner}.{alias.name}".removeprefix(".") for alias in node.names]
            found |= {name if name in ORDER else inner or "__init__" for name in names}
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("autograder.") for a in node.names
                      if a.name.startswith("autograder")}  # fmt: skip
    return found


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "tests" not in path.parts]


@pytest.mark.quick
@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_data_goes_one_way(path):
    """No module imports one that comes after it in the pipeline, and every module has its place."""
    name = module_name(path)
    assert name in ORDER, f"{name}: give it a place in ORDER"
    later = {other for other in imported(path) if ORDER.index(other) > ORDER.index(name)}
    assert not later, f"{name} imports {later}, which come after it"
    assert not (name in ALONE and imported(path)), f"{name} stands alone"


@pytest.mark.quick
def test_only_the_worker_runs_code_of_a_submission():
    """Nothing but the worker executes, evaluates or unpickles; the judge never imports a part."""
    running = {"exec", "eval", "compile", "__import__"}
    loading = {"load_model", "load_weights", "run_path", "run_module", "loads_pickle"}
    for path in MODULES:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        calls = [node.func for node in nodes if isinstance(node, ast.Call)]
        names = {call.id for call in calls if isinstance(call, ast.Name)}
        attributes = {call.attr for call in calls if isinstance(call, ast.Attribute)}
        imports = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        assert not names & running or module_name(path) == "worker", path.name
        assert not attributes & loading and not imports & {"pickle", "runpy", "joblib"}, path.name


@pytest.mark.quick
def test_rubric_that_does_not_add_up_is_told():
    """100 points, at most 25 on claims, a hint for every check, nothing that waits for a later one."""
    good = rubric()
    assert contradictions(good) == []
    first, *rest = good.checks
    wrong = {
        "add up to 101": replace(first, points=first.points + 1),
        "lacks a title, a hint or points": replace(first, hint=""),
        "which is not judged before it": replace(first, requires=("1.fit",)),
    }
    for sentence, check in wrong.items():
        (problem,) = contradictions(replace(good, checks=(check, *rest)))
        assert sentence in problem
    claims = tuple(replace(check, evidence="claim") for check in good.checks)
    assert "more than 25" in contradictions(replace(good, checks=claims))[0]


SECRETS = ["0123456789abcdef" * 4, "fedcba9876543210" * 4]


@pytest.mark.quick
def test_seeds_give_streams_of_their_own():
    """Same seed, same exam; another seed, part or purpose, other numbers."""
    one, same, two = (exam_seeds(secret) for secret in (SECRETS[0], f"{SECRETS[0]}\n", SECRETS[1]))
    states = {
        tuple(seeds.sequence(part, purpose, attempt).generate_state(4))
        for seeds in (one, two, practice_seeds(1), practice_seeds(2))
        for part in (1, 2, 3) for purpose in ("questions", "rows", "training") for attempt in (0, 1)
    }  # fmt: skip
    assert len(states) == 4 * 3 * 3 * 2
    for part in (1, 2, 3):
        first, again, other = (exam_of(part, seeds).sheet for seeds in (one, same, two))
        assert first.questions == again.questions and first.files == again.files
        assert all(np.array_equal(first.arrays[name], again.arrays[name]) for name in first.arrays)
        assert any(not np.array_equal(first.arrays[n], other.arrays[n]) for n in first.arrays)
        assert first.questions != other.questions


@pytest.mark.quick
@pytest.mark.parametrize("seed", [1234, 5])
def test_no_answer_leaves_the_judge(seed):
    """The question sheet holds no label of a hidden row, and no file shows one."""
    set_ = exam(3, seed)
    hidden = set_.answers["hidden"]
    of_its_size = [np.ravel(a) for a in set_.sheet.arrays.values() if a.size == hidden.y.size]
    assert not any(np.array_equal(a, y) for a in of_its_size for y in (hidden.y, 1 - hidden.y))
    shown = {line[:36] for text in set_.sheet.files.values() for line in text.splitlines()}
    assert not {"".join(f"{t:6.2f}" for t in row) for row in hidden.X} & shown
    for part in (1, 2, 3):
        sheet = exam(part, seed).sheet
        assert not any(word in name for name in sheet.arrays for word in ("hidden", "answer", "label"))


@pytest.mark.quick
@pytest.mark.parametrize("secret", ["", "abc", "1234" * 7, "a" * 64, "ab" * 40, " " * 64])
def test_exam_seed_that_can_be_guessed_is_refused(tmp_path, secret):
    """Fewer than 128 bits, or one character repeated, is no secret; the way to make one is told."""
    path = tmp_path / "seed.txt"
    path.write_text(secret, encoding="utf-8")
    asked = (lambda: exam_seeds(secret), lambda: read_exam_seed(path),
             lambda: grade(ROOT / "solution", exam_seed=secret))  # fmt: skip
    for ask in asked:  # an empty file never means the practice seed
        with pytest.raises(CallError, match=r"too easy to guess. Make one: python -c"):
            ask()


@pytest.mark.quick
@pytest.mark.parametrize("part", [1, 2, 3])
def test_worked_examples_are_true(part):
    """The examples in the docstrings, which the students see, give what they say."""
    with stand_ins():
        cells = [{"code": solution(part), "file": f"part{part}.py"}]
        seeds = type("Seeds", (), {"reset": lambda self: None})()
        module, errors = worker.load(f"part{part}_examples", cells, seeds)
        found = [t for t in doctest.DocTestFinder().find(module, globs=vars(module)) if t.examples]
        results = [doctest.DocTestRunner(verbose=False).run(test) for test in found]
    assert errors == [] and sum(r.attempted for r in results) >= {1: 9, 2: 2, 3: 4}[part]
    assert sum(result.failed for result in results) == 0


def as_notebook(source: str) -> str:
    """A percent script as a notebook, as Jupyter would save it."""
    return jupytext.writes(jupytext.reads(source, fmt="py:percent"), fmt="ipynb")


@pytest.mark.quick
@pytest.mark.parametrize("part", [1, 2, 3])
def test_both_forms_are_judged_the_same(desk: Desk, part):
    """The same code in a notebook has the same hash and the same verdicts."""
    wrong = solution(part).replace("ylabel", "ylabe1").replace("pvalue", "statistic")
    for source in (solution(part), wrong):
        script = verdicts(desk.judge(part, source))
        script_hash = desk.student.code_hash
        notebook = verdicts(desk.judge(part, as_notebook(source)))
        assert notebook == script and desk.student.form == "ipynb"
        assert desk.student.code_hash == script_hash == code_hash("\n".join(
            cell.code for cell in desk.student.cells))  # fmt: skip


@pytest.mark.quick
def test_magics_are_skipped_and_a_broken_cell_costs_what_it_defines(desk: Desk):
    """%magics and !shell lines are skipped with a note; a cell that cannot be parsed costs itself."""
    magics = "%matplotlib inline\n!pip install seaborn\nimport numpy as np\nnp?\n"
    broken = "def linear_baseline(X_train, y_train, X_test:\n    return 1\n"
    renamed = patched(1, {"def linear_baseline(": "def another_name("})
    outcomes = desk.judge(1, notebook_text([renamed, magics, "%%bash\nls /\n", broken]))
    assert verdicts(outcomes) == {"1.linear": ("failed", 0)}
    assert "SyntaxError" in outcomes["1.linear"].got and "cell 4" in outcomes["1.linear"].location.file
    assert any("magics and shell lines in 2 cell(s)" in note for note in desk.judgement.notes)


HOSTILE = ["<script>alert(1)</script>", "`` ` ``` ", "[x](javascript:1)", "a | b", "a\nb\r\n# Title",
           "![img](http://evil)", "**bold**", "&lt;", "- [ ] task", "$x$", "::error::x"]  # fmt: skip


def hostile_result(text: str) -> Result:
    """A result in which everything a student can choose is one hostile text."""
    outcome = Outcome("1.data", 1, "A title", "failed", 0, 4, called=text, got=text, expected="plain",
                      hint=text, location=Location(f"{text}.py", 3))  # fmt: skip
    return Result(submission=text, score=0, max_score=4,
                  parts=({"part": 1, "title": "One", "score": 0, "max_score": 4},), checks=(outcome,),
                  pending=(), metrics={"part1.r2": 0.5}, seconds={"total": 1.0, "parts": {"1": 1.0}},
                  isolation="process", backend="jax", form={"1": "py"}, kept_from=None,
                  seed_kind="practice", hashes={}, versions={}, notes=(text,))  # fmt: skip


@pytest.mark.quick
@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_report_escapes_what_a_student_wrote(text):
    """Whatever a student's text holds, in the Markdown report it stays inside one code span."""
    flat = report.harmless(text).replace("`", "'")
    lines = report.to_markdown(hostile_result(text)).splitlines()
    holding = [line for line in lines if flat in line]
    assert len(holding) >= 4
    for line in holding:
        before, inside, after = line.split("`")
        assert flat in inside and flat not in before + after
    assert not any(line.startswith("# Title") for line in lines)


@pytest.mark.quick
@pytest.mark.parametrize("text", ["[bold]x[/bold]", "[link=http://evil]x[/link]", "[/]", "[red"])
def test_terminal_shows_what_a_student_wrote_as_it_is(text):
    """Markup of the terminal library in a student's text is shown, not interpreted."""
    console = Console(record=True, width=200, force_terminal=False)
    terminal.show(hostile_result(text), console)
    assert console.export_text().count(text) >= 3


@pytest.mark.quick
def test_epochs_that_are_forged_do_not_flood_a_log():
    """However often a worker says that it is at another tenth, some hundred lines tell of it."""
    console = Console(record=True, width=80, force_terminal=False)
    plain = terminal.Plain(console)
    for n in range(5000):
        plain.progress(1, {"epoch": 1 + 8 * (n % 2), "epochs": 9})
    assert 11 <= len(console.export_text().splitlines()) <= terminal.MOST_LINES


def without_seconds(result: Result) -> dict:
    """The JSON of a result without what may differ between two runs."""
    record = json.loads(json.dumps(report.to_json(result)))
    del record["seconds"]
    return record


@pytest.mark.quick
@pytest.mark.parametrize(("kind", "message", "second"), [
    ("NameError", "name 'n' is not defined", False),
    ("NotImplementedError", "Task 1.2a: return X and y", False),
    ("ValueError", "could not convert string to float: ''", False),
    ("TypeError", "Dense.__init__() missing 1 required positional argument: 'units'", False),
    ("ValueError", "Argument(s) not recognized: {'lr': 0.1}", False),
    ("ValueError", "Could not interpret loss identifier: mes", False),
    ("ValueError", "Could not interpret loss identifier: <function loss at 0x7f>", True),
    ("TypeError", "Net.train_step() missing 1 required positional argument: 'data'", True),
    ("AttributeError", "module 'tensorflow' has no attribute 'scan'", True),
    ("TypeError", "unsupported operand", True)])
def test_only_what_another_backend_could_mend_is_asked_twice(kind, message, second):
    """An error of the code itself is told at once; one that may come from Keras is asked about again,
    and so is every error after one at the top of the file."""
    question = next(q for q in exam(1).sheet.questions if q.kind == "call")
    raised = Raised(kind, message, bases=(kind,))
    absent = Raised("AttributeError", "module 'tensorflow' has no attribute 'Variable'")
    found = Artefacts({question.id: raised}, load_errors=())
    assert deserves_second(question, found) == second
    assert deserves_second(question, replace(found, load_errors=(absent,)))


def test_reference_earns_full_marks(reference):
    """The reference solution earns every point that a program judges, and nothing is left unsaid."""
    result, _ = reference
    assert result.score == result.max_score and result.broken == ()
    assert result.max_score + sum(task.points for task in result.pending) == 100
    assert {check.status for check in result.checks} == {"passed"}
    assert result.seed_kind == "practice" and set(result.seconds["parts"]) == {"1", "2", "3"}
    claims = [check.max_score for check in result.checks if check.evidence == "claim"]
    assert 0 < sum(claims) <= 25


def test_json_is_valid_against_its_schema(reference):
    """The JSON of a full grading follows result.schema.json; so does that of a failed one."""
    schema = json.loads((PACKAGE / "result.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for result in (reference[0], hostile_result("x")):
        jsonschema.validate(json.loads(json.dumps(report.to_json(result))), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**report.to_json(reference[0]), "answers": []}, schema)


def test_rescoring_gives_the_same_without_running_code(reference, monkeypatch):
    """`score --from` judges the kept artefacts again, number by number as before."""
    result, keep = reference
    monkeypatch.setattr(subprocess, "Popen", None)  # no process can be started
    first, again = without_seconds(result), without_seconds(rescore(keep))
    assert {**again, "notes": first["notes"]} == first


def test_rescoring_without_what_was_kept(tmp_path, untrained, untrained_result):
    """Lost replies cost their checks; an exam's artefacts want the exam's seed."""
    copy = shutil.copytree(untrained.parent / "kept", tmp_path / "copy")
    (copy / "part1" / "attempt0" / "jax" / "0.json").unlink()
    before, after = ({c.id for c in result.checks if c.status != "passed"}
                     for result in (untrained_result, rescore(copy)))  # fmt: skip
    assert after - before == {"1.data"}
    record = json.loads((copy / "submission.json").read_text(encoding="utf-8"))
    (copy / "submission.json").write_text(json.dumps({**record, "seed_kind": "exam"}), encoding="utf-8")
    with pytest.raises(CallError, match="--exam-seed-file"):
        rescore(copy)


def test_rescoring_says_what_was_not_tried(tmp_path, untrained):
    """A grading that was broken off is refused; tries that are left after a missed floor are told."""
    kept = untrained.parent / "kept"
    for name in ("part1/attempt0/jax/runs.json", "part2/attempt0"):
        copy = shutil.copytree(kept, tmp_path / name.replace("/", "-"))
        lost = copy / name
        lost.unlink() if lost.is_file() else shutil.rmtree(lost)
        with pytest.raises(CallError, match="was not finished here"):
            rescore(copy)
    by_chance = Judgement((), by_chance=("1.fit",))
    with mock.patch.object(grading, "judge_attempts", lambda part, *_: (part, by_chance, absent([]))):
        graded = grading.judge_kept(kept, Part(1, "p", "py"), exam(1), rubric())
    assert graded.judgement.notes == (
        "Part 1 misses a floor after 1 of at most 3 trainings. Grade again for the others.",)


@pytest.mark.quick
def test_what_rests_on_another_backend_is_asked_there_too():
    """Figures after a training that failed here, a training whose scaling failed here; no more."""
    questions = exam(3).sheet.questions
    error = Raised("AttributeError", "'ArrayImpl' object has no attribute 'numpy'", None)
    key = Raised("KeyError", "'learning_rate'", None)
    fine = {question.id: Returned(1) for question in questions}

    def asked(**replies) -> list[str]:
        return [q.id for q in for_second(questions, Artefacts({**fine, **replies}))]

    scales = [question.id for question in questions if question.function == "preprocess"]
    broken = dict.fromkeys(scales, error)
    assert asked() == [] == asked(plot=key) and asked(train=error) == ["train"]
    assert asked(train=error, plot=key) == ["train", "plot"]
    assert asked(**broken) == [*scales, "train"]
    found = Artefacts({**fine, **broken})
    again = for_second(questions, found)
    assert worth_second(again, found, Artefacts(broken)) == scales
    assert worth_second(again, found, Artefacts(fine)) == [*scales, "train"]


@pytest.mark.quick
def test_a_training_is_tried_again_with_its_scaling(monkeypatch):
    """Or a scaling that another backend has to do would not be done for the second network."""
    asked = []
    monkeypatch.setattr(attempts, "ask", lambda plan, part, some, n: asked.append(some.sheet.questions))
    monkeypatch.setattr(attempts, "merged", lambda *_: None)
    for part in (1, 3):
        attempts.train_again(mock.Mock(keep=Path()), Part(part, "p", "py"), exam(part), [])
    assert {q.function for q in asked[0]} == {"build_model"}
    assert {q.function for q in asked[1]} == {"build_model", "preprocess"}


@pytest.mark.quick
def test_further_keys_of_a_history_look_like_no_curve_that_is_asked_for():
    """A figure of the accuracy with a further metric in it shows no cost curves."""
    student = object.__new__(worker.Student)
    student.history = {"loss": [], "auc": []}
    given = {"loss": [0.5, 0.25], "accuracy": [0.5, 0.75]}
    found = student._history(given)
    assert {**found, "auc": None} == {**given, "auc": None} and len(found["auc"]) == 2
    assert not {*found["auc"]} & {0.5, 0.25, 0.75}


@pytest.fixture(scope="module")
def untrained(tmp_path_factory) -> Path:
    """A submission whose networks are not trained, with files that a careless pytest would obey."""
    folder = tmp_path_factory.mktemp("submission")
    for number, plan in rubric().parts.items():
        stub = "def train_model(model, X, y):\n    raise NotImplementedError('Task')\n"
        source = f"{solution(number)}\n\n{stub}"
        source = source.replace("np.ravel(y_true), np.ravel(y_pred)  #", "y_true, y_pred  #")
        (folder / f"{plan.stem}.py").write_text(source, encoding="utf-8")
    trap = "open(__file__ + '.ran', 'w')\nimport os\nos._exit(0)\n"
    for name in ("conftest.py", "sitecustomize.py", "usercustomize.py", "autograder.py", "test_x.py"):
        (folder / name).write_text(trap, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts='-x'", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def untrained_result(untrained) -> Result:
    """Its grade; the artefacts are kept beside it."""
    return grade(untrained, keep=untrained.parent / "kept")


def test_two_gradings_give_the_same_json(untrained, untrained_result):
    """The same submission and seed give the same JSON, apart from seconds."""
    again, first = without_seconds(grade(untrained, parts=(3,))), without_seconds(untrained_result)
    assert again["checks"] == [check for check in first["checks"] if check["part"] == 3]
    assert {c.status for c in untrained_result.checks} == {"passed", "failed", "not_judged"}


@pytest.mark.usefixtures("trained_once")
def test_two_trainings_give_the_same_json(tmp_path):
    """A training repeats to the last bit: seeds are set before each question."""
    path = tmp_path / f"{rubric().parts[1].stem}.py"
    path.write_text(f"{solution(1)}\nEPOCHS = 3\n", encoding="utf-8")
    first, second = (without_seconds(grade(path)) for _ in range(2))
    assert first == second and "part1.r2" in first["metrics"]


def test_pytest_shows_the_same_verdicts(untrained, untrained_result, tmp_path):
    """The view of pytest agrees check by check; a conftest or an ini in the submission has no effect."""
    xml_file = tmp_path / "result.xml"
    command = [sys.executable, "-m", "pytest", "autograder/checks", "--submission", str(untrained),
               f"--junitxml={xml_file}", "-q"]  # fmt: skip
    environment = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)
    assert run.returncode == 1, run.stdout[-2000:] + run.stderr[-2000:]
    shown = {}
    for case in xml.etree.ElementTree.parse(xml_file).iter("testcase"):
        words = {child.tag: child for child in case}
        status = "failed" if "failure" in words else "not_judged" if "skipped" in words else "passed"
        shown[case.get("name").split("[")[1].rstrip("]")] = status
    assert shown == {check.id: check.status for check in untrained_result.checks}
    assert not list(untrained.glob("*.ran"))


SPY = '''
import json, os, pathlib

def createSynData(start=1, stop=21, const=15):
    out = pathlib.Path(os.environ["TMPDIR"]).parent / "out"
    questions = json.loads((out.parent / "job.json").read_text())["questions"]
    last = max(question["index"] for question in questions)  # its function is not here
    with open(out / f"{last}.npz", "wb") as found:
        found.write(repr(os.environ).encode())
        proc = pathlib.Path("/proc")
        for path in [*proc.glob("[0-9]*/cmdline"), *proc.glob("*/environ"), *out.parent.rglob("*")]:
            try:
                found.write(path.read_bytes()[:200_000])
            except OSError:
                pass
'''


def test_exam_seed_stands_nowhere(isolation, tmp_path):
    """The secret is not in the worker's reach, the JSON, the report, or anything that is kept."""
    secret = "5eed" + "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2
    (tmp_path / "seed.txt").write_text(secret, encoding="utf-8")
    (tmp_path / f"{rubric().parts[1].stem}.py").write_text(SPY, encoding="utf-8")
    folder = tmp_path / "report"
    command = [sys.executable, "-m", "autograder", "grade", str(tmp_path), "--part", "1", "--report",
               str(folder), "--json", str(folder / "copy.json"), "--exam-seed-file",
               str(tmp_path / "seed.txt"), "--fail-under", "1", "--isolation", isolation]  # fmt: skip
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    result = json.loads((folder / "copy.json").read_text(encoding="utf-8"))
    assert result["seed_kind"] == "exam" and result["score"] == 0
    found = max(folder.rglob("*.npz"), key=lambda path: path.stat().st_size).read_bytes()
    assert b"forkserver.py" in found and b"TMPDIR" in found, run.stdout  # the spy did look
    number = str(exam_seeds(secret).entropy)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    for content in (run.stdout.encode(), run.stderr.encode(), *(path.read_bytes() for path in files)):
        assert secret.encode() not in content and number.encode() not in content
        assert secret[4:36].encode() not in content

"""What has not changed is not run again, and what is wrong is not trained."""

import itertools
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder import unchanged
from autograder.asking import Display
from autograder.errors import CallError
from autograder.grading import grade
from autograder.model import Cell, Part
from autograder.sandbox import Job
from autograder.slicing import training_code
from autograder.tests.desk import ROOT, exam, patched, rubric, solution

ROOTS = ["build_model", "train_model"]
SOURCE = """
import numpy as np
EPOCHS = 3
def scale(X):
    return X / 2
def build_model():
    return scale(1)
def train_model(model, X, y):
    return helper.fit(X, EPOCHS)
class helper:
    def fit(X, n): return X
def plot_results(history):
    return colour()
def colour():
    return "red"
if __name__ == "__main__":
    plot_results(1)
"""


@pytest.mark.quick
@pytest.mark.parametrize("old, new, same", [
    ('"red"', '"blue"', True), ("plot_results(1)", "plot_results(2)", True),
    ("def colour():", "def colour():\n    'Say which.'", True),
    ("EPOCHS = 3", "EPOCHS = 3  # few", True),
    ("def build_model():", "def build_model():\n    \"Build it.\"", True),
    ("EPOCHS = 3", "EPOCHS = 4", False), ("X / 2", "X / 3", False),
    ("n): return X", "n): return 2 * X", False),
    ("import numpy as np", "import numpy as np\nnp.random.seed(1)", False),
    ("scale(1)", "eval('colour')()", False), ("scale(1)", "getattr(np, 'colour')", False)])  # fmt: skip
def test_what_a_training_rests_on(old, new, same):
    """Figures, comments and docstrings do not count; constants, helpers and imports do."""
    assert SOURCE.count(old) == 1
    before, after = (training_code([s], ROOTS) for s in (SOURCE, SOURCE.replace(old, new)))
    assert (before == after) == same


@pytest.mark.quick
@pytest.mark.parametrize("part", [1, 2, 3])
def test_a_figure_of_the_reference_is_no_part_of_its_training(part):
    """In our own template the question whether `__file__` is known makes nothing roundabout."""
    source = solution(part)
    assert source.count("ylabel") > 1
    before, after = (training_code([s], ROOTS) for s in (source, source.replace("ylabel", "y1abel")))
    assert before == after != training_code([source.replace("validation_split", "split")], ROOTS)


@pytest.mark.quick
def test_code_that_cannot_be_written_anew_is_kept():
    """A no-break space inside an f-string, which Python 3.11 reads and cannot write, breaks nothing."""
    source = SOURCE.replace("EPOCHS = 3", "EPOCHS = 3\nLINE = f\"{dict(a='\u00a0')}\"")
    assert "EPOCHS = 3" in training_code([source], ROOTS)


@pytest.mark.quick
def test_roundabout_code_counts_as_a_whole():
    """Where names are looked up in a roundabout way, nothing is left out but what never runs."""
    changed = SOURCE.replace("scale(1)", "globals()['co' + 'lour']()")
    assert "red" in training_code([changed], ROOTS) and "red" not in training_code([SOURCE], ROOTS)
    assert training_code(["def f(:", SOURCE], ROOTS).endswith("def f(:")


class Seen(Display):
    """Remembers which parts were trained, and what was shown when."""

    def __init__(self):
        self.trained: set[int] = set()
        self.shown: list[tuple[bool, tuple]] = []

    def progress(self, part: int, event: dict) -> None:
        """Note a training."""
        if event.get("training"):
            self.trained.add(part)

    def judged(self, part, outcomes, final: bool) -> None:
        """Note what is shown."""
        self.shown.append((final, outcomes))


@pytest.mark.quick
def test_code_too_deep_to_be_written_anew_counts_as_it_stands():
    """A sum of a thousand terms is honest work: its training is kept by the text of the whole."""
    long = f"{SOURCE}\nTOTAL = 1{' + 1' * 1000}\n"
    assert training_code([long], ROOTS) == long


@pytest.mark.quick
def test_reply_that_is_none_is_not_kept(tmp_path):
    """What a worker left in the place of a reply may be any JSON."""
    for text in ("5", "[]", "null", '"value"', "{", '{"raised": {}}'):
        (tmp_path / "0.json").write_text(text, encoding="utf-8")
        assert not unchanged.answered(tmp_path / "0.json")
    (tmp_path / "0.json").write_text('{"value": 1}', encoding="utf-8")
    assert unchanged.answered(tmp_path / "0.json")


@pytest.mark.quick
@pytest.mark.parametrize("form, alone", [("py", True), ("ipynb", False)])
def test_script_beside_a_notebook_is_a_module_like_others(tmp_path, form, alone):
    """A part's own script is read as the part; a notebook may import it, then its replies rest on it."""
    stem = rubric().parts[1].stem
    part = Part(1, stem, form, cells=(Cell(SOURCE, f"{stem}.{form}"),))
    places = {unchanged.Keeper(Job(part, exam(1).sheet, 0, "jax", "process", rubric().limits,
                                   modules={f"{stem}.py": text}), {}, tmp_path).place()
              for text in (b"a = 1", b"a = 2")}  # fmt: skip
    assert (len(places) == 1) == alone


@pytest.fixture
def own(monkeypatch, tmp_path, trained_once):
    """A folder for a submission inside this repository, and an empty store."""
    monkeypatch.setattr(unchanged.Keeper.__dataclass_fields__["folder"], "default", tmp_path)
    monkeypatch.setattr(unchanged, "FOLDER", tmp_path)
    monkeypatch.setattr(unchanged.Keeper.__init__, "__defaults__", (tmp_path,))
    folder = ROOT / "build" / "test-unchanged"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


def run(folder: Path, changes: dict[str, str] | None = None, **options):
    """Grade Part 1 with two epochs; return the result and whether it was trained."""
    source = patched(1, {"EPOCHS = 400": "EPOCHS = 2", **(changes or {})})
    path = folder / f"{rubric().parts[1].stem}.py"
    path.write_text(source, encoding="utf-8")
    display = Seen()
    return grade(path, display=display, **{"fresh": False, **options}), bool(display.trained)


def test_only_what_changed_is_run_again(own, tmp_path):
    """The same code is not run, another figure does not train, another epoch does; the verdicts are
    those of a fresh run. An exam, --fresh, another seed and a folder elsewhere take nothing over."""
    label = {'"Cost function"': '"Costs"'}
    first, trained = run(own)
    assert (first.kept_from, trained) == (None, True)
    again, trained = run(own)
    assert (again.kept_from, trained) == ("part 1: all", False) and again.checks == first.checks
    plotted, trained = run(own, label)
    assert (plotted.kept_from, trained) == ("part 1: training", False)
    assert plotted.metrics == first.metrics
    for options in ({"fresh": True}, {"seed": 5}, {"exam_seed": "0123456789abcdef" * 4}):
        other, trained = run(own, label, **options)
        assert other.kept_from is None and trained
    longer, trained = run(own, {"BATCH_SIZE = 5": "BATCH_SIZE = 4"})
    assert longer.kept_from is None and trained
    elsewhere, trained = run(tmp_path)
    assert elsewhere.kept_from is None and trained


def test_a_figure_may_draw_what_only_the_kept_training_told(own):
    """A history with a learning rate has it also in the run that does not train again."""
    more = {"def plot_results(": """_train = train_model


def train_model(model, X_train, y_train):
    history = _train(model, X_train, y_train)
    return {**history, "learning_rate": history["loss"]}


def plot_results(""", "    _plot_cost(left, history)": """    history["learning_rate"][0]
    _plot_cost(left, history)"""}
    first, trained = run(own, more)
    plotted, trained_again = run(own, {**more, '"Cost function"': '"Costs"'})
    assert (trained, trained_again) == (True, False)
    for result in (first, plotted):
        drawn = next(check for check in result.checks if check.id == "1.figure_cost")
        assert drawn.status == "passed", drawn


def test_a_wrong_network_is_not_trained(tmp_path):
    """Layers and shapes are judged before training; a network that cannot count is not trained, its
    verdicts are shown first and stay."""
    wrong = solution(1).replace("LSTM(50", "Dense(50").replace("return_sequences=True, ", "")
    (tmp_path / f"{rubric().parts[1].stem}.py").write_text(wrong, encoding="utf-8")
    display = Seen()
    result = grade(tmp_path, parts=(1,), display=display)
    lost = {c.id: c for c in result.checks if c.status != "passed"}
    assert not display.trained and lost["1.model"].status == "failed"
    assert {c.blocked_by for c in lost.values() if c.id != "1.model"} == {"1.model"}
    (early, before), (final, after) = display.shown
    assert (early, final) == (False, True) and {o.id for o in before} >= {"1.data", "1.model"}
    assert set(before) <= set(after) and len(before) < len(after)


@pytest.mark.usefixtures("trained_once")
def test_backends_are_pinned_and_refused(tmp_path):
    """A pinned backend is the only one; an unknown one is refused with the choice."""
    path = tmp_path / f"{rubric().parts[1].stem}.py"
    path.write_text(f"{solution(1)}\nEPOCHS = 2\n", encoding="utf-8")
    assert grade(path, backend="tensorflow").backend == "tensorflow"
    tape = "def createSynData(*_, **__):\n    import tensorflow as tf\n    return tf.oops\n"
    path.write_text(f"{solution(1)}\nEPOCHS = 2\n{tape}", encoding="utf-8")
    assert grade(path, backend="jax").backend == "jax"
    with pytest.raises(CallError, match="auto, jax or tensorflow"):
        grade(path, backend="torch")


def test_watch_grades_again_when_a_file_is_saved(tmp_path):
    """`grade --watch` shows the new verdicts after a save, and each verdict once."""
    path = tmp_path / f"{rubric().parts[1].stem}.py"
    stub = "def train_model(model, X, y):\n    raise NotImplementedError('Task')\n"
    path.write_text(f"{solution(1)}\n{stub}".replace("ylabel", "y1abel"), encoding="utf-8")
    command = [sys.executable, "-m", "autograder", "grade", str(path), "--watch", "--report",
               str(tmp_path / "report")]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        first = list(itertools.takewhile(lambda line: "Waiting" not in line, process.stdout))
        time.sleep(0.1)
        path.write_text(f"{solution(1)}\n{stub}", encoding="utf-8")
        second = list(itertools.takewhile(lambda line: "Waiting" not in line, process.stdout))
        process.terminate()
    assert any("✗" in line and "1.figure_cost" in line for line in first)
    assert any("✓" in line and "1.figure_cost" in line for line in second)
    for lines in (first, second):
        assert sum("1.data " in line for line in lines) == 1

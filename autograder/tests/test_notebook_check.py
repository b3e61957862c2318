"""Test cells of notebooks: the grader's verdicts on live functions, at once, and nothing disturbed."""

import importlib
import linecache
import os
import random
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from autograder import live
from autograder.course.notebooks import as_script, from_script_cell, source_notebooks
from autograder.errors import CallError
from autograder.notebook import VALIDATING, Unfinished, check, judged, needed, practice_exam
from autograder.regions import template_of
from autograder.release import sources
from autograder.tests.all_mistakes import QUICK_CASES
from autograder.tests.desk import ROOT, patched, rubric, solution
from autograder.tests.mistakes import named_in_shares

TRAINED = {c.id for c in rubric().checks if c.function == "train_model"}
CHEAP = [c.id for c in rubric().checks if c.function not in ("build_model", "train_model", "preprocess")]
SMALL = {"EPOCHS = 400": "EPOCHS = 2"}
STOPPED = ("part-unreadable", "package-missing")  # the cell that defines the functions does not run
RUNNABLE = [case for case in QUICK_CASES if case.why not in STOPPED and not case.base.startswith("{")]
NBGRADER = Path(sys.executable).with_name("nbgrader")


def notebook(source: str) -> dict:
    """The globals of a notebook in which a source was run, demonstrations left out."""
    names, file = {"__name__": "notebook", "__doc__": None}, f"<notebook {len(linecache.cache)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)  # as IPython
    exec(compile(source, file, "exec"), names)
    return names


@pytest.fixture(scope="module")
def references() -> dict[int, dict]:
    """The reference of each part, as a notebook that has not trained."""
    return {part: notebook(solution(part)) for part in (1, 2, 3)}


@pytest.fixture(scope="module")
def trained() -> dict:
    """A notebook of Part 1 that has trained for two epochs."""
    names = notebook(patched(1, SMALL))
    names["network"] = names["build_model"]()
    X, y = names["createSynData"]()
    names["history"] = names["train_model"](names["network"], X, y)
    return names


@pytest.mark.parametrize("id_", CHEAP)
def test_right_functions_earn_all(references, capfd, id_):
    """The reference earns the full points, as a plain float, of every check that asks no network."""
    wanted = next(c for c in rubric().checks if c.id == id_)
    found = check(id_, references[wanted.part])
    out, err = capfd.readouterr()
    assert type(found) is float and found == wanted.points
    assert out == f"✓ {wanted.points}/{wanted.points}  {id_}  {wanted.title}\n" and err == ""


@pytest.mark.parametrize("id_", ["1.model", "1.compile", "2.compile", "3.preprocess"])
def test_networks_are_built_not_trained(references, monkeypatch, id_):
    """Layers, compilation and scaling are judged on the live functions; nothing calls fit."""
    keras = importlib.import_module("keras")
    monkeypatch.setattr(keras.Model, "fit", lambda *args, **kwargs: pytest.fail("it trains"))
    wanted = next(c for c in rubric().checks if c.id == id_)
    assert check(id_, references[wanted.part]) == wanted.points


@named_in_shares(RUNNABLE, 4, seldom=pytest.mark.exhaustive)
def test_a_mistake_costs_here_what_it_costs_there(case, capsys):
    """Each typical mistake costs the same points in a notebook as in a grade; the reason is printed."""
    names = notebook(case.source)
    for id_, kept in case.lost.items():
        assert check(id_, names) == (kept or 0)
        out = capsys.readouterr().out
        assert ("  Not yet  waits for" in out) if kept is None else ("  Hint " in out)


def test_training_is_judged_on_the_notebooks_own(trained, capsys):
    """What rests on a training is judged on `network` and `history` as they stand in the notebook."""
    assert check("1.trains", trained) == 1.0 and check("1.history", trained) == 1.0
    capsys.readouterr()
    assert check("1.fit", trained) == 0.0
    lines = capsys.readouterr().out.split("\n")
    assert [line.split()[0] for line in lines[1:5]] == ["Called", "Got", "Expected", "Hint"]
    cut = {**trained, "history": {"loss": trained["history"]["loss"]}}
    assert check("1.history", cut) == 0.0 and "val_loss" in capsys.readouterr().out


def test_a_figure_may_draw_all_of_the_notebooks_history(trained):
    """A further key of the history, such as a learning rate, is there when the figure is asked for."""
    cost = "    _plot_cost(left, history)"
    other = notebook(patched(1, {**SMALL, cost: f"    history['learning_rate'][0]\n{cost}"}))
    history = {**trained["history"], "learning_rate": [0.1, 0.1]}
    assert check("1.figure_cost", {**trained, "plot_results": other["plot_results"]}) == 0.0
    assert check("1.figure_cost", {**other, "history": history}) > 0


def test_without_a_training_the_next_step_is_told(references, trained, capsys):
    """No training, or one of an older build_model: 0.0, and one sentence says what to run."""
    for id_ in sorted(TRAINED):
        if id_.startswith("1."):
            assert check(id_, references[1]) == 0.0
            told = " ".join(capsys.readouterr().out.split())
            assert live.TRAIN_FIRST in told and "make grade" in told
    other = notebook(patched(1, {**SMALL, "model.add(Dense(1))": "model.add(Dense(1, use_bias=False))"}))
    stale = {**trained, "build_model": other["build_model"]}
    assert check("1.fit", stale) == 0.0
    assert live.TRAIN_AGAIN in " ".join(capsys.readouterr().out.split())
    stub = 'raise NotImplementedError("Task 1.4")'
    unwritten = notebook(patched(1, {"    return model.fit(": f"    {stub}\n    return model.fit("}))
    assert check("1.trains", unwritten) == 0.0
    assert "not written yet (Task 1.4)" in capsys.readouterr().out


def test_random_state_figures_and_keras_stay_as_they_were(trained):
    """After a check, generators go on where they were, and open figures are those of the notebook."""
    keras, plt = importlib.import_module("keras"), importlib.import_module("matplotlib.pyplot")
    keras.utils.set_random_seed(5)
    own, functions = plt.figure(), (random.seed, keras.utils.set_random_seed, plt.close, plt.show)
    wanted = random.random(), np.random.random(), float(keras.random.uniform(()))
    keras.utils.set_random_seed(5)
    for id_ in ("1.data", "1.model", "1.history", "1.figure_cost"):
        assert check(id_, trained) > 0
    assert (random.random(), np.random.random(), float(keras.random.uniform(()))) == wanted
    assert plt.get_fignums() == [own.number]
    assert functions == (random.seed, keras.utils.set_random_seed, plt.close, plt.show)
    plt.close(own)


def test_whatever_a_function_does_the_cell_survives(capfd):
    """Noise on stdout, stderr and below, warnings, exits and exceptions give a float and a reason."""
    body = {
        "noise": "import os, sys, warnings; print('x'); print('y', file=sys.stderr); os.write(2, b'z'); "
                 "warnings.warn('w')",
        "exit": "import sys; sys.exit(1)", "error": "raise KeyError('k')", "interrupt":
        "raise KeyboardInterrupt",
    }  # fmt: skip
    for name, line in body.items():
        names = notebook(f"def createSynData(**given):\n    {line}\n")
        capfd.readouterr()
        assert check("1.data", names) == 0.0
        out, err = capfd.readouterr()
        assert err == "" and out.startswith("✗ 0/4  1.data") and "  Hint" in out, name
        assert "x\n" not in out
    assert random.seed.__module__ == "random"


def test_validation_is_told_what_is_missing(references, monkeypatch):
    """Under `nbgrader validate`, which shows errors only, the reasons are the error; a pass is none."""
    monkeypatch.setenv(VALIDATING, "1")
    assert check("1.linear", references[1]) == 2.0
    broken = notebook(patched(1, {"y = const * numbers[:-1]": "y = const * numbers[1:]"}))
    with pytest.raises(Unfinished) as caught:
        check("1.data", broken)
    lines = caught.value._render_traceback_()
    assert lines[0].startswith("✗ 3/4") and any(line.startswith("  Hint") for line in lines)
    assert max(map(len, lines)) < 83  # nbgrader cuts longer ones


@pytest.mark.quick
def test_an_unknown_check_is_told():
    """A misspelt id names those that exist."""
    with pytest.raises(CallError, match=r"'1\.dta'.*1\.data"):
        check("1.dta", {})


@pytest.mark.quick
def test_only_checks_of_networks_build_one():
    """What has to be judged before a check never includes a training it does not rest on."""
    for asked in rubric().checks:
        before = {c.id for c in needed(asked, rubric(), practice_exam(asked.part))}
        rests = {asked.id, *asked.requires}
        assert rests <= before
        assert not {id_ for id_ in before if id_ in TRAINED} - TRAINED & {
            asked.id, f"{asked.part}.trains"}  # fmt: skip
        networks = {id_ for id_ in before if id_.endswith((".model", ".compile"))}
        assert not networks or asked.function in ("build_model", "train_model", "preprocess")


def test_importing_is_quiet_and_light():
    """The import of a test cell prints nothing, and loads neither Keras nor what students lack."""
    heavy = "{'keras', 'tensorflow', 'jax', 'nbgrader', 'jupytext'}"
    code = f"import sys; from autograder.notebook import check; print({heavy} & {{*sys.modules}} or '')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("\n", "", 0)


def test_the_header_is_that_of_the_cells_that_ran(references):
    """In Jupyter the header is the docstring of the cell that was run last, wherever errors lie."""
    good = '"""' + " ".join(["word"] * 25) + '"""\nimport os'
    bad = '"""Task 1.1: say here what this program does, its key variables."""'
    for ran, points in (([bad, good, "x = 1"], 1), ([good, bad, "x"], 0), (["x = 1"], 0)):
        names = {**references[1], "In": ["", *ran, 'check("1.header", globals())']}
        assert check("1.header", names) == points
    source = "def createSynData(**given):\n    raise KeyError(1)\n"
    outcome, _ = judged("1.data", {**notebook(source), "In": ["", source]})
    assert (outcome.location.file, outcome.location.line) == ("cell [1]", 1)


def validated(folder, stem: str, data: bytes) -> str:
    """What `nbgrader validate` says of a notebook."""
    path = folder / f"{stem}.ipynb"
    path.write_bytes(data)
    names = {**os.environ, "PYTHONPATH": str(ROOT), "KERAS_BACKEND": "jax"}
    command = [NBGRADER, "validate", "--Execute.timeout=1800", str(path)]
    return subprocess.run(command, env=names, capture_output=True, text=True, check=True).stdout


@pytest.mark.exhaustive
@pytest.mark.parametrize("part", [1, 2, 3])
def test_validate_is_clean_on_the_reference(tmp_path, part):
    """`nbgrader validate` runs the source notebook and finds nothing to complain about."""
    made = source_notebooks(sources(ROOT, rubric()), rubric())
    stem = rubric().parts[part].stem
    (tmp_path / "data").symlink_to(ROOT / "data")
    assert validated(tmp_path, stem, made[f"{stem}.ipynb"]).startswith("Success!")


@pytest.mark.exhaustive
def test_in_a_kernel_a_test_cell_has_reasons_and_a_float(tmp_path, monkeypatch):
    """On the backend that students have, each test cell puts out text on stdout and one plain float."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("KERAS_BACKEND")
    made = source_notebooks(sources(ROOT, rubric()), rubric())["part1_one_to_one.ipynb"].decode()
    book = nbformat.reads(made.replace("EPOCHS = 400", "EPOCHS = 2"), as_version=4)
    place = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(book, timeout=900, allow_errors=True, resources=place).execute()
    found = {cell.id: cell.outputs for cell in book.cells if cell.id.startswith("check-")}
    assert len(found) == len(rubric().of_part(1))
    for id_, (text, result) in found.items():
        assert (text.output_type, text.name) == ("stream", "stdout"), id_
        assert result.output_type == "execute_result" and float(result.data["text/plain"]) >= 0
    assert found["check-1-fit"][1].data["text/plain"] == "0.0"


def test_validate_tells_what_the_template_lacks(released_template, tmp_path):
    """`nbgrader validate` on an untouched notebook names every check, the task and the line."""
    said = validated(tmp_path, "part1_one_to_one", released_template)
    for asked in rubric().of_part(1):
        assert f" 0/{asked.points}  {asked.id}  " in said
    flat = " ".join(said.split())
    assert "not written yet (Task 1.2a: return the features and the shifted targets)" in flat
    assert "Where cell [3], line" in flat and "Traceback" not in said


@pytest.fixture
def released_template() -> bytes:
    """The notebook of Part 1 that nbgrader releases, made without it."""
    source = source_notebooks(sources(ROOT, rubric()), rubric())["part1_one_to_one.ipynb"]
    made = nbformat.reads(source.decode(), as_version=4)
    for cell in made.cells:
        cell.source = from_script_cell(template_of(as_script(cell), "cell"), cell.cell_type)
    return nbformat.writes(made).encode()

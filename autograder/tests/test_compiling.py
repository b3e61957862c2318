"""Compiled ahead: only by our own code, from checked claims, and without changing a digit."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from autograder import compiling, grading
from autograder.allowed import NotAllowed
from autograder.attempts import exam_of
from autograder.compiling import Compiler, Recipe, checked_compilation, checked_fit, recipes
from autograder.grading import grade
from autograder.model import Returned
from autograder.tests.desk import ROOT, exam, patched, rubric

ADAM = {"module": "keras.optimizers", "class_name": "Adam", "registered_name": None,
        "config": {"name": "adam", "learning_rate": 0.001, "clipnorm": None}}  # fmt: skip
HUBER = {"module": "keras.losses", "class_name": "Huber", "config": {"delta": 1.0}}
GOOD = {"optimizer": ADAM, "loss": "mse", "metrics": ["accuracy"], "run_eagerly": False}
FIT = {"data": [{"shape": [4, 2, 1], "dtype": "float32"}, {"shape": [4], "dtype": "int64"}],
       "validation_data": [], "rest": {"batch_size": 5, "validation_split": 0.2}}  # fmt: skip


@pytest.mark.quick
@pytest.mark.parametrize("change", [{}, {"optimizer": "rmsprop"}, {"loss": HUBER}, {"metrics": None}])
def test_built_in_compilations_are_taken(change):
    """Names and classes of Keras with plain settings."""
    assert checked_compilation({**GOOD, **change})["loss"] in ("mse", HUBER)


@pytest.mark.quick
@pytest.mark.parametrize("change", [
    {"optimizer": {**ADAM, "class_name": "Evil"}}, {"optimizer": {**ADAM, "module": "os"}},
    {"optimizer": {**ADAM, "registered_name": "mine>Adam"}},
    {"optimizer": {**ADAM, "config": {"learning_rate": {"class_name": "Lambda"}}}},
    {"loss": {"module": "builtins", "class_name": "function", "config": "loss"}}, {"loss": "os.system"},
    {"loss": ["mse", {"module": "keras.losses", "class_name": "x y", "config": {}}]}, {"loss": 3},
    {"metrics": [{"module": "mine", "class_name": "R2", "config": {}}]}, {"run_eagerly": True},
    {"weighted_metrics": ["mse"]}, {"optimizer": None, "loss": [[]]}])  # fmt: skip
def test_anything_else_is_refused(change):
    """A class of another module, a nested object, code, an unusual compilation: not compiled."""
    with pytest.raises((compiling.Unknown, TypeError, KeyError, AttributeError)):
        checked_compilation({**GOOD, **change})


@pytest.mark.quick
@pytest.mark.parametrize("change", [
    {"data": FIT["data"][:1]}, {"data": [{"shape": [10**9], "dtype": "float32"}] * 2},
    {"data": [{"shape": [10**4, 10**4], "dtype": "float32"}] * 2},
    {"data": [{"shape": [-1], "dtype": "float32"}] * 2}, {"data": [{"shape": [True], "dtype": "x"}] * 2},
    {"data": [{"shape": [2], "dtype": "object"}] * 2}, {"rest": {"class_weight": 1}},
    {"rest": {"batch_size": -1}}, {"rest": {"batch_size": "5"}},
    {"rest": {"validation_split": float("nan")}}])  # fmt: skip
def test_fits_are_bounded(change):
    """Shapes, dtypes and settings outside the usual are refused."""
    assert checked_fit(FIT)["data"] == [[[4, 2, 1], "float32"], [[4], "int64"]]
    with pytest.raises(compiling.Unknown):
        checked_fit({**FIT, **change})


@pytest.mark.quick
@pytest.mark.parametrize("claims", [
    {}, {"config": "{"}, {"config": "[]", "fits": "[]"}, {"config": 3, "fits": "[]"},
    {"config": "{}", "fits": "[]"}, {"config": json.dumps({"compile_config": 3}), "fits": "{"},
    "text", None, 3, ("a",)])  # fmt: skip
def test_forged_claims_break_nothing(claims):
    """Whatever a worker claims of its training, there is no recipe and no exception."""
    replies = {"train": Returned(claims), "model": Returned(claims)}
    assert recipes(replies, exam(1).sheet) == []


@pytest.mark.quick
def test_a_custom_layer_is_not_compiled_ahead():
    """The network of a recipe goes through the judge's allow-list."""
    layer = {"class_name": "Lambda", "module": "keras.layers", "config": {"function": "os.system"}}
    config = {"class_name": "Sequential", "module": "keras", "config": {"layers": [layer]}}
    with pytest.raises(NotAllowed):
        compiling.network_of({"config": json.dumps(config)})


SPOILS = """
import atexit, os, pathlib
FOLDER = pathlib.Path(os.environ["JAX_COMPILATION_CACHE_DIR"])
FOLDER.mkdir(exist_ok=True)
for path in [*FOLDER.glob("*-cache"), FOLDER / "jit_mine-0-cache"]:
    path.chmod(0o600) if path.exists() else None
    path.write_bytes(b"spoilt")
"""


@pytest.mark.usefixtures("trained_once")
def test_compiled_ahead_trains_to_the_same_digits(tmp_path, monkeypatch):
    """The second grading finds the network compiled and gives the same result, digit by digit; a
    worker that spoils its own copy spoils nothing else."""
    compiler = Compiler(tmp_path / "compiled")
    monkeypatch.setattr(grading, "COMPILER", compiler)
    path = tmp_path / f"{rubric().parts[1].stem}.py"
    path.write_text(patched(1, {"EPOCHS = 400": "EPOCHS = 4"}), encoding="utf-8")
    first = grade(path)
    compiler.wait()
    folder = compiler.compiled()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert any(name.startswith("jit_train_step") for name in before)
    assert sum(name.endswith(".json") for name in before) == 2  # the network, and its training
    known = recipes({}, exam_of(1, grading.exams.practice_seeds(1)).sheet)
    assert known == [] and compiler.known(Recipe("")) is False
    second = grade(path)
    assert (second.checks, second.metrics, second.curves) == (first.checks, first.metrics, first.curves)
    path.write_text(patched(1, {"EPOCHS = 400": "EPOCHS = 4"}) + SPOILS, encoding="utf-8")
    third = grade(path)
    compiler.wait()
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert third.metrics == first.metrics and np.isfinite(third.metrics["part1.r2"])


ENDS_EARLY = """
import sys
from pathlib import Path
from autograder import grade
from autograder.compiling import COMPILER
COMPILER.folder = Path(sys.argv[1]) / "compiled"
assert grade(sys.argv[2], parts=(1,)).score
assert COMPILER.thread is not None
"""


def test_a_command_that_ends_while_networks_are_compiled_says_nothing(tmp_path):
    """What is compiled ahead is for the next run: its end in the middle leaves no message, no folder."""
    path = tmp_path / f"{rubric().parts[1].stem}.py"
    path.write_text(patched(1, {"EPOCHS = 400": "EPOCHS = 1"}), encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    run = subprocess.run([sys.executable, "-c", ENDS_EARLY, tmp_path, path], capture_output=True,
                         env={**os.environ, "TMPDIR": str(tmp_path / "tmp")}, cwd=ROOT,
                         text=True, check=False)  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert list((tmp_path / "tmp").iterdir()) == []

"""The desk: ask a part's source and judge it in this process, in milliseconds, without a worker.

The worker's own functions load the code and answer the questions, the replies go through files as
always, and the judge judges. Only the process boundary, the limits and the second backend are left
out. What is not asked is not judged: its checks are absent from what comes back.
"""

import contextlib
import importlib
import random
import sys
import types
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from unittest import mock

import nbformat
import numpy as np

from autograder import worker
from autograder.artefacts import read_artefacts
from autograder.attempts import exam_of
from autograder.checks import MODULES
from autograder.collect import read_file
from autograder.exam import exam_seeds, practice_seeds
from autograder.judge import judge
from autograder.model import Artefacts, Exam, Judgement, Outcome, Part, Question, Raised, Reply, Rubric
from autograder.rubric import read_rubric

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("call", "plot")  # kinds of question that need no Keras
PARTS_OF_KERAS = "layers models callbacks utils initializers optimizers losses metrics regularizers"
TENSORFLOW_KERAS = [f"tensorflow.keras.{name}" for name in PARTS_OF_KERAS.split()]
KERAS_MODULES = ("keras", "tensorflow", "tensorflow.keras", *TENSORFLOW_KERAS)


@cache
def rubric() -> Rubric:
    """The rubric, read once."""
    return read_rubric()


@cache
def exam(part: int, seed: int | str = 1234) -> Exam:
    """The exam of a part for a practice seed, or for the secret of an exam, drawn once."""
    return exam_of(part, exam_seeds(seed) if isinstance(seed, str) else practice_seeds(seed))


@cache
def solution(part: int) -> str:
    """The source of the reference solution."""
    return (ROOT / "solution" / f"{rubric().parts[part].stem}.py").read_text(encoding="utf-8")


def patched(part: int, changes: dict[str, str]) -> str:
    """The reference with each old text, which occurs exactly once, replaced by a new one."""
    source = solution(part)
    for old, new in changes.items():
        assert source.count(old) == 1, f"{old!r} occurs {source.count(old)} times in part {part}"
        source = source.replace(old, new)
    return source


def notebook_text(cells: list[str]) -> str:
    """A notebook with these code cells."""
    return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells]))


class NotAsked(Exception):
    """A check wanted the reply to a question that this test did not ask."""


class Replies(dict):
    """The replies to the questions that were asked."""

    def __missing__(self, question_id: str) -> Reply:
        raise NotAsked(question_id)


class Desk:
    """Judges sources in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.judgement: Judgement | None = None
        self.artefacts: Artefacts | None = None
        self.student: Part | None = None

    def judge(
        self,
        part: int,
        source: str,
        kinds: Iterable[str] = QUICK,
        ids: Iterable[str] | None = None,
        seed: int | str = 1234,
    ) -> dict[str, Outcome]:
        """Return the outcomes of the checks whose questions are asked.

        Args:
            part: Number of the part.
            source: The student's script, or the text of a notebook.
            kinds: Kinds of question to ask; without `model` and `train`, Keras is not imported.
            ids: Only the questions with these ids, if given.
            seed: Practice seed, or the secret of an exam.
        """
        suffix = "ipynb" if source.startswith("{") else "py"
        path = self.folder / f"{rubric().parts[part].stem}.{suffix}"
        path.write_text(source, encoding="utf-8")
        student, set_ = read_file(path, part), exam(part, seed)
        asked = [q for q in set_.sheet.questions if q.kind in kinds and (ids is None or q.id in ids)]
        self.student = student
        if student.problem:
            self.artefacts = Artefacts(replies=Replies())
        else:
            self.artefacts = ask(self.folder, student, set_, asked)
        self.judgement = judge(student, set_, self.artefacts, rubric(), MODULES[part])
        return without_unasked(self.judgement)


def ask(folder: Path, student, set_: Exam, asked: list[Question]) -> Artefacts:
    """Answer questions with the worker's own functions and read the replies from their files."""
    out, questions = folder / "out", folder / "questions"
    out.mkdir(exist_ok=True)
    questions.mkdir(exist_ok=True)
    for name, content in set_.sheet.files.items():
        (questions / name).write_text(content, encoding="utf-8", newline="")
    real = any(q.kind in ("model", "train") for q in asked)
    with worker_library(real) as keras, contextlib.chdir(folder):
        seeds, predict = worker.Seeds(keras, 42), keras.Model.predict
        module, errors = worker.load(student.stem, [asdict(c) for c in student.cells], seeds)
        worker.write(out, "load", {"errors": errors}, {})
        files = {cell.file for cell in student.cells}
        person = worker.Student(module, files, dict(set_.sheet.arrays), folder, keras, seeds)
        person.predict = predict
        if real:
            person.fits = worker.noting.Fits(keras).noted
        for index, question in enumerate(asked):
            worker.write(out, str(index), *person.answer(asdict(question)))
        sys.modules.pop(student.stem, None)
    artefacts = read_artefacts(out, tuple(asked), {})
    return replace(artefacts, replies=Replies(artefacts.replies))


@contextlib.contextmanager
def worker_library(real: bool) -> Iterator:
    """Give Keras, or something that can be imported in its place; undo what the worker patches."""
    if real:
        keras = importlib.import_module("keras")
        again = importlib.import_module("keras._tf_keras.keras.utils")
        with (mock.patch.object(keras.Model, "fit", keras.Model.fit),
              mock.patch.object(keras.utils, "set_random_seed", keras.utils.set_random_seed),
              mock.patch.object(again, "set_random_seed", again.set_random_seed),
              mock.patch.object(random, "seed", random.seed)):  # fmt: skip
            yield keras
    else:
        with stand_ins(), mock.patch.object(random, "seed", random.seed):
            yield types.SimpleNamespace(
                Model=types.SimpleNamespace(predict=None),
                utils=types.SimpleNamespace(set_random_seed=seed_without_keras),
            )


@contextlib.contextmanager
def stand_ins() -> Iterator[None]:
    """Let `import keras` and `import tensorflow.keras…` find modules that do nothing."""
    before = {name: sys.modules.get(name) for name in KERAS_MODULES}
    sys.modules |= {name: StandIn(name) for name in KERAS_MODULES}
    try:
        yield
    finally:
        for name, module in before.items():
            del sys.modules[name]
            sys.modules |= {name: module} if module else {}


class StandIn(types.ModuleType):
    """A module from which any name can be imported; each is a class that does nothing."""

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def seed_without_keras(seed: int) -> None:
    """Seed what a student's code without a network can draw from."""
    random.seed(seed)
    np.random.seed(seed)


def without_unasked(judgement: Judgement) -> dict[str, Outcome]:
    """Return the outcomes of what was asked; fail if the grader broke for any other reason."""
    unasked = {line.split(":")[0] for line in judgement.broken if ": NotAsked:" in line}
    broken = [line for line in judgement.broken if ": NotAsked:" not in line]
    assert not broken, broken
    for outcome in judgement.outcomes:
        assert type(outcome.score) is int and 0 <= outcome.score <= outcome.max_score
        assert (outcome.status == "passed") == (outcome.score == outcome.max_score)
    return {
        outcome.id: outcome
        for outcome in judgement.outcomes
        if outcome.id not in unasked and outcome.blocked_by not in unasked
    }


def verdicts(outcomes: dict[str, Outcome]) -> dict[str, tuple[str, int]]:
    """Return status and score of each check that did not pass."""
    return {id_: (o.status, o.score) for id_, o in outcomes.items() if o.status != "passed"}


def raised(desk: Desk, question_id: str) -> Raised:
    """Return the exception with which a question was answered."""
    reply = desk.artefacts.replies[question_id]
    assert isinstance(reply, Raised), reply
    return reply

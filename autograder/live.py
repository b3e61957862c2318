"""Ask the functions that live in a notebook, in its own process, with the worker's own questions.

Nothing is trained: what rests on a training is asked of the network that the notebook has trained.
Whatever random state the notebook had, it has again afterwards; nothing is shown of what is asked.
"""

import contextlib
import importlib
import io
import os
import random
import sys
import types
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from autograder import worker
from autograder.artefacts import read_reply
from autograder.model import Exam, Reply
from autograder.seen import NotYet

SEED = 1
NETWORK, HISTORY = "network", "history"
TRAIN_FIRST = f"run the cell that trains: it makes `{NETWORK}` and `{HISTORY}`"
TRAIN_AGAIN = f"build_model changed since `{NETWORK}` was built: run the cell that trains again"
KERAS_STATE = ("global_random_seed", "global_seed_generator")


class Live(worker.Student):
    """The functions of a notebook, and the ways in which they are asked."""

    def _train(self, question: dict, pack) -> dict:
        names = vars(self.module)
        model, history = names.get(NETWORK), names.get(HISTORY)
        if raises_stub(names.get(question["options"]["fit"])):
            return super()._train(question, pack)
        X, _, probe = self._scaled(question["options"])
        fresh = self._built(question, X.shape[1:])
        if not all(isinstance(built, self.keras.Model) for built in (fresh, model)):
            return {"type": type(fresh).__name__ if model is not None else type(model).__name__}
        if [w.shape for w in fresh.get_weights()] != [w.shape for w in model.get_weights()]:
            return {"changed": True}
        return self._described(model, pack.weights(fresh), history, probe, pack)

    def _plot(self, question: dict, pack) -> dict:
        """Describe figures without touching those that the notebook has open, and show none."""
        plt = importlib.import_module("matplotlib.pyplot")
        manager = importlib.import_module("matplotlib._pylab_helpers").Gcf
        figures, show = manager.figs, plt.show
        manager.figs, plt.show = OrderedDict(), lambda *args, **kwargs: None
        try:
            return super()._plot(question, pack)
        finally:
            manager.figs, plt.show = figures, show


def raises_stub(function) -> bool:
    """Tell whether a function raises NotImplementedError somewhere, as a stub does at once."""
    return "NotImplementedError" in getattr(getattr(function, "__code__", None), "co_names", ())


class Replies(dict):
    """The replies of a notebook, asked for when a check looks at them."""

    def __init__(self, names: dict, exam: Exam, folder: Path):
        super().__init__()
        self.questions = {question.id: question for question in exam.sheet.questions}
        self.names, self.arrays, self.folder = names, dict(exam.sheet.arrays), folder
        self.student: Live | None = None
        self.why = ""  # a question cannot be answered here
        for part in ("out", "questions"):
            (folder / part).mkdir()
        for name, content in exam.sheet.files.items():
            (folder / "questions" / name).write_text(content, encoding="utf-8", newline="")

    def __missing__(self, question_id: str) -> Reply:
        question = self.questions[question_id]
        stub = raises_stub(self.names.get(question.options.get("fit")))
        if question.kind == "train" and not stub and not {NETWORK, HISTORY} <= self.names.keys():
            self.refuse(TRAIN_FIRST)
        self.student = self.student or self.awake()
        reply, arrays = self.student.answer(asdict(question))
        if reply.get("value") == {"changed": True}:
            self.refuse(TRAIN_AGAIN)
        out, name = self.folder / "out", str(list(self.questions).index(question_id))
        worker.write(out, name, reply, arrays)
        self[question_id] = read_reply(out, name, None, question.kind)
        return self[question_id]

    def refuse(self, why: str) -> None:
        """Raise `NotYet`, and remember why."""
        self.why = why
        raise NotYet(why)

    def awake(self) -> Live:
        """Return who asks the notebook's functions."""
        keras = importlib.import_module("keras")
        module = types.SimpleNamespace(**{k: v for k, v in self.names.items() if k.isidentifier()})
        seeds = worker.Seeds(keras, SEED)
        student = Live(module, files(self.names), self.arrays, self.folder, keras, seeds)
        given = self.names.get(HISTORY)
        student.history = given if isinstance(given, dict) else {}
        return student


def files(names: dict) -> set[str]:
    """Return the names under which Python knows the cells that define functions."""
    functions = [value for value in list(names.values()) if isinstance(value, types.FunctionType)]
    return {f.__code__.co_filename for f in functions if f.__globals__ is names}


@contextlib.contextmanager
def unnoticed() -> Iterator[None]:
    """Show nothing of what happens inside; give random generators and Keras back as they were."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(silence())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        kept = random.seed, random.getstate(), np.random.get_state()
        keras = importlib.import_module("keras")
        stack.enter_context(keras_as_it_was(keras))
        try:
            yield
        finally:
            random.seed = kept[0]
            random.setstate(kept[1])
            np.random.set_state(kept[2])


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Throw away what is written to stdout and stderr, by Python or below it."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        nowhere, before = os.open(os.devnull, os.O_WRONLY), os.dup(2)
        os.dup2(nowhere, 2)
        try:
            yield
        finally:
            os.dup2(before, 2)
            os.close(before)
            os.close(nowhere)


@contextlib.contextmanager
def keras_as_it_was(keras) -> Iterator[None]:
    """Undo what the worker's seeds patch into Keras, and what they set there and in TensorFlow."""
    state = importlib.import_module("keras.src.backend.common.global_state")
    places = [keras.utils, importlib.import_module("keras._tf_keras.keras.utils")]
    functions = [place.set_random_seed for place in places]
    kept = {name: state.get_global_attribute(name) for name in KERAS_STATE}
    tensorflow = tensorflow_context()
    drawn = {name: getattr(tensorflow, name, None) for name in ("_seed", "_rng")}
    try:
        yield
    finally:
        for place, function in zip(places, functions, strict=True):
            place.set_random_seed = function
        for name, value in kept.items():
            state.set_global_attribute(name, value)
        for name, value in drawn.items():
            if tensorflow is not None:
                setattr(tensorflow, name, value)


def tensorflow_context():
    """Return where TensorFlow keeps its seed, None if it is not loaded."""
    module = sys.modules.get("tensorflow.python.eager.context")
    return module.context() if module is not None else None

"""What a check sees of one part: claims, answers, and the judge's own copy of the network."""

import re
from functools import cached_property
from typing import Any

import numpy as np

from autograder.allowed import NotAllowed, TooLarge
from autograder.errors import Failed, expect
from autograder.exceptions import error_hint, error_mistake, is_stub
from autograder.model import (
    Absent,
    Artefacts,
    Ended,
    Exam,
    Location,
    NotNumbers,
    Other,
    Part,
    Question,
    Raised,
    Reply,
    Returned,
    Rubric,
)
from autograder.network import Disagree, Network, outline, rebuilt

TOLERANCE, HALF_PRECISION = 1e-4, 2e-2  # backends round half precision in different places
FEW, NUDGE = slice(7, None, -1), 2**-22  # rows that are predicted alone; two roundings of a weight
IN_OUT = ("axes-swapped", "target-as-step", "wrong-input-shape", "wrong-output-shape",
          "last-lstm-returns-sequences")  # mistakes with which a trained network is not judged
SHAPES = re.compile(r"\b(shape|rank|ndim)", re.IGNORECASE)


class NotYet(Exception):
    """A check looks at the reply to a question that has not been asked so far."""


class Seen:
    """What a check sees of one part: the claims, the answers, the floors, the rebuilt network."""

    def __init__(
        self,
        part: Part,
        exam: Exam,
        artefacts: Artefacts,
        rubric: Rubric,
        others: tuple[Artefacts, ...] = (),
    ):
        self.part, self.exam, self.artefacts = part, exam, artefacts
        self.others = others  # what the other attempts at this part gave
        self.answers, self.floors, self.rubric = exam.answers, rubric.floors, rubric
        self.metrics: dict[str, Any] = {}
        self.notes: list[str] = []
        self.curves: dict[str, dict[str, list[float]]] = {}
        self.told: dict[tuple | str, str] = {}  # a misconception or a root -> the check that told it
        self.by_chance: list[str] = []
        self.disputed: list[str] = []
        self._agreed: set[str] = set()

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Return the questions of this part by their id."""
        return {question.id: question for question in self.exam.sheet.questions}

    def called(self, question_id: str) -> str:
        """Return a question as the student would type it."""
        question = self.questions[question_id]
        args = [_shown(value, self.exam) for value in question.args]
        args += [f"{key}={_shown(value, self.exam)}" for key, value in question.kwargs.items()]
        call = f"{question.function}({', '.join(args)})"
        fit = question.options.get("fit")
        return f"{fit}({call}, X_train, y_train)" if fit else call

    def reply(self, question_id: str) -> Reply:
        """Return the raw reply to a question; raise `NotYet` if there is none so far."""
        try:
            return self.artefacts.replies[question_id]
        except KeyError as error:
            raise NotYet(question_id) from error

    def value(self, question_id: str) -> Any:
        """Return what the student's function gave; raise `Failed` if it gave nothing."""
        reply, called = self.reply(question_id), self.called(question_id)
        if isinstance(reply, Returned):
            return reply.value
        question = self.questions[question_id]
        function = question.options.get("fit", question.function)
        if isinstance(reply, Raised):
            reply = never_bound(reply, self.artefacts.load_errors) or reply
        failure = self._failure(reply, function, called)
        broken = isinstance(reply, Absent) and self.artefacts.load_errors[:1]
        uncompiled = failure.misconception == "not-compiled" and "not-compiled"
        placed = isinstance(reply, Raised) and reply.location  # one line that raises one error
        root = (reply.type, reply.location) if placed else (function, reply)
        shaped = question.kind == "train" and isinstance(reply, Raised) and SHAPES.search(reply.message)
        failure.root = broken or uncompiled or (shaped and self._shape_told()) or root
        raise failure

    def _shape_told(self) -> str | None:
        """Return the mistake in the network's input or output that was told, if one was."""
        return next((mistake for mistake in IN_OUT if mistake in self.told), None)

    def _failure(self, reply: Reply, function: str, called: str) -> Failed:
        if isinstance(reply, Raised):
            return _raised(reply, called, f"{function} returns a value")
        if isinstance(reply, Ended):
            return Failed(reply.cause, f"{function} returns a value", ENDED_HINT, called=called,
                          misconception="stopped-by-limit")  # fmt: skip
        errors = self.artefacts.load_errors
        indented = defined_at(function, self.part)
        at_margin = any(f"\ndef {function}(" in f"\n{cell.code}" for cell in self.part.cells)
        if not errors and indented and not at_margin:
            return Failed(f"{function} inside another block", f"a function {function}",
                          f"Move def {function} to the left margin.", called=called,
                          location=indented, misconception="function-indented")  # fmt: skip
        if not errors:
            hint = f"Define {function} in {self.part.stem}, with the name of the template."
            return Failed(f"no function {function}", f"a function {function}", hint, called=called,
                          misconception="function-missing")  # fmt: skip
        first = errors[0]
        got = f"no function {function}: the code stopped with {first.type}: {first.message}"
        return Failed(got, f"a function {function}", error_hint(first), called=called,
                      location=first.location, misconception=error_mistake(first))  # fmt: skip

    def built(self, question_id: str) -> dict:
        """Return the claims about a model; raise `Failed` if build_model returned none."""
        value = self.value(question_id)
        claims = value if isinstance(value, dict) else {}
        kind, function = claims.get("type"), self.questions[question_id].function
        expect(isinstance(claims.get("config"), str),
               "None" if kind in (None, "NoneType") else f"an object of type {kind}",
               "a compiled Keras model", f"Return the model at the end of {function}.",
               called=self.called(question_id), root=(function, kind),
               misconception="return-missing" if kind in (None, "NoneType") else "wrong-return-type",
               )  # fmt: skip
        return claims

    def network(self, question_id: str) -> Network:
        """Return the judge's own copy of the model that a question gave."""
        config, called = self.built(question_id)["config"], self.called(question_id)
        try:
            return rebuilt(config)
        except TooLarge as error:
            hint = "Use fewer units or layers: three layers of fifty units are plenty."
            raise Failed(str(error), "a network of a smaller size", hint, called=called,
                         misconception="network-too-large") from error  # fmt: skip
        except NotAllowed as error:
            hint = "Use the built-in layers of the task sheet; the judge rebuilds the model itself."
            raise Failed(str(error), "layers of the task sheet", hint, called=called,
                         misconception="layer-not-allowed") from error  # fmt: skip

    def trained(self, question_id: str) -> tuple[Network, dict]:
        """Return the rebuilt network of a training and its claims, weights that fit included."""
        network, claims = self.network(question_id), self.built(question_id)
        called = self.called(question_id)
        for key in ("initial", "weights"):
            expect(network.fits(claims.get(key)), "weights that do not fit the model, or are not finite",
                   "the finite weights of the model that was built",
                   "Train the model you were given; a loss of NaN means that training diverged.",
                   called=called, misconception="diverged", by_chance=True)  # fmt: skip
        probe = numeric(claims.get("probe"), "the rows to predict", called)
        wanted = self.sheet_array(self.questions[question_id].options["probe"]).shape
        expect(probe.shape == wanted, f"rows of shape {probe.shape}", f"rows of shape {wanted}",
               "Look at what preprocess returns.", called=called)  # fmt: skip
        expect(network.reads(probe.shape[1:]),
               f"a network that does not take one row of shape {probe.shape[1:]} to one number",
               "one input, in the shape of a row of X_train, and one number as output",
               "Train the model that build_model returns.", called=called,
               root=self._shape_told(), misconception="wrong-input-shape")  # fmt: skip
        self._expect_shown(question_id, network)
        if question_id not in self._agreed:
            self._agree(question_id, network, claims, probe)
            self._agreed.add(question_id)
        return network, claims

    def _expect_shown(self, question_id: str, network: Network) -> None:
        """Fail if build_model gave other layers for the training than when they were looked at."""
        reply = self.artefacts.replies.get("model")
        claims = reply.value if isinstance(reply, Returned) else None
        if not isinstance(claims, dict) or not isinstance(claims.get("config"), str):
            return
        shown, trained = outline(self.network("model")), outline(network)
        expect(shown == trained, f"for the training {trained}", f"the layers of build_model, {shown}",
               "Let build_model return the same layers in every call.", called=self.called(question_id),
               root=("another network", question_id), misconception="another-network")  # fmt: skip

    def _agree(self, question_id: str, network: Network, claims: dict, probe: np.ndarray) -> None:
        """Let a witness decide where two predictions differ; raise `Disagree` where there is none."""
        called, weights = self.called(question_id), claims["weights"]
        theirs = numeric(claims.get("predicted"), "y", called)
        root = ("predictions", question_id)
        try:
            ours, few = network.predict(weights, probe), network.predict(weights, probe[FEW])
        except Exception as error:  # Keras raises many kinds; ours, or the network's: a witness tells
            expect(self._witness(question_id) is not None, "a network with which Keras cannot predict",
                   "a number for each row", "Call model.predict(X_train) after the training.",
                   called=called, root=root, misconception="cannot-predict")  # fmt: skip
            raise Disagree(f"the network of {self.part.stem} does not predict here: {error}") from error
        expect(np.isfinite(ours).all(), "weights with which predictions are NaN or infinite",
               "finite predictions", "A smaller learning rate: the training diverged.",
               called=called, misconception="diverged", by_chance=True)  # fmt: skip
        tolerance = HALF_PRECISION if "float16" in str(network.config) else TOLERANCE
        alone = len(ours) == len(probe) and close(ours[FEW], few, tolerance)
        if alone and close(ours, theirs, tolerance):
            return
        near = network.predict([w * nudges(w) for w in weights], probe)
        expect(close(ours, near, tolerance), "predictions that change with the rounding of the weights",
               "predictions that follow from the weights", "Smaller weights: the training diverged.",
               called=called, root=root, by_chance=True, misconception="rounding-noise")  # fmt: skip
        expect(alone, f"{len(ours)} predictions for {len(probe)} rows, or others for eight alone",
               "a number for each row, whatever rows come with it",
               "Take out what works along the axis of the rows, axis 0.", called=called, root=root,
               misconception="rows-mixed")  # fmt: skip
        witness = self._witness(question_id)
        expect(witness is not None and not close(ours, witness, tolerance),
               "predictions that the configuration and the weights of the model do not give",
               "what Keras predicts with these weights",
               "Leave predict, get_weights and the layers of Keras as they are.",
               called=called, root=root, misconception="predictions-not-from-weights")  # fmt: skip
        raise Disagree(f"rebuilt predictions of {self.part.stem} differ from the worker's")

    def _witness(self, question_id: str) -> np.ndarray | None:
        """Return what a witness predicts, None if it cannot; raise `Disagree` where none was heard."""
        if question_id not in self.artefacts.witnesses:
            self.disputed.append(question_id)
            raise Disagree(f"rebuilt predictions of {self.part.stem} differ from the worker's")
        return self.artefacts.witnesses[question_id]

    def sheet_array(self, name: str) -> np.ndarray:
        """Return an array of the question sheet."""
        return self.exam.sheet.arrays[name]


def defined_at(function: str | None, part: Part) -> Location | None:
    """Return where the student defines a function."""
    found = None
    for cell in part.cells:
        for number, line in enumerate(cell.code.split("\n"), 1):
            if function and line.lstrip().startswith(f"def {function}("):
                found = Location(cell.file, number)  # the last definition is the one that counts
    return found


def nudges(weight: np.ndarray) -> np.ndarray:
    """Return factors, in the shape of a weight, that change it by no more than its rounding."""
    return 1 + NUDGE * np.random.default_rng(0).choice([-1, 1], weight.shape)


def close(ours: np.ndarray, theirs: np.ndarray, tolerance: float) -> bool:
    """Tell whether two predictions of one network are the same, but for rounding."""
    if theirs.shape != ours.shape:
        return False
    scale = max(1.0, float(np.abs(ours).max(initial=0)))
    return bool(np.abs(ours - theirs).max(initial=0) <= tolerance * scale)


ENDED_HINT = "Look for a loop without end, a call of exit, or an array that is far too large."


def _shown(value: Any, exam: Exam) -> str:
    if isinstance(value, dict) and "array" in value:
        shape = exam.sheet.arrays[value["array"]].shape
        return f"{value['array'].split('@')[0]} of shape {shape}"
    if isinstance(value, dict) and "file" in value:
        return repr(value["file"])
    return "history" if isinstance(value, dict) else repr(value)


def never_bound(reply: Raised, load_errors: tuple[Raised, ...]) -> Raised | None:
    """Return the error of the statement that should have bound a name, as of an import that failed."""
    found = re.match(r"name '(\w+)' is not defined", reply.message)
    name = re.compile(rf"\b{found[1]}\b") if found and reply.type == "NameError" else None
    broken = ((error, error.statement or error.code) for error in load_errors)
    return next((error for error, code in broken if name and name.search(code)), None)


def _raised(reply: Raised, called: str, expected: str) -> Failed:
    if is_stub(reply):
        hint = "Replace this line by your own code."
        return Failed(f"not written yet ({reply.message})", expected, hint, called=called,
                      location=reply.location, misconception="not-written")  # fmt: skip
    at = f" at `{reply.code}`" if reply.code else ""
    message = reply.message if len(reply.message) < 300 else f"{reply.message[:280]} […]"
    first = reply.statement.split("\n")[0].strip()
    loading = f", when `{first}` ran at the top of the file" if first not in ("", reply.code) else ""
    got = f"{reply.type}: {message}{at}{loading}"
    return Failed(got, expected, error_hint(reply), called=called, location=reply.location,
                  misconception=error_mistake(reply))  # fmt: skip


def numeric(value: Any, name: str, called: str) -> np.ndarray:
    """Return a finite numeric array, or fail with a sentence that names what came instead."""
    if isinstance(value, NotNumbers):
        hint = "Return fewer numbers." if value.too_large else "Convert it with .astype(float)."
        raise Failed(kind_of(value), f"{name} as an array of numbers", hint, called=called,
                     misconception=kind_mistake(value))  # fmt: skip
    usable = isinstance(value, np.ndarray | int | float) and not isinstance(value, bool)
    if not usable:
        raise Failed(kind_of(value), f"{name} as an array of numbers", "Check the return line.",
                     called=called, misconception=kind_mistake(value))  # fmt: skip
    array = np.asarray(value)
    with np.errstate(over="ignore"):  # what is longer than a double may be finite before, and not after
        array = array if array.dtype in ("float32", "float64") else array.astype("float64")
    hint = "Look for a division by zero, or for values that were never set."
    expect(np.isfinite(array).all(), "NaN or infinite values", f"finite values in {name}", hint,
           called=called, misconception="not-finite")  # fmt: skip
    return array


def kind_mistake(value: Any) -> str:
    """Return the name of the mistake behind a returned object of another kind."""
    if isinstance(value, NotNumbers):
        other = "numbers-as-text" if value.dtype.startswith("<U") else "wrong-return-type"
        return "array-too-large" if value.too_large else other
    return "return-missing" if value is None else "wrong-return-type"


def kind_of(value: Any) -> str:
    """Return a short name for what a function gave."""
    if isinstance(value, Other):
        return f"an object of type {value.type}"
    if isinstance(value, NotNumbers):
        return f"an array of {value.dtype} with shape {value.shape}"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "None (is the return missing?)" if value is None else f"{type(value).__name__}"

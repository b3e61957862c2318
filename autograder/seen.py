"""What a check sees of one part: claims, answers, and the judge's own copy of the network."""

import re
from functools import cached_property
from typing import Any

import numpy as np

from autograder.agreement import expect_agreement
from autograder.allowed import NotAllowed, TooLarge
from autograder.errors import Failed, expect
from autograder.exceptions import asked_functions, error_hint, error_mistake, is_stub
from autograder.lookalikes import defined_at, definitions, function_like
from autograder.model import (
    Absent,
    Artefacts,
    Ended,
    Exam,
    Part,
    Question,
    Raised,
    Reply,
    Returned,
    Rubric,
)
from autograder.network import Network, outline, rebuilt
from autograder.values import numeric

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
        if isinstance(reply, Ended) and question.kind == "train":
            failure.hint = SLOW_HINT
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
        at_margin = any(margin for name, _, margin in definitions(self.part) if name == function)
        if not errors and indented and not at_margin:
            return Failed(f"{function} inside another block", f"a function {function}",
                          f"Move def {function} to the left margin.", called=called,
                          location=indented, misconception="function-indented")  # fmt: skip
        if not errors and at_margin:
            return Failed(f"{function} is no function any more", f"a function {function}",
                          "Delete nothing, and give the value another name.", called=called,
                          location=indented, misconception="function-overwritten")  # fmt: skip
        like = None if indented else function_like(function, self.part, asked_functions())
        if like or not errors:
            instead = f", not as {like[0]}" if like else ""
            hint = f"Define {function} in {self.part.stem}, with the name of the template{instead}."
            return Failed(f"no function {function}", f"a function {function}", hint, called=called,
                          location=like and like[1], misconception="function-missing")  # fmt: skip
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
            expect_agreement(self, question_id, network, claims, probe)
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

    def sheet_array(self, name: str) -> np.ndarray:
        """Return an array of the question sheet."""
        return self.exam.sheet.arrays[name]


ENDED_HINT = "Look for a loop without end, a call of exit, or an array that is far too large."
SLOW_HINT = "Call fit once, with fewer epochs or a larger batch; no exit, no array that is too large."


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

"""From artefacts to verdicts: every check looks at the claims and computes its own numbers."""

import inspect
import traceback
from collections.abc import Callable
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from autograder.errors import Failed, expect
from autograder.model import (
    Artefacts,
    Check,
    Ended,
    Exam,
    Judgement,
    Location,
    NotNumbers,
    Other,
    Outcome,
    Part,
    Question,
    Raised,
    Reply,
    Returned,
    Rubric,
)
from autograder.network import Disagree, Network, NotAllowed

CheckFunction = Callable[["Seen"], None]
TOLERANCE = 1e-4


class Seen:
    """What a check sees of one part: the claims, the answers, the floors, the rebuilt network."""

    def __init__(self, part: Part, exam: Exam, artefacts: Artefacts, rubric: Rubric):
        self.part, self.exam, self.artefacts = part, exam, artefacts
        self.answers, self.floors, self.rubric = exam.answers, rubric.floors, rubric
        self.metrics: dict[str, Any] = {}
        self.notes: list[str] = []
        self.curves: dict[str, dict[str, list[float]]] = {}
        self.told: dict[tuple, str] = {}  # the root of a failure -> the check that told it

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
        """Return the raw reply to a question."""
        return self.artefacts.replies[question_id]

    def value(self, question_id: str) -> Any:
        """Return what the student's function gave; raise `Failed` if it gave nothing."""
        reply, called = self.reply(question_id), self.called(question_id)
        if isinstance(reply, Returned):
            return reply.value
        function = self.questions[question_id].function
        failure = self._failure(reply, function, called)
        failure.root = (function, reply)
        raise failure

    def _failure(self, reply: Reply, function: str, called: str) -> Failed:
        if isinstance(reply, Raised):
            return _raised(reply, called, f"{function} returns a value")
        if isinstance(reply, Ended):
            return Failed(reply.cause, f"{function} returns a value", ENDED_HINT, called=called)
        errors = self.artefacts.load_errors
        if not errors:
            hint = f"Define {function} in {self.part.stem}, with the name of the template."
            return Failed(f"no function {function}", f"a function {function}", hint, called=called)
        first = errors[0]
        got = f"no function {function}: the code stopped with {first.type}: {first.message}"
        return Failed(got, f"a function {function}", load_hint(first), called=called,
                      location=first.location)  # fmt: skip

    def network(self, question_id: str) -> Network:
        """Return the judge's own copy of the model that a question gave."""
        value, called = self.value(question_id), self.called(question_id)
        config = value.get("config") if isinstance(value, dict) else None
        kind = value.get("type") if isinstance(value, dict) else None
        expect(isinstance(config, str), f"{kind or 'nothing'}", "a compiled Keras model",
               "Return the model at the end of build_model.", called=called)  # fmt: skip
        try:
            network = Network(config)
            network.model  # noqa: B018  (built here, so that a refusal is the student's to mend)
            return network
        except NotAllowed as error:
            hint = "Use the built-in layers of the task sheet; the judge rebuilds the model itself."
            raise Failed(str(error), "layers of the task sheet", hint, called=called) from error

    def trained(self, question_id: str) -> tuple[Network, dict]:
        """Return the rebuilt network of a training and its claims, weights that fit included."""
        network, claims = self.network(question_id), self.value(question_id)
        for key in ("initial", "weights"):
            expect(
                network.fits(claims.get(key) or []),
                "weights that do not fit the model, or are not finite",
                "the finite weights of the model that was built",
                "Train the model you were given; a loss of NaN means that training diverged.",
                called=self.called(question_id),
                misconception="diverged",
            )
        self._agree(network, claims)
        return network, claims

    def _agree(self, network: Network, claims: dict) -> None:
        probe, claimed = claims.get("probe"), claims.get("predicted")
        ours = network.predict(claims["weights"], probe)
        theirs = np.asarray(claimed, float)
        scale = max(1.0, float(np.abs(ours).max(initial=0)))
        if theirs.shape != ours.shape or np.abs(ours - theirs).max() > TOLERANCE * scale:
            raise Disagree(f"rebuilt predictions of {self.part.stem} differ from the worker's")

    def sheet_array(self, name: str) -> np.ndarray:
        """Return an array of the question sheet."""
        return self.exam.sheet.arrays[name]


ENDED_HINT = "Look for a loop without end, a call of exit, or an array that is far too large."


def _shown(value: Any, exam: Exam) -> str:
    if isinstance(value, dict) and "array" in value:
        shape = exam.sheet.arrays[value["array"]].shape
        return f"{value['array'].split('@')[0]} of shape {shape}"
    if isinstance(value, dict) and "file" in value:
        return repr(value["file"])
    return "history" if isinstance(value, dict) else repr(value)


def _raised(reply: Raised, called: str, expected: str) -> Failed:
    if is_stub(reply):
        hint = "Replace this line by your own code."
        return Failed(f"not written yet ({reply.message})", expected, hint, called=called,
                      location=reply.location, misconception="not-written")  # fmt: skip
    at = f" at `{reply.code}`" if reply.code else ""
    message = reply.message if len(reply.message) < 300 else f"{reply.message[:280]} […]"
    got = f"{reply.type}: {message}{at}"
    return Failed(got, expected, error_hint(reply), called=called, location=reply.location)


def is_stub(reply: Reply) -> bool:
    """Tell whether a reply is that of an unfilled stub: the student's own line raises it."""
    raised = isinstance(reply, Raised) and reply.type == "NotImplementedError"
    return raised and reply.code.startswith("raise NotImplementedError")


def error_hint(reply: Raised) -> str:
    """Return the next step after an exception."""
    hints = {
        "TypeError": "Compare the parameters and the types with the template's signature.",
        "NameError": "Is the name spelt right, and defined or imported above?",
        "ModuleNotFoundError": "Use the packages of requirements.txt only.",
        "KeyError": "Print the keys you have.",
        "IndexError": "Print the shapes on the way.",
        "ValueError": "Print the shapes and dtypes on the way.",
        "SystemExit": "Remove the call of exit.",
    }
    where = f"{reply.location.file}, line {reply.location.line}: " if reply.location else ""
    return where + hints.get(reply.type, "Run this call yourself and read the last lines.")


def load_hint(error: Raised) -> str:
    """Return the next step after an error at the top level."""
    return error_hint(error)


def numeric(value: Any, name: str, called: str) -> np.ndarray:
    """Return a finite numeric array, or fail with a sentence that names what came instead."""
    if isinstance(value, NotNumbers):
        what = f"an array of {value.dtype} with shape {value.shape}"
        hint = "Return fewer numbers." if value.too_large else "Convert it with .astype(float)."
        raise Failed(what, f"{name} as an array of numbers", hint, called=called)
    usable = isinstance(value, np.ndarray | int | float) and not isinstance(value, bool)
    if not usable:
        raise Failed(kind_of(value), f"{name} as an array of numbers", "Check the return line.",
                     called=called)  # fmt: skip
    array = np.asarray(value)
    hint = "Look for a division by zero, or for values that were never set."
    expect(np.isfinite(array).all(), "NaN or infinite values", f"finite values in {name}", hint,
           called=called)  # fmt: skip
    return array.astype("float64") if array.dtype.kind in "biu" else array


def kind_of(value: Any) -> str:
    """Return a short name for what a function gave."""
    if isinstance(value, Other):
        return f"an object of type {value.type}"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "None (is the return missing?)" if value is None else f"{type(value).__name__}"


def judge(
    part: Part, exam: Exam, artefacts: Artefacts, rubric: Rubric, checks: ModuleType
) -> Judgement:
    """Return the verdicts on one part, in the order of the rubric."""
    seen = Seen(part, exam, artefacts, rubric)
    functions = check_functions(checks)
    outcomes: dict[str, Outcome] = {}
    broken: list[str] = []
    for check in rubric.of_part(part.number):
        outcomes[check.id] = run_check(check, functions[check.id], seen, outcomes, broken)
    notes = tuple(dict.fromkeys([*part.notes, *artefacts.notes, *seen.notes]))
    return Judgement(tuple(outcomes.values()), seen.metrics, notes, tuple(broken), seen.curves)


def check_functions(module: ModuleType) -> dict[str, CheckFunction]:
    """Return the functions of a module that `check` has marked, by the id of their check."""
    functions = (f for _, f in inspect.getmembers(module, inspect.isfunction))
    return {f.check_id: f for f in functions if hasattr(f, "check_id")}


def check(id_: str) -> Callable[[CheckFunction], CheckFunction]:
    """Mark a function as the check with this id."""

    def mark(function: CheckFunction) -> CheckFunction:
        function.check_id = id_
        return function

    return mark


def run_check(
    check: Check, function: CheckFunction, seen: Seen, before: dict[str, Outcome], broken: list[str]
) -> Outcome:
    """Return the outcome of one check; what broke in the grader itself is added to `broken`."""
    blocked_by = next((id_ for id_ in check.requires if blocks(before[id_])), None)
    if blocked_by:
        return outcome_of(check, "not_judged", blocked_by=root_of(blocked_by, before))
    if seen.part.problem:
        return unreadable(check, seen.part, before)
    try:
        function(seen)
        return outcome_of(check, "passed", score=check.points)
    except Failed as failure:
        told_by = seen.told.setdefault(failure.root, check.id) if failure.root else check.id
        if told_by != check.id:
            return outcome_of(check, "not_judged", blocked_by=told_by)
        return failed(check, failure, seen.part)
    except Exception as error:  # whatever else is raised, the student is not to blame
        where = traceback.extract_tb(error.__traceback__)[-1]
        broken.append(f"{check.id}: {type(error).__name__}: {error} ({where.name}:{where.lineno})")
        return outcome_of(check, "not_judged", hint="The grader broke here.")


def blocks(outcome: Outcome) -> bool:
    """Tell whether what depends on a check cannot be judged: it earned nothing at all."""
    return outcome.status == "not_judged" or (outcome.status == "failed" and outcome.score == 0)


def root_of(id_: str, before: dict[str, Outcome]) -> str:
    """Return the first check in a chain of blocked ones: the mistake is told once, there."""
    return before[id_].blocked_by or id_


def failed(check: Check, failure: Failed, part: Part) -> Outcome:
    """Return the outcome of a failed check."""
    return outcome_of(
        check,
        "failed",
        score=min(failure.keep, check.points - 1),
        called=failure.called or "",
        got=failure.got,
        expected=failure.expected,
        hint=failure.hint or check.hint,
        misconception=failure.misconception,
        location=failure.location or defined_at(check.function, part),
    )


def unreadable(check: Check, part: Part, before: dict[str, Outcome]) -> Outcome:
    """Return the outcome of a check of a part that cannot be read: told once, by the first."""
    if before:
        return outcome_of(check, "not_judged", blocked_by=next(iter(before)))
    expected, hint = "a part that can be read", "Mend this first; the other checks wait for it."
    got = part.problem or ""
    return outcome_of(check, "failed", got=got, expected=expected, hint=hint, location=part.location)


def outcome_of(check: Check, status: str, score: int = 0, **more) -> Outcome:
    """Return an outcome with what the rubric says of its check."""
    evidence, points = check.evidence, check.points
    return Outcome(check.id, check.part, check.title, status, score, points, evidence=evidence, **more)


def defined_at(function: str | None, part: Part) -> Location | None:
    """Return where the student defines a function."""
    found = None
    for cell in part.cells:
        for number, line in enumerate(cell.code.split("\n"), 1):
            if function and line.lstrip().startswith(f"def {function}("):
                found = Location(cell.file, number)  # the last definition is the one that counts
    return found


def unlucky(judgement: Judgement) -> list[str]:
    """Return the checks that another training, with another seed, could still pass."""
    return [o.id for o in judgement.outcomes if o.misconception in ("below-floor", "diverged")]

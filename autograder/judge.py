"""From artefacts to verdicts: every check looks at the claims and computes its own numbers."""

import contextlib
import inspect
import traceback
from collections.abc import Callable, Iterator
from types import ModuleType

from autograder.allowed import NotAllowed
from autograder.artefacts import text
from autograder.errors import CourseError, Failed
from autograder.lookalikes import defined_again, defined_at
from autograder.model import (
    Artefacts,
    Check,
    Exam,
    Judgement,
    Outcome,
    Part,
    Rubric,
)
from autograder.seen import NotYet, Seen

CheckFunction = Callable[[Seen], None]


def judge(
    part: Part,
    exam: Exam,
    artefacts: Artefacts,
    rubric: Rubric,
    checks: ModuleType,
    others: tuple[Artefacts, ...] = (),
) -> Judgement:
    """Return the verdicts on one part, in the order of the rubric.

    Args:
        part: The student's part.
        exam: Its questions and answers.
        artefacts: What came back from the attempt that is judged.
        rubric: The rubric.
        checks: The module of this part's checks.
        others: What came back from other attempts.
    """
    seen = Seen(part, exam, artefacts, rubric, others)
    functions = check_functions(checks)
    outcomes: dict[str, Outcome] = {}
    broken: list[str] = []
    waiting: list[str] = []
    for check in rubric.of_part(part.number):
        try:
            outcomes[check.id] = run_check(check, functions[check.id], seen, outcomes, broken)
        except NotYet:
            waiting.append(check.id)
            outcomes[check.id] = outcome_of(check, "not_judged")
    wrong = {c.function for c in rubric.of_part(part.number) if outcomes[c.id].status == "failed"}
    told = [*part.notes, *artefacts.notes, *seen.notes, *defined_again(wrong, part)]
    notes = tuple(dict.fromkeys(told))
    return Judgement(
        tuple(outcomes.values()), seen.metrics, notes, tuple(broken), seen.curves, tuple(waiting),
        tuple(seen.by_chance), tuple(seen.disputed),
    )  # fmt: skip


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
        return unreadable(check, seen, before)
    try:
        with refusals():
            function(seen)
        return outcome_of(check, "passed", score=check.points)
    except Failed as failure:
        told_by = seen.told.setdefault(failure.root, check.id) if failure.root else check.id
        if told_by != check.id:
            return outcome_of(check, "not_judged", blocked_by=told_by)
        if failure.by_chance:
            seen.by_chance.append(check.id)
        for misconception in filter(None, (failure.misconception, *failure.others)):
            seen.told.setdefault(misconception, check.id)
        return failed(check, failure, seen)
    except NotYet:
        raise
    except Exception as error:  # whatever else is raised, the student is not to blame
        where = traceback.extract_tb(error.__traceback__)[-1]
        broken.append(f"{check.id}: {type(error).__name__}: {error} ({where.name}:{where.lineno})")
        return outcome_of(check, "not_judged", hint="The grader broke here.")


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Let a network that turns out to be none that the judge can do with be the student's to mend."""
    try:
        yield
    except NotAllowed as error:
        raise Failed(str(error), "one number for each row, by the layers of the task sheet",
                     "Leave out what works along the axis of the rows, or beyond the steps.",
                     root=("not allowed", str(error)[:40]),
                     misconception="layer-not-allowed") from error  # fmt: skip


def blocks(outcome: Outcome) -> bool:
    """Tell whether what depends on a check cannot be judged: it earned nothing at all."""
    return outcome.status == "not_judged" or (outcome.status == "failed" and outcome.score == 0)


def root_of(id_: str, before: dict[str, Outcome]) -> str:
    """Return the first check in a chain of blocked ones: the mistake is told once, there."""
    return before[id_].blocked_by or id_


def failed(check: Check, failure: Failed, seen: Seen) -> Outcome:
    """Return the outcome of a failed check: what was done wrong is named before the next step."""
    next_step = failure.hint or check.hint
    sentence = sentence_of(failure.misconception, seen.rubric)
    return outcome_of(
        check,
        "failed",
        score=min(failure.keep, check.points - 1),
        called=text(failure.called),
        got=text(failure.got),
        expected=text(failure.expected),
        hint=f"{sentence} {next_step}".strip(),
        misconception=failure.misconception,
        location=failure.location or defined_at(check.function, seen.part),
    )


def sentence_of(misconception: str | None, rubric: Rubric) -> str:
    """Return the sentence that names a misconception; raise `CourseError` if the rubric has none."""
    if misconception is None:
        return ""
    if misconception not in rubric.misconceptions:
        raise CourseError(f"rubric.toml has no sentence for {misconception}: add it.")
    return rubric.misconceptions[misconception]


def unreadable(check: Check, seen: Seen, before: dict[str, Outcome]) -> Outcome:
    """Return the outcome of a check of a part that cannot be read: told once, by the first."""
    if before:
        return outcome_of(check, "not_judged", blocked_by=next(iter(before)))
    where = seen.part.location
    hint = f"Mend line {where.line}, or the one above it, first." if where else "Mend this first."
    failure = Failed(seen.part.problem or "", "a part that can be read", hint,
                     misconception="part-unreadable", location=where)  # fmt: skip
    return failed(check, failure, seen)


def outcome_of(check: Check, status: str, score: int = 0, **more) -> Outcome:
    """Return an outcome with what the rubric says of its check."""
    evidence, points = check.evidence, check.points
    return Outcome(check.id, check.part, check.title, status, score, points, evidence=evidence, **more)


def doubtful(judgement: Judgement) -> bool:
    """Tell whether only another training can tell if the weights came out of this one."""
    return any(o.misconception == "weights-from-elsewhere" for o in judgement.outcomes)

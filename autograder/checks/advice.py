"""What the docstrings ask for and no point depends on: told among the notes, never judged.

Honest work often leaves these out; a student should know of them all the same.
"""

import functools
from collections.abc import Callable

import numpy as np

from autograder.artefacts import text
from autograder.checks.expectations import pair, same, same_score
from autograder.checks.series import SEVERAL, mean_steps, rows_of
from autograder.errors import Failed
from autograder.model import Ended, Question, Raised, Reply, Returned
from autograder.seen import NotYet, Seen
from autograder.values import numeric

LOADER = {  # file of the question -> what load_arrivals does with it
    "fused.txt": "does not read rows whose times fuse, as those of 100 s or more do",
    "negative.txt": "does not read times below zero",
    "blank.txt": "does not read over blank lines",
    "no_comment.txt": "does not read all rows of a file that begins without a comment",
    "open_end.txt": "does not read all rows of a file whose last row has no line end",
    "nan.txt": "takes a time that is NaN, without a ValueError",
    "inf.txt": "takes a time that is infinite, without a ValueError",
    "label.txt": "takes a label other than 0 and 1, without a ValueError",
    "no_rows.txt": "takes a file without rows, without a ValueError",
}
FEW_STEPS = 5  # to which one decimal place leads
SCORES = {"r2", "mse", "normality_p", "accuracy", "confusion_matrix"}


def advise(seen: Seen, sentence: str) -> None:
    """Add a note on something that costs nothing."""
    seen.notes.append(f"Part {seen.part.number}, not judged: {sentence}.")


def costs_nothing(advice: Callable[[Seen], None]) -> Callable[[Seen], None]:
    """Let what breaks while advice is sought be a note as well: no verdict depends on advice."""

    @functools.wraps(advice)
    def guarded(seen: Seen) -> None:
        try:
            advice(seen)
        except NotYet:
            raise
        except Exception as error:
            said = text(f"{type(error).__name__}: {error}", 200)
            advise(seen, f"{advice.__name__} broke ({said}); tell the staff")

    return guarded


@costs_nothing
def advise_on_loader(seen: Seen) -> None:
    """Tell which odd files load_arrivals does not treat as its docstring says."""
    for name, times in seen.answers["advice"].items():
        reply = unjudged(seen, f"advice.{name}")
        if not as_documented(reply, times):
            advise(seen, f"load_arrivals {LOADER[name]}{ending(reply)}")
        if isinstance(reply, Ended):
            break  # the rest was not asked


def unjudged(seen: Seen, question_id: str) -> Reply | None:
    """Return a reply on which no point depends; None if it is to come: no verdict waits for it."""
    return seen.artefacts.replies.get(question_id)


def ending(reply: Reply) -> str:
    """Return the end of a note: why a call never came back, if it did not."""
    return f": {reply.cause}" if isinstance(reply, Ended) else ""


def as_documented(reply: Reply | None, times: np.ndarray | None) -> bool:
    """Tell whether a loader gave these times or, for None, raised; a reply still to come is let be."""
    if not isinstance(reply, Returned):
        return reply is None or (times is None and isinstance(reply, Raised))
    try:
        X, _ = pair(reply.value, "")
    except Failed:
        return False
    return times is not None and same(X, times)


@costs_nothing
def advise_on_series(seen: Seen) -> None:
    """Tell of targets that createSynData takes, of its generator, and of odd rows."""
    reply = unjudged(seen, "advice.target")
    if isinstance(reply, Returned | Ended):
        advise(seen, f"createSynData takes target='last' without a ValueError{ending(reply)}")
    reply = unjudged(seen, "data.other")
    if isinstance(reply, Returned) and reply.drew:
        advise(seen, "createSynData draws from a generator that all share, not from one of its own")
    rows = rows_of(pair(seen.value("data.other"), "")[0], seen.answers["other"][0])
    if np.ptp(rows[:, 0]) > 0 and (np.diff(rows[:, 0]) >= 0).all():
        advise(seen, "createSynData sorts its rows by their starts; validation_split takes the last")
    count = np.unique(mean_steps(rows).round(4)).size
    if SEVERAL <= count <= FEW_STEPS:  # one step for all is judged
        advise(seen, f"createSynData draws its steps from {count} numbers, not from all of [0.1, 0.5]")


@costs_nothing
def advise_on_factor(seen: Seen) -> None:
    """Tell if createSynData is right for whole factors only."""
    reply = unjudged(seen, "advice.factor")
    if reply is not None and not (isinstance(reply, Returned) and same_targets(reply, [1, 1.5, 2])):
        advise(seen, f"{seen.called('advice.factor')} has other targets than 1, 1.5, 2{ending(reply)}")


def same_targets(reply: Returned, targets: list[float]) -> bool:
    """Tell whether the second thing that came back is these targets."""
    try:
        return same(pair(reply.value, "")[1], targets)
    except Failed:
        return False


@costs_nothing
def advise_on_labels(seen: Seen) -> None:
    """Tell if to_labels gives no list of labels for a single row."""
    reply = unjudged(seen, "advice.row")
    if reply is not None and not (isinstance(reply, Returned) and one_label(reply)):
        advise(seen, f"to_labels gives no labels of shape (1,) for a single row{ending(reply)}")


def one_label(reply: Returned) -> bool:
    """Tell whether what came back is an array of one number."""
    try:
        return numeric(reply.value, "", "").shape == (1,)
    except Failed:
        return False


@costs_nothing
def advise_on_calls(seen: Seen) -> None:
    """Tell what evaluate makes of its docstring's example and of a column, and who changes arguments."""
    reply = unjudged(seen, "advice.example")
    if isinstance(reply, Raised | Ended):
        stops = "stops with an exception" if isinstance(reply, Raised) else "does not come back"
        advise(seen, f"evaluate {stops} on its docstring's example, which gives it lists{ending(reply)}")
    flat, column = seen.value("evaluate"), unjudged(seen, "advice.column")
    if column is not None and not scores_alike(column, flat):
        advise(seen, f"evaluate gives other scores if y_true has the shape (n, 1){ending(column)}")
    for function in dict.fromkeys(q.function for q in seen.questions.values() if changes(seen, q)):
        advise(seen, f"{function} changes an array that it is given, and the next call gets that")


def changes(seen: Seen, question: Question) -> bool:
    """Tell whether a call changed an array it was given, unless points depend on that."""
    reply = unjudged(seen, question.id)
    return (question.kind == "call" and question.function != "preprocess"
            and isinstance(reply, Returned) and reply.changed)  # fmt: skip


def scores_alike(reply: Reply, wanted: dict) -> bool:
    """Tell whether a reply of evaluate holds these scores."""
    scores = reply.value if isinstance(reply, Returned) else None
    return isinstance(scores, dict) and all(
        same_score(key, scores.get(key), wanted[key]) for key in SCORES & wanted.keys()
    )

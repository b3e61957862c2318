"""What a docstring asks for and no point depends on is told among the notes, and costs nothing."""

from dataclasses import replace

import pytest

from autograder.checks import MODULES, advice
from autograder.judge import judge
from autograder.model import Ended
from autograder.tests.desk import (
    Desk,
    Replies,
    exam,
    patched,
    rubric,
    solution,
    verdicts,
    without_unasked,
)

NOT_FINITE, BAD_LABEL = "if not np.isfinite(times).all():", 'if label not in ("0", "1"):'
LEFT_OUT = {
    "does not read rows whose times fuse, as those of 100 s or more do":
        (3, "if len(fields) < 7 and len(line) == ROW_WIDTH:", "if False:"),
    "does not read over blank lines": (3, "if line.strip() and not line", "if not line"),
    "takes a time that is NaN, without a ValueError": (3, NOT_FINITE, "if np.isinf(times).any():"),
    "takes a time that is infinite, without a ValueError": (3, NOT_FINITE, "if np.isnan(times).any():"),
    "sorts its rows by their starts":
        (2, "starts = rng.integers(1, 10, size=(nSequences, 1), endpoint=True)",
         "starts = np.sort(rng.integers(1, 10, size=(nSequences, 1), endpoint=True), axis=0)"),
    "draws its steps from 5 numbers":
        (2, "rng.uniform(0.1, 0.5, size=(nSequences, 1))",
         "rng.uniform(0.1, 0.5, size=(nSequences, 1)).round(1)"),
    "takes a label other than 0 and 1, without a ValueError": (3, BAD_LABEL, "if False:"),
    "takes a file without rows, without a ValueError": (3, "    if not X:\n", "    if False:\n"),
    "takes target='last' without a ValueError":
        (2, "    if target not in columns:", "    target = target.replace('last', 'next')\n    if 0:"),
    "createSynData draws from a generator that all share":
        (2, "    rng = np.random.default_rng(seed)",
         "    np.random.seed(seed)\n    rng = np.random.default_rng(np.random.randint(9999))"),
    "over another number than the last of each row":
        (2, "np.asarray(X_test)[:, -1, 0]", "np.asarray(X_test)[:, 0, 0]"),
    "the four counts do not stand in the image": (3, "ax.text(column, row, int(count),", "dict("),
    "evaluate stops with an exception on its docstring's example":
        (1, "= np.ravel(y_true), np.ravel(y_pred)", "= y_true.ravel(), y_pred.ravel()"),
    "does not read all rows of a file that begins without a comment":
        (3, "if line.strip() and not line", "if number > 1 and line.strip() and not line"),
    "does not read all rows of a file whose last row has no line end":
        (3, 'errors="replace").splitlines()', 'errors="replace").split("\\n")[:-1]'),
    "does not read times below zero": (3, "[float(time) for", "[abs(float(time)) for"),
    "evaluate gives other scores if y_true has the shape (n, 1)":
        (1, "= np.ravel(y_true), np", "= np.asarray(y_true), np"),
    "other scores if y_true":
        (3, """= np.ravel(y_true), to_labels(probabilities)
    return {
        "accuracy": float(accuracy_score(y_true, labels)),""",
         """= np.asarray(y_true), to_labels(probabilities)
    return {
        "accuracy": float((y_true == labels).mean()),"""),
    "createTestData changes an array that it is given":
        (1, "    gap = 3\n", "    gap = 3\n    X_train[-1] += 1; gap -= 1\n"),
    "evaluate changes an array that it is given":
        (2, "stats.shapiro(y_true - y_pred)", "stats.shapiro(np.subtract(y_true, y_pred, out=y_true))"),
    "const=0.5) has other targets than 1, 1.5, 2":
        (1, "y = const * numbers[:-1]", "y = np.trunc(const * numbers[:-1])"),
    "no labels of shape (1,) for a single row":
        (3, "return (np.ravel(probabilities)", "return (np.squeeze(probabilities)"),
    "which gives it lists": (3, "np.ravel(y_true), to_labels", "y_true.ravel(), to_labels"),
}  # words of the note -> part, what stands in the reference, what stands there now


@pytest.mark.quick
@pytest.mark.parametrize("words", LEFT_OUT)
def test_what_is_left_out_is_told_and_costs_nothing(desk: Desk, words):
    """One note, no point: honest work may leave it out."""
    part, old, new = LEFT_OUT[words]
    assert verdicts(desk.judge(part, patched(part, {old: new}))) == {}
    (note,) = desk.judgement.notes
    assert note.startswith(f"Part {part}, not judged: ") and words in note and note.endswith(".")


@pytest.mark.quick
@pytest.mark.parametrize("part, stopped, words", [
    (3, ["advice.nan.txt", "advice.inf.txt", "advice.label.txt", "advice.no_rows.txt"],
     "load_arrivals takes a time that is NaN, without a ValueError: it did not come back"),
    (2, ["advice.target"], "takes target='last' without a ValueError: it did not come back"),
    (1, ["advice.example"], "evaluate does not come back on its docstring's example"),
])  # fmt: skip
def test_call_that_is_stopped_is_told_once_and_costs_nothing(desk: Desk, part, stopped, words):
    """A loop without end where no point depends on the reply: one note, of the call that hung."""
    desk.judge(part, solution(part))
    hung = dict.fromkeys(stopped, Ended("it did not come back"))
    found = judged_with(desk, part, {**desk.artefacts.replies, **hung})
    (note,) = found.notes
    assert words in note and verdicts(without_unasked(found)) == {}


@pytest.mark.quick
@pytest.mark.parametrize("part", [1, 2, 3])
def test_no_verdict_waits_for_advice(desk: Desk, part):
    """What is told early is judged without the replies on which no point depends."""
    whole = desk.judge(part, solution(part))
    early = {id_: reply for id_, reply in desk.artefacts.replies.items() if "advice" not in id_}
    found = judged_with(desk, part, early)
    assert len(early) < len(desk.artefacts.replies)
    assert without_unasked(found) == whole


@pytest.mark.quick
def test_advice_that_breaks_costs_nothing(desk: Desk, monkeypatch):
    """A fault of the grader in what it only advises on is told to all, and takes no point."""

    def broken(*_):
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(advice, "as_documented", broken)
    assert verdicts(desk.judge(3, solution(3))) == {}
    (note,) = desk.judgement.notes
    assert "advise_on_loader broke (ZeroDivisionError: a fault)" in note


def judged_with(desk: Desk, part: int, replies: dict):
    """Judge the desk's submission again, with these replies."""
    artefacts = replace(desk.artefacts, replies=Replies(replies))
    return judge(desk.student, exam(part), artefacts, rubric(), MODULES[part])


@pytest.mark.quick
@pytest.mark.parametrize("part", [1, 2, 3])
def test_nothing_is_told_of_the_reference(desk: Desk, part):
    """Who keeps to the docstrings reads no such note."""
    desk.judge(part, solution(part))
    assert desk.judgement.notes == ()

"""What the test cells of a notebook call: the grader's own checks, asked of the notebook's functions.

    from autograder.notebook import check

    check("1.data", globals())

The points come back as a plain float, the reasons are printed. Nothing is trained for it: checks of
a training look at the `network` and the `history` that stand in the notebook.
"""

import importlib
import linecache
import os
import tempfile
import textwrap
from dataclasses import replace
from functools import cache
from pathlib import Path

from autograder.collect import header_of
from autograder.errors import CallError
from autograder.exam import practice_seeds, set_exam
from autograder.magics import without_magics
from autograder.model import Artefacts, Cell, Check, Exam, Location, Outcome, Part, Rubric
from autograder.report import MARKS, blocked_text, explanation, points
from autograder.rubric import read_rubric

WIDTH = 78
ELSEWHERE = "this check is judged when you push, or by `make grade`"
VALIDATING = "NBGRADER_VALIDATING"  # `nbgrader validate` shows of a cell's outputs only its error


class Unfinished(Exception):
    """A check that did not earn all its points, where only an exception is shown."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows of it: the reasons, and no line of ours."""
        return str(self).split("\n")


def check(id_: str, names: dict) -> float:
    """Print how a notebook does on one check, and return its points.

    Args:
        id_: The check, as in `TASKS.md`.
        names: `globals()` of the notebook.

    Raises:
        CallError: There is no such check.
        Unfinished: Points are missing, and `nbgrader validate` is asking.
    """
    outcome, reason = judged(id_, names)
    lines = told(outcome, reason)
    if os.environ.get(VALIDATING) and outcome.score < outcome.max_score:
        raise Unfinished("\n".join(lines))
    print(*lines, sep="\n")
    return float(outcome.score)


def judged(id_: str, names: dict) -> tuple[Outcome, str]:
    """Return the outcome of a check, and why it cannot be judged here, if so."""
    rubric = course()
    asked = next((check for check in rubric.checks if check.id == id_), None)
    if asked is None:
        raise CallError(f"There is no check {id_!r}. Take one of {', '.join(known(rubric))}.")
    live = importlib.import_module("autograder.live")
    with live.unnoticed(), tempfile.TemporaryDirectory(prefix="moveout-check-") as scratch:
        judge = importlib.import_module("autograder.judge").judge
        modules = importlib.import_module("autograder.checks").MODULES
        exam, part = practice_exam(asked.part), part_of(asked.part, names, rubric)
        replies = live.Replies(names, exam, Path(scratch))
        wanted = replace(rubric, checks=tuple(needed(asked, rubric, exam)))
        judgement = judge(part, exam, Artefacts(replies, live=True), wanted, modules[asked.part])
    outcome = judgement.outcomes[-1]
    reason = "the grader could not judge it here" if judgement.broken else replies.why
    return placed(outcome, names), reason if outcome.status == "not_judged" else ""


@cache
def course() -> Rubric:
    """Return the rubric, read once."""
    return read_rubric()


def known(rubric: Rubric) -> list[str]:
    """Return the ids of all checks."""
    return [check.id for check in rubric.checks]


@cache
def practice_exam(part: int) -> Exam:
    """Return the practice questions of a part and their answers, drawn once."""
    questions = importlib.import_module("autograder.questions").MODULES[part].questions
    return set_exam(part, practice_seeds(course().practice_seed), questions)


def needed(asked: Check, rubric: Rubric, exam: Exam) -> list[Check]:
    """Return a check after those that have to be judged before it, so that a mistake is told once.

    A network is built only for checks that look at one.
    """
    networks = {name for q in exam.sheet.questions if q.kind in ("model", "train")
                for name in (q.function, q.options.get("fit"))} - {None}  # fmt: skip
    wanted, of_part = {asked.id}, rubric.of_part(asked.part)
    for check in reversed(of_part):
        if check.id in wanted:
            wanted |= {*check.requires}
    before = of_part[: of_part.index(asked)]
    kin = [c for c in before if c.function == asked.function or c.function not in networks]
    wanted |= {check.id for check in kin if not check.requires}
    return [check for check in of_part if check.id in wanted]


def part_of(number: int, names: dict, rubric: Rubric) -> Part:
    """Return a notebook as a part: the cells that were run, the header of the one that has it."""
    ran = [str(code) for code in names.get("In") or ()]
    cells = [Cell(without_magics(code), cell_name(n)) for n, code in enumerate(ran)]
    headers = [header for cell in reversed(cells) if (header := header_of((cell,)))]
    header = headers[0] if headers else str(names.get("__doc__") or "") if not cells else ""
    return Part(number, rubric.parts[number].stem, "ipynb", tuple(cells), header)


def cell_name(number: int) -> str:
    """Return the name of a cell as Jupyter shows it."""
    return f"cell [{number}]"


def placed(outcome: Outcome, names: dict) -> Outcome:
    """Return an outcome whose location names the cell as Jupyter shows it, or none."""
    where = outcome.location
    if where is None or where.file.startswith("cell ["):
        return outcome
    text = "".join(linecache.getlines(where.file)).strip()
    ran = [n for n, code in enumerate(names.get("In") or ()) if str(code).strip() == text]
    found = Location(cell_name(ran[-1]), where.line) if ran else None
    return replace(outcome, location=found)


def told(outcome: Outcome, reason: str) -> list[str]:
    """Return what is printed of an outcome, wrapped."""
    head = f"{MARKS[outcome.status]} {points(outcome.score, outcome.max_score)}  {outcome.id}"
    lines = [f"{head}  {outcome.title}"]
    if outcome.status == "not_judged":
        why = f"{reason}; {ELSEWHERE}" if reason else blocked_text(outcome)
        return [*lines, *wrapped("Not yet", why)]
    reasons = explanation(outcome) if outcome.status == "failed" else []
    return lines + [line for name, text in reasons for line in wrapped(name, text)]


def wrapped(name: str, text: str) -> list[str]:
    """Return a reason as lines of bounded width under its name."""
    return textwrap.wrap(text, WIDTH, initial_indent=f"  {name:9}", subsequent_indent=" " * 11)

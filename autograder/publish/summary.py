"""The job summary: what a student sees on the page of a run. Markdown, at most one mebibyte."""

from collections.abc import Iterator

from autograder import report
from autograder.manifest import Edit
from autograder.model import Outcome, Result
from autograder.publish.charts import training
from autograder.publish.loss import failed, missing
from autograder.report import counted, plain, points

LIMIT = 2**20  # bytes; GitHub shows nothing of a longer one
CUT = "\n\nThe rest did not fit here: see `report.md` in the artifact `report` of this run.\n"
EDITS = 50  # told by name
EDITED = """These files are not as they were handed out. What runs in your repository uses them; staff
grade your `assignment/` with files of their own. To get one back, copy it from the template. One that
was added: move it into `assignment/` if it is yours, or delete it."""


def summary(result: Result, edits: list[Edit] = (), limit: int = LIMIT) -> str:
    """Return the summary of a run.

    Args:
        result: What was graded.
        edits: Protected files that are not as they were handed out.
        limit: Bytes at most; what does not fit is left out block by block, and that is told.
    """
    return fitted(blocks(result, edits), limit)


def fitted(texts: Iterator[str], limit: int) -> str:
    """Return as many whole blocks as fit, so that no table and no code is cut in the middle."""
    taken, left = [], limit - len(CUT.encode())
    for text in texts:
        left -= len(text.encode("utf-8", "replace")) + 2
        if left < 0:
            return "\n\n".join(taken) + CUT
        taken.append(text)
    return "\n\n".join(taken) + "\n"


def blocks(result: Result, edits: list[Edit]) -> Iterator[str]:
    """Yield the blocks of the summary, the most useful first."""
    yield f"# {points(result.score, result.max_score)} points"
    yield from standing(result)
    yield parts_table(result)
    if edits:
        yield edits_block(edits)
    for part in result.parts:
        yield f"## Part {part['part']}: {part['title']} ({points(part['score'], part['max_score'])})"
        yield from checks_blocks(report.of_part(result, part["part"]))
        if figures := training(result, part["part"]):
            yield figures
    _, *notes = report.summary(result)
    yield "\n".join(["## Notes", "", *(f"- {plain(line)}" for line in notes)])


def standing(result: Result) -> Iterator[str]:
    """Yield what the score is worth, and what to do first."""
    if result.broken:
        yield "**The grader broke: no mark is issued.** Tell your instructor; you did nothing wrong."
    elif result.seed_kind == "practice":
        yield "**This is a practice score.** What counts is graded by staff, with other numbers."
    if lost := failed(result):
        yield f"Most to gain: **{lost[0].id}**, {lost[0].title}, {counted(missing(lost[0]))}."


def parts_table(result: Result) -> str:
    """Return points and time of every part."""
    used = result.seconds["parts"]
    rows = [
        f"| {p['part']} {p['title']} | {points(p['score'], p['max_score'])} "
        f"| {used.get(str(p['part']), 0):.0f} of {result.limit_s:.0f} s |"
        for p in result.parts
    ]
    return "\n".join(["| part | points | time used |", "| --- | --- | --- |", *rows])


def edits_block(edits: list[Edit]) -> str:
    """Return which protected files are not as they were handed out."""
    head = ["## Edited files of the grader", "", EDITED, ""]
    told = [f"- {edit.how}: {plain(edit.file)}" for edit in edits[:EDITS]]
    more = [f"- and {len(edits) - EDITS} more"] if len(edits) > EDITS else []
    return "\n".join([*head, *told, *more])


def checks_blocks(outcomes: list[Outcome]) -> Iterator[str]:
    """Yield the checks of a part: each missing point with its reasons, then what waits, what passed."""
    by_status: dict[str, list[Outcome]] = {"failed": [], "not_judged": [], "passed": []}
    for outcome in outcomes:
        by_status[outcome.status].append(outcome)
    for outcome in by_status["failed"]:
        yield "\n".join(report.markdown_outcome(outcome))
    if by_status["not_judged"]:
        yield f"– Not judged: {'; '.join(f'{o.id} {waiting(o)}' for o in by_status['not_judged'])}"
    if by_status["passed"]:
        yield f"✓ Passed: {', '.join(f'{o.id} ({o.score})' for o in by_status['passed'])}"


def waiting(outcome: Outcome) -> str:
    """Return why a check was not judged."""
    return f"waits for {outcome.blocked_by}" if outcome.blocked_by else plain(outcome.hint)

"""Make the notebook that nbgrader shows: a student's cells, with the grader's points and reasons.

Every graded cell is the course's own, whatever the submission holds: test cells carry the verdicts
of the engine as their outputs, discussion cells the student's answer. So nbgrader runs no kernel.
"""

import hashlib
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, takewhile
from textwrap import fill

from nbformat import NotebookNode, v4

from autograder.course.handed import Handed, dashed
from autograder.course.harmless import display, harmless_markdown, new_cell, stream
from autograder.course.placing import arranged, grade_id, is_graded, normal
from autograder.model import Outcome, Result
from autograder.report import MARKS, blocked_text, explanation, harmless, plain, points

OPENING = 20  # letters: so far the question of a discussion is compared if its cell has lost its id
SCHEME = re.compile(r"(=== BEGIN MARK SCHEME ===\n)(.*?)(\n=== END MARK SCHEME ===)", re.DOTALL)
ITEM = re.compile(r"^(?=\d+ points?\b)", re.MULTILINE)
ALT = "curves of the training"
WIDTH = 100  # letters


@dataclass(frozen=True)
class Override:
    """Points for a check that a person decided, with the reason."""

    points: float
    reason: str


@dataclass(frozen=True)
class Mark:
    """What a test cell shows: the points, the text above them, and pictures as base64 PNG."""

    score: float
    text: str
    pictures: tuple[str, ...] = ()


def mark_of(outcome: Outcome, override: Override | None = None, pictures: Iterable[str] = ()) -> Mark:
    """Return the points and reasons of a check; a person's decision counts, and is shown as such."""
    lines = [f"{MARKS[outcome.status]} {points(outcome.score, outcome.max_score)}  {outcome.title}"]
    if outcome.status == "failed":
        lines += [wrapped(name, text) for name, text in explanation(outcome)]
    if outcome.status == "not_judged":
        lines.append(f"Not judged: {blocked_text(outcome)}")
    if override is None:
        return Mark(float(outcome.score), "\n".join(lines), tuple(pictures))
    given = f"{override.points:g}/{outcome.max_score} by a person: {harmless(override.reason)}"
    return Mark(override.points, "\n".join([given, *lines]), tuple(pictures))


def wrapped(name: str, text: str) -> str:
    """Return a reason as lines that a page of formgrader shows without being scrolled."""
    return fill(text, WIDTH, initial_indent=f"{name:<8} ", subsequent_indent=" " * 9)


def marked_notebook(
    released: NotebookNode,
    source: NotebookNode,
    handed: list[Handed],
    other_form: list[Handed],
    marks: dict[str, Mark],
    head: str,
    of_above: Iterable[str] = (),
) -> NotebookNode:
    """Return the notebook for the gradebook, the formgrader and the feedback.

    Args:
        released: The notebook that students got: its graded cells are the ones nbgrader knows.
        source: The instructor's notebook, in which the mark schemes stand.
        handed: The student's cells, in the form that counts.
        other_form: The student's cells in the other form: answers may have been written there.
        marks: For each test cell, by its grade id, what it shows.
        head: Markdown of the first cell.
        of_above: Grade ids, with dashes, of discussions whose points are for the cells above them.
    """
    graded = {grade_id(cell): cell for cell in released.cells if is_graded(cell)}
    answered = answers(graded, handed, other_form)
    schemes, own = schemes_of(source), own_cells(released, handed)
    own_there = own_cells(released, other_form, handed)
    beside = {id_: read_with(id_, cell, handed, own, dashed(id_) in of_above)
              for id_, cell in graded.items()}  # fmt: skip
    there = {id_: [] if dashed(id_) in of_above else read_with(id_, cell, other_form, own_there)
             for id_, cell in graded.items()}  # fmt: skip
    shown = {
        id_: [tested(cell, marks[id_])] if cell.cell_type == "code"
        else [answer_cell(cell, answered.get(id_), [*beside[id_], *there[id_]]),
              *(NotebookNode({**one.cell, "id": f"there-{dashed(id_)}-{n}"[:64]})
                for n, one in enumerate(there[id_])), *schemes.get(id_, [])]
        for id_, cell in graded.items()
    }  # fmt: skip
    cells = [new_cell("markdown", head, id="head"), *arranged(released, handed, answered, shown)]
    return NotebookNode(cells=cells, metadata=deepcopy(released.metadata), nbformat=v4.nbformat,
                        nbformat_minor=v4.nbformat_minor)  # fmt: skip


def answers(
    graded: dict[str, NotebookNode], handed: list[Handed], other_form: list[Handed]
) -> dict[str, Handed]:
    """Return the cell with the answer to each discussion: the first that is not as it was handed out."""
    found = {}
    for id_, cell in graded.items():
        if cell.cell_type == "markdown":
            there = [h for h in [*handed, *other_form] if answers_to(h, id_, cell)]
            changed = [h for h in there if normal(h.text) != normal(cell.source)]
            if there:
                found[id_] = (changed or there)[0]
    return found


def answers_to(handed: Handed, id_: str, cell: NotebookNode) -> bool:
    """Tell whether a student's cell is a discussion, by its id or by the question it repeats."""
    if handed.cell.cell_type != "markdown":
        return False
    return handed.stands_for == dashed(id_) or handed.text.startswith(cell.source[:OPENING])


def own_cells(
    released: NotebookNode, handed: list[Handed], known: Iterable[Handed] = ()
) -> dict[int, Handed]:
    """Return by its place each cell that is new: not as handed out, no discussion, and not known."""
    given = {normal(cell.source) for cell in released.cells} | {normal(one.text) for one in known}
    asked = [(grade_id(cell), cell) for cell in released.cells
             if is_graded(cell) and cell.cell_type == "markdown"]  # fmt: skip
    return {place: one for place, one in enumerate(handed) if normal(one.text) not in given
            and not any(answers_to(one, *discussion) for discussion in asked)}  # fmt: skip


def read_with(
    id_: str, cell: NotebookNode, handed: list[Handed], own: dict[int, Handed], of_above: bool = False
) -> list[Handed]:
    """Return the cells that a person should read with a discussion, also where its own was left empty.

    New cells of text right below it, or anywhere if it is gone; or all that is new above it.
    """
    place = next((n for n, one in enumerate(handed) if answers_to(one, id_, cell)), None)
    if of_above:
        return [one for n, one in own.items() if place is None or n < place]
    texts = {n: one for n, one in own.items() if one.cell.cell_type == "markdown"}
    if place is None:
        return [*texts.values()]
    return [texts[n] for n in takewhile(texts.__contains__, count(place + 1))]


def answer_cell(cell: NotebookNode, answer: Handed | None, beside: list[Handed]) -> NotebookNode:
    """Return a discussion cell with the student's answer, or as it was handed out.

    Without its checksum nbgrader asks a person, where it would give an untouched cell no points.
    """
    filled = deepcopy(cell)
    if beside:
        filled.metadata.nbgrader.pop("checksum", None)
        texts = "\n".join(one.text for one in beside)
        filled.metadata.beside = hashlib.sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()
    if answer is not None and normal(answer.text) != normal(cell.source):
        filled.source = answer.cell.source
        if "attachments" in answer.cell:
            filled.attachments = answer.cell.attachments
    return filled


def tested(cell: NotebookNode, mark: Mark) -> NotebookNode:
    """Return a test cell with its verdict as outputs, the points as the value of its last line."""
    filled = deepcopy(cell)
    shown = NotebookNode({"text/plain": repr(float(mark.score))})
    value = NotebookNode(output_type="execute_result", data=shown, metadata=NotebookNode(),
                         execution_count=None)  # fmt: skip
    pictures = [display(picture, ALT) for picture in mark.pictures]
    filled.outputs = [stream(mark.text + "\n"), *pictures, value]
    return filled


def schemes_of(source: NotebookNode) -> dict[str, list[NotebookNode]]:
    """Return a cell with the mark scheme of each discussion, which the feedback leaves out again."""
    found = {}
    for cell in source.cells:
        match = SCHEME.search(cell.source)
        if match and is_graded(cell):
            id_ = dashed(f"scheme-{grade_id(cell)}")[:64]
            text = f"{match[1]}\n{ITEM.sub('* ', match[2])}\n{match[3]}"
            found[grade_id(cell)] = [new_cell("markdown", text, id=id_)]
    return found


def head_of(result: Result, part: int, told: Iterable[str] = ()) -> str:
    """Return what stands above a marked notebook: the part's points, and the grader's notes."""
    row = next(row for row in result.parts if row["part"] == part)
    lines = [f"**{points(row['score'], row['max_score'])} points by the grader.** "
             "The discussion answers are read by a person."]  # fmt: skip
    lines += [f"* {harmless_markdown(plain(note))}" for note in [*told, *result.notes]]
    return "\n\n".join([lines[0], "\n".join(lines[1:])]).strip()

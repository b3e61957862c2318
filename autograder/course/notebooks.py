"""From course scripts to the source notebooks of nbgrader: answers, mark schemes and test cells.

A code cell with a solution region becomes an answer that is graded by the test cells after it; a
discussion becomes an answer that a person grades.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from autograder.collect import TEST_CELL
from autograder.errors import CourseError
from autograder.model import Check, Rubric
from autograder.regions import regions, template_of
from autograder.template import FILL_IN, MADE, cells_of, text_of

FIRST = f"*{MADE} {FILL_IN}*"
CODE_CELL, TEXT_CELL = "# %%\n", "# %% [markdown]\n"
HEADER = "header"  # names the answer of a cell that defines no function


def source_notebooks(texts: dict[str, str], rubric: Rubric) -> dict[str, bytes]:
    """Return the source notebooks by their name, the same bytes each time.

    Args:
        texts: The course script of every part by its name.
        rubric: Points of checks and discussions.

    Raises:
        CourseError: A check is not placed exactly once, or a marker is wrong.
    """
    problems = misplaced(texts, rubric)
    if problems:
        raise CourseError(f"{problems[0]} Mend the `# %% checks=` headers in solution/.")
    made = {}
    for name, text in texts.items():
        cells = list(source_cells(cells_of(text, FIRST), rubric))
        made[name.replace(".py", ".ipynb")] = text_of(cells).encode("utf-8")
    return made


def misplaced(texts: dict[str, str], rubric: Rubric) -> list[str]:
    """Return which checks are not placed exactly once, in the script of their part."""
    problems = []
    for number, (name, text) in enumerate(texts.items(), 1):
        placed = Counter(i for c in cells_of(text, "") for i in c.metadata.get("checks", "").split())
        wanted = [check.id for check in rubric.of_part(number)]
        problems += [f"{name} places {id_}, which is no check of its part."
                     for id_ in placed if id_ not in wanted]  # fmt: skip
        problems += [f"{name} places {id_} {placed[id_]} times, not once."
                     for id_ in wanted if placed[id_] != 1]  # fmt: skip
    return problems


def source_cells(cells: list, rubric: Rubric) -> Iterator:
    """Yield cells with nbgrader's metadata, and after each the test cells of its checks."""
    checks = {check.id: check for check in rubric.checks}
    by_hand = {task.id: task.points for task in rubric.by_hand}
    for cell in cells:
        wanted = cell.metadata.pop("checks", "").split()
        if discussion := cell.metadata.get("discussion"):
            if discussion not in by_hand:
                raise CourseError(f"rubric.toml has no discussion {discussion}. Mend its id.")
            cell.metadata["nbgrader"] = marked(cell.id, solution=True, points=by_hand[discussion])
        elif regions(as_script(cell), cell.id):
            cell.metadata["nbgrader"] = marked(f"answer-{answer_name(cell)}", solution=True)
        yield cell
        yield from (test_cell(checks[id_]) for id_ in wanted)


def marked(grade_id: str, *, solution: bool = False, points: int | None = None) -> dict:
    """Return the metadata of nbgrader for a cell: an answer, or what is graded, or both."""
    graded = {} if points is None else {"points": points}
    return {"schema_version": 3, "grade": points is not None, "grade_id": grade_id,
            "locked": not solution, "solution": solution, "task": False, **graded}  # fmt: skip


def test_cell(check: Check):
    """Return the cell that shows one check."""
    from nbformat import v4

    source = f'from autograder.notebook import check\n\ncheck("{check.id}", globals())'
    id_ = grade_id(check.id)
    return v4.new_code_cell(source, id=id_, metadata={"nbgrader": marked(id_, points=check.points)})


def grade_id(check_id: str) -> str:
    """Return the name of a check's test cell; without a dot, which formgrader takes for a class."""
    return TEST_CELL + check_id.replace(".", "-")


def answer_name(cell) -> str:
    """Return the name of the first function that a student finds in a cell."""
    body = ast.parse(template_of(as_script(cell), cell.id)).body
    return next((node.name for node in body if isinstance(node, ast.FunctionDef)), HEADER)


def as_script(cell) -> str:
    """Return a cell as it stands in a percent script."""
    if cell.cell_type == "code":
        return f"{CODE_CELL}{cell.source}\n"
    return TEXT_CELL + "".join(f"# {line}".rstrip() + "\n" for line in cell.source.split("\n"))


def from_script_cell(text: str, cell_type: str) -> str:
    """Return the source of a cell from what `as_script` made of it."""
    lines = text.split("\n")[1:]
    if cell_type != "code":
        lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
    return "\n".join(lines).strip("\n")

"""From course source to what students get, as text: scripts, notebooks, the task sheet.

Pure functions; `release` reads the source and writes what they return.
"""

import ast
import re

from autograder.colab import setup_code
from autograder.collect import code_hash, from_notebook, from_script
from autograder.errors import CourseError
from autograder.model import Rubric
from autograder.regions import demand_no_marker, template_of

COMMAND = "python -m autograder release"
MADE = f'Made by "{COMMAND}" from the course\'s source.'
FILL_IN = "Fill in what says NotImplementedError, and the answers to the discussion questions."
PLACE = re.compile(r"\{(?:(\w+):)?(\d\.\w+)\}")  # {1.data}, {hand:1.header_quality}, {floor:1.fit}


def template_files(texts: dict[str, str], tasks: str, rubric: Rubric) -> dict[str, bytes]:
    """Return the text files of a release by their name.

    Args:
        texts: The course script of every part by its name.
        tasks: The source of the task sheet.
        rubric: Where the task sheet's numbers stand.

    Raises:
        CourseError: A marker is wrong, or a template is no Python, or a number is unknown.
    """
    made = {}
    for name, text in texts.items():
        template = checked(template_of(text, f"solution/{name}"), name)
        made[name] = f"# {MADE} {FILL_IN}\n{template}"
        first = f"*{MADE} {FILL_IN}*"
        made[name.replace(".py", ".ipynb")] = notebook_of(template, first, rubric.repository)
    made["TASKS.md"] = task_sheet(tasks, rubric)
    return {name: text.encode("utf-8") for name, text in made.items()}


def checked(template: str, name: str) -> str:
    """Return a template that can be parsed; raise `CourseError` otherwise."""
    try:
        ast.parse(template)
        return template
    except SyntaxError as error:
        where = f"the template made from solution/{name}, its line {error.lineno}"
        raise CourseError(f"{where}: {error.msg}. Mend the region or its STUB.") from error


def notebook_of(script: str, first: str, repository: str | None = None) -> str:
    """Return a percent script as the text of a notebook without outputs, the same each time.

    Args:
        script: Cells divided by `# %%`.
        first: Markdown of a cell that is put in front.
        repository: What a second cell fetches in Colab; without it, there is no such cell.
    """
    from nbformat import v4

    cells = cells_of(script, first)
    if repository is not None:
        code = setup_code(repository)
        cells.insert(1, v4.new_code_cell(code, id="setup"))
    for cell in cells:
        cell.metadata.pop("checks", None)
    return text_of(cells)


def cells_of(script: str, first: str) -> list:
    """Return the cells of a percent script, with stable ids, after a first one of markdown.

    What a cell's header says of a discussion or of checks stays in its metadata.
    """
    import jupytext
    from nbformat import v4

    cells = [v4.new_markdown_cell(first), *jupytext.reads(script, fmt="py:percent").cells]
    for number, cell in enumerate(cells):
        discussion = cell.metadata.get("discussion")
        cell.id = f"discussion-{discussion.replace('.', '-')}" if discussion else f"cell-{number}"
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in ("discussion", "checks")}
    return cells


def text_of(cells: list) -> str:
    """Return cells as the text of a notebook."""
    import nbformat
    from nbformat import v4

    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip() + "\n"


def task_sheet(text: str, rubric: Rubric) -> str:
    """Return the task sheet with the rubric's numbers in its places for them.

    {1.data} are the points of a check or a discussion, {hand:1.header_quality} those of a discussion
    whose id a check has as well, {floor:1.fit} is a floor.
    """
    demand_no_marker(text, "solution/TASKS.md")
    places = places_in(text, rubric)
    return f"<!-- {MADE} -->\n{PLACE.sub(lambda match: f'{places[match[0]][1]:g}', text)}"


def places_in(text: str, rubric: Rubric) -> dict[str, tuple[str, float]]:
    """Return, for every place of a task sheet, the key and the number that the rubric has for it.

    The key is `check:ID`, `hand:ID` or `floor:ID`.
    """
    numbers = {f"check:{check.id}": check.points for check in rubric.checks}
    numbers |= {f"hand:{task.id}": task.points for task in rubric.by_hand}
    numbers |= {f"floor:{id_}": floor for id_, floor in rubric.floors.items()}
    found = {}
    for match in PLACE.finditer(text):
        kinds = [match[1].removeprefix("by_")] if match[1] else ["check", "hand"]
        keys = [key for kind in kinds if (key := f"{kind}:{match[2]}") in numbers]
        if not keys:
            raise CourseError(f"solution/TASKS.md: the rubric has no {match[0]}. Mend its id.")
        found[match[0]] = (keys[0], numbers[keys[0]])
    return found


def hashes_of(made: dict[str, bytes]) -> dict[str, str]:
    """Return the hash of the code of every script and notebook, as `collect` computes it."""
    found = {}
    for name, data in made.items():
        if name.endswith((".py", ".ipynb")):
            notebook = name.endswith(".ipynb")
            cells = from_notebook(data, name)[0] if notebook else from_script(data, name)
            found[name] = code_hash("\n".join(cell.code for cell in cells))
    return dict(sorted(found.items()))

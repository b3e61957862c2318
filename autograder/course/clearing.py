"""What nbgrader's commands do to a notebook on our course: its preprocessors, named in the config.

ClearRegions makes a student's notebook of a source notebook; ClearSchemes keeps mark schemes out of
feedback; TakeMarked puts a marked notebook in the place of a submitted one, so that nbgrader runs
nothing of a student.
"""

import re
from pathlib import Path

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course.notebooks import as_script, from_script_cell
from autograder.errors import CallError
from autograder.regions import template_of

MARKED = "marked"  # folder of the course: marked/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb
SCHEME = re.compile(r"\n*^=== BEGIN MARK SCHEME ===$.*?^=== END MARK SCHEME ===$", re.M | re.S)


class ClearRegions(NbGraderPreprocessor):
    """Gives every cell the text that a student gets: stubs for solutions, no mark schemes."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Return the cell as `release` would make it."""
        text = template_of(as_script(cell), f"cell {cell_index}")
        cell.source = from_script_cell(text, cell.cell_type)
        return cell, resources


class ClearSchemes(NbGraderPreprocessor):
    """Takes mark schemes out of what students see."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Return the cell without mark schemes."""
        cell.source = SCHEME.sub("", cell.source)
        return cell, resources


class TakeMarked(NbGraderPreprocessor):
    """Takes the notebook that our grader marked instead of the one that was submitted."""

    def preprocess(self, nb, resources):
        """Return the marked notebook; raise `CallError` where there is none."""
        names = resources["nbgrader"]
        path = Path(MARKED, names["student"], names["assignment"], f"{names['notebook']}.ipynb")
        if not path.is_file():
            raise CallError(f"{path} is not there: this submission is not marked yet. "
                            "Run `python -m autograder nbgrader grade`.")  # fmt: skip
        return nbformat.read(path, as_version=4), resources

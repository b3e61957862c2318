"""The release is made from the source, is the same each time, and knows when it is stale."""

import ast
import io
import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread, imsave

from autograder.collect import read_file
from autograder.errors import CourseError
from autograder.release import made_files, release, remembered, stale
from autograder.rubric import read_rubric
from autograder.template import hashes_of, notebook_of, task_sheet

ROOT = Path(__file__).resolve().parents[2]
CELLS = """# %%
x = 1

# %% [markdown] discussion="1.why"
# Why?

# %%
if x:
    raise NotImplementedError
"""


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its relative name."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.quick
def test_task_sheet_shows_the_rubrics_numbers():
    """Points and floors are taken from the rubric; an id the rubric lacks is an error."""
    rubric = read_rubric()
    by_check = {check.id: check.points for check in rubric.checks}
    by_hand = {task.id: task.points for task in rubric.by_hand}
    sheet = task_sheet("{1.header} {hand:1.header_quality} {1.observe} {floor:1.fit} {x}\n", rubric)
    expected = f"{by_check['1.header']} {by_hand['1.header_quality']} {by_hand['1.observe']}"
    first, second = sheet.splitlines()
    assert second == f"{expected} {rubric.floors['1.fit']:g} {{x}}"
    assert first.startswith("<!-- Made by") and first.endswith("-->")
    for unknown in ("{1.nothing}", "{floor:1.nothing}", "{points:1.data}"):
        with pytest.raises(CourseError, match=unknown):
            task_sheet(unknown, rubric)
    with pytest.raises(CourseError, match="line 2: has a marker"):
        task_sheet("words\n### BEGIN SOLUTION\n", rubric)


@pytest.mark.quick
def test_notebook_is_the_same_each_time_and_empty():
    """Cell ids do not change, there are no outputs, and a discussion keeps its id."""
    text = notebook_of(CELLS, "*first*")
    assert text == notebook_of(CELLS, "*first*") and text.endswith("}\n")
    raw = json.loads(text)
    ids = [cell["id"] for cell in raw["cells"]]
    assert ids == ["cell-0", "cell-1", "discussion-1-why", "cell-3"]
    assert raw["cells"][2]["metadata"] == {"discussion": "1.why"}
    assert all(not cell.get("outputs") for cell in raw["cells"])
    assert raw["metadata"]["kernelspec"]["name"] == "python3" and "jupytext" not in text


@pytest.mark.quick
def test_script_and_notebook_have_the_hash_that_collect_computes(tmp_path):
    """A template in either form is recognised as unedited, and both forms have one hash."""
    made = made_files(ROOT)
    known = hashes_of(made)
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    for number, plan in read_rubric().parts.items():
        read = {read_file(path, number).code_hash for path in tmp_path.glob(f"{plan.stem}.*")}
        assert read == {known[f"{plan.stem}.py"]} == {known[f"{plan.stem}.ipynb"]}


@pytest.mark.quick
def test_a_generated_script_says_so_and_keeps_the_place_of_its_header():
    """The first line names the command; the placeholder is still the module's docstring."""
    for name, data in made_files(ROOT).items():
        text = data.decode()
        assert "Made by" in text.splitlines()[0] or name.endswith(".ipynb")
        if name.endswith(".py"):
            assert ast.get_docstring(ast.parse(text)).startswith("Task ")
            assert "NotImplementedError" in text and "SOLUTION" not in text


def test_two_releases_are_byte_for_byte_the_same(course):
    """A second release changes no file, and is not remembered twice."""
    before, known = snapshot(course / "assignment"), remembered(course)
    paths = release(course)
    assert snapshot(course / "assignment") == before and remembered(course) == known
    assert {str(path.relative_to(course / "assignment")) for path in paths} == before.keys()
    assert stale(course) == []


def test_a_changed_source_is_remembered_beside_the_old_one(repository, drawn_once):
    """Hashes of earlier releases stay, so that an old template is still recognised."""
    source = repository / "solution" / "part1_one_to_one.py"
    old = source.read_text("utf-8")
    known = remembered(repository)
    for text in (old + "\nextra = 1\n", old, old + "\nextra = 1\n"):
        source.write_text(text, encoding="utf-8")
        release(repository)
    *before, _ = remembered(repository)
    assert before == known


def test_what_is_stale_missing_or_stray_is_named(repository, drawn_once):
    """One sentence for every file that is not what `release` makes."""
    folder = repository / "assignment"
    assert stale(repository) == []
    with (folder / "part1_one_to_one.py").open("a") as file:
        file.write("\n")
    (folder / "TASKS.md").unlink()
    (folder / "notes.txt").write_text("x")
    (repository / "autograder" / "template.json").unlink()
    assert [sentence.split(" ")[0] for sentence in stale(repository)] == [
        "assignment/part1_one_to_one.py", "assignment/TASKS.md", "assignment/notes.txt",
        "autograder/template.json",
    ]  # fmt: skip


def test_figures_are_compared_by_what_they_show(repository, drawn_once):
    """A picture packed in another way is fresh; one that shows something else is stale."""
    path = sorted((repository / "assignment" / "figures").glob("*.png"))[0]
    pixels = imread(io.BytesIO(path.read_bytes()))
    imsave(path, pixels)
    assert stale(repository) == []
    imsave(path, np.ascontiguousarray(pixels[::-1]))
    assert len(stale(repository)) == 1
    path.write_bytes(b"no picture")
    assert len(stale(repository)) == 1

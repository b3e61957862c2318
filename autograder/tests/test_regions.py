"""The marker grammar: what a region becomes, and that a wrong marker never passes silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import CourseError
from autograder.regions import bare, regions, secrets_of, template_of

SCRIPT = '''# %%
### BEGIN SOLUTION Task 1.1: header
### STUB """Task 1.1: say what this does."""
"""The real header, with what it does."""
### END SOLUTION
import numpy as np

# %%
### BEGIN SOLUTION
def helper():
    return 41


### END SOLUTION
def answer(x):
    """Return x and one."""
    if x:
        ### BEGIN SOLUTION Task 1.2: say "one" more
        return helper() + 1
        ### END SOLUTION


# %% [markdown] discussion="1.why"
# **Discussion (2 points).** Why?
#
# ### BEGIN SOLUTION
# Because of the model answer.
# ### END SOLUTION
#
# === BEGIN MARK SCHEME ===
# 1 point: a mark scheme.
# === END MARK SCHEME ===

# %%
if __name__ == "__main__":
    print(answer(1))
'''
TEMPLATE = '''# %%
"""Task 1.1: say what this does."""
import numpy as np

# %%
def answer(x):
    """Return x and one."""
    if x:
        raise NotImplementedError("Task 1.2: say \\"one\\" more")


# %% [markdown] discussion="1.why"
# **Discussion (2 points).** Why?
#
# *Your answer here.*

# %%
if __name__ == "__main__":
    print(answer(1))
'''


@pytest.mark.quick
def test_every_kind_of_region_becomes_what_the_grammar_says():
    """A task raises at its indent, a STUB is used, a bare region and a mark scheme disappear."""
    assert template_of(SCRIPT, "x.py") == TEMPLATE


@pytest.mark.quick
def test_secrets_are_the_lines_between_markers():
    """Neither the markers nor the stub, nor what stands outside, is a secret."""
    secrets = secrets_of(SCRIPT, "x.py")
    prose = {"Because of the model answer.", "1 point: a mark scheme."}
    assert {"return helper() + 1", "return 41"} | prose <= secrets
    assert not any("Task" in line or "SOLUTION" in line or "import" in line for line in secrets)


CODE, TEXT = "# %%\nx = 1\n{}\n", "# %% [markdown]\n# words\n{}\n"
WRONG = [
    (CODE, "### BEGIN SOLUTIN Task 1.2: do"),
    (CODE, "### BEGIN SOLUTIONS\n### END SOLUTION"),
    (CODE, "### begin solution"),
    (CODE, "###BEGIN SOLUTION"),
    (CODE, "## BEGIN SOLUTION"),
    (CODE, "# BEGIN SOLUTION"),
    (CODE, "###  BEGIN SOLUTION"),
    (CODE, "### BEGIN  SOLUTION"),
    (CODE, "### BEGIN_SOLUTION"),
    (CODE, "### BEGIN HIDDEN TESTS"),
    (CODE, "x = 2  ### END SOLUTION"),
    (CODE, "### END SOLUTION"),
    (CODE, "### STUB return X"),
    (CODE, "### BEGIN SOLUTION"),
    (CODE, "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION"),
    (CODE, "### BEGIN SOLUTION\nx = 3\n### STUB late\n### END SOLUTION"),
    (CODE, "### BEGIN SOLUTION\nx = 3\n### END SOLUTIN"),
    (CODE, "### BEGIN SOLUTION\n    ### END SOLUTION"),
    (CODE, "### BEGIN SOLUTION\n# %%\n### END SOLUTION"),
    (CODE, "# === BEGIN MARK SCHEME ===\n# === END MARK SCHEME ==="),
    (CODE, "# ### BEGIN SOLUTION\n# ### END SOLUTION"),
    (TEXT, "### BEGIN SOLUTION\n### END SOLUTION"),
    (TEXT, "# ### BEGIN SOLUTION Task 1.2\n# ### END SOLUTION"),
    (TEXT, "# #### BEGIN SOLUTION"),
    (TEXT, "# ### BEGIN SOLUTION\n# === END MARK SCHEME ==="),
    (TEXT, "# === BEGIN MARK SHCEME ==="),
    (TEXT, "# == BEGIN MARK SCHEME =="),
    (TEXT, "# === BEGIN MARK SCHEME ===\n# === END MARK SCHEM ==="),
    (TEXT, "# === BEGIN MARK SCHEME ==="),
]


@pytest.mark.quick
@pytest.mark.parametrize(("cell", "lines"), WRONG)
def test_a_wrong_marker_is_an_error_that_names_file_and_line(cell, lines):
    """A marker that is misspelt, nested, alone or in the wrong cell never passes silently."""
    with pytest.raises(CourseError, match=r"part1\.py, line \d+: .*regions\.py\.$"):
        regions(cell.format(lines), "part1.py")


@pytest.mark.quick
def test_the_line_of_a_misspelt_marker_is_counted_from_one():
    """The instructor finds the line in an editor."""
    with pytest.raises(CourseError, match="line 3: looks like a marker"):
        regions(CODE.format("### BEGIN SOLUTIN"), "x.py")


@pytest.mark.quick
@pytest.mark.parametrize("line", ["# ### The last number", "# a solution ends here", "# ## End"])
def test_headings_and_words_are_no_markers(line):
    """Markdown that has nothing to do with markers is left alone."""
    assert regions(TEXT.format(line), "x.py") == []


@pytest.mark.quick
@given(st.lists(st.text(st.characters(codec="ascii", categories=("L", "N", "Zs")))))
def test_nothing_inside_a_region_survives(body):
    """Whatever stands between the markers, only the task's text comes out, or an error."""
    inside = [f"    {line}" for line in body]
    text = "\n".join(["def f():", "    ### BEGIN SOLUTION T: x", *inside, "    ### END SOLUTION"])
    try:
        made = template_of(text, "x.py")
    except CourseError:  # a line that looks like a misspelt marker
        return
    assert made == 'def f():\n    raise NotImplementedError("T: x")\n'


@pytest.mark.quick
def test_bare_lines_compare_across_forms():
    """A line of a markdown cell is the same in a script and in a notebook."""
    assert bare("# words") == bare("words ") == "words"

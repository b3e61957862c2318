"""Bad input: whatever is handed in, the grader answers with a sentence, and only its part is lost."""

import ast
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from autograder import __main__ as command_line
from autograder import syntax, worker
from autograder.collect import collect
from autograder.errors import CallError, GraderError
from autograder.grading import grade
from autograder.model import Cell, Part, Submission
from autograder.sandbox import Job, lay_out
from autograder.tests.desk import (
    ROOT,
    Desk,
    exam,
    notebook_text,
    patched,
    rubric,
    solution,
    stand_ins,
    verdicts,
)
from autograder.writing import demand_place

ONE, TWO, THREE = (plan.stem for plan in rubric().parts.values())
DATA_FILE = ROOT / "data" / "arrival_times_test_ran_1234.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three parts that can be read."""
    for stem in (ONE, TWO, THREE):
        (tmp_path / f"{stem}.py").write_text('"""A header."""\nA = 1\n', encoding="utf-8")
    return tmp_path


def collected(folder: Path) -> Submission:
    """What is collected from a folder."""
    return collect(folder, rubric())


def problem_of_part_1(folder: Path) -> str:
    """The sentence about Part 1; the other parts are not touched by it."""
    parts = collected(folder).parts
    assert parts[2].problem is None and parts[3].problem is None
    return parts[1].problem or ""


@pytest.mark.quick
@pytest.mark.parametrize("name", ["nowhere", "nowhere/part1_one_to_one.py"])
def test_missing_folder(tmp_path, name):
    """A path that does not exist is named, with what to do."""
    with pytest.raises(CallError, match=r"There is no .*nowhere.*\. Check the path"):
        collected(tmp_path / name)


@pytest.mark.quick
def test_empty_folder(tmp_path):
    """A folder without any part says which files were looked for."""
    with pytest.raises(CallError, match=rf"holds none of {ONE}, {TWO}, {THREE} as .*\. Give"):
        collected(tmp_path)
    (tmp_path / f"{ONE} (1).py").touch()
    with pytest.raises(CallError, match=rf"Rename {ONE} \(1\)\.py, or give the folder with"):
        collected(tmp_path)


@pytest.mark.quick
def test_name_that_commands(tmp_path):
    """A file's name is repeated in a message without what a terminal or a workflow would obey."""
    (tmp_path / f"{ONE}\n::error title=x::80 of 80\n\x1b[2J\x9b31m.py").touch()
    with pytest.raises(CallError, match=rf"Rename {ONE}: :error") as told:
        collected(tmp_path)
    assert str(told.value).isprintable()


@pytest.mark.quick
def test_file_that_is_no_part(folder):
    """A single file has to be one of the parts."""
    (folder / "notes.py").write_text("", encoding="utf-8")
    with pytest.raises(CallError, match=r"notes\.py is no part of the assignment\. Give a folder or"):
        collected(folder / "notes.py")


@pytest.mark.quick
def test_one_part_missing(folder):
    """A missing part is missed alone."""
    (folder / f"{ONE}.py").unlink()
    assert problem_of_part_1(folder) == f"{ONE}.py is missing. Put it back."


@pytest.mark.quick
@pytest.mark.parametrize("place", [
    f"{ONE} (1).py", f"{ONE.title()}.py", f"{ONE}.py.txt", f"abgabe/teil 1/{ONE}.ipynb",
    "Müller_Part-1.ipynb",
])  # fmt: skip
def test_a_part_under_another_name_is_told(folder, place):
    """Whoever misses a part, or left its template as it was, is told of a file that may be the work."""
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / f"{ONE}.py").rename(folder / place)
    told = f"{ONE}.py is missing. There is {place}: give it this name and place."
    assert problem_of_part_1(folder) == told
    (folder / f"{ONE}.py").write_bytes((ROOT / f"assignment/{ONE}.py").read_bytes())
    assert collected(folder).parts[1].notes == (
        f"{ONE}.py is as released. If {place} is your work, give it this name and place.",)  # fmt: skip
    (folder / f"{ONE}.py").write_text("A = 2", encoding="utf-8")
    assert collected(folder).parts[1].notes == ()


@pytest.mark.quick
@pytest.mark.parametrize("place", [
    ".ipynb_checkpoints/part1_one_to_one.ipynb", "__pycache__/part1.py", "part10.py", "part1.png",
    f"{TWO}.ipynb.txt", f"a/b/c/{ONE}.py", "._part1_one_to_one.py",
])  # fmt: skip
def test_what_is_no_part_is_not_taken_for_one(folder, place):
    """Leftovers, other parts and pictures are not held for a missing part."""
    (folder / f"{ONE}.py").unlink()
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text("A = 1", encoding="utf-8")
    assert problem_of_part_1(folder) == f"{ONE}.py is missing. Put it back."


@pytest.mark.quick
@pytest.mark.skipif(os.name != "posix", reason="symbolic links need rights elsewhere")
def test_a_link_out_of_the_folder_names_nobody(folder):
    """Where a part is missing, files that a link leads to, as other students' work, are not told."""
    (folder / "ada").mkdir()
    (folder / f"{ONE}.py").rename(folder / "ada" / f"{ONE}.py")
    eve = folder / "eve"
    eve.mkdir()
    (eve / f"{TWO}.py").write_text("A = 1", encoding="utf-8")
    (eve / "link").symlink_to("..")
    assert collected(eve).parts[1].problem == f"{ONE}.py is missing. Put it back."


@pytest.mark.quick
@pytest.mark.skipif(os.name != "posix", reason="symbolic links need rights elsewhere")
@pytest.mark.parametrize("target", ["x" * 300, "x", "notes"])
def test_a_link_that_leads_nowhere_breaks_nothing(folder, target):
    """A name too long for the system, nothing, or itself: what is missing is told as ever."""
    (folder / f"{ONE}.py").unlink()
    (folder / "notes").symlink_to(target)
    assert problem_of_part_1(folder) == f"{ONE}.py is missing. Put it back."


@pytest.mark.quick
@pytest.mark.parametrize("form", ["py", "ipynb"])
def test_merge_conflict(folder, form):
    """Two versions that git left are told as such, with the line; in a string they are a text."""
    marks = "<<<<<<< HEAD\nA = 1\n=======\nA = 2\n>>>>>>> origin/main\n"
    (folder / f"{ONE}.py").unlink()
    (folder / f"{ONE}.{form}").write_text('{"cells":\n' * (form == "ipynb") + marks, encoding="utf-8")
    line = {"py": 1, "ipynb": 2}[form]
    told = f"{ONE}.{form}, line {line}: git left two versions here."
    assert problem_of_part_1(folder).startswith(told)
    whole = f'"""What git writes:\n{marks}"""'
    (folder / f"{ONE}.{form}").write_text(
        whole if form == "py" else notebook_text([whole]), encoding="utf-8")  # fmt: skip
    assert problem_of_part_1(folder) == ""


@pytest.mark.quick
@pytest.mark.parametrize("text", ["", " \n\n"])
def test_empty_script(folder, text):
    """A file that was never saved is told as one, not as a header and functions that are missing."""
    (folder / f"{ONE}.py").write_text(text, encoding="utf-8")
    assert problem_of_part_1(folder) == f"{ONE}.py is empty. Save your work in it."


@pytest.mark.quick
def test_header_below_that_of_colab(folder):
    """The docstring that Colab writes into a saved script is not taken for the student's header."""
    code = '"""Untitled3.ipynb\n\nAutomatically generated by Colab.\n"""\nimport re\n"""My header."""\n'
    (folder / f"{ONE}.py").write_text(code, encoding="utf-8")
    assert collected(folder).parts[1].header == "My header."
    (folder / f"{ONE}.py").write_text(code.replace('"""My header."""', "5"), encoding="utf-8")
    assert collected(folder).parts[1].header == ""


@pytest.mark.quick
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_syntax_error(folder, line_end):
    """A syntax error is told with file and line, whatever the line ends."""
    code = line_end.join(["A = 1", "def f(:", "    pass", ""])
    (folder / f"{ONE}.py").write_bytes(code.encode())
    told = f"{ONE}.py, line 2: SyntaxError: invalid syntax at `def f(:`. "
    assert problem_of_part_1(folder).startswith(told)
    where = collected(folder).parts[1].location
    assert (where.file, where.line) == (f"{ONE}.py", 2)


UNREADABLE = {
    "Latin-1": ("ä = 1".encode("latin-1"), "is not UTF-8 text. Save it with the encoding UTF-8."),
    "UTF-16": ("a = 1".encode("utf-16"), "is not UTF-8 text."),
    "an unknown encoding": (b"# coding: klingon\n", "is not UTF-8 text."),
    "a NUL byte": (b"a = 1\0", f"{ONE}.py"),
    "3 MB": (b"#" * 3 * 2**20, "is larger than 256 KiB."),
    "brackets 5000 deep": (b"(" * 5000 + b")" * 5000, f"{ONE}.py"),
    "a word processor's document": (b"PK\x03\x04\x14\x00\x06\x00\x08\x9c\xff", "is not UTF-8 text."),
}


@pytest.mark.quick
@pytest.mark.parametrize("name", UNREADABLE)
def test_script_that_is_no_python_text(folder, name):
    """Bytes that are no Python text are refused with a sentence that names the file."""
    source, sentence = UNREADABLE[name]
    (folder / f"{ONE}.py").write_bytes(source)
    problem = problem_of_part_1(folder)
    assert problem.startswith(f"{ONE}.py") and sentence in problem and problem.endswith(".")


@pytest.mark.quick
def test_declared_encoding_and_byte_order_mark_are_read(folder):
    """A script in another declared encoding, or with a byte order mark, is Python and is read."""
    (folder / f"{ONE}.py").write_bytes("# coding: latin-1\nname = 'ä'\n".encode("latin-1"))
    assert "'ä'" in collected(folder).parts[1].cells[0].code
    (folder / f"{ONE}.py").write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert problem_of_part_1(folder) == ""


NO_NOTEBOOKS = ["", "not JSON", "[]", "{}", '{"cells": 3}', '{"cells": [{"cell_type": "code"}]}',
                '{"cells": ["text"]}', '{"cells": [{"cell_type": "code", "source": 5}]}',
                "[" * 100_000, '{"cells": null}', '{"cells": [' ]  # fmt: skip


@pytest.mark.quick
@pytest.mark.parametrize("text", NO_NOTEBOOKS, ids=lambda text: text[:30])
def test_notebook_with_invalid_json(folder, text):
    """A notebook that cannot be read costs its part, with a hint to save it again."""
    (folder / f"{ONE}.py").unlink()
    (folder / f"{ONE}.ipynb").write_text(text, encoding="utf-8")
    problem = problem_of_part_1(folder)
    assert problem.startswith(f"{ONE}.ipynb is not a notebook that can be read. Open it in Jupyter")


@pytest.mark.quick
def test_notebook_and_script_that_disagree(folder):
    """Two edited forms are not guessed at: the student is asked to choose, and can."""
    (folder / f"{ONE}.ipynb").write_text(notebook_text(["B = 2"]), encoding="utf-8")
    problem = problem_of_part_1(folder)
    assert "were both edited and disagree" in problem and "--form py or --form ipynb" in problem
    chosen = collect(folder, rubric(), form="ipynb").parts[1]
    assert (chosen.problem, chosen.form, chosen.cells[0].code) == (None, "ipynb", "B = 2")


@pytest.mark.quick
def test_notebook_and_script_that_agree(folder):
    """Two forms with the same code are one submission; comments and blank lines do not count."""
    code = '"""A header."""\n\n# a comment\nA = 1  # another'
    (folder / f"{ONE}.ipynb").write_text(notebook_text([code]), encoding="utf-8")
    assert problem_of_part_1(folder) == ""


@pytest.mark.quick
def test_unreadable_notebook_beside_a_good_script(folder):
    """A damaged notebook beside an edited script is not silently ignored, nor the script lost."""
    (folder / f"{ONE}.ipynb").write_text("damaged", encoding="utf-8")
    assert "--form py" in problem_of_part_1(folder)
    assert collect(folder, rubric(), form="py").parts[1].problem is None


@pytest.mark.quick
@pytest.mark.skipif(os.name != "posix", reason="symbolic links need rights elsewhere")
@pytest.mark.parametrize("target", ["/etc/passwd", "../outside.py", "gone.py", "."])
def test_symlink_out_of_the_folder(folder, target):
    """A link that leaves the folder, leads nowhere or to a folder is not followed."""
    inside = folder / "handed-in"
    inside.mkdir()
    for stem in (TWO, THREE):
        (folder / f"{stem}.py").rename(inside / f"{stem}.py")
    (folder / "outside.py").write_text("SECRET = 1", encoding="utf-8")
    (inside / f"{ONE}.py").symlink_to(target)
    assert "Hand in the file itself." in problem_of_part_1(inside)
    assert not any(b"SECRET" in source for source in collected(inside).modules.values())


@pytest.mark.quick
def test_scripts_beside_the_parts_reach_the_worker(folder, tmp_path):
    """A part may import its own scripts, also those in a folder; hidden folders are not read."""
    for name in ("mine.py", "tools/__init__.py", "tools/scaling.py", ".venv/other.py", "a/b/deep.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("A = 1", encoding="utf-8")
    modules = collected(folder).modules
    assert {*modules} >= {"mine.py", "tools/__init__.py", "tools/scaling.py"}
    assert not any(name.startswith((".venv", "a/")) for name in modules)
    part = Part(1, ONE, "py", cells=(Cell("A = 1", f"{ONE}.py"),))
    job = Job(part, exam(1).sheet, 0, "jax", "process", rubric().limits, modules)
    lay_out(tmp_path / "root", job, [])
    assert (tmp_path / "root/work/assignment/tools/scaling.py").read_bytes() == b"A = 1"
    assert (tmp_path / "root/work/data/stations.txt").is_file()


@pytest.mark.quick
@pytest.mark.skipif(os.name != "posix", reason="symbolic links need rights elsewhere")
def test_a_folder_that_is_a_link_is_not_followed(folder, tmp_path):
    """Scripts of a folder outside are not brought in by a link to it."""
    inside, outside = folder / "handed-in", folder / "outside"
    for place in (inside, outside):
        place.mkdir()
    (outside / "secret.py").write_text("SECRET = 1", encoding="utf-8")
    (inside / f"{ONE}.py").write_text("A = 1", encoding="utf-8")
    (inside / "tools").symlink_to("../outside")
    assert {*collected(inside).modules} == {f"{ONE}.py"}


@pytest.mark.quick
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipe_and_folder_in_place_of_a_part(folder):
    """A named pipe or a folder with a part's name does not make the grader wait or break."""
    (folder / f"{ONE}.py").unlink()
    os.mkfifo(folder / f"{ONE}.py")
    assert "is not a regular file" in problem_of_part_1(folder)
    (folder / f"{ONE}.py").unlink()
    (folder / f"{ONE}.py").mkdir()
    assert "is not a regular file" in problem_of_part_1(folder)


@pytest.mark.quick
@pytest.mark.parametrize("part", [1, 2, 3])
def test_crlf_line_ends(desk: Desk, part):
    """Windows line ends change no verdict, and no line number."""
    outcomes = desk.judge(part, solution(part).replace("\n", "\r\n"))
    assert verdicts(outcomes) == {} and len(outcomes) > 4


def first_failure(desk: Desk, code: str, part: int = 1, check: str = "1.data", **kwargs):
    """The outcome of a check for the reference with other code; what does not hang on it passes."""
    outcomes = desk.judge(part, f"{solution(part)}\nimport keras\n{code}\n", **kwargs)
    return outcomes[check]


RETURNS = {
    "None": ("None", "None (is the return missing?)"),
    "a list of one": ("[1]", "an array of shape (1,)"),
    "a list of other lengths": ("[[1, 2], [3], []]", "a tuple of 3"),
    "a tuple of three": ("np.zeros((5, 1, 1)), np.zeros(5), 3", "a tuple of 3"),
    "a text": ("'X, y'", "str"),
    "a dictionary": ("{'X': 1, 'y': 2}", "dict"),
    "NaN": ("np.full((19, 1, 1), np.nan), np.zeros(19)", "NaN or infinite values"),
    "infinite": ("np.zeros((19, 1, 1)), np.full(19, np.inf)", "NaN or infinite values"),
    "objects": ("np.full((19, 1, 1), None), np.zeros(19)", "an array of object with shape (19, 1, 1)"),
    "complex": ("np.zeros((19, 1, 1)) + 1j, np.zeros(19)", "an array of complex128 with shape"),
    "texts": ("np.full((19, 1, 1), '2'), np.zeros(19)", "an array of <U1 with shape (19, 1, 1)"),
    "dates": ("np.zeros((19, 1, 1), 'M8[s]'), np.zeros(19)", "an array of datetime64[s]"),
    "records": ("np.zeros(19, 'i4,f4'), np.zeros(19)", "an array of "),
    "1e9 elements": ("np.zeros(10**9), np.zeros(10**9)", "with shape (1000000000,)"),
    "1e9 elements seen through a stride": ("np.broadcast_to(1.0, (10**9, 1, 1)), np.zeros(3)",
                                           "with shape (1000000000, 1, 1)"),
    "a function": ("(print, len)", "an object of type builtin_function_or_method"),
    "a generator": ("(i for i in range(9))", "an object of type generator"),
    "an endless generator": ("__import__('itertools').count()", "an object of type count"),
    "a set": ("{1, 2}, {3}", "an object of type set"),
    "a list in itself": ("(lambda a: (a.append(a), a)[1])([])", ""),
    "a number past all floats": ("10**400, 10**400", ""),
    "an object that equals everything":
        ("type('Any', (), {'__eq__': lambda *_: 1, '__len__': lambda _: 2})()", "an object of type Any"),
    "an array that cannot be made":
        ("type('Odd', (), {'__array__': lambda *_, **__: 1 / 0})()", "ZeroDivisionError"),
}  # fmt: skip


@pytest.mark.quick
@pytest.mark.parametrize("name", RETURNS)
def test_wrong_return_type(desk: Desk, name):
    """What is not a pair of finite numeric arrays is named by its kind; nothing breaks."""
    expression, sentence = RETURNS[name]
    code = f"def createSynData(start=1, stop=21, const=15):\n    return {expression}"
    outcome = first_failure(desk, code, ids=("data", "data.other"))
    assert outcome.status == "failed" and sentence in outcome.got, outcome.got
    assert len(outcome.got) < 700 and outcome.hint and outcome.called.startswith("createSynData(")


@pytest.mark.quick
def test_missing_function(desk: Desk):
    """A function that is not defined is asked for by its name; the others are judged."""
    source = patched(1, {"def linear_baseline(": "def linear_base_line("})
    outcomes = desk.judge(1, source)
    assert verdicts(outcomes) == {"1.linear": ("failed", 0)}
    assert outcomes["1.linear"].got == "no function linear_baseline"
    assert "with the name of the template, not as linear_base_line." in outcomes["1.linear"].hint
    assert outcomes["1.linear"].location.line == source.split("def linear_base_line(")[0].count("\n") + 1
    source = patched(1, {"def linear_baseline(": "def straight("})
    assert desk.judge(1, source)["1.linear"].hint.endswith("with the name of the template.")


@pytest.mark.quick
def test_function_defined_twice(desk: Desk):
    """A note says which of two definitions counts, where points are missing for it."""
    source = f"{solution(1)}\ndef linear_baseline(a, b, c):\n    raise NotImplementedError()\n"
    outcomes = desk.judge(1, source)
    assert verdicts(outcomes) == {"1.linear": ("failed", 0)}
    lines = [n for n, line in enumerate(source.split("\n"), 1) if "def linear_baseline(" in line]
    assert [note for note in desk.judgement.notes if "defined" in note] == [
        f"Part 1: linear_baseline is defined 2 times; what counts is the last, in {ONE}.py, line "
        f"{lines[1]}, not that in {ONE}.py, line {lines[0]}."]  # fmt: skip
    desk.judge(1, f"def linear_baseline():\n    pass\n{solution(1)}")
    assert not any("defined" in note for note in desk.judgement.notes), "nothing is missing for it"


@pytest.mark.quick
def test_definition_in_a_string_is_none(desk: Desk):
    """An older version that was put into quotes is neither the one that counts nor the place told."""
    old = '"""\ndef linear_baseline(a):\n    return a\n"""'
    wrong = patched(1, {".predict(test)": ".predict(test) + 1"})
    outcome = desk.judge(1, f"{wrong}\n{old}\n")["1.linear"]
    assert outcome.status == "failed" and not any("defined" in note for note in desk.judgement.notes)
    lines = wrong.split("\n")
    assert outcome.location.line == 1 + next(n for n, x in enumerate(lines) if "def linear_base" in x)
    gone = patched(1, {"def linear_baseline(": "def straight("})
    assert desk.judge(1, f"{gone}\n{old}\n")["1.linear"].got == "no function linear_baseline"


@pytest.mark.quick
def test_name_that_is_no_function(desk: Desk):
    """A variable with a function's name is told as what it is."""
    outcome = first_failure(desk, "createSynData = 5")
    assert outcome.got == "createSynData is no function any more"
    assert outcome.misconception == "function-overwritten" and "another name" in outcome.hint


@pytest.mark.quick
@pytest.mark.parametrize("signature", ["", "start", "a, b, c, d", "start, stop, *, const, more", "X=1"])
def test_other_parameters(desk: Desk, signature):
    """A function with other parameters fails with Python's own sentence and the way out."""
    outcome = first_failure(desk, f"def createSynData({signature}):\n    return 1, 2")
    assert "signature" in outcome.hint or "pair (X, y)" in outcome.expected
    assert outcome.status == "failed" and outcome.score == 0


@pytest.mark.quick
def test_import_error(desk: Desk):
    """A package that is not there costs what needs it, and is named."""
    code = "import seaborn_of_mine\n\ndef linear_baseline(a, b, c):\n    return seaborn_of_mine.fit(a)"
    outcomes = desk.judge(1, f"{solution(1)}\n{code}")
    assert verdicts(outcomes) == {"1.linear": ("failed", 0)}
    assert "seaborn_of_mine" in outcomes["1.linear"].got


@pytest.mark.quick
def test_error_of_a_function_called_at_the_top_is_told_where_its_result_is_missing(desk: Desk):
    """A function that uses what a failed statement should have bound is told that statement's error."""
    code = """
def measured(numbers):
    return numbers.no_such_method()

GIVEN = measured(
    [1, 2]
)

def linear_baseline(X_train, y_train, X_test):
    return GIVEN
"""
    outcome = desk.judge(1, f"{solution(1)}\n{code}")["1.linear"]
    assert outcome.status == "failed" and "no attribute 'no_such_method'" in outcome.got
    assert "when `GIVEN = measured(` ran at the top of the file" in outcome.got
    assert outcome.location.line == f"{solution(1)}\n{code}".split("numbers.no_such")[0].count("\n") + 1


@pytest.mark.quick
def test_error_at_the_top_is_told_where_a_function_is_missing(desk: Desk):
    """A statement that fails while the code loads costs what it would have defined, with its line."""
    source = "import numpy as np\n1 / 0\ncreateTestData = no_such_thing\n"
    outcome = desk.judge(1, source)["1.data"]
    assert "the code stopped with ZeroDivisionError" in outcome.got
    assert (outcome.location.file, outcome.location.line) == (f"{ONE}.py", 2)


@pytest.mark.quick
def test_mistake_at_the_top_is_told_once_per_function(desk: Desk):
    """A name that is not defined in one function: one check fails, and points at its line."""
    line = "    return np.linalg.no_such_function(X_test)"
    code = f"def linear_baseline(X_train, y_train, X_test):\n{line}"
    outcome = first_failure(desk, code, check="1.linear")
    number = solution(1).count("\n") + 4
    assert (outcome.location.line, line.strip() in outcome.got) == (number, True)
    assert "at the top" not in outcome.got


NO_MODELS = {
    "None": ("None", "None"),
    "a text": ("'a model'", "an object of type str"),
    "scikit-learn's": ("LinearRegression()", "an object of type LinearRegression"),
    "the class": ("Sequential", "an object of type type"),
    "a layer": ("Dense(1)", "an object of type Dense"),
    "no layers": ("Sequential()", "ValueError"),
}


@pytest.mark.parametrize("name", NO_MODELS)
def test_not_a_keras_model(desk: Desk, name):
    """What is no model fails the model's check and blocks what hangs on it, told once."""
    expression, sentence = NO_MODELS[name]
    code = f"{solution(1)}\ndef build_model():\n    return {expression}\n"
    outcomes = desk.judge(1, code, ("model",))
    failed = [o for o in outcomes.values() if o.status == "failed"]
    assert [o.id for o in failed] == ["1.model"] and sentence in failed[0].got, failed
    assert outcomes["1.compile"].blocked_by == "1.model"


def test_model_that_is_not_compiled(desk: Desk):
    """A model without compile is told once; what follows from it waits."""
    source = patched(1, {"    model.compile(": "    dict("})
    outcomes = desk.judge(1, source, ("model", "train"))
    lost = {id_: o.misconception for id_, o in outcomes.items() if o.status == "failed"}
    assert lost == {"1.compile": "not-compiled"}
    assert outcomes["1.trains"].blocked_by == "1.compile"


@pytest.fixture(scope="module")
def load_arrivals():
    """The reference's own load_arrivals."""
    with stand_ins():
        seeds = type("Seeds", (), {"reset": lambda self: None})()
        cells = [{"code": solution(3), "file": "part3.py"}]
        module, errors = worker.load("part3_reference", cells, seeds)
    assert errors == []
    return module.load_arrivals


GOOD_ROW = " 21.40 15.02  9.31 10.88 14.75 20.93   1"
TIMES = " 21.40 15.02  9.31 10.88 14.75"
BAD_ROWS = {
    "truncated": (" 21.40 15.02  9.31", "3 columns"),
    "eight columns": (f"{GOOD_ROW}   1", "8 columns"),
    "seven times and a label": (f"{TIMES} 20.93 11.11   1", "8 columns"),
    "six columns": (f"{TIMES}   1", "6 columns"),
    "text": (f"{TIMES}  oops   1", "number"),
    "not a number": (f"{TIMES}    nan   1", "NaN or infinite"),
    "infinite": (f"{TIMES}    inf   1", "NaN or infinite"),
    "label first": (f"   1{TIMES} 20.93", "the last column is '20.93'"),
    "another label": (GOOD_ROW[:-1] + "2", "the last column is '2'"),
    "commas": (GOOD_ROW.replace("  ", " ").strip().replace(" ", ","), "columns"),
    "binary": ("\x00\x01\x02", "columns"),
}


@pytest.mark.quick
@pytest.mark.parametrize("name", BAD_ROWS)
@pytest.mark.parametrize("line", [2, 5])
def test_malformed_row_of_a_data_file(load_arrivals, tmp_path, name, line):
    """The reference's loader names the file, the line, what is wrong, and what to do."""
    row, sentence = BAD_ROWS[name]
    rows = ["#   AT_  AT_  AT_  AT_  AT_  AT_   iEq", *[GOOD_ROW] * 6]
    rows[line - 1] = row
    path = tmp_path / "arrivals.txt"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"arrivals\.txt, line {line}: .*{sentence}.*six times"):
        load_arrivals(path)


@pytest.mark.quick
@pytest.mark.parametrize("text", ["", "\n\n", "#   AT_  AT_  AT_  AT_  AT_  AT_   iEq\n"])
def test_empty_data_file(load_arrivals, tmp_path, text):
    """A file without a row is an error of its own, with file and line."""
    path = tmp_path / "arrivals.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"arrivals\.txt, line \d+: no row of data up to here; get"):
        load_arrivals(path)


@pytest.mark.quick
def test_data_file_cut_in_the_middle(load_arrivals, tmp_path):
    """A real data file cut off anywhere inside its last row is noticed at that row."""
    whole = DATA_FILE.read_bytes()
    path = tmp_path / "arrivals.txt"
    for lost in (2, 5, 20, 36):
        path.write_bytes(whole[:-lost])
        with pytest.raises(ValueError, match=r"arrivals\.txt, line 301: "):
            load_arrivals(path)


@pytest.mark.quick
def test_data_file_with_windows_line_ends_or_fused_columns(load_arrivals, tmp_path):
    """Windows line ends, blank lines, one row, and times of 100 s that fuse are all read."""
    path = tmp_path / "arrivals.txt"
    path.write_bytes(DATA_FILE.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    X, y = load_arrivals(path)
    wanted = np.loadtxt(DATA_FILE)
    np.testing.assert_allclose(X[:, :, 0], wanted[:, :6], atol=1e-5)
    assert (y == wanted[:, 6]).all() and X.shape == (300, 6, 1)
    path.write_text("100.25 99.00101.50  3.00  4.00  5.00   1\n", encoding="utf-8")
    assert load_arrivals(path)[0].ravel().tolist() == [100.25, 99.0, 101.5, 3.0, 4.0, 5.0]


def run(*argv, capsys) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""
    code = command_line.main([str(word) for word in argv])
    printed = capsys.readouterr()
    return code, " ".join((printed.out + printed.err).split())


@pytest.fixture
def quiet_streams(monkeypatch):
    """Let the command line reconfigure streams that pytest put in place of the real ones."""
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(getattr(sys, name), "reconfigure", lambda **_: None, raising=False)


@pytest.mark.quick
@pytest.mark.usefixtures("quiet_streams")
def test_wrong_calls_end_with_2_and_a_sentence(tmp_path, capsys):
    """A wrong call is exit code 2, one sentence on what to type, and no traceback."""
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "short.txt").write_text("abc", encoding="utf-8")
    calls = {
        ("grade", tmp_path / "nowhere"): "There is no",
        ("grade", empty): "holds none of",
        ("grade", empty, "--seed", "-1"): "give a whole number from 0 on",
        ("grade", empty, "--exam-seed-file", tmp_path / "gone.txt"): "No exam seed can be read",
        ("grade", empty, "--exam-seed-file", tmp_path / "short.txt"): "too easy to guess",
        ("score", "--from", empty): "holds no artefacts",
    }
    for call, sentence in calls.items():
        code, text = run(*call, "--report", tmp_path / "report", capsys=capsys)
        assert (code, sentence in text, "Traceback" in text) == (2, True, False), text


@pytest.mark.quick
@pytest.mark.parametrize("call", ["grade --part 4", "grade --isolation none", "nonsense", ""])
@pytest.mark.usefixtures("quiet_streams")
def test_unknown_options_end_with_2(call, capsys):
    """What argparse refuses is exit code 2 as well."""
    with pytest.raises(SystemExit) as ended:
        command_line.main(call.split())
    assert ended.value.code == 2


@pytest.mark.quick
@pytest.mark.usefixtures("quiet_streams")
def test_nothing_readable_ends_with_2_and_a_report(folder, tmp_path, capsys):
    """If no part at all can be read the exit code is 2, and the report still says why."""
    for stem in (ONE, TWO, THREE):
        (folder / f"{stem}.py").write_text("def f(:", encoding="utf-8")
    code, text = run("grade", folder, "--report", tmp_path / "report", capsys=capsys)
    record = json.loads((tmp_path / "report" / "result.json").read_text(encoding="utf-8"))
    assert code == 2 and record["score"] == 0 and text.count("line 1:") >= 3
    failed = [check["id"] for check in record["checks"] if check["status"] == "failed"]
    assert failed == ["1.header", "2.header", "3.header"]


@pytest.mark.quick
@pytest.mark.usefixtures("quiet_streams")
def test_broken_grader_ends_with_3(tmp_path, capsys, monkeypatch):
    """If the grader itself breaks no mark is issued, and the exit code is 3."""

    def broken(*_, **__):
        raise GraderError("no worker could be started. Run self-check.")

    monkeypatch.setattr(command_line, "grade", broken)
    code, text = run("grade", tmp_path, "--report", tmp_path / "report", capsys=capsys)
    assert code == 3 and "no mark is issued" in text


@pytest.mark.quick
@pytest.mark.usefixtures("quiet_streams")
def test_a_report_that_cannot_be_written_is_a_wrong_call(folder, tmp_path, capsys, monkeypatch):
    """It is known before anything is run, and says so; a broken grader stays the graver thing."""
    for stem in (ONE, TWO, THREE):
        (folder / f"{stem}.py").write_text("def f(:", encoding="utf-8")
    result = grade(folder)
    monkeypatch.setattr(command_line, "grade", lambda *_, **__: pytest.fail("it was graded"))
    (tmp_path / "file").write_text("", encoding="utf-8")
    report = tmp_path / "report"
    for call in (("--report", tmp_path / "file"), ("--report", report, "--json", tmp_path)):
        code, text = run("grade", folder, *call, capsys=capsys)
        assert code == 2 and "Give another place for it." in text and "Traceback" not in text
    full = OSError(28, os.strerror(28))
    monkeypatch.setattr(command_line, "write_report", mock.Mock(side_effect=full))
    for changes, wanted in (({}, 2), ({"broken": ("no room",), "score": None}, 3)):
        graded = replace(result, readable=True, **changes)
        monkeypatch.setattr(command_line, "grade", lambda *_, graded=graded, **__: graded)
        code, text = run("grade", folder, "--report", report, capsys=capsys)
        assert code == wanted and os.strerror(28) in " ".join(text.split())


@pytest.mark.quick
@pytest.mark.skipif(os.name != "posix", reason="no devices there")
def test_a_result_may_be_written_to_a_device():
    """What is there already, and can be written, is a place, whatever its folder is."""
    demand_place(Path(os.devnull))
    with pytest.raises(CallError, match="cannot be written"):
        demand_place(Path("/"))


@pytest.mark.quick
def test_a_package_is_watched_as_well(folder):
    """`--watch` sees a script in a folder, as a part may import it."""
    before = command_line.saved(folder)
    (folder / "tools").mkdir()
    (folder / "tools" / "scaling.py").write_text("A = 1", encoding="utf-8")
    assert {*command_line.saved(folder)} - {*before} == {folder / "tools" / "scaling.py"}
    assert list(command_line.saved(folder / f"{ONE}.py")) == [folder / f"{ONE}.py"]
    assert command_line.saved(folder / "gone") == {}, "an editor replaces it just now"


@pytest.mark.quick
def test_exit_codes_outrank_each_other(folder):
    """3 outranks 2 outranks 1: a broken grader, an unreadable submission, a low score."""
    for stem in (ONE, TWO, THREE):
        (folder / f"{stem}.py").write_text("def f(:", encoding="utf-8")
    result = grade(folder)
    readable, broken = {"readable": True}, {"broken": ("1.data: oops",), "score": None}

    def code(fail_under, **changes):
        return command_line.exit_code(type(result)(**{**vars(result), **changes}), fail_under)

    assert [code(None), code(None, **readable), code(1, **readable), code(0, **readable)] == [2, 0, 1, 0]
    assert [code(1), code(1, **broken), code(None, **broken, **readable)] == [2, 3, 3]


LIBRARIES = ["numpy.py", "keras.py", "tensorflow.py", "jax.py", "json.py", "conftest.py",
             "sitecustomize.py", "usercustomize.py", "matplotlib.py", "worker.py"]  # fmt: skip


def test_files_named_like_libraries_shadow_nothing(folder):
    """Files named like libraries are not what a part imports; a helper of the student's own is."""
    for name in LIBRARIES:
        (folder / name).write_text("raise SystemExit('shadowed')", encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    (folder / "helper_of_mine.py").write_text("FACTOR = 1\n", encoding="utf-8")
    code = f"import json, keras, jax, matplotlib\nfrom helper_of_mine import FACTOR\n{solution(1)}"
    code = code.replace("y = const * numbers", "y = FACTOR * const * numbers")
    code = code.replace("def train_model(", "def no_training(")
    (folder / f"{ONE}.py").write_text(code, encoding="utf-8")
    result = grade(folder, parts=(1,))
    lost = [c.id for c in result.checks if c.status != "passed"]
    assert lost == ["1.header", "1.trains", "1.history", "1.fit"] and result.broken == ()


@pytest.mark.quick
def test_a_parser_that_stumbles_is_asked_again(monkeypatch):
    """CPython's own SystemError in threads is nobody's fault: another try gives the tree."""
    failures, parse = [SystemError("recursion depth mismatch")] * 3, ast.parse

    def stumbling(code: str):
        if failures:
            raise failures.pop()
        return parse(code)

    monkeypatch.setattr(syntax.ast, "parse", stumbling)
    assert syntax.parsed("x = 1").body and failures == []
    with pytest.raises(SyntaxError):
        syntax.parsed("x = (")

"""The hostile half of the zoo: submissions that try to earn, break, read or leave what is not theirs.

A file in `zoo/hostile` is a case. Its docstring says the part, the points that the honest work in it
earns, what it tries, and why a careless grader would have fallen for it. What is no Python text, or
more than one file, is made here. A second, harmless part is always handed in with it.
"""

import ast
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import jsonschema
import psutil
import pytest
from rich.console import Console

from autograder import grade, grading, terminal
from autograder.__main__ import write_report
from autograder.hosts import HOSTS
from autograder.model import Result
from autograder.tests.conftest import NOT_COPIED
from autograder.tests.desk import ROOT, rubric, solution

ZOO = ROOT / "autograder" / "tests" / "zoo" / "hostile"
CASES = {path.stem: path for path in sorted(ZOO.glob("*.py"))}
KEY = re.compile(r"Part ([123]), (\d+) points?: ")
SECRET = "zoo-secret"  # stands in the grader's environment, where no submission may find it
LEFT, SLEEPS = "zoo-left", "27.18281828"  # by these a left-over process is found
PLANTED = "zoo-planted*"  # by this a file that was left
BUBBLE_ONLY = {
    "kills_everybody": "kill the grader or another worker",
    "reads_the_solution": "read other files",
    "reads_secrets": "read other files",
    "fills_shared_memory": "write elsewhere",
}  # case -> the row of the README's table that says that processes alone do not stop it
OPEN = {
    name: "weights from elsewhere, disguised: the points of a training" for name in (
        "hides_weights_in_noise", "begins_near_the_end", "shuffles_its_units", "solves_the_last_layer",
        "rule_times_a_unit")
}  # case -> what it gets today; it has to be refused by the judge
SAID = re.compile(r"(reached|done|kept|hidden|secrets): ")  # by what a case says what it reached
NOTHING = re.compile(r"(reached|done|kept|secrets): \[\]|hidden: 0\b")
USUAL = ("acts_while_it_loads", "class_named_lstm", "class_trick", "equals_everything",
         "evil_exceptions", "exits", "figures_that_lie", "forges_progress",
         "hooks_imports", "injects_markup", "keeps_in_the_kernel", "keeps_what_is_never_trained",
         "leaves_a_daemon", "leaves_traps",
         "patches_writers", "prints_commands", "reaches_for_its_parents", "reads_the_solution",
         "rewrites_the_worker", "rows_see_each_other", "sparse_replies", "told_then_empty",
         "trains_another_network", "walks_frames", "writes_replies",
         "zip_bombs")  # fmt: skip
HARMLESS = '''"""Part for company: a header of more than twenty words and one function that is right, so
that one sees whether what another part of the same submission does costs this one its points."""
import numpy as np
from scipy import stats

def evaluate(y_true, y_pred):
    r = np.ravel(y_true) - np.ravel(y_pred)
    r2 = 1 - (r @ r) / ((np.ravel(y_true) - np.mean(y_true)) ** 2).sum()
    p = stats.shapiro(r).pvalue
    return {"r2": float(r2), "mse": float(np.mean(r**2)), "normality_p": float(p)}
'''
COMPANY = {1: 4, 2: 2}  # part -> the points that the harmless code above earns in it


@cache
def told(name: str) -> tuple[int, int]:
    """Return the part of a case, and the points that its honest work earns."""
    part, points = KEY.match(docstring(CASES[name])).groups()
    return int(part), int(points)


def docstring(path: Path) -> str:
    """Return what a case says of itself."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def hand_in(folder: Path, part: int, source: str | bytes) -> Path:
    """Write a part, and a harmless one beside it."""
    content = source.encode() if isinstance(source, str) else source
    (folder / f"{rubric().parts[part].stem}.py").write_bytes(content)
    (folder / f"{rubric().parts[company(part)].stem}.py").write_text(HARMLESS, encoding="utf-8")
    return folder


def company(part: int) -> int:
    """Return the number of the harmless part that keeps a hostile one company."""
    return 1 if part == 2 else 2


@pytest.fixture
def low_limits(monkeypatch) -> None:
    """Let limits be low, so that an endless loop takes seconds; and give the grader a secret."""
    low = replace(rubric().limits, part_s=60, call_s=3, memory_mb=1500, output_mb=5, disk_mb=60,
                  processes=12, restarts=6, trainings=2)  # fmt: skip
    monkeypatch.setattr(grading, "read_rubric", lambda: replace(rubric(), limits=low))
    monkeypatch.setenv("MOVEOUT_SECRET", SECRET)


def expect_harmless(path: Path, isolation: str, part: int, points: int, folder: Path, **more) -> Result:
    """Grade; fail unless the part earns what its honest work earns, and nothing else happened."""
    before = outside()
    result = grade(path, parts=tuple({part, company(part)}), isolation=isolation, backend="jax", **more)
    assert result.broken == () and result.score is not None
    scores = {row["part"]: row["score"] for row in result.parts}
    lost = [(c.id, c.score, c.got) for c in result.checks if c.part == part]
    assert scores[part] == points, lost
    assert scores[company(part)] == COMPANY[company(part)], [c for c in result.checks if c.part != part]
    assert outside() == before and left_over() == []
    expect_nothing_to_obey(result, folder)
    return result


def outside() -> set[Path]:
    """Return what lies in the places that a submission must not write to."""
    home, ours = Path.home(), [ROOT, ROOT / "autograder", ROOT / "data", ROOT / "solution"]
    places = [home, *ours, *map(Path, ("/tmp", "/var/tmp", "/dev/shm"))]
    planted = {path for place in places for path in place.glob(PLANTED)}
    return planted | set(home.iterdir()) | set((ROOT / "solution").iterdir())


def left_over() -> list:
    """Return every process that a submission left, by its name or as a child of a host."""
    found = [p.info for p in psutil.process_iter(["name", "cmdline"])]
    found = [p for p in found if p["name"] == LEFT or SLEEPS in (p["cmdline"] or [])]
    for host in HOSTS.all:
        with contextlib.suppress(psutil.Error):
            family = psutil.Process(host.supervisor.pid).children(recursive=True)
            found += family[2:]  # bwrap and the fork server
    return found


def expect_nothing_to_obey(result: Result, folder: Path) -> None:
    """Fail if a terminal, a browser or a workflow runner would obey anything in a result's views."""
    screen = io.StringIO()
    terminal.show(result, Console(file=screen, width=60))
    write_report(result, folder)
    page, record = ((folder / name).read_text(encoding="utf-8") for name in ("report.md", "result.json"))
    for text in (screen.getvalue(), page, record):
        assert all(c.isprintable() or c == "\n" for c in text)
        assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
        assert not re.search(r"##\w*\[", text) and SECRET not in text
    assert "</script" not in record and "<!--" not in record
    bare = re.sub(r"`[^`\n]*`", "", page)
    assert not re.search(r"<\w|\]\((?!part\d)|javascript:", bare), bare
    schema = json.loads((ROOT / "autograder" / "result.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(record), schema)


def refused(name: str, result: Result) -> bool:
    """Tell whether a case that says what it reached says that it reached nothing."""
    got = next((c.got for c in result.checks if c.id == "1.data"), "")
    message = got.split(" at `")[0]  # behind it stands the line of code
    return len(SAID.findall(message)) == len(NOTHING.findall(message))


@pytest.mark.quick
def test_the_zoo_is_large_and_says_what_it_holds():
    """At least 45 cases; each says its part, its points, what it tries, and why that could work."""
    assert len(CASES) + len(MADE) >= 45 and set(USUAL) | set(BUBBLE_ONLY) <= set(CASES)
    for name, path in CASES.items():
        assert told(name) and 20 <= len(docstring(path).split()) <= 66, name
    assert all(make.__doc__ for _, make in MADE.values())
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"| {row}" in text for row in BUBBLE_ONLY.values())


def run_case(name: str, isolation: str, tmp_path: Path, request) -> None:
    """Grade a case of the zoo."""
    if isolation == "process" and name in BUBBLE_ONLY:
        pytest.skip(f"processes alone do not stop it; README: {BUBBLE_ONLY[name]}")
    if name in OPEN:
        request.applymarker(pytest.mark.xfail(reason=OPEN[name], strict=False))
    part, points = told(name)
    folder = tmp_path / "submission"
    folder.mkdir()
    hand_in(folder, part, CASES[name].read_bytes())
    secret = {"exam_seed": "5eed" + "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2} if name in EXAM else {}
    result = expect_harmless(folder, isolation, part, points, tmp_path / "report", **secret)
    assert refused(name, result), result.checks


EXAM = ("hard_codes_answers", "writes_replies")  # they know the answers for the public seed


@pytest.mark.usefixtures("low_limits")
@pytest.mark.parametrize("name", USUAL)
def test_hostile_submission(name, isolation, tmp_path, request):
    """A hostile part earns what its honest work earns, costs no other part, leaves and shows nothing."""
    run_case(name, isolation, tmp_path, request)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("low_limits")
@pytest.mark.parametrize("name", [name for name in CASES if name not in USUAL])
def test_every_hostile_submission(name, isolation, tmp_path, request):
    """The same for the rest of the zoo."""
    run_case(name, isolation, tmp_path, request)


def null_bytes(folder: Path) -> None:
    """A zero byte in the source ends it for some readers, and hides what follows."""
    hand_in(folder, 1, b'"""x"""\nx = 1\0\nimport os\n')


def ten_megabytes(folder: Path) -> None:
    """A source of 10 MB takes a parser a minute and gigabytes, in the grader's own process."""
    hand_in(folder, 1, "a," * 5 * 2**20)


def million_lines(folder: Path) -> None:
    """A million lines: who walks through them once per check is busy for minutes."""
    hand_in(folder, 1, "a\n" * 2**20)


def lone_surrogates(folder: Path) -> None:
    """Half a character in a notebook can be read, but not written."""
    code = ['"""\ud800"""\n', "def createSynData(**_): raise ValueError('\ud800')"]
    notebook(folder, [{"cell_type": "code", "source": code}])


def deep_brackets(folder: Path) -> None:
    """Brackets in brackets overflow the stack of a parser in C."""
    hand_in(folder, 1, "x = " + "(" * 50_000 + ")" * 50_000)


def long_chain(folder: Path) -> None:
    """A chain of additions is no deep nesting for the parser, but for whoever walks the tree."""
    hand_in(folder, 1, "x = 1" + "+1" * 100_000)


def form_feeds(folder: Path) -> None:
    """Form feeds and other ends of lines make line numbers differ between readers."""
    hand_in(folder, 1, '"""x"""\n\f\nx = 1\x0b\n\u2028y = 2\n')


def other_version(folder: Path) -> None:
    """Syntax of another Python: what one version refuses, another one runs."""
    hand_in(folder, 1, 'exec "import os"\nprint >>sys.stderr, `1`\n')


def slow_encoding(folder: Path) -> None:
    """A declared encoding whose decoder takes the square of the length: hours for two megabytes."""
    hand_in(folder, 1, b"# coding: punycode\n# " + b"a" * 1000 + b"-" + b"a9b" * 60_000)


def slow_line(folder: Path) -> None:
    """A line of blanks on which the search for magics took the square of its length."""
    notebook(folder, [{"cell_type": "code", "source": " " * 200_000 + "x +"}])


def blanks_before_a_sign(folder: Path) -> None:
    """Blanks before what begins no token: Python 3.11 takes the square of their number to tokenize."""
    notebook(folder, [{"cell_type": "code", "source": "x" + " " * 200_000 + "$"}])


def lines_of_an_fstring(folder: Path) -> None:
    """Python 3.11 says of each part of an f-string that it has all of its lines: the square of them."""
    hand_in(folder, 1, 's = f"""' + "{x}\n" * 60_000 + '"""\n')


def long_setup(folder: Path) -> None:
    """A cell that begins like the one for Colab, and goes on with a sum too deep to be written anew."""
    setup = f"try:\n    import google.colab\n    x = 1{' + 1' * 700}\nexcept ImportError:\n    pass\n"
    notebook(folder, [{"cell_type": "code", "source": setup}])


def long_names(folder: Path) -> None:
    """Links to names that are too long for the system: it raises where one asks if they are there."""
    hand_in(folder, 1, "")
    (folder / f"{rubric().parts[1].stem}.py").unlink()
    for name in (f"{rubric().parts[1].stem}.py", "helper.py"):
        (folder / name).symlink_to("x" * 300)


def giant_notebook(folder: Path) -> None:
    """Two million empty cells, each a parse and a worker's statement."""
    cells = ",".join(['{"cell_type":"code","source":"x"}'] * 500_000)
    hand_in(folder, 1, "")
    (folder / f"{rubric().parts[1].stem}.py").unlink()
    (folder / f"{rubric().parts[1].stem}.ipynb").write_text('{"cells": [' + cells + "]}")


def files_named_like_libraries(folder: Path) -> None:
    """Files beside the part that Python, pytest or the worker would import or read first."""
    hand_in(folder, 1, "import json, numpy, keras\n")
    for name in ("numpy", "keras", "jax", "json", "conftest", "sitecustomize", "usercustomize", "abc",
                 "worker", "packing", "noting", "model_claims", "refusing",
                 "autograder", "test_all"):  # fmt: skip
        (folder / f"{name}.py").write_text("import os\nos._exit(0)\n")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only -p no:autograder\n")
    (folder / "matplotlibrc").write_text("backend: Qt5Agg\n")
    (folder / "zoo.pth").write_text("import os; os._exit(0)\n")


def links(folder: Path) -> None:
    """Links to the password file, the solution, a folder, themselves, and round in a circle."""
    hand_in(folder, 1, "")
    (folder / f"{rubric().parts[1].stem}.py").unlink()
    for name, target in {f"{rubric().parts[1].stem}.py": f"{rubric().parts[1].stem}.py", "a.py": "b.py",
                         "b.py": "a.py", "c.py": "/etc/passwd", "d.py": str(ROOT / "solution"),
                         "e.py": "."}.items():  # fmt: skip
        (folder / name).symlink_to(target)


def pipe(folder: Path) -> None:
    """A named pipe in the place of the part: opening it waits for ever."""
    hand_in(folder, 1, "")
    (folder / f"{rubric().parts[1].stem}.py").unlink()
    os.mkfifo(folder / f"{rubric().parts[1].stem}.py")
    os.mkfifo(folder / "helper.py")


def directory(folder: Path) -> None:
    """A folder that is called like the part, and holds a package."""
    hand_in(folder, 1, "")
    (folder / f"{rubric().parts[1].stem}.py").unlink()
    (folder / f"{rubric().parts[1].stem}.py").mkdir()
    (folder / f"{rubric().parts[1].stem}.py" / "__init__.py").write_text("import os\nos._exit(0)\n")


def notebook(folder: Path, cells: list[dict]) -> None:
    """Hand in Part 1 as a notebook."""
    hand_in(folder, 1, "")
    (folder / f"{rubric().parts[1].stem}.py").unlink()
    (folder / f"{rubric().parts[1].stem}.ipynb").write_text(json.dumps({"cells": cells}))


MADE: dict[str, tuple[int, Callable[[Path], None]]] = {
    make.__name__: (0, make) for make in (
        null_bytes, ten_megabytes, million_lines, lone_surrogates, deep_brackets, long_chain, form_feeds,
        other_version, slow_encoding, slow_line, giant_notebook, files_named_like_libraries, links, pipe,
        directory, blanks_before_a_sign, lines_of_an_fstring, long_setup,
        long_names)
}  # fmt: skip


@pytest.mark.usefixtures("low_limits")
@pytest.mark.parametrize("name", MADE)
def test_hostile_files(name, tmp_path):
    """What is no text, too much, or no file at all costs its part, neither time nor the other part."""
    points, make = MADE[name]
    folder = tmp_path / "submission"
    folder.mkdir()
    make(folder)
    expect_harmless(folder, "auto", 1, points, tmp_path / "report")


FORGERY = """
import pathlib as _p
_root = _p.Path.cwd().parent.parent
(_root / "go.json").write_text('["data", "train", "plot"]')
with (_root / "out" / "progress.jsonl").open("a") as _stream:
    _stream.write('{"pause": true}\\n' * 5)
import time as _t
_t.sleep(0.5)  # the grader looks now: nothing is answered so far
EPOCHS = 1
"""


@pytest.mark.usefixtures("trained_once")
def test_a_forged_pause_changes_no_verdict(tmp_path):
    """Who says that the training is next before anything is answered, and lets itself go, is graded as
    if he had not: replies that are not there yet are not those of a worker that died."""
    hand_in(tmp_path, 1, f"{solution(1)}\n{FORGERY}")
    result = grade(tmp_path, parts=(1,), backend="jax")
    assert result.broken == () and result.score is not None
    lost = {c.id: c.misconception for c in result.checks if c.status != "passed"}
    assert lost == {"1.fit": "too-few-epochs"} and "part1.r2" in result.metrics


@pytest.mark.usefixtures("low_limits")
def test_answers_of_the_public_seed_earn_nothing_in_an_exam(tmp_path):
    """The same numbers that pass in practice fail when the exam asks with others."""
    shutil.copyfile(CASES["hard_codes_answers"], tmp_path / f"{rubric().parts[1].stem}.py")
    practice, exam = (
        {c.id: c.score for c in grade(tmp_path, parts=(1,), backend="jax", **seed).checks}
        for seed in ({}, {"exam_seed": "c0ffee" + "9a8b7c6d5e4f30213243546576879809" * 2})
    )
    assert practice["1.linear"] == 2 and exam["1.linear"] == 1  # for the shape alone


@pytest.mark.parametrize("form, code", [
    (["--submission", "../handed-in"], 4), (["--submission=../handed-in"], 0)])  # fmt: skip
def test_a_conftest_is_not_run_where_pytest_reads_other_settings(form, code, tmp_path):
    """With an ini file above both the repository and the submission, two words are refused; one word
    is safe. Neither runs what lies in the submission."""
    shutil.copytree(ROOT, tmp_path / "repository", ignore=NOT_COPIED)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "handed-in").mkdir()
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    (tmp_path / "handed-in" / "conftest.py").write_text(trap)
    command = [sys.executable, "-m", "pytest", "autograder/checks", *form, "--collect-only", "-q"]
    here = tmp_path / "repository"
    run = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    assert run.returncode == code and not (tmp_path / "ran").exists(), run.stdout + run.stderr
    assert code == 0 or "--submission=PATH in one word" in run.stdout + run.stderr

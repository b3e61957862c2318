"""Whatever stands in a worker's folder or a student's file: it breaks no grading and no report."""

import errno
import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from autograder import attempts, grade, report
from autograder.__main__ import write_report
from autograder.allowed import NotAllowed
from autograder.artefacts import absent
from autograder.asking import RUNS, attempt_folder
from autograder.attempts import exam_of
from autograder.collect import read_file
from autograder.errors import GraderError
from autograder.exam import practice_seeds
from autograder.grading import rescore
from autograder.isolation import bwrap_works
from autograder.keeping import KEPT
from autograder.magics import without_magics
from autograder.network import read_config
from autograder.sandbox import GO, bring_back, let_go
from autograder.unchanged import digest_of
from autograder.watching import parsed

STEM = {1: "part1_one_to_one", 2: "part2_many_to_one", 3: "part3_earthquakes"}
FORGED = [5, None, "x", [], {}, [5], {"plain": 10**400}, {"plain": float("nan")}, {"items": 5},
          {"items": [5, 5]}, {"dict": [["a", 5]]}, {"dict": 3}, True, {"other": "X"},
          {"shape": [2], "dtype": "object"}, {"shape": 5, "array": "a0"}]  # fmt: skip
BASE = {"value": {"config": "{}", "weights": [], "again": [], "initial": [], "history": {"dict": []},
                  "probe": {"plain": 1}, "predicted": {"plain": 1},
                  "compiled": {"loss_value": 1, "loss": "mse", "optimizer": "Adam"},
                  "figures": 1, "axes": [{"series": [], "bars": [], "legend": ["a"], "images": []}]},
        "raised": {"type": "E", "message": "m", "file": "f", "line": 3, "bases": ["ValueError"]},
        "errors": [{"type": "E"}]}  # fmt: skip


def paths(value, at=()):
    """Yield the place of everything in a nested value."""
    yield at
    if not isinstance(value, dict | list):
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from paths(item, (*at, key))


def forged(value, at: tuple, new):
    """Return a copy of a nested value with something else in one place."""
    if not at:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = forged(value[at[0]], at[1:], new)
    return copy


@pytest.mark.parametrize("part", [1, 2, 3])
def test_forged_replies_never_break_the_grader(part, tmp_path):
    """Replies of every malformed kind are judged as the student's failure: no exit 3, no traceback."""
    exam = exam_of(part, practice_seeds(1234))
    folder = attempt_folder(tmp_path, part, 0) / "jax"
    folder.mkdir(parents=True)
    ids = [question.id for question in exam.sheet.questions]
    run = {"cause": None, "returncode": 0, "peak_mb": 1, "seconds": 1.0, "output": "", "asked": None}
    kept = {"questions": ids, "sheet": digest_of(exam.sheet), "runs": [run],
            "skipped": []}  # fmt: skip
    (folder / RUNS).write_text(json.dumps(kept))
    part_ = {"number": part, "stem": STEM[part], "cells": [], "location": None, "notes": []}
    record = {"name": "x", "parts": [part_], "seed": 1234, "seed_kind": "practice"}
    record["isolation"] = "process"
    (tmp_path / KEPT).write_text(json.dumps(record))
    places = [(at, new) for at in paths(BASE) for new in FORGED]
    for at, new in random.Random(part).sample(places, 60):
        reply = forged(BASE, at, new)
        for name in ["load", *map(str, range(len(ids)))]:
            (folder / f"{name}.json").write_text(json.dumps(reply))
        result = rescore(tmp_path)
        assert result.broken == () and json.dumps(report.to_json(result)), (at, new)


@pytest.mark.quick
def test_progress_lines_are_whole_or_ignored():
    """An epoch without its total, a huge or a false number is no event."""
    assert parsed(b'{"epoch": 1, "epochs": 5}') == {"epoch": 1, "epochs": 5}
    for line in (b"5", b"null", b"1e999", b'"x"', b"[" * 900, b"[1]", b'{"epochs": 5}',
                 b'{"epoch": "1", "epochs": 5}', b'{"epoch": 1, "epochs": 0}',
                 b'{"epoch": true, "epochs": 5}', b"\xff", b'{"question": 5}'):  # fmt: skip
        assert parsed(line) is None


@pytest.mark.quick
@pytest.mark.parametrize("source", [
    b"# -*- coding: undefined -*-\n", b'"""\\ud800 header \\x1b[2J"""\n',
    b"# -*- coding: utf-16 -*-\nx=1\n", b"\x00", b"x = 1\x00",
])  # fmt: skip
def test_any_bytes_can_be_graded_and_reported(source, tmp_path, monkeypatch):
    """Unknown encodings, lone surrogates and escapes cost the part, never the report."""
    monkeypatch.setattr(attempts, "ask", lambda plan, part, exam, *_: absent(
        [question.id for question in exam.sheet.questions]))  # fmt: skip
    path = tmp_path / f"{STEM[1]}.py"
    path.write_bytes(source)
    result = grade(path)
    write_report(result, tmp_path / "report")
    assert json.loads((tmp_path / "report" / "result.json").read_text())["score"] == 0
    assert "\x1b" not in (tmp_path / "report" / "report.md").read_text()


@pytest.mark.quick
@pytest.mark.parametrize("before, after", [
    ("%matplotlib inline\n'doc'", "# a magic was here\n'doc'"),
    ("x = [5,  # enough?\n     1]\n%time f()", "x = [5,  # enough?\n     1]\n# a magic was here"),
    ("files = !ls\nprint(files)", "files = None\nprint(files)"),
    ("if x:\n    !ls", "if x:\n    pass"),
    ("np.array?", "# a magic was here"),
        ("%%bash\nls", "# a magic was here"),
        ("!pip install \\\n  x\ny = 1", "# a magic was here\n# it went on here\ny = 1"),
    ("y = (a\n % b)", "y = (a\n % b)"),
])  # fmt: skip
def test_magics_go_and_all_else_stays(before, after):
    """Only lines that begin with a magic are skipped; a comment that ends in ? is none."""
    assert without_magics(before) == after


@pytest.mark.quick
def test_header_below_a_magic_is_found(tmp_path):
    """A first cell that begins with %matplotlib still has its docstring."""
    path = tmp_path / f"{STEM[1]}.ipynb"
    cell = {"cell_type": "code", "source": ["%matplotlib inline\n", '"""What it does."""']}
    path.write_text(json.dumps({"cells": [cell]}))
    assert read_file(path, 1).header == "What it does."


@pytest.mark.quick
def test_a_model_that_explodes_is_refused_unbuilt():
    """Concatenate of many copies, again and again, is counted in the configuration."""
    tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 6, 1]}}
    join = {"class_name": "Concatenate", "module": "keras.layers", "config": {},
            "inbound_nodes": [{"args": [[tensor] * 13], "kwargs": {}}]}  # fmt: skip
    model = {"class_name": "Functional", "module": "keras", "config": {"layers": [join]}}
    with pytest.raises(NotAllowed, match="13 tensors"):
        read_config(json.dumps(model))


@pytest.mark.quick
def test_shown_rows_are_not_hidden_rows():
    """The files for load_arrivals show labels; none of their rows is asked in the hidden exam."""
    exam = exam_of(3, practice_seeds(7))
    hidden = {tuple(row) for row in exam.answers["hidden"].X}
    for rows in exam.answers["files"].values():
        if isinstance(rows, tuple):
            assert not hidden & {tuple(row) for row in np.asarray(rows[0])}


SPOILERS = {
    "go is a folder": "(O.parent / 'go.json.tmp').mkdir()\n(O.parent / 'go.json').mkdir()\nos._exit(0)",
    "go is a link": "(O.parent / 'go.json').symlink_to('/tmp/moveout-planted')\nos._exit(0)",
    "no folder": "import shutil\nshutil.rmtree(O)\nos._exit(0)",
    "a file for a folder": "import shutil\nshutil.rmtree(O)\nO.write_text('x')\nos._exit(0)",
    "half an event": "open(O / 'progress.jsonl', 'a').write('{\"epochs\": 5}\\n')\nos._exit(0)",
    "broken load": "(O / 'load.json').write_text('{\"errors\": 5}')\nos._exit(0)",
    "broken reply": "(O / '0.json').write_text('{\"value\": {\"items\": 5}}')\nos._exit(0)",
}


@pytest.mark.parametrize("spoiler", SPOILERS.values(), ids=SPOILERS)
def test_spoilt_folders_cost_their_part_only(spoiler, tmp_path):
    """A worker that spoils its own folder is a crash of that part; a mark is issued."""
    head = "import os, pathlib\nO = pathlib.Path.cwd().parent.parent / 'out'\n"
    path = tmp_path / f"{STEM[1]}.py"
    path.write_text(head + spoiler)
    result = grade(path, isolation="bwrap" if bwrap_works() else "process")
    assert (result.score, result.broken) == (0, ())


def test_memory_disks_of_a_bubble_are_small(tmp_path):
    """Inside bwrap, /tmp and /dev/shm hold less than the disk limit."""
    if not bwrap_works():
        pytest.skip("bubblewrap does not work here")
    path = tmp_path / f"{STEM[1]}.py"
    path.write_text(
        "def createSynData():\n"
        "    full = 0\n"
        "    for folder in ('/tmp', '/dev/shm'):\n"
        "        try:\n"
        "            open(folder + '/x', 'wb').write(bytes(100 * 2**20))\n"
        "        except OSError:\n"
        "            full += 1\n"
        "    raise ValueError(f'{full} were full')\n"
    )
    result = grade(path, isolation="bwrap")
    assert "2 were full" in next(o.got for o in result.checks if o.id == "1.data")


def test_patched_predict_earns_nothing_and_breaks_nothing(tmp_path):
    """A student who replaces keras.Model.predict changes neither the judge's numbers nor the run."""
    source = Path(__file__).parents[2] / "solution" / f"{STEM[1]}.py"
    path = tmp_path / source.name
    shutil.copyfile(source, path)
    text = path.read_text(encoding="utf-8").replace("EPOCHS = 400", "EPOCHS = 300")
    path.write_text(text + "\nimport keras\nkeras.Model.predict = lambda self, x, **k: 0 * x[:, 0]\n",
                    encoding="utf-8")  # fmt: skip
    result = grade(path)
    assert result.broken == () and result.metrics["part1.r2"] > 0.9


def test_the_grader_writes_and_reads_through_no_link(tmp_path):
    """While a worker runs, its folder is its own: the go-ahead replaces a link, replies are read past
    links, and a link in the place of the folder brings nothing."""
    root, outside, keep = tmp_path / "root", tmp_path / "outside", tmp_path / "keep"
    for folder in (root / "out", outside, keep):
        folder.mkdir(parents=True)
    (outside / "secret.json").write_text("secret")
    (root / GO).symlink_to(outside / "planted")
    let_go(root, ["train"])
    assert not (outside / "planted").exists() and json.loads((root / GO).read_text()) == ["train"]
    (root / "out" / "0.json").symlink_to(outside / "secret.json")
    (root / "out" / "1.json").write_text("{}")
    bring_back(root / "out", keep, [0, 1], 1)
    (root / "linked").symlink_to(outside)
    bring_back(root / "linked", keep, [0, 1], 1)
    assert [path.name for path in keep.iterdir()] == ["1.json"]


@pytest.mark.quick
def test_only_replies_to_questions_are_kept_and_so_many_megabytes_in_all(tmp_path):
    """What nobody asked for is left behind; what one worker filled, the next one does not fill again."""
    out, keep = tmp_path / "out", tmp_path / "keep"
    for folder in (out, keep):
        folder.mkdir()
    for name in ("load.json", "0.json", "0.npz", "1.npz", "999.npz"):
        (out / name).write_bytes(bytes(2**19))
    for _ in range(2):
        bring_back(out, keep, [0, 1], most_mb=1)
        assert {path.name for path in keep.iterdir()} == {"load.json", "0.json"}


@pytest.mark.quick
def test_a_reply_that_cannot_be_kept_is_the_graders_trouble(tmp_path, monkeypatch):
    """A full disk voids the grading: it never looks as if the student had given nothing."""
    (tmp_path / "load.json").write_text("{}")
    (tmp_path / "keep").mkdir()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(GraderError, match=r"No space left.*Make room"):
        bring_back(tmp_path, tmp_path / "keep", [], 1)

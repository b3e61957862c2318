"""Limits: each costs the one call that exceeds it, the cause is named, and nothing is left behind."""

import platform
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from autograder import asking, grading
from autograder.artefacts import CAUSES, read_artefacts
from autograder.isolation import own_user_possible
from autograder.model import Cell, Ended, Limits, Part, Question, Raised, Reply, Returned, Sheet
from autograder.refusing import MACHINES
from autograder.sandbox import Job, Run, run_part
from autograder.tests.desk import rubric, solution

LIMITS = Limits(part_s=400, call_s=15, memory_mb=1800, output_mb=20, disk_mb=60, processes=12,
                restarts=12, trainings=1)  # fmt: skip
MARK, FORKED = "31.4159", "moveout-forked"  # by these a left-over process is found
ATTACKS = f'''
import ctypes, numpy, os, resource, signal, socket, subprocess, sys, threading, time

def before(): return 1

def exits(): os._exit(0)

def after_exit(): return 2

def loops():
    while True:
        try:
            while True: pass
        except BaseException: pass

def after_loop(): return 3

def eats_memory():
    kept = []
    while True: kept.append(numpy.ones(2**23))

def prints():
    print("x" * 100 * 2**20)
    time.sleep(3)

def forks():
    signal.alarm(60)
    ctypes.CDLL(None).prctl(15, b"{FORKED}")
    while True: os.fork()

def after_forks(): return 4

def kills_itself(): os.kill(os.getpid(), signal.SIGKILL)

def fills_disk():
    for n in range(100):
        with open(os.path.join(os.environ["TMPDIR"], str(n)), "wb") as file:
            file.write(bytes(2**20))
    time.sleep(3)

def leaves_the_session():
    subprocess.Popen(["sleep", "{MARK}"], start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        os.execvp("sleep", ["sleep", "{MARK}"])

def system_exit(): sys.exit("bye")

def interrupts(): raise KeyboardInterrupt

def writes_a_gigabyte():
    with open("big", "wb") as file:
        for _ in range(1024): file.write(bytes(2**20))

def raises_limits():
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

def connects():
    socket.create_connection(("1.1.1.1", 80), timeout=2)

def closes_its_output():
    sys.stdout.close(); os.close(1); os.close(2)
    return 5

def forges_progress():
    with open(os.path.join(os.environ["TMPDIR"], "..", "out", "progress.jsonl"), "a") as file:
        file.write('{{"question": 7, "epoch": []}}\\nnonsense\\n[1]\\n{{"end": true}}\\n' + "[" * 100000)
    return 6

def never_ends():
    threading.Thread(target=lambda: [time.sleep(0.1) for _ in iter(int, 1)]).start()
    return 7
'''
NAMES = [line[4:].split("(")[0] for line in ATTACKS.splitlines() if line.startswith("def ")]
Attacked = tuple[dict[str, Reply], list[Run], float]


def attack(
    code: str, names: Iterable[str], isolation: str, folder: Path, limits=LIMITS, compiled=None
) -> Attacked:
    """Call functions of a hostile part in real workers; return replies, runs, and seconds.

    `names` may be a dictionary with the kind of each question.
    """
    part = Part(1, "attack", cells=(Cell(code, "attack.py"),))
    kinds = {name: "call" for name in names} | (names if isinstance(names, dict) else {})
    sheet = Sheet(tuple(Question(name, kind, name) for name, kind in kinds.items()))
    job = Job(part, sheet, seed=1, backend="jax", isolation=isolation, limits=limits,
              compiled=compiled)  # fmt: skip
    started = time.monotonic()
    runs = run_part(job, folder)
    replies = read_artefacts(folder, sheet.questions, asking.ended_in(runs, sheet.questions)).replies
    return replies, runs, time.monotonic() - started


@pytest.fixture(scope="module")
def attacked(isolation, tmp_path_factory) -> Attacked:
    """The replies to all attacks, one after the other, in as few workers as possible."""
    return attack(ATTACKS, NAMES, isolation, tmp_path_factory.mktemp("attacked"))


ENDS = {"exits": "crash", "kills_itself": "crash", "loops": "time", "eats_memory": "memory",
        "prints": "output", "forks": "processes", "fills_disk": "disk"}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_what_ends_a_worker_is_named(attacked, name):
    """A call that ends its worker, or exceeds a limit, is answered by the name of the cause."""
    replies, _, _ = attacked
    assert replies[name] == Ended(CAUSES[ENDS[name]])


@pytest.mark.parametrize("name, value", [
    ("before", 1), ("after_exit", 2), ("after_loop", 3), ("after_forks", 4),
    ("closes_its_output", 5), ("forges_progress", 6), ("never_ends", 7)])  # fmt: skip
def test_other_calls_are_answered(attacked, name, value):
    """What comes before or after a call that ended its worker is answered all the same."""
    replies, _, _ = attacked
    assert replies[name] == Returned(value)


@pytest.mark.parametrize("name, error", [
    ("system_exit", "SystemExit"), ("interrupts", "KeyboardInterrupt"),
    ("writes_a_gigabyte", "OSError"), ("raises_limits", "ValueError")])  # fmt: skip
def test_what_is_only_an_exception_costs_its_call_only(attacked, name, error):
    """sys.exit, an interrupt, a file that grows too large: exceptions of the student's own line."""
    replies, _, _ = attacked
    assert isinstance(replies[name], Raised) and replies[name].type == error, replies[name]
    assert replies[name].location.file == "attack.py"


def test_every_death_costs_one_restart(attacked):
    """One worker for each call that ends one, and one for the rest."""
    _, runs, _ = attacked
    ended = [run.asked for run in runs if run.asked in ENDS]
    assert ended == [name for name in NAMES if name in ENDS]
    assert len(runs) <= len(ENDS) + 2  # forged progress may cost one more, and nothing else


def test_a_thread_that_never_ends_is_not_waited_for(attacked):
    """After the last answer the worker ends, whatever threads the student left."""
    _, runs, seconds = attacked
    assert runs[-1].cause is None and seconds < LIMITS.part_s, (runs[-1], seconds)


@pytest.mark.usefixtures("attacked")
def test_no_process_is_left():
    """Also what left its session, or outlived its parent, is gone when the part is done."""
    assert left_over() == []


def left_over() -> list[dict]:
    """Every process that an attack left on this machine."""
    found = [process.info for process in psutil.process_iter(["name", "cmdline"])]
    return [p for p in found if p["name"] == FORKED or MARK in (p["cmdline"] or [])]


def test_output_is_cut_with_a_note(attacked):
    """Of 100 MB on one line the two ends are kept, and the cut is announced."""
    _, runs, _ = attacked
    (run,) = (run for run in runs if run.asked == "prints")
    assert "bytes cut" in run.output and len(run.output) < 20_000


KILLS = f'''
import os, signal, subprocess, time

def kills_its_parent():
    subprocess.Popen(["sleep", "{MARK}"], start_new_session=True)
    for number in (signal.SIGTERM, signal.SIGKILL):
        os.kill(os.getppid(), number)

def after(): return 1
'''


def test_a_part_that_kills_its_supervisor_costs_itself(isolation, tmp_path):
    """A signal to the parent is refused, or ends that part: the grader goes on, nothing is left."""
    replies, _, _ = attack(KILLS, ["kills_its_parent", "after"], isolation, tmp_path)
    refused = isinstance(replies["kills_its_parent"], Raised | Returned)
    assert refused or replies["kills_its_parent"] == Ended(CAUSES["crash"])
    assert refused or (isolation == "process" and not own_user_possible())
    assert left_over() == []


def test_no_network(attacked, isolation):
    """No worker has sockets to the network; where calls are not refused, a bubble has no network."""
    replies, _, _ = attacked
    if isolation != "bwrap" and platform.machine() not in MACHINES:
        pytest.skip("process isolation does not close the network on these processors")
    told = "not permitted" if platform.machine() in MACHINES else "unreachable"
    assert isinstance(replies["connects"], Raised) and told in replies["connects"].message


def test_endless_loop_at_the_top(isolation, tmp_path):
    """A loop while the code loads ends with the part's time; there is no second try."""
    limits = replace(LIMITS, part_s=7)
    replies, runs, seconds = attack("while True: pass", ["before", "exits"], isolation, tmp_path, limits)
    assert set(replies.values()) == {Ended(CAUSES["time"])}
    assert len(runs) == 1 and 7 <= seconds < 40


def test_figures_are_asked_for_after_the_time_is_over(isolation, tmp_path):
    """They rest on no training, so one that takes too long costs them nothing; other calls it does."""
    code = ("import matplotlib.pyplot as plt\ndef loops():\n    while True: pass\n"
            "def after(): return 1\ndef draws(): plt.figure()\n")  # fmt: skip
    kinds = {"loops": "call", "after": "call", "draws": "plot"}
    limits = replace(LIMITS, part_s=7)
    replies, runs, _ = attack(code, kinds, isolation, tmp_path, limits)
    assert replies["loops"] == Ended(CAUSES["time"]) and isinstance(replies["after"], Ended)
    assert replies["draws"].value["figures"] == 1 and len(runs) == 2


def test_pictures_that_no_check_looks_at_are_left_out(tmp_path):
    """`plot_model` and `TensorBoard` need what a worker has not: they do nothing, however imported."""
    code = ("import keras\nimport numpy as np\nimport tensorflow as tf\n"
            "from tensorflow.keras.utils import plot_model\n"
            "def draws():\n    return [keras.utils.plot_model(None), plot_model(None)] == [None] * 2\n"
            "def fits():\n    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\n"
            "    model.compile('adam', 'mse')\n"
            "    boards = [keras.callbacks.TensorBoard('logs', histogram_freq=1),\n"
            "              tf.keras.callbacks.TensorBoard(log_dir='logs')]\n"
            "    model.fit(np.ones((4, 1)), np.ones(4), epochs=2, verbose=0, callbacks=boards)\n"
            "    return len(model.history.history['loss'])")  # fmt: skip
    replies, _, _ = attack(code, ["draws", "fits"], "process", tmp_path)
    assert [replies[name].value for name in ("draws", "fits")] == [True, 2]


def test_exit_at_the_top(isolation, tmp_path):
    """sys.exit at the top costs the statement, os._exit the part; both are told."""
    code = "import sys\nsys.exit(3)\ndef before(): return 1\n"
    replies, _, _ = attack(code, ["before"], isolation, tmp_path / "soft")
    assert replies["before"] == Returned(1)
    replies, runs, _ = attack("import os\nos._exit(0)", ["before"], isolation, tmp_path / "hard")
    assert replies["before"] == Ended(CAUSES["crash"]) and len(runs) == 1


TRAINED = ["2.trains", "2.history", "2.fit", "2.fit_penultimate", "3.trains", "3.history",
           "3.accuracy", "3.specificity"]  # fmt: skip


def test_other_parts_stay_intact(tmp_path, monkeypatch):
    """A part that ends its worker costs itself; a function that loops costs its checks only."""
    low = replace(rubric(), limits=replace(rubric().limits, call_s=5))
    monkeypatch.setattr(grading, "read_rubric", lambda: low)
    one, two, three = (plan.stem for plan in rubric().parts.values())
    (tmp_path / f"{one}.py").write_text("import os\nos._exit(0)\n", encoding="utf-8")
    loops = "def createSynData(**_):\n    while True: pass\n"
    stub = "def train_model(model, X, y):\n    raise NotImplementedError('Task')\n"
    (tmp_path / f"{two}.py").write_text(f"{solution(2)}\n{loops}\n{stub}", encoding="utf-8")
    (tmp_path / f"{three}.py").write_text(f"{solution(3)}\n{stub}", encoding="utf-8")
    result = grading.grade(tmp_path)
    lost = {check.id: check for check in result.checks if check.status != "passed"}
    assert list(lost) == [*(c.id for c in rubric().of_part(1)), "2.data", "2.penultimate", *TRAINED]
    assert "While the code was loading" in lost["1.header"].got
    assert lost["1.data"].blocked_by == "1.header" and lost["2.penultimate"].blocked_by == "2.data"
    assert lost["2.data"].got == CAUSES["time"] and result.broken == ()


def test_a_native_crash_is_tried_once_more_without_what_was_compiled_ahead(tmp_path):
    """If machine code that we compiled could be to blame, the call is asked again without it."""
    code = ("import ctypes, os\ndef falls():\n"
            "    if os.path.exists(os.environ['JAX_COMPILATION_CACHE_DIR']): ctypes.string_at(0)\n"
            "    return 1\n")  # fmt: skip
    (tmp_path / "compiled").mkdir()
    given = (code, ["falls"], "process", tmp_path / "kept", LIMITS, tmp_path / "compiled")
    replies, runs, _ = attack(*given)
    assert replies["falls"] == Returned(1) and len(runs) == 2 and runs[0].returncode == -11

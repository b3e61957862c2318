"""Hosts: a worker starts in no time, finds nothing of the one before, and cannot spoil the next."""

import contextlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import lazy_tensorflow
from autograder.forkserver import emptied
from autograder.hosts import HOSTS, Host
from autograder.isolation import environment, own_user_possible
from autograder.model import Ended, Raised, Returned
from autograder.refusing import CALLS, MACHINES
from autograder.tests.test_limits import attack
from autograder.watching import used_mb

LEAVES = """
import builtins, os, pathlib, sys, json

PLACES = %s + [".", os.environ["TMPDIR"]]

def leaves():
    builtins.left = sys.left = json.left = os.environ["LEFT"] = "x"
    written = []
    for place in PLACES:
        try:
            deep = pathlib.Path(place) / "left" / "deep"
            deep.mkdir(parents=True)
            (deep / "file").write_text("x")
            deep.chmod(0)
            written.append(place)
        except OSError:
            pass
    return len(written)

def finds():
    found = [place for place in PLACES if (pathlib.Path(place) / "left").exists()]
    found += [module.__name__ for module in (builtins, sys, json) if hasattr(module, "left")]
    return " ".join(found + [name for name in os.environ if name == "LEFT"])
"""


def test_a_worker_finds_nothing_of_the_one_before(isolation, tmp_path):
    """Files in every place that it could write, modules and environment are as if it had not been."""
    shared = ["/tmp", "/dev/shm", "/", "/dev", "/job"]  # of a bubble; else they are the machine's
    code = LEAVES % (shared if isolation == "bwrap" else [])
    written, _, _ = attack(code, ["leaves"], isolation, tmp_path / "first")
    assert written["leaves"].value >= 2
    found, _, _ = attack(code, ["finds"], isolation, tmp_path / "second")
    assert found["finds"] == Returned("")


def test_a_host_is_used_again(isolation, tmp_path):
    """The second worker runs in the host of the first: nothing is imported again."""
    attack("def f(): return 1", ["f"], isolation, tmp_path / "first")
    before = set(HOSTS.all)
    _, runs, _ = attack("def f(): return 1", ["f"], isolation, tmp_path / "second")
    assert set(HOSTS.all) == before and runs[0].cause is None


PRIES = """
import os, signal

def pries():
    opened = []
    for name in ("mem", "environ", "maps", "fd/0", "fd/1", "root/job"):
        try:
            os.close(os.open(f"/proc/{os.getppid()}/{name}", os.O_RDONLY))
            opened.append(name)
        except OSError:
            pass
    return " ".join(opened)

def descriptors():
    return sorted(int(n) for n in os.listdir("/proc/self/fd"))[:-1]

def kills_its_server():
    os.kill(os.getppid(), signal.SIGKILL)
    import time; time.sleep(5)

def after(): return 1
"""


def test_the_server_shows_nothing_and_can_be_replaced(isolation, tmp_path):
    """A worker cannot look into the process it was forked from (root, unconfined, can); it holds no
    channel to it; and if it kills it, that costs the worker itself only."""
    names = ["pries", "descriptors", "kills_its_server", "after"]
    replies, _, _ = attack(PRIES, names, isolation, tmp_path)
    as_root = isolation == "process" and not own_user_possible()
    assert as_root or replies["pries"] == Returned("")
    assert all(number <= 4 for number in replies["descriptors"].value)
    untouched = isolation == "bwrap" and replies["kills_its_server"] == Returned(None)
    assert untouched or isinstance(replies["kills_its_server"], Ended | Raised)
    assert replies["after"] == Returned(1)


REACHES = """
import ctypes, fcntl, os, resource

def tried(function, *arguments):
    try:
        function(*arguments)
        return function.__name__ + " "
    except OSError:
        return ""

def call(number, *arguments):
    return ctypes.CDLL(None).syscall(number, *arguments) >= 0

def reaches():
    server = os.getppid()
    done = tried(resource.prlimit, server, resource.RLIMIT_CPU, (20, 20))
    done += tried(os.setpriority, os.PRIO_PROCESS, server, 10) + tried(os.memfd_create, "x")
    done += tried(os.sched_setaffinity, server, {0})
    numbers = %s
    for name, arguments in {
        "ptrace": (16, server, 0, 0), "shmget": (4711, 4096, 0o1666), "unshare": (0x10000000,),
        "mq_open": (b"moveout", os.O_CREAT | os.O_RDWR, 0o600, None), "semget": (4711, 1, 0o1666),
        "add_key": (b"user", b"moveout", b"x", ctypes.c_size_t(1), ctypes.c_int(-3)),
    }.items():
        done += (name + " ") * call(numbers[name], *arguments)
    flags = fcntl.fcntl(1, fcntl.F_GETFL)
    fcntl.fcntl(1, fcntl.F_SETFL, flags | os.O_NONBLOCK)
    return done

def blocks(): return int(not fcntl.fcntl(1, fcntl.F_GETFL) & os.O_NONBLOCK)
"""


def test_a_worker_cannot_reach_past_itself(isolation, tmp_path):
    """Limits, priority, memory and keys of others, shared memory and queues: each call is refused.
    The flags of the output that it shares with the next worker are its own."""
    if platform.machine() not in MACHINES:
        pytest.skip("calls are refused on these processors only")
    column, _ = MACHINES[platform.machine()]
    code = REACHES % {name: numbers[column] for name, numbers in CALLS.items()}
    reached, _, _ = attack(code, ["reaches"], isolation, tmp_path / "first")
    assert reached["reaches"] == Returned("")
    next_one, _, _ = attack(code, ["blocks"], isolation, tmp_path / "second")
    assert next_one["blocks"] == Returned(1)


BUFFERS = """
import fcntl, os, socket

def refused(call, *given):
    try:
        call(*given)
    except PermissionError:
        return True
    return False

def grows():
    (a, b), (r, w) = socket.socketpair(), os.pipe()
    names = (socket.SO_SNDBUF, socket.SO_RCVBUF, 32, 33)
    found = [refused(a.setsockopt, socket.SOL_SOCKET, name, 2**22) for name in names]
    return found + [refused(fcntl.fcntl, w, 1031, 2**20)]

def works():
    a, b = socket.socketpair()
    a.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    a.send(b"x")
    return [fcntl.fcntl(a, fcntl.F_GETFD) >= 0, b.recv(1) == b"x"]
"""


def test_buffers_of_the_system_do_not_grow(isolation, tmp_path):
    """What sockets and pipes hold is no process's memory: their sizes stay as they are."""
    if platform.machine() not in MACHINES:
        pytest.skip("calls are refused on these processors only")
    replies, _, _ = attack(BUFFERS, ["grows", "works"], isolation, tmp_path)
    assert replies["grows"].value.all() and replies["works"].value.all(), replies


@pytest.mark.quick
def test_deep_folders_are_measured_and_removed(tmp_path):
    """A folder deeper than any path is full, not a crash of the supervisor; and it can be removed."""
    inside = tmp_path / "inside"
    inside.mkdir()
    with contextlib.chdir(inside):
        for _ in range(3000):
            Path("a").mkdir()
            os.chdir("a")
    assert used_mb(inside) == float("inf")
    assert emptied(inside) and list(inside.iterdir()) == []


def test_nothing_outlives_a_host():
    """Closing a host ends its processes and removes its folder, also while it is still starting."""
    import psutil

    host = Host("process", "jax")
    family = [psutil.Process(host.supervisor.pid), *psutil.Process(host.supervisor.pid).children(True)]
    host.close()
    assert not any(p.is_running() and p.status() != "zombie" for p in family)
    assert not host.root.exists()


@pytest.mark.quick
def test_emptying_follows_no_link(tmp_path):
    """Links are removed, not followed; folders without permissions are removed as well."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    (outside / "kept").mkdir(parents=True)
    (inside / "shut").mkdir(parents=True)
    (inside / "shut" / "link").symlink_to(outside)
    (inside / "link").symlink_to(outside)
    (inside / "shut").chmod(0)
    mode = outside.stat().st_mode
    assert emptied(inside) and list(inside.iterdir()) == []
    assert (outside / "kept").is_dir() and outside.stat().st_mode == mode


LAZY = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("lazy", sys.argv[1])
lazy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lazy)
import keras
lazy.install()
import numpy as np
import tensorflow as tf
from tensorflow import keras as theirs
from tensorflow.keras.layers import LSTM, Dense, Input
from tensorflow.keras.utils import set_random_seed
set_random_seed(1)
model = tf.keras.Sequential([Input((2, 1)), LSTM(2), Dense(1)])
model.compile("adam", "mse")
model.fit(np.ones((4, 2, 1)), np.ones(4), verbose=0, validation_split=0.5)
model.predict(np.ones((4, 2, 1)), verbose=0), model.to_json()
loaded = ["tensorflow.python" in sys.modules]
found = [tf.__version__, float(tf.reduce_sum(tf.ones(3))), tf.Tensor.__name__, LSTM is keras.layers.LSTM]
import tensorflow.python.framework.ops
set_random_seed(1)
once = float(tf.random.uniform(()))
set_random_seed(1)
print(json.dumps([loaded + ["tensorflow.python" in sys.modules], found[1:], found[0][0],
                  once == float(tf.random.uniform(()))]))
"""


def test_tensorflow_is_loaded_when_it_is_needed(tmp_path):
    """`tensorflow.keras` alone does not load TensorFlow; any other name gives the real thing."""
    place = environment(tmp_path, "jax")
    command = [sys.executable, "-c", LAZY, str(Path(lazy_tensorflow.__file__))]
    run = subprocess.run(command, env=place, capture_output=True, text=True, check=True)
    told = json.loads(run.stdout.splitlines()[-1])
    assert told == [[False, True], [3.0, "Tensor", True], "2", True]

"""Import what a worker needs once, then fork a worker for each order.

    python -I forkserver.py EVENTS        (orders as JSON lines on stdin, events on descriptor EVENTS)

No student's code ever runs in this process, and nothing has been computed in it when it forks:
JAX and TensorFlow start their threads at the first operation, in the worker. One worker at a time.
Stands alone beside worker.py: it is mounted into a bubble.
"""

import contextlib
import ctypes
import gc
import importlib
import importlib.util
import json
import os
import shutil
import signal
import stat
import sys
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
IPC = ("shm", "sem", "msg")
LIBRARIES = ("scipy.stats", "sklearn.linear_model", "sklearn.metrics", "sklearn.preprocessing")


def main(events: int) -> None:
    """Import, then serve orders until stdin closes."""
    path = Path(__file__).with_name("worker.py")
    spec = importlib.util.spec_from_file_location("moveout_worker", path)
    worker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(worker)
    worker.prepare()
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    draw_once()
    prctl(PR_SET_DUMPABLE, 0)  # a worker, though of the same user, cannot look into this process
    gc.collect()
    gc.freeze()  # what is shared with the workers is not copied for counting references of garbage
    tell(events, ready=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "sweep" in order:
            tell(events, swept=all([*map(emptied, order["folders"]), no_ipc_left()]))
            os.write(1, order["sweep"].encode())  # all that the worker printed came before this
            continue
        if order["tensorflow"]:
            worker.lazy_tensorflow.load()
        serve(worker, order, events)


def serve(worker, order: dict, events: int) -> None:
    """Fork a worker and wait for its end."""
    process = os.fork()
    if process == 0:
        become_worker(worker, order, events)
    tell(events, started=True)
    _, status = os.waitpid(process, 0)
    tell(events, ended=os.waitstatus_to_exitcode(status))


def become_worker(worker, order: dict, events: int) -> None:
    """Leave all that belongs to the server, take limits, and do the job. Never returns."""
    try:
        os.close(events)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.setsid()
        if order["core"] is not None:
            os.sched_setaffinity(0, {order["core"]})
        confine(order["uid"])
        os.chdir(order["cwd"])
        worker.run(order["inside"])
    finally:
        worker.leave(sys.exc_info()[1])


def confine(uid: int | None) -> None:
    """Be the first to be killed, do not outlive the server, and (where the grader is root) become
    a user of its own."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    if uid is not None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_DUMPABLE, 1)  # its memory is to be measured


def prctl(option: int, value: int) -> None:
    """Call Linux' prctl."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def draw_once() -> None:
    """Let matplotlib read its fonts and load what drawing needs."""
    pyplot = importlib.import_module("matplotlib.pyplot")
    figure, ax = pyplot.subplots()
    ax.plot([1, 2], label="x")
    ax.hist([1, 2])
    ax.imshow([[1, 2]])
    ax.legend()
    figure.canvas.draw()
    pyplot.close("all")


def emptied(folder: str | Path) -> bool:
    """Remove everything in a folder; tell whether nothing is left."""

    def retry(function, path, _):
        for shut in (Path(path).parent, Path(path)):
            if not shut.is_symlink():
                shut.chmod(stat.S_IRWXU)
        function(path)

    if not Path(folder).exists():
        return True
    for path in Path(folder).iterdir():
        with contextlib.suppress(OSError, RecursionError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, onerror=retry)
            else:
                path.unlink()
    return not any(Path(folder).iterdir())


def no_ipc_left() -> bool:
    """Tell whether no System V memory, semaphore or queue is there for the next worker to find."""
    with contextlib.suppress(OSError):
        return all(len(Path(f"/proc/sysvipc/{kind}").read_text().splitlines()) < 2 for kind in IPC)
    return True


def tell(events: int, **event) -> None:
    """Write an event for the supervisor."""
    os.write(events, json.dumps(event).encode() + b"\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""Import what a worker needs once, then fork a worker for each order.

    python -I forkserver.py EVENTS        (orders as JSON lines on stdin, events on descriptor EVENTS)

No student's code ever runs in this process, and nothing has been computed in it when it forks:
JAX and TensorFlow start their threads at the first operation, in the worker. One worker at a time.
In a bubble it is the first process: no worker can look into it, and no signal of theirs reaches it.
Stands alone beside worker.py: it is mounted into a bubble.
"""

import contextlib
import ctypes
import gc
import importlib
import importlib.util
import itertools
import json
import os
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
IPC = ("shm", "sem", "msg")
LIBRARIES = ("scipy.stats", "sklearn.linear_model", "sklearn.metrics", "sklearn.preprocessing")


def main(events: int) -> None:
    """Import, then serve orders until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    worker = sibling("worker")
    refuse_calls = sibling("refusing").refuse_calls
    worker.prepare()
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    draw_once()
    prctl(PR_SET_DUMPABLE, 0)  # a worker, though of the same user, cannot look into this process
    gc.collect()
    gc.freeze()  # what is shared with the workers is not copied for counting references of garbage
    tell(events, ready=True)
    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        order = json.loads(line)
        if "sweep" in order:
            reap()
            tell(events, swept=all([*map(emptied, order["folders"]), no_ipc_left()]))
            os.write(1, order["sweep"].encode())  # all that the worker printed came before this
            continue
        if order["tensorflow"]:
            worker.lazy_tensorflow.load()
        serve(worker, refuse_calls, order, events)


def sibling(name: str):
    """Import a file that lies beside this one, without making its folder importable."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"moveout_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def serve(worker, refuse_calls, order: dict, events: int) -> None:
    """Fork a worker and wait for its end; bury what it orphaned, where this is the first process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    process = os.fork()
    if process == 0:
        become_worker(worker, refuse_calls, order, events)
    tell(events, started=True)
    ended, status = os.wait()
    while ended != process:
        ended, status = os.wait()
    signal.signal(signal.SIGCHLD, reap)
    reap()  # those that came before the handler did
    tell(events, ended=os.waitstatus_to_exitcode(status))


def reap(*_) -> None:
    """Bury children that ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def become_worker(worker, refuse_calls, order: dict, events: int) -> None:
    """Leave all that belongs to the server, take limits, and do the job. Never returns."""
    try:
        os.close(events)
        give_own_streams()
        os.setsid()
        if order["core"] is not None:
            os.sched_setaffinity(0, {order["core"]})
        confine(order["uid"])
        refuse_calls()
        os.chdir(order["cwd"])
        worker.run(order["inside"])
    finally:
        worker.leave(sys.exc_info()[1])


def give_own_streams() -> None:
    """Open standard input and output anew: the flags of the server's own are not to be changed."""
    streams = os.open(os.devnull, os.O_RDONLY), os.open("/proc/self/fd/1", os.O_WRONLY)
    for stream, numbers in zip(streams, ((0,), (1, 2)), strict=True):
        for number in numbers:
            os.dup2(stream, number)
        os.close(stream)


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
    """Remove everything in a folder, however deep; tell whether nothing is left.

    What lies in a folder inside is moved up before that is removed: no path grows long, and nothing
    is done by recursion.
    """
    folder = Path(folder)
    if not folder.exists():
        return True
    names = (folder / f".{os.urandom(8).hex()}.{n}" for n in itertools.count())
    while any([removed(path, names) for path in folder.iterdir()]):
        pass
    return not any(folder.iterdir())


def removed(path: Path, names: Iterator[Path]) -> bool:
    """Remove a file, a link, or a folder from which its folders were moved to free names."""
    with contextlib.suppress(OSError):
        if path.is_symlink() or not path.is_dir():
            path.unlink()
            return True
        path.chmod(stat.S_IRWXU)
        for inner in path.iterdir():
            if inner.is_dir() and not inner.is_symlink():
                inner.chmod(stat.S_IRWXU)  # only who may write in a folder may move it
                inner.rename(next(names))
            else:
                inner.unlink()
        path.rmdir()
        return True
    return False


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

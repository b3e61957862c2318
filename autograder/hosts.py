"""Hosts: where workers run one after the other. A host lives as long as this process, at most.

Starting one costs the import of Keras, so a host is kept for the next worker, which then starts in
hundredths of a second. Nothing of one worker is left for the next: its processes are killed, its
folders emptied, and a host that cannot be cleaned is given up.
"""

import atexit
import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psutil

from autograder.errors import GraderError
from autograder.forkserver import emptied
from autograder.isolation import (
    FIRST_UID,
    HERE,
    SWEPT,
    bare_environment,
    bubble,
    environment,
    give_away,
    own_user_possible,
)
from autograder.model import Limits

WORKER_MB = 1300  # what a worker may be expected to hold
SUPERVISE = (
    f"import sys; sys.path.insert(0, {str(HERE.parent)!r}); "
    "from autograder.supervisor import main; main()"
)


def at_once() -> int:
    """Return how many workers run side by side: as there are processors and memory for."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free_mb = psutil.virtual_memory().available / 2**20
    return max(1, min(cores, int(free_mb / WORKER_MB)))


class Host:
    """A supervisor, its fork server, and the folder in which its workers find their jobs."""

    def __init__(self, isolation: str, backend: str):
        self.isolation, self.backend = isolation, backend
        self.root = Path(tempfile.mkdtemp(prefix="moveout-"))
        inside = Path("/job") if isolation == "bwrap" else self.root
        self.own_user = isolation == "process" and own_user_possible()
        self.usable, self.slot, self.core = True, 0, None
        python = [sys.executable, "-I", "-B"]
        self.job = {
            "argv": [*python, str(HERE / "worker.py"), str(inside)],
            "env": environment(inside, backend),
            "cwd": str(inside / "work" / "assignment"),
            "inside": str(inside),
            "job": str(self.root),
        }
        server = [*python, str(HERE / "forkserver.py")]
        start = {
            "argv": [*(bubble(self.root) if isolation == "bwrap" else []), *server] if forks() else [],
            "env": self.job["env"],
            "cwd": str(self.root),
            "sweep": SWEPT if isolation == "bwrap" else (),
        }
        (self.root / "tmp").mkdir()
        self.supervisor = subprocess.Popen(
            [*python, "-c", SUPERVISE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            env=bare_environment(),
        )
        self._send(start)

    def _send(self, order: dict) -> None:
        with contextlib.suppress(OSError, ValueError):  # if it is gone, reading from it tells
            self.supervisor.stdin.write(json.dumps(order) + "\n")
            self.supervisor.stdin.flush()

    def run(self, limits: Limits, tensorflow: bool) -> Iterator[dict]:
        """Run a worker on the job in the host's folder; yield its events, the end as the last."""
        uid = FIRST_UID + self.slot if self.own_user else None
        if uid is not None:
            give_away(self.root, uid)
        order = {"limits": asdict(limits), "tensorflow": tensorflow, "uid": uid, "core": self.core}
        self._send({**self.job, **order})
        for line in self._lines():
            with contextlib.suppress(ValueError):
                event = json.loads(line[:100_000])
                yield event
                if event.get("end"):
                    self.usable = event["usable"]
                    return
        self.usable = False  # the supervisor itself was killed
        end_those_left(self.root)

    def _lines(self) -> Iterator[str]:
        """Yield what the supervisor says, until it is gone or another thread closes this host."""
        with contextlib.suppress(ValueError):
            while line := self.supervisor.stdout.readline():
                yield line

    def emptied(self) -> bool:
        """Empty the folder; tell whether nothing is left in it."""
        return emptied(self.root)

    def close(self) -> None:
        """End the supervisor and all that it started; remove the folder."""
        self.usable = False
        self.supervisor.stdin.close()
        try:
            self.supervisor.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.supervisor.kill()
            self.supervisor.wait()
        self.supervisor.stdout.close()
        self.emptied()
        with contextlib.suppress(OSError):
            self.root.rmdir()


def core(slot: int) -> int | None:
    """Return a processor for the workers of one slot (Linux)."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0))
    return cores[slot % len(cores)]


def forks() -> bool:
    """Tell whether workers are forked from a server that has imported their libraries."""
    return sys.platform == "linux"


def end_those_left(root: Path) -> None:
    """Kill every process that has its home in a worker's folder."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("HOME") == str(root / "tmp"):
                process.kill()


class Hosts:
    """The hosts of this process."""

    def __init__(self):
        self.idle: list[Host] = []
        self.all: set[Host] = set()
        self.lock, self.ended, self.pin = threading.Lock(), False, False
        self.slots: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(at_once()):
            self.slots.put(slot)

    @contextmanager
    def lent(self, isolation: str, backend: str) -> Iterator[Host]:
        """Lend a host with an empty folder, at most `at_once()` at a time; close it if it is spoilt."""
        slot = self.slots.get()
        try:
            host = self._taken(isolation, backend) or self._new(isolation, backend)
            host.slot, host.core = slot, core(slot) if self.pin else None
            try:
                yield host
            except BaseException:
                host.usable = False
                raise
            finally:
                if host.usable and host.emptied():
                    with self.lock:
                        self.idle.append(host)
                else:
                    self._close(host)
        finally:
            self.slots.put(slot)

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Give every worker a processor of its own meanwhile: in a batch, all are busy anyway, and
        a network's threads cost more on two than they gain."""
        self.pin = True
        try:
            yield
        finally:
            self.pin = False

    def start(self, isolation: str, backend: str, number: int) -> None:
        """Start hosts until there are as many, without waiting until they are ready."""
        for _ in range(number - sum(h.backend == backend for h in self.all)):
            host = self._new(isolation, backend)
            with self.lock:
                self.idle.append(host)

    def _taken(self, isolation: str, backend: str) -> Host | None:
        with self.lock:
            for host in self.idle:
                if (host.isolation, host.backend) == (isolation, backend):
                    self.idle.remove(host)
                    return host
        return None

    def _new(self, isolation: str, backend: str) -> Host:
        if self.ended:
            raise GraderError("The grader is ending. Run the command again.")
        try:
            host = Host(isolation, backend)
        except OSError as error:
            raise GraderError(f"No worker could be started ({error}). Run self-check.") from error
        self.all.add(host)
        return host

    def _close(self, host: Host) -> None:
        with self.lock:
            open_still = host in self.all  # at the end of the process, another thread closes all
            self.all.discard(host)
        if open_still:
            host.close()

    def close(self) -> None:
        """End all hosts."""
        with self.lock:
            self.idle.clear()
            hosts, self.all = self.all, set()
        for host in hosts:
            host.close()

    def end(self) -> None:
        """End all hosts, for good."""
        self.ended = True
        self.close()


HOSTS = Hosts()
atexit.register(HOSTS.end)

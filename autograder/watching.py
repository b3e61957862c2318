"""Watch one worker: its time, memory, output, disk and processes. Part of the supervisor."""

import collections
import contextlib
import json
import os
import queue
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

POLL_S, DISK_S, LONGEST_S = 0.05, 0.2, 1.0
KEPT_BYTES = 8 * 1024
MAX_FILES, MAX_DEPTH = 5000, 40
FLOOD = 20_000  # events that wait for the grader to read them
THREADS = 100  # of a process, on average: a network takes some per processor
TOLD = ("question", "epoch", "epochs", "pause", "training")


class Watched:
    """A running worker with its limits.

    Args:
        order: The worker's limits and the folder of its job.
        process: How it runs: `ended`, `family`, `finish`, `output`, `returncode`.
        orders: Knows whether the grader is still there: `closed`.
    """

    def __init__(self, order: dict, process, orders):
        self.limits, self.job = order["limits"], Path(order["job"])
        self.process, self.orders = process, orders
        self.progress, self.read_to = self.job / "out" / "progress.jsonl", 0
        self.peak_mb = 0
        self.started = self.asked = self.checked_disk = time.monotonic()
        self.patience = self.limits["part_s"]

    def run(self) -> str | None:
        """Return the limit that ended the worker, or None if it ended by itself."""
        pause_s = POLL_S
        while not self.process.ended(pause_s):
            self.follow()
            before = time.monotonic()
            cause = self.exceeded()
            costly_s = time.monotonic() - before
            pause_s = min(max(POLL_S, 9 * costly_s), LONGEST_S)  # as a rule, a tenth of the time
            if cause:
                return cause
        self.follow()
        return None

    def follow(self) -> None:
        """Pass on what the worker says of its progress; a new question restarts its clock."""
        for event in self.new_events():
            if event.keys() & {"question", "load", "pause"}:
                quick = event.get("kind") in ("call", "plot")
                self.asked = time.monotonic()
                self.patience = self.limits["call_s" if quick else "part_s"]
            emit(**{key: event[key] for key in TOLD if key in event})

    def new_events(self) -> list[dict]:
        """Return the well-formed lines added to the progress file since the last look."""
        try:
            with open(self.progress, "rb", opener=plainly) as stream:
                stream.seek(self.read_to)
                block = stream.read(64 * 1024)
        except OSError:  # not there yet, or not a plain file
            return []
        whole = block[: block.rfind(b"\n") + 1]
        self.read_to += len(whole)
        return [event for line in whole.splitlines() if (event := parsed(line))]

    def exceeded(self) -> str | None:
        """Return the name of the limit that is exceeded now."""
        now, family = time.monotonic(), self.process.family()
        checks = {
            "closed": lambda: self.orders.closed,
            "processes": lambda: too_many(family, self.limits["processes"]),
            "time": lambda: now > min(self.started + self.limits["part_s"], self.asked + self.patience),
            "memory": lambda: self.memory_full(family),
            "output": lambda: self.process.output.full,
            "disk": lambda: self.disk_full(now, family),
        }
        return next((cause for cause, over in checks.items() if over()), None)

    def memory_full(self, family: list[psutil.Process]) -> bool:
        """Look at the resident memory; what processes share counts once, where that matters."""
        resident = sum(map(resident_mb, family))
        if resident > self.limits["memory_mb"] and len(family) > 1:
            resident = sum(map(own_share_mb, family))
        self.peak_mb = max(self.peak_mb, resident)
        return resident > self.limits["memory_mb"]

    def disk_full(self, now: float, family: list[psutil.Process]) -> bool:
        """Look now and then whether the job's folder grew too large."""
        if now - self.checked_disk < DISK_S:
            return False
        self.checked_disk = now
        return used_mb(self.job) + removed_mb(family) > self.limits["disk_mb"]

    def clear(self) -> bool:
        """Kill the worker and everything it left; tell whether another one can be started."""
        kill_all(self.process.family)
        return self.process.finish() and not self.process.family()

    def report(self) -> dict:
        """Return what the run cost and the two ends of its output."""
        return {
            "returncode": self.process.returncode,
            "peak_mb": int(self.peak_mb),
            "seconds": time.monotonic() - self.started,
            "output": self.process.output.text(),
        }


class Output:
    """Keeps the head and the tail of what a worker prints, whatever its length."""

    def __init__(self, limit: int):
        self.limit, self.head, self.count = limit, b"", 0
        self.tail: collections.deque[bytes] = collections.deque(maxlen=2)

    def add(self, block: bytes) -> None:
        """Take a block; past the limit the worker is ended soon, and nothing more is kept."""
        if not self.full:
            self.head += block[: KEPT_BYTES - len(self.head)]
            self.tail.append(block[-KEPT_BYTES:])
        self.count += len(block)

    @property
    def full(self) -> bool:
        """Tell whether more was printed than is allowed."""
        return self.count > self.limit

    def cut_at(self, mark: bytes) -> None:
        """Remove the mark at the end."""
        self.count -= len(mark)
        self.head = self.head.replace(mark, b"")
        tail = b"".join(self.tail).replace(mark, b"")
        self.tail.clear()
        self.tail.append(tail)

    def text(self) -> str:
        """Return the output, with the cut announced."""
        if self.count <= KEPT_BYTES:
            return self.head.decode(errors="replace")
        kept = min(self.count - KEPT_BYTES, KEPT_BYTES)
        tail = b"".join(self.tail)[-kept:]
        cut = self.count - len(self.head) - len(tail)
        middle = f"\n[… {cut} bytes cut …]\n" if cut > 0 else ""
        return self.head.decode(errors="replace") + middle + tail.decode(errors="replace")


def plainly(path: str, flags: int) -> int:
    """Open a file without following a link or waiting on a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def parsed(line: bytes) -> dict | None:
    """Return a progress event, or None for a line that is not one."""
    try:
        event = json.loads(line[:1000])
        counted = [event[key] for key in ("epoch", "epochs") if key in event]
        complete = len(counted) in (0, 2) and all(type(n) is int and 0 < n < 10**7 for n in counted)
        return event if complete and isinstance(event.get("question", ""), str) else None
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def resident_mb(process: psutil.Process) -> float:
    """Return a process's resident memory in MiB, 0 if it is gone."""
    try:
        return process.memory_info().rss / 2**20
    except psutil.Error:
        return 0.0


def own_share_mb(process: psutil.Process) -> float:
    """Return a process's memory in MiB, shared pages divided among those who share them (Linux)."""
    try:
        memory = process.memory_full_info()
        return getattr(memory, "pss", memory.uss) / 2**20
    except psutil.Error:  # it is gone, or may not be looked into
        return resident_mb(process)


def too_many(family: list[psutil.Process], limit: int) -> bool:
    """Tell whether there are more processes, or more threads in them, than are allowed."""
    return len(family) > limit or sum(map(threads, family)) > limit * THREADS


def threads(process: psutil.Process) -> int:
    """Return the number of a process's threads, 0 if it is gone."""
    try:
        return process.num_threads()
    except psutil.Error:
        return 0


def used_mb(folder: Path) -> float:
    """Return the size of a folder in MiB; one with very many files, or a very deep one, is full."""
    total, count, below = 0, 0, [(folder, 0)]
    while below:
        place, depth = below.pop()
        with contextlib.suppress(OSError), os.scandir(place) as found:
            for entry in found:
                count += 1
                if count > MAX_FILES or depth > MAX_DEPTH:
                    return float("inf")
                if entry.is_dir(follow_symlinks=False):
                    below.append((Path(entry.path), depth + 1))
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total / 2**20


def removed_mb(family: list[psutil.Process]) -> float:
    """Return the size in MiB of the files that processes removed, but hold open (Linux)."""
    found = {}
    for process in family:
        with contextlib.suppress(OSError):
            for descriptor in os.scandir(f"/proc/{process.pid}/fd"):
                with contextlib.suppress(OSError):
                    file = descriptor.stat()
                    if stat.S_ISREG(file.st_mode) and not file.st_nlink:
                        found[file.st_dev, file.st_ino] = file.st_size
    return sum(found.values()) / 2**20


def descendants() -> list[psutil.Process]:
    """Return all descendants of this process."""
    try:
        return psutil.Process().children(recursive=True)
    except psutil.Error:
        return []


def kill_all(family: Callable[[], list[psutil.Process]], patience_s: float = 5) -> None:
    """Kill processes, and those that came meanwhile, until none is left or patience ends."""
    until = time.monotonic() + patience_s
    while (found := family()) and time.monotonic() < until:
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=0.5)


class Teller:
    """Writes events for the grader from a thread: whoever does not read them stops no watch."""

    def __init__(self):
        self.waiting = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._write, daemon=True)

    def tell(self, event: dict) -> None:
        """Let an event be written; of a flood of epochs, only the first; raise where nothing can be."""
        if not self.thread.is_alive():
            raise BrokenPipeError("nobody reads")
        most = FLOOD if "epoch" in event else 10 * FLOOD
        if event.get("end") or self.waiting.qsize() < most:
            self.waiting.put(event)

    def end(self) -> None:
        """Write what waits, if it is read; then end this process, which a stuck writer cannot stop."""
        self.waiting.put(None)
        self.thread.join(1)
        os._exit(0)

    def _write(self) -> None:
        while (event := self.waiting.get()) is not None:
            print(json.dumps(event), flush=True)


TELLER = Teller()


def emit(**event) -> None:
    """Write one event for the grader."""
    TELLER.tell(event)

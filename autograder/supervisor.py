"""Start one worker, watch its limits, and leave nothing behind.

    python -I supervisor.py        (order as one JSON line on stdin, events as JSON lines on stdout)

A process of its own, because on Linux it becomes the reaper of everything the worker starts: what
leaves the worker's session is still found and killed. It ends its worker when its own stdin closes,
so that no worker outlives the grader. Stands alone but for psutil.
"""

import collections
import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

POLL_S = 0.05
KEPT_BYTES = 8 * 1024
MAX_FILES = 5000
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def main() -> None:
    """Read the order, run the worker to its end, and tell how it ended."""
    order = json.loads(sys.stdin.readline())
    become_reaper()
    watched = Watched(order)
    threading.Thread(target=watched.stop_when_closed, args=(sys.stdin,), daemon=True).start()
    cause = watched.run()
    watched.clear()
    emit(end=True, cause=cause, **watched.report())


def emit(**event) -> None:
    """Write one event for the grader."""
    print(json.dumps(event), flush=True)


def become_reaper() -> None:
    """Make orphaned descendants children of this process (Linux; elsewhere nothing happens)."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def prctl(option: int, value: int) -> None:
    """Call Linux' prctl; elsewhere do nothing."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def confine(disk_mb: int, uid: int | None) -> None:
    """Runs in the worker before its program starts: file size, core dumps, first to be killed,
    no life after its supervisor, and (where the grader is root) a user of its own."""
    import resource

    size = disk_mb * 2**20
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    if uid is not None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Watched:
    """A running worker with its limits."""

    def __init__(self, order: dict):
        self.limits, self.job = order["limits"], Path(order["job"])
        self.progress = self.job / "out" / "progress.jsonl"
        self.output, self.read_to = Output(self.limits["output_mb"] * 2**20), 0
        self.peak_mb, self.closed = 0, False
        self.started = self.asked = time.monotonic()
        self.patience = self.limits["part_s"]
        self.checked_disk = self.started
        posix = os.name == "posix"
        self.process = subprocess.Popen(
            order["argv"],
            cwd=order["cwd"],
            env=order["env"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=posix,
            preexec_fn=(lambda: confine(self.limits["disk_mb"], order["uid"])) if posix else None,
        )
        self.reader = threading.Thread(
            target=self.output.drain, args=(self.process.stdout,), daemon=True
        )
        self.reader.start()

    def stop_when_closed(self, stream) -> None:
        """Note when the grader is gone."""
        stream.read()
        self.closed = True

    def run(self) -> str | None:
        """Return the limit that ended the worker, or None if it ended by itself."""
        while self.process.poll() is None:
            self.follow()
            cause = self.exceeded()
            if cause:
                return cause
            time.sleep(POLL_S)
        self.follow()
        return None

    def follow(self) -> None:
        """Pass on what the worker says of its progress; a new question restarts its clock."""
        for event in self.new_events():
            if "question" in event or "load" in event:
                quick = event.get("kind") in ("call", "plot")
                self.asked = time.monotonic()
                self.patience = self.limits["call_s" if quick else "part_s"]
            emit(**{key: event[key] for key in ("question", "epoch", "epochs") if key in event})

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
        now, family = time.monotonic(), self.family()
        checks = {
            "closed": lambda: self.closed,
            "processes": lambda: len(family) > self.limits["processes"],
            "time": lambda: now > min(self.started + self.limits["part_s"], self.asked + self.patience),
            "memory": lambda: self.memory_full(family),
            "output": lambda: self.output.count > self.output.limit,
            "disk": lambda: self.disk_full(now),
        }
        return next((cause for cause, over in checks.items() if over()), None)

    def memory_full(self, family: list[psutil.Process]) -> bool:
        """Look at the resident memory; what processes share counts once, where that matters."""
        resident = sum(map(resident_mb, family))
        if resident > self.limits["memory_mb"] and len(family) > 1:
            resident = sum(map(own_share_mb, family))
        self.peak_mb = max(self.peak_mb, resident)
        return resident > self.limits["memory_mb"]

    def disk_full(self, now: float) -> bool:
        """Look once a second whether the job's folder grew too large."""
        if now - self.checked_disk < 1:
            return False
        self.checked_disk = now
        return used_mb(self.job) > self.limits["disk_mb"]

    def family(self) -> list[psutil.Process]:
        """Return all descendants of this process: the worker and what it started."""
        try:
            return psutil.Process().children(recursive=True)
        except psutil.Error:
            return []

    def clear(self) -> None:
        """Kill the worker and everything it left, until nothing is left (or five seconds passed)."""
        until = time.monotonic() + 5
        while (family := self.family()) and time.monotonic() < until:
            for process in family:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(family, timeout=0.5)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        self.reader.join(timeout=2)

    def report(self) -> dict:
        """Return what the run cost and the two ends of its output."""
        return {
            "returncode": self.process.returncode,
            "peak_mb": int(self.peak_mb),
            "seconds": time.monotonic() - self.started,
            "output": self.output.text(),
        }


class Output:
    """Keeps the head and the tail of a stream, whatever its length."""

    def __init__(self, limit: int):
        self.limit, self.head, self.count = limit, b"", 0
        self.tail: collections.deque[bytes] = collections.deque(maxlen=2)

    def drain(self, stream) -> None:
        """Read up to the limit; past it the worker waits in the call that printed too much."""
        while self.count <= self.limit and (block := stream.read1(64 * 1024)):
            self.head += block[: KEPT_BYTES - len(self.head)]
            self.count += len(block)
            self.tail.append(block[-KEPT_BYTES:])

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
    except (ValueError, AttributeError, RecursionError):
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
    except psutil.Error:
        return 0.0


def used_mb(folder: Path) -> float:
    """Return the size of a folder in MiB; a folder with very many files counts as full."""
    total = 0
    for number, (root, _, names) in enumerate(os.walk(folder)):
        if number + len(names) > MAX_FILES:
            return float("inf")
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(Path(root) / name).st_size
    return total / 2**20


if __name__ == "__main__":
    main()

"""Run workers one after the other, watch their limits, and leave nothing behind.

    autograder.supervisor.main()        (orders as JSON lines on stdin, events as JSON lines on stdout)

The first order says how workers start: forked from a server that has imported their libraries, or,
where processes cannot fork, each as a new process. Every further line is one worker's order.

A process of its own, because on Linux it becomes the reaper of everything a worker starts: what
leaves the worker's session is still found and killed. It ends all when its own stdin closes, so
that no worker outlives the grader. Imports watching.py and psutil, nothing else of the package.
"""

import contextlib
import ctypes
import json
import os
import queue
import secrets
import select
import signal
import subprocess
import sys
import threading
import time

import psutil

from autograder.watching import TELLER, Output, Watched, descendants, emit, kill_all

READY_S = 120
SWEEP_S = 10
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36


def main() -> None:
    """Serve orders until stdin closes, then end everything."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)  # orphaned descendants become children of this process
    prctl(PR_SET_DUMPABLE, 0)
    TELLER.thread.start()
    orders = Orders(sys.stdin)
    start = orders.next()
    try:
        server = ForkServer(start) if start["argv"] else None
        while (order := orders.next()) is not None:
            serve(order, server, orders)
    finally:
        kill_all(descendants)
        TELLER.end()


def serve(order: dict, server: "ForkServer | None", orders: "Orders") -> None:
    """Run one worker to its end and tell how it ended."""
    try:
        process = server.start(order) if server else NewProcess(order)
    except ServerGone:
        return emit(end=True, cause="server", usable=False, output=server.output.text())
    watched = Watched(order, process, orders)
    cause = watched.run()
    usable = watched.clear()
    emit(end=True, cause=cause, usable=usable, **watched.report())


def prctl(option: int, value: int) -> None:
    """Call Linux' prctl; elsewhere do nothing."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


class ServerGone(Exception):
    """The fork server ended, or does not answer."""


class Orders:
    """The grader's orders; knows at once when the grader is gone."""

    def __init__(self, stream):
        self.closed, self.lines = False, queue.SimpleQueue()
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream) -> None:
        for line in stream:
            self.lines.put(line)
        self.closed = True
        self.lines.put(None)

    def next(self) -> dict | None:
        """Wait for the next order; None when the grader is gone."""
        line = self.lines.get()
        return json.loads(line) if line else None


class NewProcess:
    """A worker started as a new process."""

    def __init__(self, order: dict):
        posix = os.name == "posix"
        self.output = Output(order["limits"]["output_mb"] * 2**20)
        self.process = subprocess.Popen(
            order["argv"],
            cwd=order["cwd"],
            env=order["env"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=posix,
        )
        self.reader = threading.Thread(target=self._drain, daemon=True)
        self.reader.start()

    def _drain(self) -> None:
        while block := self.process.stdout.read1(64 * 1024):
            self.output.add(block)

    def ended(self, wait_s: float) -> bool:
        """Wait a little for the end; tell whether it has come."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(wait_s)
        return self.process.returncode is not None

    @property
    def returncode(self) -> int | None:
        """Return the exit code, negative for a signal."""
        return self.process.returncode

    def family(self) -> list[psutil.Process]:
        """Return the worker and what it started."""
        return descendants()

    def finish(self) -> bool:
        """Collect the rest of the output; tell whether another worker can be started."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        self.reader.join(timeout=2)
        return True


class ForkServer:
    """The process that forks the workers, and the one worker that it has now."""

    def __init__(self, order: dict):
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            [*order["argv"], str(writing)],
            cwd=order["cwd"],
            env=order["env"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(writing,),
            start_new_session=True,
            preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
        )
        os.close(writing)
        self.events, self.unread, self.sweep = reading, b"", order["sweep"]
        self.output, self.mark, self.marked = Output(2**20), b"", threading.Event()
        self.returncode: int | None = None
        self.own: set[psutil.Process] | None = None
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        """Read what workers print; the mark says that a worker's output is complete."""
        recent = b""
        while block := self.process.stdout.read1(64 * 1024):
            self.output.add(block)
            recent = recent[-64:] + block
            if self.mark and self.mark in recent:
                self.marked.set()

    def start(self, order: dict) -> "ForkServer":
        """Fork a worker; raise `ServerGone` if there is no server."""
        if self.own is None:  # the first order: the libraries are still being imported
            self.expect("ready", READY_S)
            self.own = set(descendants())
        self.output, self.returncode = Output(order["limits"]["output_mb"] * 2**20), None
        self.send({key: order[key] for key in ("inside", "cwd", "uid", "core", "tensorflow")})
        self.expect("started", READY_S)
        return self

    def send(self, order: dict) -> None:
        """Write one line to the server."""
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise ServerGone from error

    def expect(self, key: str, wait_s: float):
        """Return what the server says of a key; raise `ServerGone` if it does not in time."""
        until = time.monotonic() + wait_s
        while (left := until - time.monotonic()) > 0:
            event = self.event(left)
            if key in event:
                return event[key]
        raise ServerGone

    def event(self, wait_s: float) -> dict:
        """Return the next event of the server, {} if none came in time."""
        if b"\n" not in self.unread and select.select([self.events], [], [], wait_s)[0]:
            block = os.read(self.events, 64 * 1024)
            if not block:
                raise ServerGone
            self.unread += block
        line, found, rest = self.unread.partition(b"\n")
        if not found:
            return {}
        self.unread = rest
        return json.loads(line)

    def ended(self, wait_s: float) -> bool:
        """Wait a little for the worker's end; tell whether it has come."""
        try:
            self.returncode = self.event(wait_s).get("ended")
        except ServerGone:
            self.returncode = -signal.SIGKILL
        return self.returncode is not None

    def family(self) -> list[psutil.Process]:
        """Return the worker and what it started, without the server's own processes."""
        return [process for process in descendants() if process not in self.own]

    def finish(self) -> bool:
        """Wait for the worker's last output and let the server sweep; tell whether it is clean."""
        self.mark = secrets.token_hex(16).encode()  # nothing of a worker is left to learn it
        self.marked.clear()
        try:
            if self.returncode is None:
                self.returncode = self.expect("ended", SWEEP_S)
            self.send({"sweep": self.mark.decode(), "folders": self.sweep})
            clean = self.expect("swept", SWEEP_S) and self.marked.wait(SWEEP_S)
        except ServerGone:
            return False
        self.output.cut_at(self.mark)
        return clean

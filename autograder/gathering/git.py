"""Git, as far as a stranger's repository may be touched: objects are fetched, nothing is obeyed.

All commands run in a bare repository of our own. Configuration, hooks and attributes of the other
one stay where they are, and nothing is checked out, so no filter, no hook and no submodule runs.
A repository on this machine is read without the instructor's configuration too; one elsewhere with
it, because that holds the proxy and the credentials.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.errors import CallError
from autograder.fetching import KEPT, is_elsewhere
from autograder.report import harmless

TIMEOUT_S = 600
PRINTED = 64 * 2**20  # bytes that git may print
LISTED = 4 * 2**20  # bytes of a list that may be cut
SAID = 2**16  # bytes of what git says when it gives up
TOLD = 300  # characters of it that a person sees
CONFIG = "[safe]\n\tdirectory = *\n"
SAFE = ("--no-replace-objects", "-c", f"core.hooksPath={os.devnull}", "-c", "gc.auto=0",
        "-c", "maintenance.auto=false", "-c", "fetch.recurseSubmodules=false")  # fmt: skip
# The other side of a fetch on this machine: no transport, so nothing is fetched for it; true parents;
# and only the folder that is named, never one with a like name beside it.
UPLOAD = "--upload-pack=GIT_ALLOW_PROTOCOL= GIT_GRAFT_FILE=/dev/null git-upload-pack --strict"
BLOCKS = 4 * 2**20  # of 512 bytes (of 1024 in some shells), that a file which git writes may have
LIMITED = ["/bin/sh", "-c", f'ulimit -S -f {BLOCKS}; exec "$@"', "sh"] if os.name == "posix" else []
TOO_LARGE = " died of signal 25"  # SIGXFSZ
ALWAYS = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
HERE = {"GIT_ALLOW_PROTOCOL": "file", "GIT_CONFIG_NOSYSTEM": "1"}
ELSEWHERE = {"GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh"}
USER = re.compile(r"(?<=://)[^/\s]*@|^[^/\\\s]*@")
QUERY = re.compile(r"(?<=://)([^?#\s]*)[?#][^\s']*")

RUNNING: set[subprocess.Popen] = set()


@dataclass(frozen=True)
class Scratch:
    """A bare repository of our own, into which a stranger's objects are fetched."""

    folder: Path

    def git(self, *arguments: str) -> bytes:
        """Run git in this repository and return what it prints; raise `CallError` with what it says."""
        return run(self.call(arguments), environment(self.config), PRINTED)

    def beginning(self, *arguments: str) -> bytes:
        """Run git and return the beginning of what it prints: a student's list may be endless."""
        return run(self.call(arguments), environment(self.config), LISTED, cut=True)

    def blob(self, sha: str, size: int) -> bytes:
        """Return the bytes of a file."""
        return run(self.call(["cat-file", "blob", sha]), environment(self.config), size)

    def ask(self, command: str, *options: str, url: str, specs: Iterable[str] = ()) -> bytes:
        """Run a command that reads another repository."""
        near = None if is_elsewhere(url) else self.config
        given = [command, *options, *([UPLOAD] if near else []), "--end-of-options", url, *specs]
        try:
            return run(self.call(given), environment(near), PRINTED)
        except CallError as error:
            raise CallError(str(error).replace(url, without_secrets(url))) from None

    def known(self, commits: Iterable[str]) -> set[str]:
        """Return those of some commits that were fetched: that are on the branch which counts."""
        given = list(commits)
        found = self.git("rev-list", "--no-walk", "--ignore-missing", *given) if given else b""
        return set(found.decode("ascii").split())

    @property
    def config(self) -> Path:
        """All of the configuration that counts for repositories on this machine."""
        return self.folder / "config"

    def call(self, arguments: Iterable[str]) -> list[str]:
        """Return a complete command line."""
        return ["git", *SAFE, f"--git-dir={self.folder / 'objects.git'}", *arguments]


def scratch(folder: Path) -> Scratch:
    """Make the bare repository in an empty folder."""
    made = Scratch(folder)
    made.config.write_text(CONFIG, encoding="utf-8")
    made.git("init", "--quiet", "--bare", "--template=")
    return made


def environment(config: Path | None) -> dict[str, str]:
    """Return the environment of git: nothing that leads it into another repository.

    Args:
        config: What counts instead of the instructor's configuration; None if that one counts.
    """
    given = {name: value for name, value in os.environ.items()
             if not name.startswith("GIT_") or (not config and KEPT.fullmatch(name))}  # fmt: skip
    return {**given, **ALWAYS, **({**HERE, "GIT_CONFIG_GLOBAL": str(config)} if config else ELSEWHERE)}


def run(arguments: list[str], environment: dict[str, str], most: int, cut: bool = False) -> bytes:
    """Run a command out of reach of the terminal, so that nothing waits for an answer.

    Args:
        arguments: The command line.
        environment: All of its environment.
        most: So many bytes of what it prints are read.
        cut: Whether it may print more, which is lost.
    """
    with tempfile.TemporaryFile() as said, started(arguments, environment, said) as process:
        printed = process.stdout.read(most + 1)
        if len(printed) > most:
            if cut:
                return printed[:most]
            raise CallError(f"git tells more than {most >> 10} kB. Look at the repository.")
        if process.wait():
            said.seek(0)
            raise CallError(reason(said.read(SAID)))
    return printed


@contextlib.contextmanager
def started(
    arguments: list[str], environment: dict[str, str], said: IO[bytes]
) -> Iterator[subprocess.Popen]:
    """Start git; end it, and what it has started, when it is no longer wanted or takes too long."""
    if not shutil.which(arguments[0]):
        raise CallError("git cannot be found. Install git.")
    try:
        process = subprocess.Popen([*LIMITED, *arguments], stdin=subprocess.DEVNULL, env=environment,
                                   stdout=subprocess.PIPE, stderr=said, start_new_session=True)
    except OSError as error:
        raise CallError(f"git cannot be started ({error.strerror}). Install git.") from error
    RUNNING.add(process)
    timer = threading.Timer(TIMEOUT_S, end, [process])
    timer.start()
    try:
        with process.stdout:
            yield process
    finally:
        timer.cancel()
        end(process)
        RUNNING.discard(process)


def end_all() -> None:
    """End all of git that runs still, in whichever thread."""
    for process in [*RUNNING]:
        end(process)


def end(process: subprocess.Popen) -> None:
    """End a process and those that it has started, if it runs still."""
    if process.poll() is None:
        with contextlib.suppress(OSError, AttributeError):  # Windows has no groups
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def reason(said: bytes) -> str:
    """Return why git gave up, as one harmless line without anybody's password."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines()
             if line.startswith(("fatal:", "error:"))]  # fmt: skip
    if any(TOO_LARGE in line for line in lines):
        return "It holds too much: more than 2 GB. Look at the repository."
    if not lines:
        return f"git broke off without a reason, or took longer than {TIMEOUT_S} s. Try again."
    return without_secrets(harmless(lines[0].split(":", 1)[1]).strip())[:TOLD]


def without_secrets(url: str) -> str:
    """Return a URL, or a text that holds some, without names, passwords and tokens in it."""
    return QUERY.sub(r"\1", USER.sub("", url))

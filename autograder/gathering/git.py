"""Git, as far as a stranger's repository may be touched: objects are fetched, nothing is obeyed.

All commands run in a bare repository of our own. Configuration, hooks and attributes of the other
one stay where they are, and nothing is checked out, so no filter, no hook and no submodule runs.
A repository on this machine is read without the instructor's configuration too; one elsewhere with
it, because that holds the proxy and the credentials.
"""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.errors import CallError
from autograder.report import harmless

TIMEOUT_S = 600
TOLD = 300  # characters of what git says
CONFIG = "[safe]\n\tdirectory = *\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
SAFE = (
    "--no-pager", "--no-replace-objects", "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=",
    "-c", f"core.attributesFile={os.devnull}", "-c", "protocol.ext.allow=never",
    "-c", "fetch.recurseSubmodules=false", "-c", "submodule.recurse=false", "-c", "gc.auto=0",
    "-c", "maintenance.auto=false", "-c", "log.showSignature=false",
)  # fmt: skip
ALWAYS = {
    "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh", "GIT_OPTIONAL_LOCKS": "0",
}  # fmt: skip
KEPT = re.compile(r"GIT_(SSH|SSH_.*|SSL_.*|PROXY_.*|ASKPASS|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM)")
ELSEWHERE = re.compile(r"(?!file:)[\w.+@-]{2,}:")  # https://…, ssh://…, git@host:…, not C:\…
USER = re.compile(r"(?<=://)[^/@\s]*@")


@dataclass(frozen=True)
class Scratch:
    """A bare repository of our own, into which a stranger's objects are fetched."""

    folder: Path

    def git(self, *arguments: str, url: str = "", stdout: IO | int = subprocess.PIPE) -> bytes:
        """Run git in this repository and return what it prints; raise `CallError` with what it says."""
        given = [*SAFE, f"--git-dir={self.folder / 'objects.git'}", *arguments]
        return run(given, environment(self.folder / "config", is_elsewhere(url)), stdout)

    def lines(self, *arguments: str, url: str = "") -> list[str]:
        """Run git and return the lines it prints."""
        return self.git(*arguments, url=url).decode("utf-8", "replace").split("\n")[:-1]

    def asked(self, *arguments: str) -> bool:
        """Tell whether git says yes."""
        try:
            self.git(*arguments)
        except CallError:
            return False
        return True


def scratch(folder: Path) -> Scratch:
    """Make the bare repository in an empty folder."""
    (folder / "config").write_text(CONFIG, encoding="utf-8")
    made = Scratch(folder)
    made.git("init", "--quiet", "--bare", "--template=")
    return made


def is_elsewhere(url: str) -> bool:
    """Tell whether a repository is reached through the network."""
    return bool(ELSEWHERE.match(url))


def environment(config: Path, elsewhere: bool) -> dict[str, str]:
    """Return the environment of git: nothing that leads it into another repository."""
    given = {name: value for name, value in os.environ.items()
             if not name.startswith("GIT_") or (elsewhere and KEPT.fullmatch(name))}  # fmt: skip
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": str(config)}
    return {**given, **ALWAYS, **({} if elsewhere else alone)}


def run(arguments: list[str], environment: dict[str, str], stdout: IO | int) -> bytes:
    """Run git, out of reach of the terminal, so that nothing waits for an answer."""
    with started(arguments, environment, stdout) as process:
        try:
            printed, said = process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise CallError(f"git took longer than {TIMEOUT_S} s. Try again.") from error
    if process.returncode:
        raise CallError(last_line(said))
    return printed or b""


@contextlib.contextmanager
def started(
    arguments: list[str], environment: dict[str, str], stdout: IO | int
) -> Iterator[subprocess.Popen]:
    """Start git; end it, and what it has started, if it runs still when it is no longer wanted."""
    try:
        process = subprocess.Popen(["git", *arguments], stdin=subprocess.DEVNULL, stdout=stdout,
                                   stderr=subprocess.PIPE, env=environment,
                                   start_new_session=True)  # fmt: skip
    except OSError as error:
        raise CallError(f"git cannot be started ({error.strerror}). Install git.") from error
    try:
        yield process
    finally:
        if process.poll() is None:
            with contextlib.suppress(OSError, AttributeError):  # Windows has no groups
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()


def last_line(said: bytes) -> str:
    """Return why git gave up, as one harmless line without anybody's password."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    told = next((line for line in lines if line.startswith(("fatal:", "error:"))), "fatal: no reason")
    return without_user(harmless(told.split(":", 1)[1]))[:TOLD]


def without_user(url: str) -> str:
    """Return a URL without the name and the password in it."""
    return USER.sub("", url)

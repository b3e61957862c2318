"""Read a newer student's copy, from a folder or with git; nothing of it is obeyed.

Git fetches objects into a bare repository of our own. Nothing is checked out, so no hook, no filter
and no submodule of the other repository runs. The student's own configuration counts: it may hold a
proxy and credentials.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.errors import CallError
from autograder.manifest import NAME, HandedOut, digest, handed_out

TIMEOUT_S = 600
TOLD = 300  # characters of what git says
SAFE = ("--no-optional-locks", "--literal-pathspecs", "-c", f"core.hooksPath={os.devnull}",
        "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false")  # fmt: skip
FETCH = ("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules")
# The other side of a fetch on this machine: no transport, so that it fetches nothing on its part.
UPLOAD = "--upload-pack=GIT_ALLOW_PROTOCOL= git-upload-pack"
KEPT = re.compile(r"GIT_(SSH.*|SSL_.*|PROXY_.*|ASKPASS|CONFIG_.*)")
ALWAYS = {"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:https:ssh", "LC_ALL": "C"}
ELSEWHERE = re.compile(r"(?!file:)[\w.+@-]{2,}:")  # https://…, ssh://…, git@host:…, not C:\…
LINK = "120000"  # git's mode of a symbolic link
OTHER_WAY = "Or download the course's repository as a zip, unpack it, and give that folder."


class Reader(Protocol):
    """A place that holds a copy."""

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return those of some files that are there, and are no links, by name."""


@dataclass(frozen=True)
class Folder:
    """A copy in a folder."""

    path: Path

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the regular files that lie inside, whatever the folders above them are."""
        inside = self.path.resolve()
        found = {name: inside / name for name in names}
        return {name: path.read_bytes() for name, path in found.items()
                if path.is_file() and path.resolve() == path}  # fmt: skip


@dataclass(frozen=True)
class Fetched:
    """A copy in the newest commit of a repository's main branch, fetched into a bare one."""

    bare: Path

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of files as git keeps them, line ends included."""
        shas = self.shas()
        known = {name: shas[name] for name in names if name in shas}
        printed = git(self.bare, "cat-file", "--batch", given="".join(f"{s}\n" for s in known.values()))
        found, start = {}, 0
        for name in known:
            end_of_line = printed.index(b"\n", start)
            size, start = int(printed[start:end_of_line].split()[2]), end_of_line + 1
            found[name] = printed[start : start + size]
            start += size + 1
        return found

    def shas(self) -> dict[str, str]:
        """Return the objects of the files by name."""
        rows = git(self.bare, "ls-tree", "-r", "-z", "--full-tree", "newer").decode("utf-8", "replace")
        parted = [row.split("\t", 1) for row in rows.split("\0") if row]
        kinds = {name: kind.split() for kind, name in parted}
        return {name: sha for name, (mode, type_, sha) in kinds.items()
                if type_ == "blob" and mode != LINK}  # fmt: skip


def read_copy(source: str) -> tuple[HandedOut, dict[str, bytes]]:
    """Return what a newer copy hands out, and its files.

    Args:
        source: A folder that holds a student's copy, or the address of a git repository.

    Raises:
        CallError: It cannot be read, or is no student's copy, or not as its manifest says.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        reader = reader_of(source, Path(scratch))
        manifest = reader.read([NAME])
        if not manifest:
            raise CallError(f"{source} is no student's copy: it has no {NAME}. Check the address.")
        try:
            newer = handed_out(manifest[NAME])
        except (ValueError, KeyError, TypeError) as error:
            raise CallError(f"{NAME} of {source} is damaged ({error}). Tell your instructor.") from error
        files = reader.read(newer.all) | manifest
    for name, hash_ in newer.all.items():
        if name not in files or digest(files[name]) != hash_:
            raise CallError(f"{name} of {source} is not what its manifest lists. Tell your instructor.")
    return newer, files


def reader_of(source: str, scratch: Path) -> Reader:
    """Return what reads a copy: as files where it is in a folder, else from git's objects."""
    if not is_elsewhere(source) and not source.startswith("file:"):
        path = Path(source)
        if not path.is_dir():
            raise CallError(f"There is no folder {source}. Check the path, or give an address.")
        if not (path / "HEAD").is_file():  # which a bare repository has
            return Folder(path)
        source = str(path.resolve())
    git(scratch, "init", "--quiet", "--bare", "--template=")
    near = () if is_elsewhere(source) else (UPLOAD,)
    try:
        git(scratch, *FETCH, *near, "--end-of-options", source, "HEAD:refs/heads/newer")
    except CallError as error:
        raise CallError(f"{source} cannot be fetched: {error} {OTHER_WAY}") from error
    return Fetched(scratch)


def is_elsewhere(url: str) -> bool:
    """Tell whether a repository is reached through the network."""
    return bool(ELSEWHERE.match(url))


def git(folder: Path, *arguments: str, given: str = "") -> bytes:
    """Run git in a folder and return what it prints; raise `CallError` with what it says."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("GIT_") or KEPT.fullmatch(name)}  # fmt: skip
    try:
        done = subprocess.run(["git", *SAFE, *arguments], cwd=folder, input=given.encode("utf-8"),
                              env=environment | ALWAYS, capture_output=True,
                              timeout=TIMEOUT_S)  # fmt: skip
    except OSError as error:
        raise CallError(f"git cannot be started ({error.strerror}). Install git.") from error
    except subprocess.TimeoutExpired as error:
        raise CallError(f"git took longer than {TIMEOUT_S} s. Try again.") from error
    if done.returncode:
        raise CallError(reason(done.stderr.decode("utf-8", "replace")))
    return done.stdout


def reason(said: str) -> str:
    """Return why git gave up, as one printable sentence."""
    lines = [line for line in said.splitlines() if line.startswith(("fatal:", "error:"))]
    first = lines[0].split(":", 1)[1].strip() if lines else "git gave no reason"
    return "".join(filter(str.isprintable, first))[:TOLD].rstrip(".") + "."

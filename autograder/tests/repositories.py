"""Repositories with any history, made with git in milliseconds: explicit dates, no configuration.

A file is its bytes; in place of them, `Link` makes a symbolic link, `Submodule` a submodule, and
None removes a file.
"""

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ALONE = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0"}  # fmt: skip
PERSON = b"Ada <ada@example.org>"


class Link(str):
    """Where a symbolic link leads."""


class Submodule(str):
    """The commit of a submodule."""


def seconds(at: str) -> int:
    """Return a time such as "2026-01-15 18:00" in UTC as git counts it."""
    return int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class Repository:
    """A repository in a folder, into which commits are written without a working tree."""

    folder: Path

    def git(self, *arguments: str, given: bytes | None = None) -> str:
        """Run git in it and return what it prints."""
        call = ["git", "-C", str(self.folder), *arguments]
        done = subprocess.run(call, input=given, env=ALONE, capture_output=True, check=False)
        assert done.returncode == 0, (call, done.stderr.decode(errors="replace"))
        return done.stdout.decode("ascii").strip()

    def commit(
        self,
        files: dict,
        at: str,
        branch: str = "main",
        *,
        written: str | None = None,
        after: str | None = "",
        merged: str = "",
    ) -> str:
        """Add a commit to a branch and return its name.

        Args:
            files: What changes, by name.
            at: When it was committed, in UTC.
            branch: Its tip becomes the commit, also if that is a force-push.
            written: When it was written, if that is another time.
            after: The commit on which it is based, instead of the branch's tip; None for none.
            merged: Another commit that is merged.
        """
        if after == "" and self.has(branch):
            after = self.git("rev-parse", f"refs/heads/{branch}")
        lines = [b"commit refs/heads/%s\nmark :1" % branch.encode(),
                 b"author %s %d +0000" % (PERSON, seconds(written or at)),
                 b"committer %s %d +0000" % (PERSON, seconds(at)), b"data 0"]  # fmt: skip
        lines += [b"from " + after.encode()] if after else []
        lines += [b"merge " + merged.encode()] if merged else []
        lines += [change(name, content) for name, content in files.items()]
        self.git("update-ref", "-d", f"refs/heads/{branch}")
        return self.git("fast-import", "--quiet", "--force",
                        given=b"\n".join([*lines, b"get-mark :1", b""]))  # fmt: skip

    def has(self, branch: str) -> bool:
        """Tell whether there is such a branch."""
        return bool(self.git("for-each-ref", f"refs/heads/{branch}"))

    def crafted(self, entries: list[tuple[str, bytes, str]], at: str) -> str:
        """Commit a tree with names that git itself would refuse; return the commit."""
        tree = self.tree(entries)
        when = b"%s %d +0000" % (PERSON, seconds(at))
        text = b"tree %s\nauthor %s\ncommitter %s\n\n" % (tree.encode(), when, when)
        made = self.git("hash-object", "-t", "commit", "-w", "--stdin", given=text)
        self.git("update-ref", "refs/heads/main", made)
        return made

    def tree(self, entries: list[tuple[str, bytes, str]]) -> str:
        """Write a tree from modes, names and objects, as they are."""
        raw = b"".join(b"%s %s\0%s" % (mode.encode(), name, bytes.fromhex(sha))
                       for mode, name, sha in entries)  # fmt: skip
        return self.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw)

    def blob(self, content: bytes) -> str:
        """Write a file's content."""
        return self.git("hash-object", "-w", "--stdin", given=content)

    def clone(self, folder: Path, *options: str) -> "Repository":
        """Clone it, with the branches of its origin and no files."""
        call = ["git", "clone", "--quiet", "--no-checkout", *options, self.folder.as_uri(), str(folder)]
        subprocess.run(call, env=ALONE, check=True, capture_output=True)
        return Repository(folder)


def new(folder: Path, *options: str) -> Repository:
    """Make an empty repository."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    call = ["git", "init", "--quiet", "--template=", "--initial-branch=main", *options, str(folder)]
    subprocess.run(call, env=ALONE, check=True)
    return Repository(folder)


def change(name: str, content: bytes | Link | Submodule | None) -> bytes:
    """Return the change of one file as `git fast-import` reads it."""
    if content is None:
        return b"D " + name.encode()
    if isinstance(content, Submodule):
        return b"M 160000 %s %s" % (content.encode(), name.encode())
    mode = b"120000" if isinstance(content, Link) else b"100644"
    data = content.encode() if isinstance(content, str) else content
    return b"M %s inline %s\ndata %d\n%s" % (mode, name.encode(), len(data), data)

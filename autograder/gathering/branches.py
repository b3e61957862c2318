"""Fetch a repository's branches, and find the one that counts: its default branch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from autograder.errors import CallError
from autograder.gathering.git import Scratch, is_elsewhere
from autograder.report import harmless

HEADS, REMOTES = "refs/heads/", "refs/remotes/origin/"
USUAL = ("main", "master")
DETACHED = "refs/found/HEAD"
LOG_LIMIT = 2**20
FORCED = re.compile(r"^([0-9a-f]{40,64}) [0-9a-f]{40,64} .*\t.*forced-update", re.MULTILINE)


@dataclass(frozen=True)
class Refs:
    """What a repository offers: names with their commits, and names that stand for others."""

    commits: dict[str, str]
    links: dict[str, str]


@dataclass(frozen=True)
class Branch:
    """The branch that counts, the commit at its tip, and what a person should know."""

    name: str
    sha: str
    problems: tuple[str, ...] = ()


def fetched(scratch: Scratch, url: str, wanted: str | None) -> Branch:
    """Fetch a repository and return the branch that counts.

    Args:
        scratch: An empty repository of our own.
        url: URL or path.
        wanted: A branch's name; the default branch if not given, or not there.

    Raises:
        CallError: It cannot be read, or holds no commit.
    """
    refs = offered(scratch, url)
    if not refs.commits:
        raise CallError("It holds no commit: nothing was pushed. Ask the student.")
    scratch.git("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--update-shallow",
                "--no-write-fetch-head", "--end-of-options", url, *specs(refs), url=url)  # fmt: skip
    name, told = chosen(refs, wanted)
    sha, more = tip(scratch, refs, name)
    return Branch(name or "(none)", sha, (*told, *more, *forced(url, name)))


def offered(scratch: Scratch, url: str) -> Refs:
    """Ask a repository for its branches."""
    spaces = (HEADS,) if is_elsewhere(url) else (HEADS, REMOTES)
    commits, links = {}, {}
    for line in scratch.lines("ls-remote", "--symref", "--end-of-options", url, url=url):
        value, _, name = line.partition("\t")
        if value.startswith("ref: "):
            links[name] = value.removeprefix("ref: ")
        elif name == "HEAD" or name.startswith(spaces):
            commits[name] = value
    return Refs(commits, links)


def specs(refs: Refs) -> Iterator[str]:
    """Yield what to fetch."""
    yield "+refs/tags/submit/*:refs/tags/submit/*"
    for space in (HEADS, REMOTES):
        if any(name.startswith(space) for name in refs.commits):
            yield f"+{space}*:{space}*"
    if "HEAD" in refs.commits:
        yield f"+HEAD:{DETACHED}"


def chosen(refs: Refs, wanted: str | None) -> tuple[str, list[str]]:
    """Return the name of the branch that counts, empty for a HEAD without one, and what to tell."""
    names = sorted({name.removeprefix(HEADS).removeprefix(REMOTES)
                    for name in refs.commits if name not in ("HEAD", f"{REMOTES}HEAD")})  # fmt: skip
    if wanted in names:
        return wanted, []
    told = [f"It has no branch {wanted}: its default branch counts. Look which is meant."] if wanted else []
    linked = (refs.links.get(f"{REMOTES}HEAD", "").removeprefix(REMOTES),
              refs.links.get("HEAD", "").removeprefix(HEADS))  # fmt: skip
    if default := next((name for name in linked if name in names), ""):
        return default, told
    guess = next((name for name in (*USUAL, *names[len(names) != 1 :]) if name in names), "")
    what = f"branch {harmless(guess)}" if guess else "the commit it stands on"
    return guess, [*told, f"It stands on no branch: {what} counts. If another is meant, add --branch."]


def tip(scratch: Scratch, refs: Refs, name: str) -> tuple[str, list[str]]:
    """Return the commit that counts of a branch here and at its origin, and what to tell of the two."""
    if not name:
        return refs.commits["HEAD"], []
    here, there = refs.commits.get(f"{HEADS}{name}"), refs.commits.get(f"{REMOTES}{name}")
    if not here or not there or here == there or behind(scratch, here, there):
        return there or here, []
    shown = harmless(name)
    if behind(scratch, there, here):
        return here, [f"Branch {shown} has commits that its origin did not have, and they count. Look "
                      "whether they were pushed."]  # fmt: skip
    return there, [f"Branch {shown} and its origin went different ways (commits {here[:7]} and "
                   f"{there[:7]}): a force-push. The origin's counts; look at both."]  # fmt: skip


def behind(scratch: Scratch, old: str, new: str) -> bool:
    """Tell whether a commit is among those on which another is based."""
    return scratch.asked("merge-base", "--is-ancestor", old, new)


def forced(url: str, name: str) -> Iterator[str]:
    """Yield what a clone's own log says of force-pushes that it has fetched."""
    if is_elsewhere(url) or not name:
        return
    clone = Path(unquote(url.removeprefix("file://")) if url.startswith("file://") else url)
    log = clone / ".git" / "logs" / REMOTES / name
    try:
        if log.is_symlink() or not log.is_file() or log.stat().st_size > LOG_LIMIT:
            return
        before = FORCED.findall(log.read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError):
        return
    if before:
        yield (f"Branch {harmless(name)} was force-pushed; before, it was at {before[-1][:7]}. Look at "
               "both.")  # fmt: skip

"""Fetch the branch of a repository that counts: its default branch, or the one that is asked for."""

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import CallError
from autograder.fetching import is_elsewhere
from autograder.gathering.git import Scratch
from autograder.gathering.naming import few
from autograder.report import harmless

HEADS, REMOTES, SUBMITTED = "refs/heads/", "refs/remotes/origin/", "refs/tags/submit/"
USUAL = ("main", "master")
LOG_LIMIT = 2**20
LOOKED_UP = 300  # branches, and submissions: Windows has short command lines
LOGGED = re.compile(r"([0-9a-f]{40,64}) [0-9a-f]{40,64} ")
LEADS_AWAY = ("commondir", "objects/info/alternates", "objects/info/http-alternates")


@dataclass(frozen=True)
class Refs:
    """What a repository offers: names with their commits, and names that stand for others."""

    commits: dict[str, str]
    links: dict[str, str]

    def branches(self) -> dict[str, set[str]]:
        """Return the commits of each branch: here, and as its origin had it."""
        found: dict[str, set[str]] = {}
        for name, commit in self.commits.items():
            if name.startswith((HEADS, REMOTES)) and name != f"{REMOTES}HEAD":
                found.setdefault(name.removeprefix(HEADS).removeprefix(REMOTES), set()).add(commit)
        return found

    def submitted(self) -> dict[str, str]:
        """Return the commits of the tags that Classroom 50's runner makes."""
        tags = {name.removesuffix("^{}"): commit  # what an annotated tag stands for comes after it
                for name, commit in self.commits.items() if name.startswith(SUBMITTED)}  # fmt: skip
        return {name.removeprefix("refs/tags/"): commit for name, commit in tags.items()}


@dataclass(frozen=True)
class Branch:
    """The branch that counts, the commit at its tip, and what a person should know.

    `submitted` has the commits of the tags of submissions, whether they are on the branch or not.
    """

    name: str
    sha: str
    submitted: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def fetched(scratch: Scratch, url: str, wanted: str | None) -> Branch:
    """Fetch the branch that counts, and nothing else.

    Args:
        scratch: An empty repository of our own.
        url: URL or path.
        wanted: A branch's name; the default branch if not given, or not there.

    Raises:
        CallError: It cannot be read, or holds no commit.
    """
    given = url
    if not is_elsewhere(url):
        url = str(demand_its_own(Path(url)))
    refs = offered(scratch, url)
    if not refs.branches() and "HEAD" not in refs.commits:
        raise CallError("It holds no commit: nothing was pushed. Ask the student.")
    name, told = chosen(refs, wanted)
    found = [ref for ref in (f"{HEADS}{name}", f"{REMOTES}{name}") if name and ref in refs.commits]
    specs = [f"+{ref}:refs/found/{number}" for number, ref in enumerate(found or ["HEAD"])]
    scratch.ask("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--update-shallow",
                "--no-write-fetch-head", url=url, specs=specs)  # fmt: skip
    sha, more = tip(scratch, refs, name)
    if name != wanted:
        more += others(scratch, refs, name)
    return Branch(name or "(none)", sha, refs.submitted(), (*told, *more, *forced(given, name)))


def demand_its_own(folder: Path) -> Path:
    """Return where git finds a repository: nowhere else than where was looked.

    Raises:
        CallError: Not all objects and names are its own, but links to another student's.
    """
    if not folder.is_dir():
        raise CallError(f"There is no folder {folder}. Look at the list.")
    git = folder / ".git" if is_there(folder / ".git") else folder
    deep = (path for name in ("objects", "refs", "logs") for path in (git / name).rglob("*"))
    inside = [git, *git.glob("*"), *deep]
    kinds = {path: path.lstat().st_mode for path in inside if path != git / "hooks"}
    kinds = {path: mode for path, mode in kinds.items()
             if not (stat.S_ISSOCK(mode) and path.parent == git)}  # git leaves one on macOS  # fmt: skip
    strange = [path for path, mode in kinds.items() if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)]
    strange += [git / name for name in LEADS_AWAY if is_there(git / name)]
    if not git.is_dir() or strange:
        what = (strange or [git])[0].relative_to(folder.parent).as_posix()
        raise CallError(f"{harmless(what)} leads to another place. Clone it again, in full.")
    return git


def is_there(path: Path) -> bool:
    """Tell whether there is anything, also a link to nothing."""
    return path.exists() or path.is_symlink()


def offered(scratch: Scratch, url: str) -> Refs:
    """Ask a repository for its names."""
    spaces = (HEADS, SUBMITTED) if is_elsewhere(url) else (HEADS, SUBMITTED, REMOTES)
    commits, links = {}, {}
    printed = scratch.ask("ls-remote", "--symref", url=url).decode("utf-8", "replace")
    for line in printed.split("\n")[:-1]:
        value, _, name = line.partition("\t")
        if value.startswith("ref: "):
            links[name] = value.removeprefix("ref: ")
        elif name == "HEAD" or name.startswith(spaces):
            commits[name] = value
    return Refs(commits, links)


def chosen(refs: Refs, wanted: str | None) -> tuple[str, list[str]]:
    """Return the name of the branch that counts, empty for a HEAD without one, and what to tell."""
    names = sorted(refs.branches())
    if wanted in names:
        return wanted, []
    told = [f"It has no branch {wanted}: its default branch counts. Look which is meant."] * bool(wanted)
    linked = (refs.links.get(f"{REMOTES}HEAD", "").removeprefix(REMOTES),
              refs.links.get("HEAD", "").removeprefix(HEADS))  # fmt: skip
    if default := next((name for name in linked if name in names), ""):
        return default, told
    guesses = [name for name in USUAL if name in names] or names * (len(names) == 1)
    if not guesses and "HEAD" not in refs.commits:
        raise CallError(f"It has no default branch, but {few(names)}. Add --branch.")
    guess = guesses[0] if guesses else ""
    what = f"branch {harmless(guess)}" if guess else "the commit it stands on"
    return guess, [*told, f"It stands on no branch: {what} counts. If another is meant, add --branch."]


def tip(scratch: Scratch, refs: Refs, name: str) -> tuple[str, list[str]]:
    """Return the commit that counts of a branch here and at its origin, and what to tell of the two."""
    if not name:
        return refs.commits["HEAD"], []
    here, there = refs.commits.get(f"{HEADS}{name}"), refs.commits.get(f"{REMOTES}{name}")
    if not here or not there or here == there or is_behind(scratch, here, there):
        return there or here, []
    shown = harmless(name)
    if is_behind(scratch, there, here):
        return here, [f"Branch {shown} has commits that its origin did not have, and they count. Look "
                      "whether they were pushed."]  # fmt: skip
    return there, [f"Branch {shown} and its origin went different ways (commits {here[:7]} and "
                   f"{there[:7]}): a force-push. The origin's counts; look at both."]  # fmt: skip


def is_behind(scratch: Scratch, old: str, new: str) -> bool:
    """Tell whether a commit is among those on which another is based."""
    return not scratch.git("rev-list", "--max-count=1", old, f"^{new}")


def others(scratch: Scratch, refs: Refs, name: str) -> list[str]:
    """Return that other branches hold commits which the one that counts does not."""
    tips = dict(sorted(refs.branches().items())[:LOOKED_UP])
    known = scratch.known(commit for own in tips.values() for commit in own)
    more = [branch for branch, own in tips.items() if branch != name and not own <= known]
    if not more:
        return []
    what = "Another branch holds" if len(more) == 1 else "Other branches hold"
    counts = harmless(name) or "the commit it stands on"
    return [f"{what} commits that {counts} does not: {few(more)}. If one is meant, add --branch."]


def forced(url: str, name: str) -> Iterator[str]:
    """Yield what a clone's own log says of force-pushes that it has fetched."""
    log = Path(url, ".git", "logs", REMOTES, name)
    if is_elsewhere(url) or not name or not log.is_file() or log.stat().st_size > LOG_LIMIT:
        return
    parted = [line.partition("\t") for line in log.read_text("utf-8", "replace").split("\n")]
    lines = [about for about, _, why in parted if "forced-update" in why]
    if before := [match[1] for match in map(LOGGED.match, lines) if match]:
        yield (f"Branch {harmless(name)} was force-pushed; before, it was at {before[-1][:7]}. Look at "
               "both.")  # fmt: skip

"""Which commit counts: the last one on the branch whose time is not after the deadline.

The time of a commit is what it says of itself (its committer's date), or when it was pushed, if an
export or a submission's tag tells and that is later. Tags are the student's word: of what an export
tells they move no time, other commits they make later. What looks rewritten is told, for a person.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from autograder.gathering.branches import LOOKED_UP, Branch
from autograder.gathering.classroom50 import pushed_at
from autograder.gathering.git import Scratch

MOST = 20_000  # commits that are looked at
LATEST = 253_370_764_800  # 9999-01-01; a commit may claim any number of seconds


@dataclass(frozen=True)
class Commit:
    """A commit by its own dates; `pushed` is when it had arrived at the latest, if that is known.

    Of one without a submission it is when that on which it is based arrived, if that is later than its
    own date. `submitted` ones were at the tip when they arrived; `tagged` is the same by the tags.
    """

    sha: str
    committed: datetime
    authored: datetime
    parents: tuple[str, ...] = ()
    pushed: datetime | None = None
    tagged: datetime | None = None
    submitted: bool = False

    @property
    def time(self) -> datetime:
        """The time that is held against the deadline."""
        return max(self.committed, self.pushed) if self.pushed else self.committed

    @property
    def short(self) -> str:
        """The first digits of its name."""
        return self.sha[:7]


@dataclass(frozen=True)
class History:
    """A branch, the newest commit first: the line of first parents, and beside it what was merged.

    A plain `git pull` makes what was at the tip before a second parent, so both are looked at. `strays`
    were submitted, and are on the branch no longer.
    """

    commits: tuple[Commit, ...]
    merged: tuple[Commit, ...] = ()
    strays: tuple[str, ...] = ()
    shallow: bool = False

    def behind(self, commit: Commit) -> set[str]:
        """Return the names of a commit and of all on which it is based."""
        parents = {each.sha: each.parents for each in (*self.commits, *self.merged)}
        found: set[str] = set()
        todo = [commit.sha]
        while todo:
            if (sha := todo.pop()) not in found:
                found.add(sha)
                todo += parents.get(sha, ())
        return found


def history_of(scratch: Scratch, branch: Branch, told: dict[str, datetime]) -> History:
    """Return the history of a branch.

    Args:
        scratch: Holds the fetched objects.
        branch: The branch that counts.
        told: When commits arrived, by the beginning of their names.
    """
    tags = tagged(branch.submitted)
    last = sorted(tags, key=tags.get)[-LOOKED_UP:]
    strays = {*last} - scratch.known(last)
    shallow = scratch.git("rev-parse", "--is-shallow-repository").strip() == b"true"
    line = {commit.sha: commit for commit in read(scratch, branch.sha, "--first-parent")}
    every = {commit.sha: commit for commit in read(scratch, branch.sha, "--topo-order")}
    found = with_arrivals([*(every | line).values()], told, tags)
    commits = tuple(commit for commit in found if commit.sha in line)
    merged = tuple(commit for commit in found if commit.sha not in line)
    return History(commits, merged, tuple(sorted(strays, key=tags.get)), shallow)


def read(scratch: Scratch, sha: str, order: str) -> list[Commit]:
    """Return the commits of a branch in an order that `git rev-list` knows, none before its children."""
    printed = scratch.git("rev-list", order, "--no-commit-header", f"--max-count={MOST}",
                          "--format=%H %ct %at %P", sha, "--").decode("ascii")  # fmt: skip
    lines = (line.split(" ") for line in printed.splitlines())
    return [Commit(name, moment(committed), moment(authored), tuple(filter(None, parents)))
            for name, committed, authored, *parents in lines]  # fmt: skip


def moment(seconds: str) -> datetime:
    """Return a time; what is no time that a calendar knows becomes the first or the last one."""
    number = int(seconds) if seconds.isascii() and seconds.isdigit() else 0
    return datetime.fromtimestamp(min(number, LATEST), UTC)


def tagged(submitted: dict[str, str]) -> dict[str, datetime]:
    """Return when submissions arrived, by their commit; of one that was submitted twice, the first."""
    found: dict[str, datetime] = {}
    for tag, commit in submitted.items():
        if arrived := pushed_at(tag):
            found[commit] = min(arrived, found.get(commit, arrived))
    return found


def with_arrivals(
    commits: list[Commit], told: dict[str, datetime], tags: dict[str, datetime]
) -> list[Commit]:
    """Return the commits with the times at which they had arrived.

    Args:
        commits: None of them stands before its children.
        told: When commits arrived, by the beginning of their names; what it tells counts.
        tags: The same, as the tags of submissions say: they make other commits later, none earlier.
    """
    counts, by_tags, own = (arrived(commits, told or tags), arrived(commits, tags),
                            named(commits, told or tags))  # fmt: skip
    early = not_before(commits, {sha: counts[sha] for sha in own})
    pushed = {sha: max(times[sha] for times in (early, by_tags) if sha in times)
              for sha in early.keys() | by_tags.keys()} | counts  # fmt: skip
    return [replace(each, pushed=pushed.get(each.sha), tagged=by_tags.get(each.sha),
                    submitted=each.sha in own) for each in commits]  # fmt: skip


def arrived(commits: list[Commit], told: dict[str, datetime]) -> dict[str, datetime]:
    """Return when commits had arrived at the latest: with the first that is based on them."""
    found = named(commits, told)
    for commit in commits:
        for parent in commit.parents if commit.sha in found else ():
            found[parent] = min(found[commit.sha], found.get(parent, found[commit.sha]))
    return found


def not_before(commits: list[Commit], own: dict[str, datetime]) -> dict[str, datetime]:
    """Return before when commits had not arrived: before a submission on which they are based."""
    found = dict(own)
    for commit in reversed(commits):
        times = [found[sha] for sha in (commit.sha, *commit.parents) if sha in found]
        found |= {commit.sha: max(times)} if times else {}
    return {each.sha: found[each.sha] for each in commits
            if each.sha in found and found[each.sha] > each.committed}  # fmt: skip


def named(commits: list[Commit], told: dict[str, datetime]) -> dict[str, datetime]:
    """Return the arrivals of those commits that are told of by name."""
    lengths = {len(name) for name in told}
    return {commit.sha: min(times) for commit in commits
            if (times := [told[n] for k in lengths if (n := commit.sha[:k]) in told])}  # fmt: skip


def counting(history: History, deadline: datetime | None, late_hours: float = 0) -> Commit:
    """Return the commit that counts; if none was there in time, the last one.

    A submission that was merged later counts too: it was at the tip when it arrived.

    Args:
        history: The branch.
        deadline: None if the last commit counts, whenever it was made.
        late_hours: Commits that are late by this much count too.
    """
    if deadline is None:
        return history.commits[0]
    end = deadline + timedelta(hours=late_hours)
    line = [commit for commit in history.commits if commit.time <= end][:1]
    behind = history.behind(line[0]) if line else set()
    aside = [commit for commit in history.merged
             if commit.submitted and commit.time <= end and commit.sha not in behind]  # fmt: skip
    return max([*aside, *line], key=lambda commit: commit.time, default=history.commits[0])


def hours_late(commit: Commit, deadline: datetime | None) -> float:
    """Return by how many hours a commit is late, 0 if it is not; a second late is not 0."""
    seconds = (commit.time - deadline).total_seconds() if deadline else 0
    return max(round(seconds / 3600, 2), 0.01) if seconds > 0 else 0.0

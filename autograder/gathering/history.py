"""Which commit counts: the last one on the branch whose time is not after the deadline.

The time of a commit is what it says of itself (its committer's date), or when it was pushed, if an
export or a submission's tag tells and that is later. What looks rewritten is told, for a person.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from autograder.gathering.branches import LOOKED_UP, Branch
from autograder.gathering.classroom50 import pushed_at
from autograder.gathering.git import Scratch

MOST = 20_000  # commits that are looked at
LATEST = 253_402_300_799  # 9999-12-31; a commit may claim any number of seconds


@dataclass(frozen=True)
class Commit:
    """A commit by its own dates; `pushed` is when it had arrived at the latest, if that is known."""

    sha: str
    committed: datetime
    authored: datetime
    pushed: datetime | None = None

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
    """A branch, the newest commit first: what was at its tip, not what was merged into it.

    `strays` were submitted, and are on the branch no longer.
    """

    commits: tuple[Commit, ...]
    strays: tuple[str, ...] = ()
    shallow: bool = False


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
    commits = with_arrivals(read(scratch, branch.sha), {**told, **tags})
    return History(tuple(commits), tuple(sorted(strays, key=tags.get)), shallow)


def read(scratch: Scratch, sha: str) -> list[Commit]:
    """Return the commits that were the tip of a branch, the newest first."""
    printed = scratch.git("rev-list", "--first-parent", "--no-commit-header", f"--max-count={MOST}",
                          "--format=%H %ct %at", sha, "--").decode("ascii")  # fmt: skip
    lines = (line.split(" ") for line in printed.splitlines())
    return [Commit(name, moment(committed), moment(authored)) for name, committed, authored in lines]


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


def with_arrivals(commits: list[Commit], told: dict[str, datetime]) -> list[Commit]:
    """Return the commits with the time at which they had arrived: with the next one that was seen."""
    lengths = {len(name) for name in told}
    known: list[datetime] = []
    found = []
    for commit in commits:
        names = {commit.sha[:length] for length in lengths}
        known = sorted([*known, *(told[name] for name in names if name in told)])[:1]
        found.append(replace(commit, pushed=known[0] if known else None))
    return found


def counting(history: History, deadline: datetime | None, late_hours: float = 0) -> Commit:
    """Return the commit that counts; if none was there in time, the last one.

    Args:
        history: The branch.
        deadline: None if the last commit counts, whenever it was made.
        late_hours: Commits that are late by this much count too.
    """
    if deadline is None:
        return history.commits[0]
    end = deadline + timedelta(hours=late_hours)
    return next((commit for commit in history.commits if commit.time <= end), history.commits[0])


def hours_late(commit: Commit, deadline: datetime | None) -> float:
    """Return by how many hours a commit is late, 0 if it is not; a second late is not 0."""
    seconds = (commit.time - deadline).total_seconds() if deadline else 0
    return max(round(seconds / 3600, 2), 0.01) if seconds > 0 else 0.0

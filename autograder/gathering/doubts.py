"""What a person should know of a history: lateness, force-pushes, dates that were set by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from autograder.gathering.branches import Branch
from autograder.gathering.history import Commit, History
from autograder.report import harmless

SLACK = timedelta(minutes=10)  # by which clocks differ


def doubts(
    history: History, branch: Branch, chosen: Commit, deadline: datetime | None
) -> Iterator[str]:
    """Yield a sentence for each doubt, the lateness first."""
    if deadline is not None:
        yield from about_lateness(history, chosen, deadline)
        yield from left_out(history, chosen, deadline)
        yield from merged_late(history, chosen, deadline)
    yield from rewritten(history, chosen)
    if history.strays:
        yield (f"Commit {history.strays[0][:7]} was submitted and is no longer on "
               f"{harmless(branch.name)}: a force-push. Look at both.")  # fmt: skip


def about_lateness(history: History, chosen: Commit, deadline: datetime) -> Iterator[str]:
    """Yield that nothing was there in time, or that what counts only claims to have been."""
    claimed = [c for c in history.commits if c.time > deadline >= c.committed]
    if claimed:
        yield (f"Commit {claimed[-1].short} is dated before the deadline, but had only arrived "
               f"{hours(claimed[-1].time - deadline)} after it. The later time counts.")  # fmt: skip
    others = (*history.commits, *history.merged)
    tagged = [c for c in others if c.tagged and c.time > deadline >= max(c.committed, c.tagged)]
    if tagged:
        yield (f"By a tag, commit {tagged[0].short} arrived {hours(tagged[0].time - tagged[0].tagged)} "
               "earlier than the export says. The export counts; look which is true.")  # fmt: skip
    if chosen.time > deadline and history.shallow:
        yield "The clone is shallow: what was there at the deadline is not known. Clone it in full."
    if chosen.time > deadline:
        late = hours(chosen.time - deadline)
        yield f"Late by {late}: commit {chosen.short} counts. Decide what that costs."


def left_out(history: History, chosen: Commit, deadline: datetime) -> Iterator[str]:
    """Yield that later commits are left out."""
    behind = history.behind(chosen)
    left = [c for c in history.commits if c.time > deadline and c.sha not in behind]
    if left:
        what = "a later commit" if len(left) == 1 else f"{len(left)} later commits, the first"
        late = hours(left[-1].time - deadline)
        yield f"Left out: {what} {late} after the deadline. To take late ones, add --late-hours."


def merged_late(history: History, chosen: Commit, deadline: datetime) -> Iterator[str]:
    """Yield that work dated in time is left out, because a merge after the deadline brought it."""
    behind = history.behind(chosen)
    aside = [*(c for c in history.commits if c.time <= deadline), *history.merged]
    left = [c for c in aside if c.committed <= deadline and c.sha not in behind]
    if left:
        last = max(left, key=lambda commit: commit.committed)
        yield (f"Left out: commit {last.short} is dated in time and was merged late; it may have been "
               "the tip before. Look which counts.")  # fmt: skip


def rewritten(history: History, chosen: Commit) -> Iterator[str]:
    """Yield what is strange about dates, each kind once."""
    now = datetime.now(UTC)
    future = [commit for commit in history.commits if commit.committed > now + SLACK]
    if future:
        first = future[-1]
        yield (f"Commit {first.short} is dated in the future, {first.committed:%Y-%m-%d %H:%M} UTC: a "
               "wrong clock, or a date set by hand. Ask the student.")  # fmt: skip
    pairs = pairwise(history.commits)
    back = [(new, old) for new, old in pairs if new.committed < old.committed - SLACK]
    for new, old in back[:1]:
        earlier = hours(old.committed - new.committed)
        yield (f"Commit {new.short} is dated {earlier} before {old.short}, on which it is based: a date "
               "was rewritten, or a clock is wrong. Ask the student.")  # fmt: skip
    if chosen.pushed and chosen.pushed < chosen.committed - SLACK:
        yield (f"Commit {chosen.short} arrived {hours(chosen.committed - chosen.pushed)} before it was "
               "committed, by its own date: one was made up. Ask the student.")  # fmt: skip
    if chosen.authored > chosen.committed + SLACK:
        yield (f"Commit {chosen.short} was written {hours(chosen.authored - chosen.committed)} after it "
               "was committed, by its own dates: one was rewritten. Ask the student.")  # fmt: skip


def hours(span: timedelta) -> str:
    """Return a time span as people say it."""
    minutes = span.total_seconds() / 60
    return f"{max(minutes, 1):.0f} min" if minutes < 60 else f"{minutes / 60:.1f} h"

"""Compare what a practice result claims with what a replay gave, check by check."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.gathering.claims import Claim
from autograder.report import harmless

SHOWN = 6  # checks told on a line


@dataclass(frozen=True)
class Gap:
    """A check for which a claim and the replay have other points."""

    check: str
    claimed: int
    replayed: int


@dataclass(frozen=True)
class Comparison:
    """How a claim differs from the replay; of the parts in `not_compared`, other files were graded."""

    file: str
    claimed: int | None
    replayed: int
    above: tuple[Gap, ...] = ()
    below: tuple[Gap, ...] = ()
    not_compared: tuple[int, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Tell whether nothing differs."""
        return not (self.above or self.below or self.not_compared or self.problems)


def compared(claim: Claim, replay: dict[str, Any], commit: str | None) -> Comparison:
    """Return how a claim differs from a replay.

    Args:
        claim: What a practice result says.
        replay: The JSON of our own result.
        commit: The commit that was gathered, if one was.
    """
    ours = {check["id"]: (check["part"], check["score"]) for check in replay["checks"]}
    parts = {part for id_, (part, _) in ours.items() if not claim.checks or id_ in claim.checks}
    other = {part for part in parts if of_other_files(claim, replay, part, commit)}
    gaps = [Gap(id_, claim.checks[id_], score) for id_, (part, score) in ours.items()
            if part not in other and claim.checks.get(id_, score) != score]  # fmt: skip
    return Comparison(
        claim.file,
        claim.score,
        sum(score for part, score in ours.values() if part in parts),
        above=tuple(gap for gap in gaps if gap.claimed > gap.replayed),
        below=tuple(gap for gap in gaps if gap.claimed < gap.replayed),
        not_compared=tuple(sorted(other)),
        problems=(*claim.problems, *other_grader(claim, replay)),
    )


def of_other_files(claim: Claim, replay: dict[str, Any], part: int, commit: str | None) -> bool:
    """Tell whether a claim says of a part that other files were graded than those of the replay."""
    if claim.commit and commit:
        return not commit.startswith(claim.commit)
    key = f"part{part}"
    return claim.hashes.get(key, replay["hashes"][key]) != replay["hashes"][key]


def other_grader(claim: Claim, replay: dict[str, Any]) -> Iterator[str]:
    """Yield in what a claim says that it was made with another grader: rubric, versions, backend."""
    if claim.hashes.get("rubric", replay["hashes"]["rubric"]) != replay["hashes"]["rubric"]:
        yield "It was made with another rubric."
    if claim.versions:
        here, there = (by_minor(versions) for versions in (replay["versions"], claim.versions))
        names = sorted(name for name in {*here, *there} if here.get(name) != there.get(name))
        told = [f"{name} {there.get(name, 'none')}, here {here.get(name, 'none')}" for name in names]
        if told:
            yield f"It was made with other versions: {harmless('; '.join(told))[:200]}."
    if claim.backend and claim.backend != replay["backend"]:
        yield f"It was made on {harmless(claim.backend)}, the replay on {replay['backend']}."


def by_minor(versions: dict[str, str]) -> dict[str, str]:
    """Return versions, of Python without the last number, which moves no grade."""
    return {name: ".".join(v.split(".")[:2]) if name == "python" else v for name, v in versions.items()}


def told(comparison: Comparison) -> str:
    """Return how a claim differs, on one line."""
    if comparison.agrees:
        return "as claimed"
    gaps = [*comparison.above, *comparison.below]
    lines = [f"{gap.check} {gap.claimed} claimed, {gap.replayed} replayed" for gap in gaps[:SHOWN]]
    lines += [f"{len(gaps) - SHOWN} checks more"] if len(gaps) > SHOWN else []
    lines += [f"of another version of part {part}: not compared" for part in comparison.not_compared]
    lines += [problem.rstrip(".") for problem in comparison.problems]
    claimed = "nothing" if comparison.claimed is None else comparison.claimed
    return f"claims {claimed}, replayed {comparison.replayed}: {'; '.join(lines)}"

"""What the docstrings ask for and no point depends on: told among the notes, never judged.

Honest work often leaves these out; a student should know of them all the same.
"""

import numpy as np

from autograder.checks.expectations import pair, same
from autograder.errors import Failed
from autograder.model import Raised, Reply, Returned
from autograder.seen import Seen

LOADER = {  # file of the question -> what load_arrivals does with it
    "fused.txt": "does not read rows whose times fuse, as those of 100 s or more do",
    "blank.txt": "does not read over blank lines",
    "nan.txt": "takes a time that is NaN, without a ValueError",
    "label.txt": "takes a label other than 0 and 1, without a ValueError",
    "no_rows.txt": "takes a file without rows, without a ValueError",
}


def advise(seen: Seen, sentence: str) -> None:
    """Add a note on something that costs nothing."""
    seen.notes.append(f"Part {seen.part.number}, not judged: {sentence}.")


def advise_on_loader(seen: Seen) -> None:
    """Tell which odd files load_arrivals does not treat as its docstring says."""
    for name, times in seen.answers["advice"].items():
        if not as_documented(seen.reply(f"advice.{name}"), times):
            advise(seen, f"load_arrivals {LOADER[name]}")


def as_documented(reply: Reply, times: np.ndarray | None) -> bool:
    """Tell whether a loader gave these times or, for None, raised; a reply that never came is let be."""
    if not isinstance(reply, Returned):
        return times is None or not isinstance(reply, Raised)
    try:
        X, _ = pair(reply.value, "")
    except Failed:
        return False
    return times is not None and same(X, times)


def advise_on_target(seen: Seen) -> None:
    """Tell if createSynData takes a target that it does not know for one that it knows."""
    if isinstance(seen.reply("advice.target"), Returned):
        advise(seen, "createSynData takes target='last' without a ValueError")


def advise_on_example(seen: Seen) -> None:
    """Tell if evaluate does not work on the example of its docstring."""
    if isinstance(seen.reply("advice.example"), Raised):
        advise(seen, "evaluate stops with an exception on its docstring's example, which gives it lists")

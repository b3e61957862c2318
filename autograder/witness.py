"""Hear a witness where a worker's predictions are not those of the network that the judge rebuilt.

Either the judge rebuilt it wrongly, then no mark is issued; or the student's code changed what
`predict`, `get_weights` or a layer does. Our own code, in a clean worker on the student's backend,
tells which: it predicts with the same weights and configuration, every class in which was looked
up, within the limits of a worker.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from autograder.allowed import NotAllowed
from autograder.artefacts import read_reply
from autograder.model import Cell, Limits, Part, Question, Returned, Sheet
from autograder.network import read_config
from autograder.sandbox import Job, run_part

SOURCE = Path(__file__).with_name("predict_again.py")
FOLDER = "witness"


def hear(
    claims: dict, question: str, folder: Path, *, backend: str, isolation: str, limits: Limits
) -> None:
    """Let a clean worker predict; its reply is kept in the folder of the attempt.

    Args:
        claims: What the student's worker says of a training: config, weights, probe.
        question: The id of its question.
        folder: The attempt's folder.
        backend: The backend of the training.
        isolation: `process` or `bwrap`.
        limits: The limits of a worker.
    """
    weights = {f"w{i}": weight for i, weight in enumerate(claims["weights"])}
    try:
        network = json.dumps(read_config(claims["config"]))
    except NotAllowed:  # an attempt of its own network, which is refused where it is judged
        return
    arrays = {"X": np.asarray(claims["probe"], "float32"), **weights}
    arguments = (network, *({"array": name} for name in arrays))
    sheet = Sheet((Question("again", "call", "predict_again", arguments),), arrays)
    part = Part(0, SOURCE.stem, cells=(Cell(SOURCE.read_text(encoding="utf-8"), SOURCE.name),))
    limits = replace(limits, call_s=limits.part_s)  # our own code: it is slow, or the machine is
    run_part(Job(part, sheet, 0, backend, isolation, limits), folder / FOLDER / question)


def heard(folder: Path, questions: Iterable[Question]) -> dict[str, np.ndarray | None]:
    """Return what witnesses predicted, by the id of the question; None where one could not predict."""
    places = {question.id: folder / FOLDER / question.id for question in questions}
    replies = {id_: read_reply(place, "0", None) for id_, place in places.items() if place.is_dir()}
    return {id_: reply.value if isinstance(reply, Returned) and isinstance(reply.value, np.ndarray)
            else None for id_, reply in replies.items()}  # fmt: skip

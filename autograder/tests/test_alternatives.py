"""Honest alternatives: other ways to do what the task asks cost nothing.

Each way names the naive check that would have refused it. Whole submissions are in `zoo/honest`.
"""

from pathlib import Path

import pytest

from autograder import grade
from autograder.tests.desk import QUICK, Desk, rubric, verdicts
from autograder.tests.mistakes import named, named_in_shares
from autograder.tests.ways.figures import FIGURE_WAYS
from autograder.tests.ways.functions import FUNCTION_WAYS
from autograder.tests.ways.networks import MODEL_WAYS, SCALED_WAYS
from autograder.tests.ways.notebooks import NOTEBOOK_WAYS
from autograder.tests.ways.reviewed import (
    MODEL_REVIEWED,
    QUICK_REVIEWED,
    SCALED_REVIEWED,
    SEEDED_REVIEWED,
    TRAIN_REVIEWED,
)
from autograder.tests.ways.trainings import BETTER_OF_TWO, HALF_PRECISION, TENSORFLOW_WAYS, TRAIN_WAYS
from autograder.tests.ways.way import Way

QUICK_WAYS = [*FUNCTION_WAYS, *FIGURE_WAYS, *NOTEBOOK_WAYS, *QUICK_REVIEWED]
EVERY_WAY = [*QUICK_WAYS, *MODEL_WAYS, *SCALED_WAYS, *TRAIN_WAYS, *TENSORFLOW_WAYS, *MODEL_REVIEWED,
             *SCALED_REVIEWED, *SEEDED_REVIEWED, *TRAIN_REVIEWED, BETTER_OF_TWO,
             HALF_PRECISION]  # fmt: skip


def expect_nothing_lost(desk: Desk, case: Way, kinds: tuple[str, ...], ids=None) -> None:
    """Judge, and expect every check that was asked to pass."""
    outcomes = desk.judge(case.part, case.source, kinds, ids)
    reasons = [f"{o.id}: {o.got} instead of {o.expected}" for o in outcomes.values() if o.got]
    assert verdicts(outcomes) == {}, reasons
    assert len(outcomes) >= 3


@named_in_shares(QUICK_WAYS, 6, often=pytest.mark.quick)
def test_another_way_costs_nothing(desk: Desk, case: Way):
    """What a function gives counts, not how it is written."""
    expect_nothing_lost(desk, case, QUICK)


@named([*MODEL_WAYS, *MODEL_REVIEWED])
def test_another_way_to_build_the_network_costs_nothing(desk: Desk, case: Way):
    """The architecture counts, whichever of Keras' interfaces states it."""
    expect_nothing_lost(desk, case, ("model",))


@named([*SCALED_WAYS, *SCALED_REVIEWED])
def test_another_scaling_costs_nothing(desk: Desk, case: Way):
    """Any scaling passes that treats each row by itself and takes statistics from X_train alone."""
    ids = ("model", "model.other", "scale", "scale.row", "scale.moved", "scale.moved_row")
    expect_nothing_lost(desk, case, ("call", "model"), ids)


@named([*TRAIN_WAYS, *TRAIN_REVIEWED])
def test_another_training_costs_nothing_but_the_floor(desk: Desk, case: Way):
    """A training of a few epochs in another style loses the floor's points and no others."""
    outcomes = desk.judge(case.part, case.source, ("model", "train"))
    assert verdicts(outcomes) == {"1.fit": ("failed", 0)}, outcomes
    assert outcomes["1.fit"].misconception == "too-few-epochs"


@named(SEEDED_REVIEWED)
def test_seeds_of_initialisers_are_no_fixed_weights(desk: Desk, case: Way):
    """What a layer's own seed explains is not told, whatever the other layers do."""
    outcomes = desk.judge(case.part, case.source, ("model", "train"))
    assert outcomes["3.trains"].status == outcomes["3.history"].status == "passed", outcomes


def expect_full_marks(folder: Path, case: Way, backend: str) -> None:
    """Grade one part in workers, and expect all points on a backend."""
    (folder / f"{rubric().parts[case.part].stem}.py").write_text(case.source, encoding="utf-8")
    result = grade(folder, parts=(case.part,))
    lost = [(o.id, o.got, o.expected) for o in result.checks if o.status != "passed"]
    assert (lost, result.broken, result.backend) == ([], (), backend)


@named(TENSORFLOW_WAYS)
def test_what_needs_tensorflow_costs_nothing(tmp_path, case: Way):
    """What fails on the JAX backend is asked once more on TensorFlow, and earns all points there."""
    expect_full_marks(tmp_path, case, "tensorflow")


@named([BETTER_OF_TWO, HALF_PRECISION])
def test_what_only_a_worker_shows_costs_nothing(tmp_path, case: Way):
    """Weights that train_model trained in another network than the given one are the student's own;
    half precision, in which backends differ in the third digit, is no lie about predictions."""
    expect_full_marks(tmp_path, case, "jax")


@pytest.mark.quick
@pytest.mark.parametrize("case", EVERY_WAY, ids=lambda case: f"{case.part}: {case.name}")
def test_a_way_names_the_naive_check_that_would_refuse_it(case: Way):
    """A way that no naive check would refuse proves nothing."""
    assert isinstance(case, Way) and len(case.naive.split()) >= 2

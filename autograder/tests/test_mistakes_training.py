"""Typical mistakes in training: the data, the record, the weights, the luck are told apart."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.calibration.cases import TRAIN_ON
from autograder.checks.fits import ends_told, last_of_many
from autograder.checks.part2 import step_correlation
from autograder.questions.part2 import LENGTH, series
from autograder.tests.desk import Desk
from autograder.tests.mistakes import BLOCKED, Mistake, asked, expect_verdicts, named
from autograder.tests.test_mistakes_networks import COMPILE1, DENSE1, RETURN_MODEL, WHOLE2, rebuilt

FEW_EPOCHS = "EPOCHS = 2"
STEP = "(X_train[:, 1, 0] - X_train[:, 0, 0])"
FIT = "model.fit(X_train, y_train, epochs=2, batch_size=5, validation_split=0.2, verbose=0)"
TOO_FEW = {"1.fit": 0}
NO_TRAINING = {
    1: {"1.trains": 0, "1.history": BLOCKED, "1.fit": BLOCKED},
    2: {"2.trains": 0, "2.history": BLOCKED, "2.fit": BLOCKED, "2.fit_penultimate": BLOCKED},
    3: {"3.trains": 0, "3.history": BLOCKED, "3.accuracy": BLOCKED, "3.specificity": BLOCKED},
}
TOO_FEW3 = {"3.accuracy": 0, "3.specificity": 0}
DEFINED = "def train_model(model, X_train, y_train):"


def trained(name: str, lost: dict, why: str, *lines: str, part: int = 1) -> Mistake:
    """A train_model with another body, and too few epochs for the floor."""
    return Mistake(name, part, lost, why, "\n    ".join([DEFINED, *lines]))


def on_targets(name: str, targets: str, why: str | None) -> Mistake:
    """A network of Part 2 that is trained on other numbers, and too short to come near them."""
    return trained(name, {"2.fit": 0}, why, f"return {FIT}.history".replace("y_train", targets), part=2)


def not_one_number(part: int, kept: int, why: str, old: str, new: str, fit: str = FIT) -> Mistake:
    """A network that does not give one number for each row, and is trained, for Keras broadcasts."""
    lost = {**NO_TRAINING[part], f"{part}.trains": BLOCKED, f"{part}.model": kept}
    code = f"{rebuilt(part, {old: new})}{DEFINED}\n    return {fit}.history"
    return Mistake(f"{why}, and trained", part, lost, why, code)


def untrained(name: str, part: int, why: str, *lines: str, lost: dict | None = None) -> Mistake:
    """A train_model after which nothing of the training can be judged."""
    return trained(name, {**NO_TRAINING[part], **(lost or {})}, why, *lines, part=part)


PART1 = [
    not_one_number(1, 3, "wrong-output-shape", DENSE1, "model.add(Dense(2))",
                   FIT.replace("y_train", "y_train.reshape(-1, 1)")),
    Mistake("too few epochs", 1, TOO_FEW, "too-few-epochs", FEW_EPOCHS),
    Mistake("a training cut short", 1, TOO_FEW, "below-floor", "EPOCHS = 40"),
    Mistake("a learning rate far too small", 1, TOO_FEW, "loss-hardly-falls", rebuilt(1, {
        COMPILE1: 'model.compile(optimizer=keras.optimizers.Adam(1e-7), loss="mse")'}) + "EPOCHS = 25"),
    trained("no validation split", {"1.history": 0, **TOO_FEW}, "no-validation",
            f"return {FIT}.history".replace("validation_split=0.2, ", "")),
    trained("validated on the training rows", {"1.history": 0, **TOO_FEW}, "validated-on-training-rows",
            f"rows = X_train, y_train\n    return {FIT}.history".replace("split=0.2", "data=rows")),
    trained("validated on some of the training rows", {"1.history": 0, **TOO_FEW},
            "validated-on-training-rows", "rows = X_train[-4:], y_train[-4:]",
            f"return {FIT}.history".replace("split=0.2", "data=rows")),
    trained("a validation split of 0", {"1.history": 0, **TOO_FEW}, "no-validation",
            f"return {FIT}.history".replace("=0.2", "=0.0")),
    trained("fit called in a loop, the last history returned", {"1.history": 0, **TOO_FEW},
            "history-of-the-last-fit", f"fits = [{FIT} for _ in range(4)]",
            "return fits[-1].history"),
    trained("rounds of fit, the history of the last returned", {"1.history": 0, **TOO_FEW},
            "history-of-the-last-fit", f"rounds = [{FIT.replace('=2', '=9')} for _ in range(4)]",
            "return rounds[-1].history"),
    trained("training and validation exchanged", {"1.history": 0, **TOO_FEW}, "curves-exchanged",
            f"history = {FIT}.history",
            "return {'loss': history['val_loss'], 'val_loss': history['loss']}"),
    trained("the History object returned", {"1.history": 0, **TOO_FEW}, "history-not-a-dict",
            f"return {FIT}"),
    trained("nothing returned", {"1.history": 0, **TOO_FEW}, "return-missing", FIT),
    trained("other keys", {"1.history": 0, **TOO_FEW}, "history-keys",
            f"history = {FIT}.history", "return {'train': history['loss'], 'val': history['val_loss']}"),
    trained("the last losses only", {"1.history": 0, **TOO_FEW}, "history-cut",
            f"history = {FIT}.history", "return {'loss': history['loss'], 'val_loss': 0.1}"),
    untrained("another model trained", 1, "not-trained", "model = build_model()",
              f"return {FIT}.history"),
    untrained("no training at all", 1, "not-trained",
              "return {'loss': [2.0, 1.0], 'val_loss': [2.0, 1.0]}"),
    untrained("a training that diverged", 1, "diverged", f"history = {FIT}.history",
              "model.set_weights([w * np.nan for w in model.get_weights()])", "return history"),
    Mistake("parameters of train_model in another order", 1, NO_TRAINING[1], "arguments-exchanged",
            "def train_model(X_train, y_train, model):\n    return model.fit(X_train, y_train)"),
    untrained("the model assigned once more by compile", 1, "none-used",
              "model = model.compile('adam', 'mse')", f"return {FIT}.history"),
    untrained("a log in a folder that no one made", 1, "folder-missing", "open('logs/part1.csv', 'w')",
              f"return {FIT}.history"),
    untrained("every layer frozen", 1, "no-gradient", "for layer in model.layers:",
              "    layer.trainable = False", f"return {FIT}.history"),
    trained("targets scaled in train_model", TOO_FEW, "trained-on-other-numbers",
            f"return {FIT}.history".replace("y_train", "y_train / 1000")),
    Mistake("weights set in build_model", 1, NO_TRAINING[1], "fixed-weights",
            "new_model = build_model\n\ndef build_model():\n    model = new_model()\n"
            "    waves = [np.sin(np.arange(w.size)).reshape(w.shape) / 9 for w in model.get_weights()]\n"
            f"    model.set_weights(waves)\n    return model\n{FEW_EPOCHS}"),
    Mistake("a model that is not compiled is told once", 1,
            {"1.compile": 0, **NO_TRAINING[1], "1.trains": BLOCKED}, "not-compiled",
            rebuilt(1, {COMPILE1: ""})),
]  # fmt: skip

SCALED = FIT.replace("X_train, y_train", "X_train / 99, y_train / 99")
PART2 = [
    not_one_number(2, 2, "last-lstm-returns-sequences", WHOLE2,
                   "for whole_sequence in (True, True, True):"),
    replace(untrained("train_model not written", 2, "not-written"),
            code=f'{DEFINED}\n    raise NotImplementedError("Task 2.7")'),
    replace(untrained("train_model deleted", 2, "function-missing"), code="del train_model"),
    untrained("no training at all", 2, "not-trained", "return {'loss': [2.0], 'val_loss': [1.0]}"),
    untrained("the network of the main block trained", 2, "name-not-defined",
              f"return network.{FIT}.history"),
    untrained("classes predicted after the training", 2, "no-such-attribute",
              "print(model.predict_classes(X_train))"),
    trained("the History object returned", {"2.history": 0, "2.fit": 0}, "history-not-a-dict",
            f"return {FIT}", part=2),
    trained("too few epochs", {"2.fit": 0}, "too-few-epochs", f"return {FIT}.history", part=2),
    Mistake("rows and targets scaled in train_model", 2, {"2.fit": 0}, "trained-on-other-numbers",
            f"{rebuilt(2, {})}{DEFINED}\n    return {SCALED}.history"),
    Mistake("the start learned, not the step", 2, {"2.fit": 0}, "level-without-step",
            TRAIN_ON.format("X_train[:, 0, 0] + 3")),
    on_targets("the last number as target", "X_train[:, -1, 0]", "learns-the-last-number"),
    on_targets("the last but one number as target", "X_train[:, -2, 0]", "learns-the-penultimate"),
    replace(untrained("two parameters", 2, "wrong-signature"),
            code="def train_model(X_train, y_train):\n    return 1"),
]  # fmt: skip

FIT3 = FIT.replace("epochs=2, batch_size=5", "epochs=1, batch_size=120")
TWICE3 = FIT.replace("batch_size=5", "batch_size=120")
NOTHING_TO_LEARN = {**NO_TRAINING[3], "3.trains": BLOCKED}
SOFTMAX = {'"sigmoid"': '"softmax"'}
CATEGORICAL = {'"binary_crossentropy"': '"categorical_crossentropy"'}
PART3 = [
    not_one_number(3, 2, "last-lstm-returns-sequences", "for whole_sequence in (True, True, False):",
                   "for whole_sequence in (True, True, True):", FIT3),
    Mistake("no accuracy in the metrics", 3, {"3.history": 0, **TOO_FEW3}, "no-accuracy",
            rebuilt(3, {', metrics=["accuracy"]': ""}) + f"{DEFINED}\n    return {FIT3}.history"),
    Mistake("the accuracy under a short name", 3, {"3.history": 0, **TOO_FEW3}, "history-keys",
            rebuilt(3, {'"accuracy"': '"acc"'}) + f"{DEFINED}\n    return {FIT3}.history"),
    Mistake("labels exchanged for the training", 3, TOO_FEW3, "classes-exchanged",
            TRAIN_ON.format("1 - y_train")),
    Mistake("softmax over one unit: nothing to learn", 3, {"3.model": 3, **NOTHING_TO_LEARN},
            "softmax-over-one-unit", f"{rebuilt(3, SOFTMAX)}{DEFINED}\n    return {TWICE3}.history"),
    Mistake("the entropy of one class: nothing to learn", 3, {"3.compile": 1, **NOTHING_TO_LEARN},
            "wrong-loss", f"{rebuilt(3, CATEGORICAL)}{DEFINED}\n    return {TWICE3}.history"),
    trained("earthquakes that weigh too much", TOO_FEW3, "one-class-predicted",
            f"return {FIT3}.history".replace("epochs=1", "epochs=20, class_weight={0: 1, 1: 1000}"),
            part=3),
    trained("the training cut short", TOO_FEW3, "too-few-epochs", f"return {FIT3}.history", part=3),
    trained("no validation split", {"3.history": 0, **TOO_FEW3}, "no-validation",
            f"return {FIT3}.history".replace("validation_split=0.2, ", ""), part=3),
    Mistake("accuracy as the third argument of compile", 3, NO_TRAINING[3], "metrics-as-loss-weights",
            rebuilt(3, {'metrics=["accuracy"]': '["accuracy"]', "optimizer=": "", "loss=": ""})),
    untrained("another model trained", 3, "not-trained", "return {'loss': [2.0]}"),
    untrained("a file opened that is not there", 3, "path-ignored",
              "return model.fit(*load_arrivals('train.txt'))"),
    untrained("targets of another length", 3, "sizes-do-not-fit",
              "return model.fit(X_train, y_train[1:])"),
    Mistake("build_model without a model", 3,
            {"3.model": 0, **dict.fromkeys(["3.compile", "3.preprocess", *NO_TRAINING[3]], BLOCKED)},
            "return-missing", rebuilt(3, {RETURN_MODEL: ""})),
]  # fmt: skip
ONCE = ("model", "model.other", "train")
CASES = [*asked(PART1, ("model", "train")), *asked([*PART2, *PART3], ("model", "train"), ONCE)]
BOTH = {1: ("learns-one-too-far", "learns-the-last-number"),
        2: ("too-few-epochs", "learns-the-next-number")}  # fmt: skip


@named(CASES)
def test_mistake_in_training_costs_its_own_points(desk: Desk, case: Mistake):
    """What goes wrong in a training is told apart: the data, the record, the weights, the luck."""
    expect_verdicts(desk, case)


@pytest.mark.parametrize("steps", BOTH)
def test_targets_of_both_trainings_are_told(desk: Desk, steps: int):
    """Numbers that many steps too far are other mistakes where the last but one number is asked. What
    losses prove is not trained again, what may be bad luck is."""
    case = on_targets("", f"y_train + {steps} * {STEP}", None)
    outcomes = desk.judge(2, case.source, ("model", "train"))
    assert tuple(outcomes[id_].misconception for id_ in ("2.fit", "2.fit_penultimate")) == BOTH[steps]
    assert desk.judgement.by_chance == (("2.fit",) if BOTH[steps][0] == "too-few-epochs" else ())


@pytest.mark.quick
@pytest.mark.parametrize("column", [-1, -3])
def test_correlation_within_a_start_sees_the_step_and_nothing_else(column: int):
    """1 for the rule, however much too small or too low; 0 for what knows the start alone, for a
    constant, and where numbers are not finite; -1 for a network that answers steps the wrong way."""
    near = series(np.random.default_rng(1), 200, LENGTH)
    y, start = near[:, column].astype("float64"), near[:, 0]
    told = {"rule": y, "too small": 0.3 * y - 5, "start alone": 2 * start + 3, "constant": 0 * y + 8,
            "not finite": np.where(start > 5, np.inf, y), "wrong way": 10 * start - y}  # fmt: skip
    found = {name: step_correlation(near, p, column) for name, p in told.items()}
    assert found == pytest.approx({"rule": 1, "too small": 1, "start alone": 0, "constant": 0,
                                   "not finite": 0, "wrong way": -1}, abs=1e-6)  # fmt: skip


ROUND, LAST = {"loss": [50, 9.0, 5.0]}, {"loss": [50, 4.9, 3.0]}  # epochs, first and last loss
CURVES = {"loss": [4.9, *[4.0] * 48, 3.0], "val_loss": [5.0] * 50}


@pytest.mark.quick
@pytest.mark.parametrize("told, cut", [
    ([ROUND, LAST, LAST], True),
    ([LAST], False),
    ([LAST, ROUND], False),
    ([{"loss": [50, 5.0, 4.0]}, {"loss": [50, 5.1, 3.5]}, LAST], False),
    ([{"loss": [20, 9.0, 5.0]}, LAST], False),
    ([], False),
], ids=["rounds", "one call", "another history", "three starts", "a short warm-up", "nothing noted"])
def test_history_of_the_last_call_is_told_from_right_work(told, cut):
    """Only a call that goes on where longer others ended makes its history a part of the whole."""
    ends = [{key: np.array(value) for key, value in fit.items()} for fit in told]
    assert last_of_many(ends, CURVES) is cut


@pytest.mark.quick
@pytest.mark.parametrize("told", [None, 3, [], {}, {"loss": 1, "val_loss": 1},
    {"loss": [1, "x", 2], "val_loss": [1, 2, 3]}, {"loss": [1, 2], "val_loss": [1, 2]},
    {"loss": [1, float("nan"), 2], "val_loss": [1, 2, 3]},
    {"loss": [9, 10**400, 2], "val_loss": [1, 2, 3]},
    {"loss": [1, {}, [2]], "val_loss": [1, 2, 3]}])  # fmt: skip
def test_what_no_worker_notes_is_no_end_of_a_curve(told):
    """The notes of `fit` are claims as well: of what is none, nothing follows."""
    assert ends_told({"told": told}) is None

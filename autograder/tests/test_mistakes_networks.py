"""Typical mistakes in networks, scaling and training: each costs its own points and is named."""

from autograder.tests.desk import Desk
from autograder.tests.mistakes import BLOCKED, Mistake, expect_verdicts, named

PLAIN = {
    1: """
def build_model():
    model = Sequential()
    model.add(Input(shape=(1, 1)))
    model.add(LSTM(50, return_sequences=True, activation="relu"))
    model.add(LSTM(50, activation="relu"))
    model.add(Dense(1))
    model.compile(optimizer="adam", loss="mse")
    return model
""",
    2: """
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = Sequential()
    model.add(Input(shape=(iLength, 1)))
    for whole_sequence in (True, True, False):
        model.add(LSTM(units=n_hidden, return_sequences=whole_sequence))
        model.add(Dropout(f_dropout))
    model.add(Dense(units=1))
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model
""",
    3: """
def build_model(n_stations=6):
    model = Sequential()
    model.add(Input(shape=(n_stations, 1)))
    for whole_sequence in (True, True, False):
        model.add(Bidirectional(LSTM(40, return_sequences=whole_sequence)))
        model.add(Dropout(0.2))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
""",
}  # the networks of the handout, as a student types them


def rebuilt(part: int, changes: dict[str, str]) -> str:
    """The handout's network with each old text, which occurs exactly once, replaced."""
    code = PLAIN[part]
    for old, new in changes.items():
        assert code.count(old) == 1, f"{old!r} occurs {code.count(old)} times in the network {part}"
        code = code.replace(old, new)
    return code


def network(name: str, part: int, old: str, new: str, lost: dict, why: str | None) -> Mistake:
    """The handout's network with one thing changed."""
    return Mistake(name, part, lost, why, rebuilt(part, {old: new}))


FIRST1 = 'model.add(LSTM(50, return_sequences=True, activation="relu"))'
SECOND1 = 'model.add(LSTM(50, activation="relu"))'
DENSE1, INPUT1 = "model.add(Dense(1))", "model.add(Input(shape=(1, 1)))"
COMPILE1, RETURN_MODEL = 'model.compile(optimizer="adam", loss="mse")', "    return model\n"
UNTRAINED1 = dict.fromkeys(["1.trains", "1.history", "1.fit"], BLOCKED)
NO_MODEL1 = {"1.model": 0, "1.compile": BLOCKED, **UNTRAINED1}
UNTRAINED3 = dict.fromkeys(
    ["3.preprocess", "3.trains", "3.history", "3.accuracy", "3.specificity"], BLOCKED
)
LSTM2 = "model.add(LSTM(units=n_hidden, return_sequences=whole_sequence))"
DROPOUT2, DENSE2 = (
    "        model.add(Dropout(f_dropout))\n",
    "model.add(Dense(units=1))",
)
INPUT2, WHOLE2 = "model.add(Input(shape=(iLength, 1)))", "for whole_sequence in (True, True, False):"
LSTM3 = "model.add(Bidirectional(LSTM(40, return_sequences=whole_sequence)))"
DROPOUT3, DENSE3 = "        model.add(Dropout(0.2))\n", 'model.add(Dense(1, activation="sigmoid"))'
INPUT3 = "model.add(Input(shape=(n_stations, 1)))"
LOSS3 = 'loss="binary_crossentropy"'

MODELS = [
    network("return_sequences forgotten", 1, FIRST1, f"{SECOND1}  # the first", NO_MODEL1, None),
    network("one LSTM layer", 1, SECOND1, "", {"1.model": 2}, "layer-missing"),
    network("a third LSTM layer", 1, FIRST1, f"{FIRST1}; {FIRST1}",
            {"1.model": 2}, "layer-too-many"),
    network("GRU for LSTM", 1, SECOND1, "model.add(keras.layers.GRU(50, activation='relu'))",
            {"1.model": 2}, "wrong-layer"),
    Mistake("no LSTM at all", 1, {"1.model": 0, **UNTRAINED1}, "no-lstm", rebuilt(1, {
            FIRST1: "model.add(keras.layers.Flatten())", SECOND1: "model.add(Dense(50))"})),
    network("40 units", 1, SECOND1, 'model.add(LSTM(40, activation="relu"))',
            {"1.model": 3}, "wrong-units"),
    network("activation left at tanh", 1, SECOND1, "model.add(LSTM(50))",
            {"1.model": 3}, "wrong-activation"),
    network("relu on the output", 1, DENSE1, "model.add(Dense(1, activation='relu'))",
            {"1.model": 3}, "wrong-activation"),
    network("two outputs", 1, DENSE1, "model.add(Dense(2))", {"1.model": 3}, "wrong-input-shape"),
    network("input of 19 steps", 1, INPUT1, "model.add(Input(shape=(19, 1)))",
            {"1.model": 3}, "wrong-input-shape"),
    network("return_sequences in the last LSTM", 1, SECOND1,
            'model.add(LSTM(50, activation="relu", return_sequences=True))',
            {"1.model": 2}, "wrong-input-shape"),
    network("model not returned", 1, RETURN_MODEL, "", NO_MODEL1, None),
    network("model not compiled", 1, COMPILE1, "", {"1.compile": 0}, "not-compiled"),
    network("mean absolute error as loss", 1, 'loss="mse"', 'loss="mae"', {"1.compile": 0}, "loss-mae"),
    network("sgd", 1, 'optimizer="adam"', 'optimizer="sgd"', {"1.compile": 0}, "wrong-optimizer"),
    network("build_model wants an argument", 1, "def build_model():", "def build_model(n_units):",
            NO_MODEL1, None),
    network("no dropout", 2, DROPOUT2, "", {"2.model": 2}, "dropout-missing"),
    Mistake("recurrent_dropout for Dropout layers", 2, {"2.model": 2}, "dropout-missing", rebuilt(2, {
            DROPOUT2: "", LSTM2: LSTM2.replace("sequence))", "sequence, recurrent_dropout=0.2))")})),
    Mistake("dropout before the LSTM layers", 2, {"2.model": 2}, "layers-out-of-order", rebuilt(2, {
            DROPOUT2: "", LSTM2: f"model.add(Dropout(f_dropout))\n        {LSTM2}"})),
    network("two LSTM layers", 2, WHOLE2, "for whole_sequence in (True, False):",
            {"2.model": 2}, "layer-missing"),
    network("return_sequences in the last LSTM", 2, WHOLE2, "for whole_sequence in (True, True, True):",
            {"2.model": 2}, "wrong-input-shape"),
    network("n_hidden ignored", 2, "units=n_hidden", "units=50", {"2.model": 3}, "wrong-units"),
    network("f_dropout ignored", 2, "Dropout(f_dropout)", "Dropout(0.2)", {"2.model": 3}, "wrong-rate"),
    network("iLength ignored", 2, "shape=(iLength, 1)", "shape=(10, 1)", {"2.model": 3},
            "wrong-input-shape"),
    network("one step of ten channels", 2, "shape=(iLength, 1)", "shape=(1, iLength)", {"2.model": 3},
            "axes-swapped"),
    network("sigmoid on a number that is no probability", 2, DENSE2,
            "model.add(Dense(1, activation='sigmoid'))", {"2.model": 3}, "wrong-activation"),
    network("mean absolute error as loss", 2, '"mean_squared_error"', '"mean_absolute_error"',
            {"2.compile": 0}, "loss-mae"),
    network("one direction only", 3, LSTM3, "model.add(LSTM(40, return_sequences=whole_sequence))",
            {"3.model": 1}, "not-bidirectional"),
    network("a bidirectional GRU", 3, LSTM3, "model.add(Bidirectional(keras.layers.GRU(40,"
            " return_sequences=whole_sequence)))", {"3.model": 0, **UNTRAINED3}, "no-lstm"),
    network("one step of six channels", 3, INPUT3, "model.add(Input(shape=(1, n_stations)))",
            {"3.model": 3}, "axes-swapped"),
    network("n_stations ignored", 3, INPUT3, "model.add(Input(shape=(6, 1)))", {"3.model": 3},
            "wrong-input-shape"),
    network("the label as a seventh station", 3, INPUT3, "model.add(Input(shape=(n_stations + 1, 1)))",
            {"3.model": 3}, "wrong-input-shape"),
    network("softmax over one unit", 3, DENSE3, DENSE3.replace("sigmoid", "softmax"), {"3.model": 3},
            "wrong-activation"),
    network("no sigmoid", 3, DENSE3, "model.add(Dense(1))", {"3.model": 3}, "wrong-activation"),
    network("two units with softmax", 3, DENSE3, "model.add(Dense(2, activation='softmax'))",
            {"3.model": 2}, "wrong-input-shape"),
    network("no dropout", 3, DROPOUT3, "", {"3.model": 2}, "dropout-missing"),
    network("dropout of one half", 3, DROPOUT3, DROPOUT3.replace("0.2", "0.5"), {"3.model": 3},
            "wrong-rate"),
    Mistake("recurrent_dropout for Dropout layers", 3, {"3.model": 2}, "dropout-missing", rebuilt(3, {
            DROPOUT3: "", LSTM3: LSTM3.replace("sequence)))", "sequence, recurrent_dropout=0.2)))")})),
    network("return_sequences in the last LSTM", 3, "for whole_sequence in (True, True, False):",
            "for whole_sequence in (True, True, True):", {"3.model": 2}, "wrong-input-shape"),
    network("mean squared error as loss", 3, LOSS3, 'loss="mse"', {"3.compile": 1}, "loss-mse"),
    network("model not compiled", 3, "model.compile(optimizer", "dict(optimizer", {"3.compile": 0},
            "not-compiled"),
]  # fmt: skip

PREPROCESS = [
    Mistake("scaler fitted on the rows themselves", 3, {"3.preprocess": 1}, "scaler-fitted-on-test",
            "def preprocess(X_train, X):\n    return (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-9)"),
    Mistake("scaler fitted on both", 3, {"3.preprocess": 1}, "scaler-fitted-on-test",
            "def preprocess(X_train, X):\n    both = np.concatenate([X_train, X])\n"
            "    return (X - both.mean(axis=0)) / both.std(axis=0)"),
    Mistake("range of all rows scaled to 0..1", 3, {"3.preprocess": 1}, "scaler-fitted-on-test",
            "def preprocess(X_train, X):\n    return (X - X.min()) / (X.max() - X.min())"),
    Mistake("scaled rows are flat", 3, {"3.preprocess": 0}, "wrong-shape",
            "def preprocess(X_train, X):\n    return (X / X_train.max())[:, :, 0]"),
    Mistake("the training rows returned", 3, {"3.preprocess": 0}, "wrong-shape",
            "def preprocess(X_train, X):\n    return X_train / X_train.max()"),
    Mistake("division by zero in preprocess", 3, {"3.preprocess": 0}, None,
            "def preprocess(X_train, X):\n    return (X - X_train[:1]) / X_train[:1].std(axis=0)"),
]  # fmt: skip


FEW_EPOCHS = "EPOCHS = 2"
FIT = "model.fit(X_train, y_train, epochs=2, batch_size=5, validation_split=0.2, verbose=0)"
TOO_FEW = {"1.fit": 0}
NO_TRAINING = {"1.trains": 0, "1.history": BLOCKED, "1.fit": BLOCKED}


def trained(name: str, lost: dict, why: str, *lines: str) -> Mistake:
    """A train_model of Part 1 with another body, and too few epochs for the floor."""
    code = "\n    ".join(["def train_model(model, X_train, y_train):", *lines])
    return Mistake(name, 1, lost, why, code)


TRAININGS = [
    Mistake("too few epochs", 1, TOO_FEW, "below-floor", FEW_EPOCHS),
    trained("no validation split", {"1.history": 0, **TOO_FEW}, "no-validation",
            f"return {FIT}.history".replace("validation_split=0.2, ", "")),
    trained("the History object returned", {"1.history": 0, **TOO_FEW}, "history-not-a-dict",
            f"return {FIT}"),
    trained("nothing returned", {"1.history": 0, **TOO_FEW}, "history-not-a-dict", FIT),
    trained("other keys", {"1.history": 0, **TOO_FEW}, "history-keys",
            f"history = {FIT}.history", "return {'train': history['loss'], 'val': history['val_loss']}"),
    trained("the last losses only", {"1.history": 0, **TOO_FEW}, None,
            f"history = {FIT}.history", "return {'loss': history['loss'], 'val_loss': 0.1}"),
    trained("another model trained", NO_TRAINING, "not-trained",
            "model = build_model()", f"return {FIT}.history"),
    trained("no training at all", NO_TRAINING, "not-trained",
            "return {'loss': [2.0, 1.0], 'val_loss': [2.0, 1.0]}"),
    trained("a training that diverged", NO_TRAINING, "diverged",
            f"history = {FIT}.history",
            "model.set_weights([w * np.nan for w in model.get_weights()])", "return history"),
    Mistake("parameters of train_model in another order", 1, NO_TRAINING, None,
            "def train_model(X_train, y_train, model):\n    return model.fit(X_train, y_train)"),
    Mistake("weights set in build_model", 1, NO_TRAINING, "fixed-weights",
            "trained_weights = build_model\n\ndef build_model():\n    model = trained_weights()\n"
            "    model.set_weights([w * 0 + 0.1 for w in model.get_weights()])\n    return model\n"
            + FEW_EPOCHS),
    Mistake("no accuracy in the metrics", 3, {"3.history": 0, "3.accuracy": 0, "3.specificity": 0},
            "history-keys", rebuilt(3, {', metrics=["accuracy"]': ""}) + FEW_EPOCHS),
]  # fmt: skip


@named(MODELS)
def test_mistake_in_a_model_costs_its_own_points(desk: Desk, case: Mistake):
    """A network that differs from the task keeps the points of what is right about it."""
    expect_verdicts(desk, case, ("model",))


@named(PREPROCESS)
def test_mistake_in_preprocess_costs_its_own_points(desk: Desk, case: Mistake):
    """Statistics of the wrong rows show, because a row is asked alone and among others."""
    ids = ("model", "model.other", "scale", "scale.row", "scale.moved", "scale.moved_row")
    expect_verdicts(desk, case, ("call", "model"), ids)


@named(TRAININGS)
def test_mistake_in_training_costs_its_own_points(desk: Desk, case: Mistake):
    """What goes wrong in a training is told apart: the data, the record, the weights, the luck."""
    expect_verdicts(desk, case, ("model", "train"))

"""Typical mistakes in networks and scaling: each costs its own points and is named."""

from autograder.calibration.cases import NETWORK2
from autograder.tests.desk import Desk
from autograder.tests.mistakes import BLOCKED, SCALING, Mistake, asked, expect_verdicts, named

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
    2: NETWORK2,
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
NO_MODEL2 = {"2.model": 0, **dict.fromkeys(
    ["2.compile", "2.trains", "2.history", "2.fit", "2.fit_penultimate"], BLOCKED)}  # fmt: skip
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
    network("return_sequences forgotten", 1, FIRST1, f"{SECOND1}  # the first", NO_MODEL1,
            "layers-do-not-fit"),
    network("an input without a time axis", 1, "shape=(1, 1)", "shape=(1,)", NO_MODEL1,
            "input-not-a-sequence"),
    network("the number of instances in the input", 1, "shape=(1, 1)", "shape=(19, 1, 1)", NO_MODEL1,
            "instances-in-input-shape"),
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
            {"1.model": 3}, "output-not-linear"),
    network("two outputs", 1, DENSE1, "model.add(Dense(2))", {"1.model": 3}, "wrong-output-shape"),
    network("the sequence of the last LSTM flattened", 1, SECOND1,
            f"{FIRST1}; model.add(keras.layers.Flatten())", {"1.model": 3},
            "wrong-return-sequences"),
    network("a Lambda layer", 1, DENSE1, "model.add(keras.layers.Lambda(lambda x: x[:, :1]))",
            {"1.model": 0, **UNTRAINED1}, "layer-not-allowed"),
    network("six hundred units", 1, FIRST1, FIRST1.replace("50", "600"),
            {"1.model": 0, **UNTRAINED1}, "network-too-large"),
    network("input of 19 steps", 1, INPUT1, "model.add(Input(shape=(19, 1)))",
            {"1.model": 3}, "wrong-input-shape"),
    network("return_sequences in the last LSTM", 1, SECOND1,
            'model.add(LSTM(50, activation="relu", return_sequences=True))',
            {"1.model": 2}, "last-lstm-returns-sequences"),
    network("model not returned", 1, RETURN_MODEL, "", NO_MODEL1, "return-missing"),
    Mistake("the class returned, not a model", 1, NO_MODEL1, "wrong-return-type",
            "def build_model():\n    return Sequential"),
    network("model not compiled", 1, COMPILE1, "", {"1.compile": 0}, "not-compiled"),
    network("mean absolute error as loss", 1, 'loss="mse"', 'loss="mae"', {"1.compile": 0}, "loss-mae"),
    network("sgd", 1, 'optimizer="adam"', 'optimizer="sgd"', {"1.compile": 0}, "wrong-optimizer"),
    network("build_model wants an argument", 1, "def build_model():", "def build_model(n_units):",
            NO_MODEL1, "wrong-signature"),
    network("cross-entropy for numbers", 1, 'loss="mse"', 'loss="binary_crossentropy"',
            {"1.compile": 0}, "wrong-loss"),
    network("no dropout", 2, DROPOUT2, "", {"2.model": 2}, "dropout-missing"),
    Mistake("recurrent_dropout for Dropout layers", 2, {"2.model": 2}, "recurrent-dropout", rebuilt(2, {
            DROPOUT2: "", LSTM2: LSTM2.replace("sequence))", "sequence, recurrent_dropout=0.2))")})),
    Mistake("dropout before the LSTM layers", 2, {"2.model": 2}, "layers-out-of-order", rebuilt(2, {
            DROPOUT2: "", LSTM2: f"model.add(Dropout(f_dropout))\n        {LSTM2}"})),
    network("two LSTM layers", 2, WHOLE2, "for whole_sequence in (True, False):",
            {"2.model": 2}, "layer-missing"),
    Mistake("the average over time in the place of the last output", 2, {"2.model": 3},
            "wrong-return-sequences", rebuilt(2, {
                WHOLE2: "for whole_sequence in (True, True, True):",
                DENSE2: f"model.add(keras.layers.GlobalAveragePooling1D()); {DENSE2}"})),
    network("return_sequences in the last LSTM", 2, WHOLE2, "for whole_sequence in (True, True, True):",
            {"2.model": 2}, "last-lstm-returns-sequences"),
    network("n_hidden ignored", 2, "units=n_hidden", "units=50", {"2.model": 3}, "parameters-ignored"),
    network("f_dropout ignored", 2, "Dropout(f_dropout)", "Dropout(0.2)", {"2.model": 3},
            "parameters-ignored"),
    network("iLength ignored", 2, "shape=(iLength, 1)", "shape=(10, 1)", {"2.model": 3},
            "parameters-ignored"),
    network("no parameters", 2, "def build_model(iLength=10, n_hidden=50, f_dropout=0.2):",
            "def build_model():\n    iLength, n_hidden, f_dropout = 10, 50, 0.2", {"2.model": 3},
            "wrong-signature"),
    network("rows without an axis of channels", 2, "shape=(iLength, 1)", "shape=(iLength,)", NO_MODEL2,
            "input-not-a-sequence"),
    network("y included in X", 2, "shape=(iLength, 1)", "shape=(iLength + 1, 1)", {"2.model": 3},
            "target-as-step"),
    network("one step of ten channels", 2, "shape=(iLength, 1)", "shape=(1, iLength)", {"2.model": 3},
            "axes-swapped"),
    network("sigmoid on a number that is no probability", 2, DENSE2,
            "model.add(Dense(1, activation='sigmoid'))", {"2.model": 3}, "output-not-linear"),
    network("mean absolute error as loss", 2, '"mean_squared_error"', '"mean_absolute_error"',
            {"2.compile": 0}, "loss-mae"),
    network("one direction only", 3, LSTM3, "model.add(LSTM(40, return_sequences=whole_sequence))",
            {"3.model": 1}, "not-bidirectional"),
    network("a bidirectional GRU", 3, LSTM3, "model.add(Bidirectional(keras.layers.GRU(40,"
            " return_sequences=whole_sequence)))", {"3.model": 0, **UNTRAINED3}, "no-lstm"),
    network("one step of six channels", 3, INPUT3, "model.add(Input(shape=(1, n_stations)))",
            {"3.model": 3}, "axes-swapped"),
    network("no parameter for the stations", 3, "def build_model(n_stations=6):",
            "def build_model():\n    n_stations = 6", {"3.model": 3}, "wrong-signature"),
    network("n_stations ignored", 3, INPUT3, "model.add(Input(shape=(6, 1)))", {"3.model": 3},
            "parameters-ignored"),
    network("the label as a seventh station", 3, INPUT3, "model.add(Input(shape=(n_stations + 1, 1)))",
            {"3.model": 3}, "target-as-step"),
    network("softmax over one unit", 3, DENSE3, DENSE3.replace("sigmoid", "softmax"), {"3.model": 3},
            "softmax-over-one-unit"),
    network("no sigmoid", 3, DENSE3, "model.add(Dense(1))", {"3.model": 3}, "sigmoid-missing"),
    network("two units with softmax", 3, DENSE3, "model.add(Dense(2, activation='softmax'))",
            {"3.model": 2}, "wrong-output-shape"),
    network("no dropout", 3, DROPOUT3, "", {"3.model": 2}, "dropout-missing"),
    network("dropout of one half", 3, DROPOUT3, DROPOUT3.replace("0.2", "0.5"), {"3.model": 3},
            "wrong-rate"),
    Mistake("recurrent_dropout for Dropout layers", 3, {"3.model": 2}, "recurrent-dropout", rebuilt(3, {
            DROPOUT3: "", LSTM3: LSTM3.replace("sequence)))", "sequence, recurrent_dropout=0.2)))")})),
    network("return_sequences in the last LSTM", 3, "for whole_sequence in (True, True, False):",
            "for whole_sequence in (True, True, True):", {"3.model": 2}, "last-lstm-returns-sequences"),
    network("mean squared error as loss", 3, LOSS3, 'loss="mse"', {"3.compile": 1}, "loss-mse"),
    network("model not compiled", 3, "model.compile(optimizer", "dict(optimizer", {"3.compile": 0},
            "not-compiled"),
]  # fmt: skip

KEPT_SCALER = """
KEPT = []
def preprocess(X_train, X):
    if not KEPT:
        KEPT.extend([{0}.mean(axis=0), {0}.std(axis=0)])
    return (X - KEPT[0]) / KEPT[1]
"""
PREPROCESS = [
    Mistake("scaler fitted on the rows themselves", 3, {"3.preprocess": 1}, "scaler-fitted-on-test",
            "def preprocess(X_train, X):\n    return (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-9)"),
    Mistake("scaler fitted on rows, which may be one", 3, {"3.preprocess": 1}, "scaler-fitted-on-test",
            "def preprocess(X_train, X):\n    return (X - X.mean(axis=0)) / X.std(axis=0)"),
    Mistake("scaler fitted on both", 3, {"3.preprocess": 1}, "scaler-fitted-on-test",
            "def preprocess(X_train, X):\n    both = np.concatenate([X_train, X])\n"
            "    return (X - both.mean(axis=0)) / both.std(axis=0)"),
    Mistake("range of all rows scaled to 0..1", 3, {"3.preprocess": 1}, "scaler-fitted-on-test",
            "def preprocess(X_train, X):\n    return (X - X.min()) / (X.max() - X.min())"),
    Mistake("a scaler of squeezed rows, which one row is none of", 3, {"3.preprocess": 1},
            "fails-on-single-row", "from sklearn.preprocessing import StandardScaler\n"
            "def preprocess(X_train, X):\n    scaler = StandardScaler().fit(X_train.squeeze())\n"
            "    return scaler.transform(X.squeeze())[..., None]"),
    Mistake("one row squeezed away", 3, {"3.preprocess": 1}, "fails-on-single-row",
            "def preprocess(X_train, X):\n    Z = X.squeeze()\n"
            "    return ((Z - X_train.squeeze().mean(axis=0)) / X_train.std())[..., None]"),
    Mistake("scaled rows lose their last axis", 3, {"3.preprocess": 0}, "channel-axis-missing",
            "def preprocess(X_train, X):\n    return (X / X_train.max())[:, :, 0]"),
    Mistake("the training rows returned", 3, {"3.preprocess": 0}, "training-rows-returned",
            "def preprocess(X_train, X):\n    return X_train / X_train.max()"),
    Mistake("division by zero in preprocess", 3, {"3.preprocess": 0}, "not-finite",
            "def preprocess(X_train, X):\n    return (X - X_train[:1]) / X_train[:1].std(axis=0)"),
    Mistake("a range that reaches to the rows' own extreme", 3, {"3.preprocess": 1},
            "scaler-fitted-on-test", "def preprocess(X_train, X):\n"
            "    return (X - X_train.min()) / (max(X_train.max(), X.max()) - X_train.min())"),
    Mistake("a scaler kept from the first call", 3, {"3.preprocess": 1}, "scaler-kept",
            KEPT_SCALER.format("X_train")),
    Mistake("a scaler of the first rows, kept", 3, {"3.preprocess": 1}, "scaler-fitted-on-test",
            KEPT_SCALER.format("X")),
    Mistake("the times of a row sorted", 3, {"3.preprocess": 1}, "stations-sorted",
            "def preprocess(X_train, X):\n    return np.sort(X, axis=1) / X_train.max()"),
    Mistake("the mean of the row at every station", 3, {"3.preprocess": 1}, "stations-alike",
            "def preprocess(X_train, X):\n    return 0 * X + X.mean(axis=1, keepdims=True)"),
    Mistake("everything is 0", 3, {"3.preprocess": 1}, "stations-alike",
            "def preprocess(X_train, X):\n    return 0 * X"),
    Mistake("the same for every row", 3, {"3.preprocess": 1}, "rows-alike", """
def preprocess(X_train, X):
    return np.broadcast_to(np.array([[3], [1], [2], [4], [5], [6]]), X.shape)
"""),
    Mistake("scaled in place", 3, {"3.preprocess": 1}, "argument-changed", """
def preprocess(X_train, X):
    X -= X_train.mean(axis=0)
    X /= X_train.std(axis=0)
    return X
"""),
    Mistake("a scaler that is not fitted", 3, {"3.preprocess": 0}, "not-fitted",
            "from sklearn.preprocessing import StandardScaler\ndef preprocess(X_train, X):\n"
            "    return StandardScaler().transform(X[:, :, 0])[:, :, None]"),
    Mistake("preprocess with one parameter", 3, {"3.preprocess": 0}, "wrong-signature",
            "def preprocess(X):\n    return X"),
]  # fmt: skip
CASES = [*asked(MODELS, ("model",)), *asked(PREPROCESS, ("call", "model"), SCALING)]


@named(CASES)
def test_mistake_in_a_model_costs_its_own_points(desk: Desk, case: Mistake):
    """A network that differs from the task keeps the points of what is right; scaling is told apart."""
    expect_verdicts(desk, case)

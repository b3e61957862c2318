"""Honest alternatives: other ways to do what the task asks cost nothing."""

import pytest

from autograder.tests.desk import QUICK, Desk, verdicts
from autograder.tests.mistakes import Mistake, named


def way(name: str, part: int, code: str = "", **changes: str) -> Mistake:
    """A reference in which a function is written in another way."""
    return Mistake(name, part, {}, None, code, changes)


QUICK_WAYS = [
    way("X and y in a list, float64, targets (n, 1)", 1, """
def createSynData(start: int = 1, stop: int = 21, const: float = 15) -> list:
    x = np.arange(start, stop) * 1.0
    y = const * x
    return [x[1:, None, None], y[:-1].reshape(-1, 1)]
"""),
    way("plain Python lists", 1, """
def createSynData(start=1, stop=21, const=15):
    X = [[[float(i)]] for i in range(start + 1, stop)]
    return X, [const * (i - 1.0) for i in range(start + 1, stop)]

def createTestData(X_train, n=20, const=15):
    last = int(X_train[-1][0][0])
    return createSynData(last, last + n + 1, const)

def linear_baseline(X_train, y_train, X_test):
    slope, intercept = np.polyfit(np.ravel(X_train), np.ravel(y_train), 1)
    return [slope * x + intercept for x in np.ravel(X_test)]
"""),
    way("test data ten beyond the training range", 1, """
def createTestData(X_train, n=20, const=15):
    X = X_train.max() + 10 + np.arange(n)
    return X.reshape(n, 1, 1), const * (X - 1)
"""),
    way("a baseline of shape (n, 1)", 1, """
def linear_baseline(X_train, y_train, X_test):
    A = np.column_stack([np.ravel(X_train), np.ones(len(X_train))])
    w, *_ = np.linalg.lstsq(A, np.reshape(y_train, (-1, 1)), rcond=None)
    return np.column_stack([np.ravel(X_test), np.ones(len(X_test))]) @ w
"""),
    way("scores by their formulas, as NumPy numbers, with extra keys", 1, """
def evaluate(y_true, y_pred):
    def _squares(a):
        return np.sum(a ** 2)
    residuals = np.asarray(y_true).flatten() - np.asarray(y_pred).flatten()
    r2 = 1 - _squares(residuals) / _squares(y_true - np.mean(y_true))
    return {"r2": r2, "mse": np.mean(residuals**2), "normality_p": stats.normaltest(residuals)[1],
            "rmse": np.sqrt(np.mean(residuals**2)), "residuals": residuals, "note": "fine"}
"""),
    way("a Kolmogorov-Smirnov test of standardised residuals", 1, """
def evaluate(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    r = y_true - y_pred
    p = stats.kstest((r - r.mean()) / r.std(), "norm").pvalue
    return dict(r2=np.array([r2_score(y_true, y_pred)]), mse=np.float32(np.mean(r**2)), normality_p=p)
"""),
    way("three figures in a list, scatter for plot, a density", 1, """
def plot_results(history, X_test, y_test, y_pred):
    figures = []
    for draw in (_curves, _bars, _points):
        figure, ax = plt.subplots()
        draw(ax, history, X_test, np.ravel(y_test), np.ravel(y_pred))
        figures.append(figure)
    return figures

def _curves(ax, history, *_):
    epochs = np.arange(1, len(history["loss"]) + 1)
    for key, values in history.items():
        ax.plot(epochs, values, ".-", label=key)
    ax.set_xlabel("Epoche"); ax.set_ylabel("Kosten"); ax.legend(); ax.set_yscale("log"); ax.grid()

def _bars(ax, history, X_test, y_test, y_pred):
    ax.hist(y_test - y_pred, bins="auto", density=True)
    ax.axvline(0, color="k")
    ax.set(xlabel="Abweichung", ylabel="Dichte")

def _points(ax, history, X_test, y_test, y_pred):
    ax.scatter(X_test[:, 0, 0], y_test, label="wahr")
    ax.scatter(X_test[:, 0, 0], y_pred, label="vorhergesagt")
    ax.set(xlabel="Merkmal", ylabel="Ziel")
"""),
    way("nothing returned, pyplot left open, a step histogram", 1, """
def plot_results(history, X_test, y_test, y_pred):
    plt.figure()
    plt.plot(history["loss"]); plt.plot(history["val_loss"])
    plt.xlabel("epoch"); plt.ylabel("loss"); plt.legend(["train", "validation"])
    plt.figure()
    plt.hist(np.ravel(y_pred) - np.ravel(y_test), 12, histtype="step")
    plt.xlabel("residual"); plt.ylabel("count")
    plt.figure()
    plt.plot(X_test.flatten()[::-1], y_test.flatten()[::-1], "r+")
    plt.xlabel("X"); plt.ylabel("y")
    plt.show()
"""),
    way("saved and closed, filled steps, a curve in axes of its own", 1, """
def plot_results(history, X_test, y_test, y_pred):
    fig = plt.figure(figsize=(6, 10))
    for n, key in enumerate(["loss", "val_loss"], 1):
        ax = fig.add_subplot(4, 1, n)
        ax.loglog(range(1, len(history[key]) + 1), history[key])
        ax.set(xlabel="epoch", ylabel=key)
    ax = fig.add_subplot(413, xlabel="residual", ylabel="n")
    ax.hist(np.ravel(y_test) - np.ravel(y_pred), bins=5, histtype="stepfilled", cumulative=False)
    ax = fig.add_subplot(414, xlabel="X", ylabel="y")
    ax.plot(np.ravel(X_test), np.ravel(y_test), "--")
    fig.savefig("figure.png")
    plt.close(fig)
"""),
    way("bars of numpy.histogram, a legend of the figure, shared labels", 1, """
def plot_results(history, X_test, y_test, y_pred):
    fig, ax = plt.subplots()
    ax.plot(history["loss"], label="training")
    ax.plot(history["val_loss"], label="validation")
    fig.legend()
    fig.supxlabel("epoch")
    fig.supylabel("loss")
    fig2, (left, right) = plt.subplots(1, 2)
    counts, edges = np.histogram(np.ravel(y_test) - np.ravel(y_pred))
    left.bar(edges[:-1], counts, width=np.diff(edges), align="edge")
    left.set(xlabel="residual", ylabel="count")
    right.set(xlabel="X", ylabel="y")
    right.plot(np.ravel(X_test), np.ravel(y_test), "o")
    return fig, fig2
"""),
    way("rows made in a loop", 2, """
def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    rng = np.random.RandomState(seed)
    X, y = np.zeros((nSequences, iLength, 1)), []
    for i in range(nSequences):
        start, step = rng.randint(1, 11) + offset, rng.uniform(0.1, 0.5)
        X[i, :, 0] = [start + k * step for k in range(iLength)]
        y.append([start + iLength * step if target == "next" else X[i, -2, 0]])
    return X, np.array(y)
"""),
    way("seeded by numpy.random.seed, lists", 2, """
def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    np.random.seed(seed)
    start = np.random.randint(1, 11, nSequences) + offset
    rows = start[:, None] + np.random.uniform(.1, .5, (nSequences, 1)) * np.arange(iLength + 1)
    return rows[:, :-1, None].tolist(), rows[:, -1 if target == "next" else -3].tolist()
"""),
    way("the target over the mean of the row", 2,
        **{"np.asarray(X_test)[:, -1, 0]": "np.asarray(X_test).mean(axis=(1, 2))"}),
    way("the target over the first number", 2, **{"np.asarray(X_test)[:, -1, 0]": "X_test[:, 0, 0]"}),
    way("a loader in plain Python, labels (n, 1)", 3, """
def load_arrivals(path):
    with open(path) as lines:
        rows = []
        for number, line in enumerate(lines, 1):
            if line.startswith("#"):
                continue
            try:
                row = [float(word) for word in line.split()]
                assert len(row) == 7
            except (ValueError, AssertionError):
                raise ValueError("%s: line %d is broken" % (path, number))
            rows.append(row)
    rows = np.array(rows)
    return rows[:, :6, None], rows[:, 6:].astype("int32")
"""),
    way("labels as floats in a list", 3, """
def to_labels(probabilities, threshold=0.5):
    return [1.0 if p > threshold else 0.0 for p in np.ravel(probabilities)]
"""),
    way("labels as booleans", 3, **{"> threshold).astype(int)": "> threshold)"}),
    way("counts by hand in nested lists", 3, """
def evaluate(y_true, probabilities):
    y, p = list(np.ravel(y_true)), [int(v > 0.5) for v in np.ravel(probabilities)]
    m = [[sum(a == i and b == j for a, b in zip(y, p)) for j in (0, 1)] for i in (0, 1)]
    return {"accuracy": np.float64(m[0][0] + m[1][1]) / len(y), "confusion_matrix": m, "tp": m[1][1]}
"""),
    way("ConfusionMatrixDisplay, bars beside it", 3, """
def plot_results(history, confusion_matrix):
    from sklearn.metrics import ConfusionMatrixDisplay
    f1, axes = plt.subplots(2, 1)
    for ax, key in zip(axes, ("loss", "accuracy")):
        ax.plot(history[key], "b"); ax.plot(history["val_" + key], "r--")
        ax.set(xlabel="Epoch", ylabel=key); ax.legend(["Training", "Validierung"])
    display = ConfusionMatrixDisplay(confusion_matrix, display_labels=["noise", "quake"]).plot()
    return [f1, display.figure_]
"""),
    way("a normalised matrix, German labels", 3, """
def plot_results(history, confusion_matrix):
    figs = []
    for key in ("loss", "accuracy"):
        figs.append(plt.figure())
        for k in (key, "val_" + key):
            plt.plot(np.arange(1, len(history[k]) + 1), history[k], label=k)
        plt.xlabel("Epoche"); plt.ylabel(key); plt.legend()
    figs.append(plt.figure())
    shares = confusion_matrix / confusion_matrix.sum(axis=1, keepdims=True)
    plt.matshow(shares, fignum=0); plt.colorbar()
    plt.ylabel("wahre Klasse"); plt.xlabel("vorhergesagte Klasse")
    return figs
"""),
    way("the matrix drawn with pcolormesh, the prediction on the rows", 3,
        **{'ax.imshow(confusion_matrix, cmap="Blues", vmin=0)': "ax.pcolormesh(confusion_matrix.T)",
           'xlabel="Predicted class", ylabel="True class"': 'xlabel="actual", ylabel="predicted"'}),
    way("loss over accuracy, one label for both", 3, """
def plot_results(history, confusion_matrix):
    fig, (upper, lower) = plt.subplots(2, 1, sharex=True)
    for ax, key in ((upper, "loss"), (lower, "accuracy")):
        ax.plot(history[key], label=key); ax.plot(history["val_" + key], label="val " + key)
        ax.legend(); ax.set_ylabel(key)
    lower.set_xlabel("epoch")
    _plot_confusion(plt.figure().gca(), confusion_matrix)
"""),
    way("loss and accuracy in one pair of axes", 3, """
def plot_results(history, confusion_matrix):
    fig, (ax, right) = plt.subplots(2)
    twin = ax.twinx()
    for key in ("loss", "val_loss"):
        ax.plot(history[key], label=key)
    for key in ("accuracy", "val_accuracy"):
        twin.plot(history[key], ":", label=key)
    ax.set(xlabel="epoch", ylabel="loss"); twin.set_ylabel("accuracy"); ax.legend(); twin.legend()
    _plot_confusion(right, confusion_matrix)
    return fig
"""),
]  # fmt: skip

FUNCTIONAL1 = """
def build_model():
    inputs = keras.Input((1, 1), name="number")
    x = keras.layers.LSTM(50, "relu", return_sequences=True, name="first")(inputs)
    x = keras.layers.LSTM(50, "relu")(x)
    model = keras.Model(inputs, keras.layers.Dense(1)(x), name="mine")
    model.compile(keras.optimizers.Adam(0.002), keras.losses.MeanSquaredError(), metrics=["mae"])
    return model
"""
MODEL_WAYS = [
    way("functional, an optimizer and a loss as objects, a metric", 1, FUNCTIONAL1),
    way("input_shape in the first layer, a list of layers", 1, """
def build_model(units=50):
    model = Sequential([LSTM(units, activation="relu", return_sequences=True, input_shape=(1, 1)),
                        LSTM(units, activation="relu"), Dense(1, activation="linear")])
    model.compile(loss="mean_squared_error", optimizer="Adam")
    return model
"""),
    way("activations as layers and as functions, any number of steps", 1, """
import tensorflow as tf
def build_model():
    model = Sequential([Input((None, 1)), LSTM(50, activation=tf.nn.relu, return_sequences=True),
                        LSTM(50, activation="linear"), keras.layers.Activation("relu"),
                        Dense(1, activation=None)])
    model.compile("adam", "mse")
    return model
"""),
    way("no input shape: the first data decide", 1, **{"    model.add(Input(shape=(1, 1)))": "    #"}),
    way("a Normalization layer, adapted", 1, """
def build_model():
    scale = keras.layers.Normalization(axis=None, input_shape=(1, 1))
    scale.adapt(createSynData()[0])
    model = Sequential([scale, LSTM(50, activation="relu", return_sequences=True),
                        LSTM(50, activation="relu"), Dense(1), keras.layers.Rescaling(100.0)])
    model.compile(optimizer="adam", loss=keras.losses.mean_squared_error)
    return model
"""),
    way("a seed in build_model, other initial weights", 1,
        **{"    model = Sequential()": "    set_random_seed(7)\n    model = Sequential()",
           'model.add(LSTM(50, activation="relu"))':
           'model.add(LSTM(50, activation="relu", kernel_initializer="he_normal"))'}),
    way("a network that works on differences", 2, """
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    inputs = keras.Input((iLength, 1))
    last = inputs[:, -1:, 0]
    x = keras.layers.Subtract()([inputs, inputs[:, -1:, :]])
    for whole in (True, True, False):
        x = Dropout(f_dropout)(LSTM(n_hidden, return_sequences=whole)(x))
    model = keras.Model(inputs, keras.layers.Add()([Dense(1)(x), last]))
    model.compile(optimizer="adam", loss="mse")
    return model
"""),
    way("batch normalisation, relu, other names of parameters' values", 2, """
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = Sequential()
    model.add(LSTM(n_hidden, activation="relu", return_sequences=True, input_shape=(iLength, 1)))
    model.add(Dropout(f_dropout)); model.add(keras.layers.BatchNormalization())
    model.add(LSTM(n_hidden, return_sequences=True)); model.add(Dropout(f_dropout))
    model.add(LSTM(n_hidden)); model.add(Dropout(f_dropout)); model.add(Dense(1))
    model.compile(optimizer=keras.optimizers.Nadam(1e-3), loss="mse")
    return model
"""),
    way("other units, a rate with a decimal more, sgd, a model in a model", 3, """
def build_model(n_stations=6):
    inner = Sequential([Input((n_stations, 1)), Bidirectional(LSTM(16, return_sequences=True)),
                        Dropout(0.20), Bidirectional(LSTM(8, return_sequences=True)), Dropout(0.2)])
    model = Sequential([inner, Bidirectional(LSTM(4), merge_mode="sum"), Dropout(0.2), Dense(1),
                        keras.layers.Activation("sigmoid")])
    model.compile("rmsprop", keras.losses.BinaryCrossentropy(), ["accuracy"])
    return model
"""),
    way("all dropout after the last recurrent layer but one", 3, """
def build_model(n_stations=6):
    layers = [Bidirectional(LSTM(10, return_sequences=True)), Dropout(0.2), Dropout(0.2),
              Bidirectional(LSTM(10, return_sequences=True)), Bidirectional(LSTM(10)), Dropout(0.2)]
    model = Sequential([Input((n_stations, 1)), *layers, Dense(1, activation=keras.activations.sigmoid)])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
"""),
]  # fmt: skip

SCALED_WAYS = [
    way("preprocess as it was handed out", 3, "def preprocess(X_train, X):\n    return X\n"),
    way("the row's first arrival taken off", 3,
        "def preprocess(X_train, X):\n    return np.float64(X - X.min(axis=1, keepdims=True))\n"),
    way("scikit-learn's StandardScaler, as a list", 3, """
def preprocess(X_train, X):
    from sklearn.preprocessing import StandardScaler
    scaler = StandardScaler().fit(X_train[:, :, 0])
    return scaler.transform(X[:, :, 0])[:, :, None].tolist()
"""),
]  # fmt: skip

FIT = "model.fit(X_train, y_train, epochs=2, batch_size=5, validation_split=0.2, verbose=0"
TRAIN_WAYS = [
    way("validation data split by hand, a callback, another length", 1, """
def train_model(model, X_train, y_train):
    stop = keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)
    record = model.fit(X_train[:-4], y_train[:-4], validation_data=(X_train[-4:], y_train[-4:]),
                       epochs=3, callbacks=[stop], verbose=2)
    return {k: np.array(v) for k, v in record.history.items()}
"""),
    way("an extra curve, and the curves as tuples", 1, f"""
def train_model(model, X_train, y_train):
    history = {FIT}).history
    return {{**{{k: tuple(v) for k, v in history.items()}}, "learning_rate": [0.1, 0.2], "best": 3}}
"""),
    way("a learning rate of one's own set before training", 1, f"""
def train_model(model, X_train, y_train):
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return {FIT}).history
"""),
    way("a Normalization layer, adapted, in a training", 1, f"{MODEL_WAYS[4].code}\nEPOCHS = 2\n"),
]  # fmt: skip


def expect_nothing_lost(desk: Desk, case: Mistake, kinds: tuple[str, ...], ids=None) -> None:
    """Judge, and expect every check that was asked to pass."""
    outcomes = desk.judge(case.part, case.source, kinds, ids)
    reasons = [f"{o.id}: {o.got} instead of {o.expected}" for o in outcomes.values() if o.got]
    assert verdicts(outcomes) == {}, reasons
    assert len(outcomes) >= 3


@pytest.mark.quick
@named(QUICK_WAYS)
def test_another_way_costs_nothing(desk: Desk, case: Mistake):
    """What a function gives counts, not how it is written."""
    expect_nothing_lost(desk, case, QUICK)


@named(MODEL_WAYS)
def test_another_way_to_build_the_network_costs_nothing(desk: Desk, case: Mistake):
    """The architecture counts, whichever of Keras' interfaces states it."""
    expect_nothing_lost(desk, case, ("model",))


@named(SCALED_WAYS)
def test_another_scaling_costs_nothing(desk: Desk, case: Mistake):
    """Any scaling passes that treats each row by itself and takes statistics from X_train alone."""
    ids = ("model", "model.other", "scale", "scale.row", "scale.moved", "scale.moved_row")
    expect_nothing_lost(desk, case, ("call", "model"), ids)


@named(TRAIN_WAYS)
def test_another_training_costs_nothing_but_the_floor(desk: Desk, case: Mistake):
    """A training of a few epochs in another style loses the floor's points and no others."""
    outcomes = desk.judge(case.part, case.source, ("model", "train"))
    assert verdicts(outcomes) == {"1.fit": ("failed", 0)}, outcomes
    assert outcomes["1.fit"].misconception == "below-floor"

"""The judge rebuilds only what it knows: nothing custom, nothing huge, and exactly what was trained."""

import json
from dataclasses import replace

import numpy as np
import pytest

from autograder.allowed import NotAllowed
from autograder.artefacts import read_artefacts
from autograder.checks import MODULES
from autograder.judge import judge
from autograder.model import Outcome, Returned
from autograder.network import Network, read_config, rebuilt
from autograder.tests.desk import Desk, Replies, exam, patched, rubric, solution, verdicts
from autograder.witness import hear, heard


def dense(**more) -> dict:
    """The configuration of a dense layer."""
    return {"class_name": "Dense", "module": "keras.layers", "registered_name": None,
            "config": {"units": 1, "activation": "linear", **more}}  # fmt: skip


def sequential(*layers: dict) -> str:
    """The configuration of a sequential model as text."""
    shape = {"class_name": "InputLayer", "module": "keras.layers", "registered_name": None,
             "config": {"batch_shape": [None, 3], "dtype": "float32", "name": "in"}}  # fmt: skip
    return json.dumps({"class_name": "Sequential", "module": "keras", "registered_name": None,
                       "config": {"name": "s", "layers": [shape, *layers]}})  # fmt: skip


def layer(name: str, module="keras.layers", registered=None, **config) -> dict:
    """The configuration of any layer."""
    return {"class_name": name, "module": module, "registered_name": registered, "config": config}


LAMBDA = layer("Lambda", function={"class_name": "__lambda__", "config": {"code": "4wEAAAA="}})
REFUSED = {
    "a Lambda": (sequential(LAMBDA), "Lambda"),
    "a Lambda inside a wrapper": (sequential(layer("Bidirectional", layer=LAMBDA)), "Lambda"),
    "a custom class named LSTM": (sequential(layer("LSTM", "part1_one_to_one", units=3)), "LSTM"),
    "a custom class named LSTM, registered":
        (sequential(layer("LSTM", registered="Custom>LSTM", units=3)), "Custom>LSTM"),
    "a module named like keras": (sequential(layer("LSTM", "keras_tricks.layers", units=3)), "LSTM"),
    "a module below keras.layers that is none":
        (sequential(layer("Dense", "os.keras.layers", units=3)), "Dense"),
    "a layer that is not listed": (sequential(layer("TorchModuleWrapper")), "TorchModuleWrapper"),
    "a convolution": (sequential(layer("Conv1D", filters=4, kernel_size=3)), "Conv1D"),
    "a function of one's own": (sequential(dense(activation=layer("function", "builtins") |
                                {"config": "mine"})), "mine"),
    "a registered function": (sequential(dense(activation={"class_name": "function",
                              "config": {"name": "system", "module": "os"}})), "system"),
    "a loss as a layer": (sequential(layer("MeanSquaredError", "keras.losses")), "MeanSquaredError"),
    "a subclass of Model": (json.dumps({"class_name": "MyModel", "config": {}}), "MyModel"),
    "a model of one's own inside": (sequential(layer("Functional", "part1", layers=[])), "Functional"),
    "no text": ("not JSON", "cannot be read"),
    "a list": ("[]", "None"),
    "layers that are none": (json.dumps({"class_name": "Functional", "module": "keras",
                                         "config": {"layers": 5}}), "no sense"),
    "deep nesting": ("[" * 5000, "cannot be read"),
    "10,000 units": (sequential(dense(units=10_000)), "units = 10000"),
    "units as text": (sequential(dense(units="many")), "units = many"),
    "a long input": (sequential(layer("Reshape", target_shape=[10**9])), "1000000000"),
    "33 layers": (sequential(*[dense()] * 33), "layers (at most 32)"),
    "units inside a wrapper":
        (sequential(layer("Bidirectional", layer=layer("LSTM", units=999))), "999"),
    "a layer as an activation":
        (sequential(dense(activation=layer("RepeatVector", n=9))), "the activation RepeatVector"),
    "a model as an activation":
        (sequential(dense(activation=json.loads(sequential()))), "the activation Sequential"),
    "an array of texts of a gigabyte":
        (sequential(layer("Rescaling", scale={"class_name": "__numpy__", "config":
                    {"value": ["a", "b"], "dtype": "U268435456"}})), "no numbers"),
    "33 layers in models in models":
        (sequential(*[json.loads(sequential(*[dense()] * 8))] * 4), "layers"),
}  # fmt: skip


@pytest.mark.quick
@pytest.mark.parametrize("name", REFUSED)
def test_configuration_outside_the_list_is_refused(name):
    """Before anything is built, a class or a size outside the list is refused, and named."""
    text, word = REFUSED[name]
    with pytest.raises(NotAllowed) as refusal:
        read_config(text)
    assert word in str(refusal.value) and len(str(refusal.value)) < 250


@pytest.mark.quick
def test_initialisers_of_ones_own_are_left_out():
    """A class from elsewhere that predictions do not need is never looked for."""
    text = sequential(dense(kernel_initializer=layer("Evil", "os", path="x"),
                            kernel_regularizer=layer("Evil", "os")))  # fmt: skip
    told = read_config(text)["config"]["layers"][-1]["config"]
    assert told["kernel_initializer"] == "zeros" and told["kernel_regularizer"] is None


@pytest.mark.parametrize("text", [
    sequential(layer("Reshape", target_shape=[7])), sequential(layer("LSTM", units=3)),
    sequential(layer("Add")), json.dumps({"class_name": "Sequential", "module": "keras",
                                          "config": {"name": "s", "layers": [dense(units=3)]}}),
    sequential(dense(units=-1)), sequential(dense(units=None)),
    sequential(dense(units=1, kernel_initializer=layer("Evil", "keras.initializers"))),
    sequential({"class_name": "Dense", "module": "keras.layers"}),
    json.dumps({"class_name": "Functional", "module": "keras", "config": {"layers": 5}}),
    json.dumps({"class_name": "Sequential", "module": "keras", "config": []})])  # fmt: skip
def test_configuration_that_cannot_be_built_is_refused(text):
    """A configuration of listed classes that makes no sense is the student's to mend, not a crash."""
    with pytest.raises(NotAllowed):
        Network(text).model  # noqa: B018


def build(code: str) -> str:
    """Build a model here and return its configuration, as the worker would."""
    import keras

    names = {"keras": keras, "layers": keras.layers, "np": np}
    exec(code, names)
    return names["model"].to_json()


def test_doubling_concatenations_are_counted_before_they_are_built():
    """Twelve doublings before a layer of 200 units: too many parameters, without a giant layer."""
    code = "x = i = keras.Input((3,))\nfor _ in range(12): x = layers.Concatenate()([x, x])\n"
    text = build(code + "model = keras.Model(i, layers.Dense(200)(x))")
    with pytest.raises(NotAllowed, match=r"\(at most "):
        Network(text).model  # noqa: B018


HEAVY = {
    "an outer product": ("""
x = i = keras.Input((200, 1)); flat = layers.Flatten()(i)
x = layers.Multiply()([layers.Reshape((1, -1))(flat), layers.Reshape((-1, 1))(flat)])
for _ in range(2): x = layers.Flatten()(x)[:, None] * layers.Flatten()(x)[:, :, None]
model = keras.Model(i, layers.Dense(1)(x[:, :1, 0]))""", "numbers per row in one tensor"),
    "an outer product of rows of open length": ("""
x = i = keras.Input((None, 1)); flat = layers.Reshape((-1,))(i)
for _ in range(2):
    x = flat[:, None] * flat[:, :, None]
    flat = layers.Reshape((-1,))(x)
one = layers.Reshape((1,))(x[:, 0, 0])
model = keras.Model(i, layers.Dense(1)(one))""", "numbers per row in one tensor"),
    "a large tensor used three dozen times": ("""
x = i = keras.Input((6, 1)); column = layers.RepeatVector(180)(x[:, 0]); again = layers.Rescaling(1.0)
large = layers.Multiply()([column, layers.Permute((2, 1))(column)])
for _ in range(36): large = again(large)
model = keras.Model(i, layers.Dense(1)(large[:, 0, :1]))""", "numbers per row in all tensors"),
    "a layer used three hundred times": ("""
x = i = keras.Input((256, 1)); again = layers.LSTM(256)
for _ in range(300): x = layers.Reshape((256, 1))(again(x))
model = keras.Model(i, layers.Dense(1)(x))""", "called"),
    "models in models, each used eight times": ("""
i = keras.Input((8, 1)); model = keras.Model(i, layers.LSTM(1, return_sequences=True)(i))
for _ in range(3):
    x = i = keras.Input((8, 1))
    for _ in range(8): x = model(x)
    model = keras.Model(i, x)""", "called"),
    "a model used ten times over long rows": ("""
i = keras.Input((256, 1)); h = layers.LSTM(1, return_sequences=True)(i)
inner, x = keras.Model(i, h), i
for _ in range(10): x = inner(x)
model = keras.Model(i, layers.Dense(1)(x))""", "steps of recurrent layers"),
    "rows of open length inside": ("""
i = keras.Input((None, 1)); inner = keras.Model(i, layers.LSTM(2, return_sequences=True)(i))
model = keras.Sequential([keras.Input((4, 1)), inner, layers.LSTM(2), layers.Dense(1)])""",
                                   "open length"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEAVY)
def test_giants_of_small_parts_are_refused_before_they_are_built(name):
    """Broadcasting and repeated use make much memory and time of few weights; both are bounded."""
    code, word = HEAVY[name]
    with pytest.raises(NotAllowed, match=word):
        Network(build(code)).model  # noqa: B018


HONEST = {
    "nested Functional": """
i = keras.Input((4, 1)); h = layers.LSTM(3, return_sequences=True)(i)
inner = keras.Model(i, h); j = keras.Input((4, 1))
model = keras.Model(j, layers.Dense(1)(layers.LSTM(2)(inner(j))))""",
    "adapted Normalization": """
n = layers.Normalization(axis=None); n.adapt(np.arange(40.0) * 7)
model = keras.Sequential([keras.Input((4, 1)), n, layers.LSTM(3), layers.Dense(1)])""",
    "adapted Normalization inside a nested model": """
n = layers.Normalization(axis=None); n.adapt(np.arange(40.0) * 7); inner = keras.Sequential([n])
model = keras.Sequential([keras.Input((4, 1)), inner, layers.LSTM(3), layers.Dense(1)])""",
    "slicing and arithmetic": """
i = keras.Input((4, 1)); d = layers.Subtract()([i[:, 1:, :], i[:, :-1, :]])
model = keras.Model(i, layers.Add()([layers.Dense(1)(layers.GRU(3)(d)), i[:, -1, :]]))""",
    "operators": """
i = keras.Input((4, 1)); h = layers.LSTM(3)(i)
model = keras.Model(i, layers.Dense(1)(h) + i[:, -1])""",
    "rows of open length, wide layers": """
wide = [layers.LSTM(128, return_sequences=True) for _ in range(2)]
model = keras.Sequential([keras.Input((None, 1)), *wide, layers.LSTM(256), layers.Dense(1)])""",
    "a generator of seeds": """
seed = keras.random.SeedGenerator(3); start = keras.initializers.GlorotUniform(seed=seed)
model = keras.Sequential([keras.Input((4, 1)), layers.LSTM(3, kernel_initializer=start),
                          layers.Dense(1)])""",
    "cells, a mask, noise, axes exchanged": """
cell = layers.GRUCell(3)
model = keras.Sequential([keras.Input((4, 1)), layers.Masking(-9.0), layers.GaussianNoise(0.1),
    layers.Bidirectional(layers.RNN(layers.LSTMCell(5), return_sequences=True)), layers.Permute((2, 1)),
    layers.RNN(cell), layers.Dense(1, activation=layers.ReLU())])""",
    "activations as functions": """
model = keras.Sequential([keras.Input((4, 1)), layers.LSTM(3, activation=keras.activations.relu),
                          layers.Dense(1, activation=keras.ops.sigmoid)])""",
    "everything at once": """
model = keras.Sequential([keras.Input((4, 1)), layers.Rescaling(0.1, offset=1.0),
    layers.Bidirectional(layers.LSTM(3, return_sequences=True), merge_mode="sum"),
    layers.Dropout(0.3), layers.BatchNormalization(), layers.LayerNormalization(),
    layers.SimpleRNN(4, return_sequences=True), layers.Flatten(), layers.Reshape((4, 4)),
    layers.GRU(2, kernel_regularizer="l2"), layers.Dense(1)])""",
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_rebuilt_network_predicts_what_the_original_does(name):
    """Configuration and weights are enough: the judge's copy gives the original's numbers."""
    import keras

    names = {"keras": keras, "layers": keras.layers, "np": np}
    exec(HONEST[name], names)
    model, X = names["model"], np.random.default_rng(3).normal(20, 30, (16, 4, 1)).astype("float32")
    network = Network(model.to_json())
    weights = [np.asarray(w) for w in model.get_weights()]
    assert network.fits(weights) and not network.fits(weights[:-1])
    assert not network.fits([*weights[:-1], (np.zeros(3), np.zeros(4))])  # ragged
    original = np.asarray(model.predict(X, verbose=0))
    np.testing.assert_allclose(network.predict(weights, X), original, rtol=1e-4, atol=1e-5)


FEW = f"{solution(1)}\nEPOCHS = 2\n"
CHEATS = {
    "a Lambda": "model.add(keras.layers.Lambda(lambda x: 15 * (x - 1)))",
    "a class named LSTM": "model.add(type('LSTM', (keras.layers.LSTM,), {})(50))",
    "a registered class": "model.add(keras.saving.register_keras_serializable()(type('LSTM', "
                          "(keras.layers.LSTM,), {}))(50))",
    "a convolution": "model.add(keras.layers.Conv1D(4, 1)); model.add(LSTM(50))",
    "a model of its own": "return type('Mine', (keras.Sequential,), {})([Input((1, 1)), LSTM(50)])",
}  # fmt: skip


@pytest.mark.parametrize("name", CHEATS)
def test_custom_layer_fails_with_its_name(desk: Desk, name):
    """A model outside the list fails the model's check, with the layer named; nothing breaks."""
    line = 'model.add(LSTM(50, activation="relu"))'
    source = patched(1, {line: CHEATS[name]}) + "\nimport keras\n"
    outcomes = desk.judge(1, source, ("model",))
    assert verdicts(outcomes)["1.model"] == ("failed", 0)
    assert outcomes["1.model"].got.startswith(("the layer", "the custom class", "the class"))


LYING_PREDICT = """
import keras
keras.Model.predict = lambda self, X, **_: 15.0 * (X[:, 0] - 1)
build = build_model
def build_model():
    model = build()
    model.__class__.predict = lambda self, X, **_: 15.0 * (X[:, 0] - 1)
    model.predict = lambda X, **_: 15.0 * (X[:, 0] - 1)
    return model
"""


def test_predict_that_ignores_the_weights_earns_nothing(desk: Desk):
    """The judge's own predictions count: a model that only pretends to fit misses the floor."""
    import keras

    predict = keras.Model.predict
    try:
        outcomes = desk.judge(1, FEW + LYING_PREDICT, ("model", "train"))
    finally:
        keras.Model.predict = predict
        del keras.Sequential.predict
    assert verdicts(outcomes)["1.fit"] == ("failed", 0)


@pytest.mark.parametrize("first", ["BatchNormalization", "Normalization"])
def test_compiled_predictions_are_those_of_a_plain_call(monkeypatch, first):
    """In batches or not, the rows get what the layers give, with each set of weights its own."""
    import keras

    layers, rng = keras.layers, np.random.default_rng(1)
    start = getattr(layers, first)(axis=-1)
    model = keras.Sequential([keras.Input((3, 1)), start, layers.LSTM(4), layers.Dense(1)])
    rows = rng.normal(5, 2, (130, 3, 1)).astype("float32")
    own = rebuilt(model.to_json())
    monkeypatch.setattr(keras.Model, "predict", None)
    for _ in range(2):
        weights = [rng.uniform(0.1, 1, w.shape).astype(w.dtype) for w in model.get_weights()]
        model.set_weights(weights)
        if first == "Normalization":
            start.finalize_state()
        wanted = np.asarray(model(rows, training=False))
        assert np.allclose(own.predict(weights, rows), wanted, atol=1e-5)
        assert own.predict(weights, rows[:0]).shape == (0, 1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Desk:
    """Part 1, trained for two epochs: honest claims, to be changed one at a time."""
    desk = Desk(tmp_path_factory.mktemp("trained"))
    desk.judge(1, FEW, ("model", "train"))
    return desk


def judged(
    desk: Desk, question: str, witness: np.ndarray | None = None, **claims
) -> tuple[dict[str, Outcome], tuple[str, ...]]:
    """Outcomes and breakages with some claims of a reply changed, and what a witness predicts."""
    replies = Replies(desk.artefacts.replies)
    replies[question] = Returned({**replies[question].value, **claims})
    witnesses = {} if witness is None else {question: witness}
    artefacts = replace(desk.artefacts, replies=replies, witnesses=witnesses)
    result = judge(desk.student, exam(1), artefacts, rubric(), MODULES[1])
    broken = tuple(line for line in result.broken if ": NotAsked:" not in line)
    return {outcome.id: outcome for outcome in result.outcomes}, broken


def test_predictions_that_differ_need_a_witness(trained: Desk):
    """Weights that fit but predict otherwise: without a witness, or with one that sees what the
    student's worker saw, no mark is issued; one that sees what the judge sees ends it."""
    honest = trained.artefacts.replies["train"].value["predicted"]
    for witness in (None, honest + 1.0, honest + 7.0):
        _, broken = judged(trained, "train", witness, predicted=honest + 1.0)
        assert broken and all("Disagree" in line for line in broken)
    outcomes, broken = judged(trained, "train", honest, predicted=honest + 1.0)
    assert (outcomes["1.trains"].misconception, broken) == ("predictions-not-from-weights", ())
    assert outcomes["1.fit"].status == outcomes["1.history"].status == "not_judged"
    assert judged(trained, "train", predicted=honest + 1e-6)[1] == ()


def with_arithmetic(config: str) -> str:
    """The configuration of a Sequential model, with a layer that reckons with numbers of its own."""
    whole = json.loads(config)
    whole["config"]["layers"].insert(1, {
        "class_name": "Rescaling", "module": "keras.layers", "registered_name": None,
        "config": {"scale": 1.0, "offset": 0.0, "name": "arithmetic"},
    })  # fmt: skip
    return json.dumps(whole)


def test_arithmetic_that_backends_do_not_share_is_the_students(trained: Desk):
    """Where a witness sides with the worker, a network of plain layers is ours to explain; one with
    layers that reckon with numbers of their own loses its own training, and nobody else anything."""
    value = trained.artefacts.replies["train"].value
    other = value["predicted"] + 1.0
    claims = {"config": with_arithmetic(value["config"]), "predicted": other}
    outcomes, broken = judged(trained, "train", other, **claims)
    assert (outcomes["1.trains"].misconception, broken) == ("backend-dependent", ())
    assert judged(trained, "train", other, predicted=other)[1] != ()


def test_network_that_cannot_predict(trained: Desk, monkeypatch):
    """What raises in plain layers is the grader's trouble until a witness cannot predict either; in
    others, and where there is no number for each row, it is the student's."""
    value = trained.artefacts.replies["train"].value
    free = Network(with_arithmetic(value["config"]))
    for fails in (lambda rows: 1 / 0, lambda rows: rows[:5], lambda rows: np.float64(1)):
        free.predictor = fails
        with pytest.raises(NotAllowed, match="rows"):
            free.predict(value["weights"], value["probe"])
    plain = Network(value["config"])
    plain.predictor = lambda rows: 1 / 0
    with pytest.raises(ZeroDivisionError):
        plain.predict(value["weights"], value["probe"])


@pytest.mark.parametrize("backend", ["jax", "tensorflow"])
def test_a_witness_predicts_what_the_judge_does(trained: Desk, backend, tmp_path):
    """Our own code in a clean worker gives the judge's numbers, on both backends."""
    claims = trained.artefacts.replies["train"].value
    hear(claims, "train", tmp_path, backend=backend, isolation="process", limits=rubric().limits)
    found = heard(tmp_path, exam(1).sheet.questions)
    assert found.keys() == {"train"}
    ours = Network(claims["config"]).predict(claims["weights"], claims["probe"])
    assert np.abs(found["train"] - ours).max() < 1e-4 * max(1, np.abs(ours).max())


def test_weights_that_never_moved(trained: Desk):
    """Final weights equal to the initial ones are no training, whatever the history says."""
    value = trained.artefacts.replies["train"].value
    probe, network = value["probe"], Network(value["config"])
    claims = {"weights": value["initial"], "predicted": network.predict(value["initial"], probe)}
    outcomes, broken = judged(trained, "train", **claims)
    assert (outcomes["1.trains"].misconception, broken) == ("not-trained", ())
    assert outcomes["1.history"].blocked_by == outcomes["1.fit"].blocked_by == "1.trains"


def test_weights_that_two_builds_share(trained: Desk):
    """Two builds under different seeds that agree are weights put there by hand."""
    first = trained.artefacts.replies["model"].value["weights"]
    outcomes, broken = judged(trained, "model", again=first)
    assert (outcomes["1.trains"].misconception, broken) == ("fixed-weights", ())


@pytest.mark.parametrize("spoil", [
    lambda w: w[:-1], lambda w: [*w[:-1], np.zeros((2, 2), "float32")], lambda w: [],
    lambda w: [a * np.nan for a in w], lambda w: None, lambda w: 5], ids=range(6))  # fmt: skip
def test_weights_that_do_not_fit(trained: Desk, spoil):
    """Weights of other shapes, or not finite, fail the training; nothing breaks."""
    weights = trained.artefacts.replies["train"].value["weights"]
    outcomes, broken = judged(trained, "train", weights=spoil(weights))
    assert (outcomes["1.trains"].misconception, broken) == ("diverged", ())


def test_network_that_is_good_before_training(reference):
    """Initial weights that already meet the floor are not learned in train_model."""
    result, keep = reference
    assert result.score == result.max_score
    set_ = exam(1)
    folder = keep / "part1" / "attempt0" / "jax"
    artefacts = read_artefacts(folder, set_.sheet.questions, {})
    value = artefacts.replies["train"].value
    moved = [*value["weights"][:-1], value["weights"][-1] + 1e-5]
    predicted = Network(value["config"]).predict(moved, value["probe"])
    claims = {**value, "initial": value["weights"], "weights": moved, "predicted": predicted}
    replies = {**artefacts.replies, "train": Returned(claims)}
    desk = Desk(keep)
    desk.judge(1, solution(1), ())
    outcome = judge(desk.student, set_, replace(artefacts, replies=replies), rubric(), MODULES[1])
    (trains,) = (o for o in outcome.outcomes if o.id == "1.trains")
    assert (trains.status, trains.misconception) == ("failed", "pretrained")

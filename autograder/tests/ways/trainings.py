"""Other ways to train; what needs TensorFlow, and what only a worker shows."""

from autograder.tests.ways.networks import ADAPTED, FUNCTIONAL1
from autograder.tests.ways.way import way

FIT = "model.fit(X_train, y_train, epochs=2, batch_size=5, validation_split=0.2, verbose=0"
TRAIN_WAYS = [
    way("validation data split by hand, a callback, another length", 1,
        naive="a mock of fit that wants validation_split=0.2; len(loss) == EPOCHS", code="""
def train_model(model, X_train, y_train):
    stop = keras.callbacks.EarlyStopping(patience=1, restore_best_weights=True)
    record = model.fit(X_train[:-4], y_train[:-4], validation_data=(X_train[-4:], y_train[-4:]),
                       epochs=3, callbacks=[stop], verbose=2)
    return {k: np.array(v) for k, v in record.history.items()}
"""),
    way("an extra curve, and the curves as tuples", 1,
        naive="history.keys() == {'loss', 'val_loss'}, isinstance(loss, list)", code=f"""
def train_model(model, X_train, y_train):
    history = {FIT}).history
    return {{**{{k: tuple(v) for k, v in history.items()}}, "learning_rate": [0.1, 0.2], "best": 3}}
"""),
    way("a learning rate of one's own set before training", 1,
        naive="the optimizer after training is the one of build_model", code=f"""
def train_model(model, X_train, y_train):
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return {FIT}).history
"""),
    way("a Normalization layer, adapted, in a training", 1,
        naive="the weights that fit changed are those of get_weights",
        code=f"{ADAPTED}\nEPOCHS = 2\n"),
    way("the plateau's rate, a checkpoint in a temporary folder", 1,
        naive="an unwritable folder, or the weights after the last epoch", code="""
import tempfile
from pathlib import Path

def train_model(model, X_train, y_train):
    with tempfile.TemporaryDirectory() as folder:
        best = str(Path(folder) / "best.weights.h5")
        callbacks = [keras.callbacks.ReduceLROnPlateau(patience=1),
                     keras.callbacks.ModelCheckpoint(best, save_best_only=True, save_weights_only=True)]
        record = model.fit(X_train, y_train, epochs=3, validation_split=0.2, callbacks=callbacks)
        model.load_weights(best)
    return record.history
"""),
    way("batch by batch, the history by hand", 1, naive="a mock of fit", code="""
def train_model(model, X_train, y_train):
    history = {"loss": [], "val_loss": []}
    for epoch in range(3):
        for rows in np.array_split(np.random.permutation(15), 3):
            model.train_on_batch(X_train[rows], y_train[rows])
        history["loss"].append(model.evaluate(X_train[:15], y_train[:15], verbose=0))
        history["val_loss"].append(model.evaluate(X_train[15:], y_train[15:], verbose=0))
    return history
"""),
    way("two stages, the second with a smaller rate", 1, naive="len(loss) == epochs of the last fit",
        code="""
def train_model(model, X_train, y_train):
    first = model.fit(X_train, y_train, epochs=2, validation_split=0.2, verbose=0).history
    model.optimizer.learning_rate = 1e-4
    second = model.fit(X_train, y_train, epochs=1, validation_split=0.2, verbose=0).history
    return {key: first[key] + second[key] for key in first}
"""),
    way("rows from tf.data", 1, naive="a mock of fit that wants arrays", code="""
import tensorflow as tf
def train_model(model, X_train, y_train):
    data = tf.data.Dataset.from_tensor_slices((X_train, y_train))
    return model.fit(data.take(15).shuffle(15).batch(5), validation_data=data.skip(15).batch(4),
                     epochs=2, verbose=0).history
"""),
    way("the three seeds of the tutorials in build_model", 1, naive="two builds must differ", code=f"""
import random
EPOCHS = 2
def build_model():
    random.seed(1)
    np.random.seed(1)
    set_random_seed(1)
    return plain_model()
{FUNCTIONAL1.replace("build_model", "plain_model")}
"""),
    way("the seed of Python alone in build_model", 1, naive="two builds must differ", code=f"""
import random
EPOCHS = 2
def build_model():
    random.seed(1)
    np.random.seed(1)
    return plain_model()
{FUNCTIONAL1.replace("build_model", "plain_model")}
"""),
]  # fmt: skip

BETTER_OF_TWO = way("the better of two trainings", 1, naive="a mock of fit on the model handed over",
                    code="""
def train_model(model, X_train, y_train):
    runs = []
    for n in range(2):
        other = keras.models.clone_model(model)
        other.compile(keras.optimizers.Adam(0.003), "mse")
        history = other.fit(X_train, y_train, epochs=400, batch_size=5, validation_split=0.2, verbose=0)
        runs.append((min(history.history["loss"]), n, history.history, other.get_weights()))
    best = min(runs)
    model.set_weights(best[3])
    return best[2]
""")  # fmt: skip
HALF_PRECISION = way(
    "half precision, a line from a guide to faster training", 3,
    naive="the judge's predictions equal the worker's to four digits; type(model.optimizer) is Adam",
    code="keras.mixed_precision.set_global_policy('mixed_float16')")  # fmt: skip
TENSORFLOW_WAYS = [
    way("times scaled by a Normalization layer, and taken out of it by .numpy()", 3,
        naive="the training has the backend of its own exceptions alone", code="""
def preprocess(X_train, X):
    scale = keras.layers.Normalization(axis=None)
    scale.adapt(X_train)
    return scale(X).numpy()
"""),
    way("a GradientTape loop, predictions by model(x).numpy()", 1, naive="a mock of fit", code="""
import tensorflow as tf

def build_model():
    layers = [tf.keras.layers.LSTM(50, activation=tf.nn.relu, return_sequences=True),
              tf.keras.layers.LSTM(50, activation=tf.nn.relu), tf.keras.layers.Dense(1)]
    model = tf.keras.Sequential([tf.keras.Input((1, 1)), *layers])
    model.compile(tf.keras.optimizers.Adam(0.003), "mse")
    return model

def train_model(model, X_train, y_train):
    X, y, history = tf.constant(X_train), tf.constant(y_train), {"loss": [], "val_loss": []}

    @tf.function
    def step(x, t):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True)[:, 0] - t) ** 2)
        weights = model.trainable_variables
        model.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    for _ in range(600):
        for rows in np.array_split(np.random.permutation(15), 3):
            step(tf.gather(X, rows), tf.gather(y, rows))
        squares = (model(X).numpy()[:, 0] - y_train) ** 2
        history["loss"].append(squares[:15].mean())
        history["val_loss"].append(squares[15:].mean())
    return history
"""),
    way("a loss of tf operations, given as a function", 1, naive="model.loss == 'mse'", code="""
import tensorflow as tf

def squares(y_true, y_pred):
    return tf.reduce_mean(tf.math.squared_difference(tf.cast(y_true, tf.float32), y_pred))

def build_model():
    model = Sequential([Input((1, 1)), LSTM(50, activation=tf.nn.relu, return_sequences=True),
                        LSTM(50, activation=tf.nn.relu), Dense(1)])
    model.compile(keras.optimizers.Nadam(0.003), squares)
    return model

def train_model(model, X_train, y_train):
    history = {"loss": [], "val_loss": []}
    X, y = X_train, y_train.reshape(-1, 1)
    for _ in range(600):
        for rows in np.array_split(np.random.permutation(15), 3):
            model.train_on_batch(X[rows], y[rows])
        history["loss"].append(float(model.test_on_batch(X[:15], y[:15])))
        history["val_loss"].append(float(model.test_on_batch(X[15:], y[15:])))
    return history
"""),
]  # fmt: skip

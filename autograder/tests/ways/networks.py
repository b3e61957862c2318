"""Other ways to build a network, and to scale what goes into it."""

from autograder.tests.ways.way import way

FUNCTIONAL1 = """
def build_model():
    inputs = keras.Input((1, 1), name="number")
    x = keras.layers.LSTM(50, "relu", return_sequences=True, name="first")(inputs)
    x = keras.layers.LSTM(50, "relu")(x)
    model = keras.Model(inputs, keras.layers.Dense(1)(x), name="mine")
    model.compile(keras.optimizers.Adam(0.002), keras.losses.MeanSquaredError(), metrics=["mae"])
    return model
"""
ADAPTED = """
def build_model():
    scale = keras.layers.Normalization(axis=None, input_shape=(1, 1))
    scale.adapt(createSynData()[0])
    model = Sequential([scale, LSTM(50, activation="relu", return_sequences=True),
                        LSTM(50, activation="relu"), Dense(1), keras.layers.Rescaling(100.0)])
    model.compile(optimizer="adam", loss=keras.losses.mean_squared_error)
    return model
"""
MODEL_WAYS = [
    way("functional, an optimizer and a loss as objects, a metric", 1,
        naive="isinstance(model, Sequential), model.loss == 'mse'", code=FUNCTIONAL1),
    way("the loss in a list, as for several outputs", 1, naive="model.loss == 'mse'",
        **{'loss="mse"': 'loss=["mse"]'}),
    way("the loss in a dictionary, by the name of the output", 3, naive="model.loss is a text", code="""
def build_model(n_stations=6):
    x = inputs = keras.Input((n_stations, 1))
    for more in (True, True, False):
        x = Bidirectional(LSTM(40, return_sequences=more))(x)
        x = Dropout(0.2)(x)
    model = keras.Model(inputs, Dense(1, activation="sigmoid", name="p")(x))
    model.compile("adam", loss={"p": "binary_crossentropy"}, metrics={"p": ["accuracy"]})
    return model
"""),
    way("one Dropout for three layers, an initialiser as a class of one's own", 2,
        naive="the Dropout layers of model.layers, every class of a configuration is Keras's", code="""
class Small(keras.initializers.Initializer):
    def __call__(self, shape, dtype=None):
        return keras.random.uniform(shape, -0.1, 0.1, dtype=dtype)

def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    x = inputs = keras.Input((iLength, 1))
    drop = Dropout(f_dropout)
    for more in (True, True, False):
        x = drop(LSTM(n_hidden, return_sequences=more, kernel_initializer=Small())(x))
    model = keras.Model(inputs, Dense(1)(x))
    model.compile("adam", "mse")
    return model
"""),
    way("one Dropout for three layers in both directions", 3,
        naive="the Dropout layers of model.layers", code="""
def build_model(n_stations=6):
    x = inputs = keras.Input((n_stations, 1))
    drop = Dropout(0.2)
    for more in (True, True, False):
        x = drop(Bidirectional(LSTM(40, return_sequences=more))(x))
    model = keras.Model(inputs, Dense(1, activation="sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
"""),
    way("the last number cropped out and added again", 2,
        naive="no layer but LSTM, Dropout, Dense", code="""
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    x = inputs = keras.Input((iLength, 1))
    for more in (True, True, False):
        x = Dropout(f_dropout)(LSTM(n_hidden, return_sequences=more)(x))
    last = keras.layers.Flatten()(keras.layers.Cropping1D((iLength - 1, 0))(inputs))
    model = keras.Model(inputs, keras.layers.Add()([Dense(1)(x), last]))
    model.compile("adam", "mse")
    return model
"""),
    way("scaled and combined by operators and small layers", 2,
        naive="no layer but LSTM, Dropout, Dense, Rescaling", code="""
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    inputs = keras.Input((iLength, 1))
    start = keras.layers.RepeatVector(iLength)(inputs[:, 0])
    x = (inputs - keras.ops.mean(inputs, axis=1, keepdims=True)) / 20.0
    x = keras.layers.Average()([x, -keras.layers.RMSNormalization()(start)])
    for more in (True, True, False):
        x = Dropout(f_dropout)(LSTM(n_hidden, return_sequences=more)(x))
    model = keras.Model(inputs, Dense(1)(x))
    model.compile("adam", "mse")
    return model
"""),
    way("input_shape in the first layer, a list of layers", 1,
        naive="the first layer is an Input; no UserWarning", code="""
def build_model(units=50):
    model = Sequential([LSTM(units, activation="relu", return_sequences=True, input_shape=(1, 1)),
                        LSTM(units, activation="relu"), Dense(1, activation="linear")])
    model.compile(loss="mean_squared_error", optimizer="Adam")
    return model
"""),
    way("activations as layers and as functions, any number of steps", 1,
        naive="config['activation'] == 'relu', input_shape == (None, 1, 1)", code="""
import tensorflow as tf
def build_model():
    model = Sequential([Input((None, 1)), LSTM(50, activation=tf.nn.relu, return_sequences=True),
                        LSTM(50, activation="linear"), keras.layers.Activation("relu"),
                        Dense(1, activation=None)])
    model.compile("adam", "mse")
    return model
"""),
    way("relu as a layer, and as JAX's function", 1,
        naive="config['activation'] == 'relu', a class_name from a list of layers", code="""
import jax
def build_model():
    first = LSTM(50, activation=keras.layers.ReLU(), return_sequences=True)
    model = Sequential([Input((1, 1)), first, LSTM(50, activation=jax.nn.relu), Dense(1)])
    model.compile("adam", "mse")
    return model
"""),
    way("cells in a recurrent layer", 1,
        naive="isinstance(model.layers[0], LSTM)", code="""
def build_model():
    cells = [keras.layers.LSTMCell(50, activation="relu") for _ in range(2)]
    model = Sequential([Input((1, 1)), keras.layers.RNN(cells[0], return_sequences=True),
                        keras.layers.RNN(cells[1]), Dense(1)])
    model.compile("adam", "mse")
    return model
"""),
    way("noise on the input, a mask, hundreds of units, cells in both directions", 3,
        naive="a list of seven layers; parameters below a million", code="""
def build_model(n_stations=6):
    cell = keras.layers.LSTMCell(100)
    model = Sequential([Input((n_stations, 1)), keras.layers.Masking(-99.0),
                        keras.layers.GaussianNoise(0.05),
                        Bidirectional(LSTM(384, return_sequences=True)), Dropout(0.2),
                        Bidirectional(keras.layers.RNN(cell, return_sequences=True)), Dropout(0.2),
                        Bidirectional(LSTM(300)), Dropout(0.2), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
"""),
    way("no input shape: the first data decide", 1,
        naive="model.input_shape before any data were seen",
        **{"    model.add(Input(shape=(1, 1)))": "    #"}),
    way("a Normalization layer, adapted", 1,
        naive="[type(l) for l in model.layers] == [LSTM, LSTM, Dense]", code=ADAPTED),
    way("a seed in build_model, other initial weights", 1,
        naive="two builds must differ",
        **{"    model = Sequential()": "    set_random_seed(7)\n    model = Sequential()",
           'model.add(LSTM(50, activation="relu"))':
           'model.add(LSTM(50, activation="relu", kernel_initializer="he_normal"))'}),
    way("a network that works on differences", 2,
        naive="the layers stand one after the other in model.layers", code="""
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
    way("batch normalisation, relu, other names of parameters' values", 2,
        naive="isinstance(model.optimizer, Adam), len(model.layers) == 7", code="""
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = Sequential()
    model.add(LSTM(n_hidden, activation="relu", return_sequences=True, input_shape=(iLength, 1)))
    model.add(Dropout(f_dropout)); model.add(keras.layers.BatchNormalization())
    model.add(LSTM(n_hidden, return_sequences=True)); model.add(Dropout(f_dropout))
    model.add(LSTM(n_hidden)); model.add(Dropout(f_dropout)); model.add(Dense(1))
    model.compile(optimizer=keras.optimizers.Nadam(1e-3), loss="mse")
    return model
"""),
    way("other units, a rate with a decimal more, sgd, a model in a model", 3,
        naive="model.layers[0] is a Bidirectional, 90,961 parameters", code="""
def build_model(n_stations=6):
    inner = Sequential([Input((n_stations, 1)), Bidirectional(LSTM(16, return_sequences=True)),
                        Dropout(0.20), Bidirectional(LSTM(8, return_sequences=True)), Dropout(0.2)])
    model = Sequential([inner, Bidirectional(LSTM(4), merge_mode="sum"), Dropout(0.2), Dense(1),
                        keras.layers.Activation("sigmoid")])
    model.compile("rmsprop", keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
    return model
"""),
    way("all dropout after the last recurrent layer but one", 3,
        naive="layers alternate: Bidirectional, Dropout, Bidirectional, …", code="""
def build_model(n_stations=6):
    layers = [Bidirectional(LSTM(10, return_sequences=True)), Dropout(0.2), Dropout(0.2),
              Bidirectional(LSTM(10, return_sequences=True)), Bidirectional(LSTM(10)), Dropout(0.2)]
    model = Sequential([Input((n_stations, 1)), *layers, Dense(1, activation=keras.activations.sigmoid)])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model
"""),
    way("a functional model of lists", 1,
        naive="model.input_shape == (None, 1, 1), where lists give a list", code="""
def build_model():
    x = keras.layers.Input(shape=(1, 1))
    h = keras.layers.LSTM(50, activation="relu", return_sequences=True)(x)
    y = Dense(1)(keras.layers.LSTM(50, activation="relu")(h))
    model = keras.Model(inputs=[x], outputs=[y])
    model.compile("adam", "mse")
    return model
"""),
    way("tf.nn.tanh, AdamW, a Normalization layer of given mean, a loss in tf operations", 2,
        naive="config['activation'] == 'tanh', type(model.optimizer) is Adam, model.loss == 'mse'",
        code="""
import tensorflow as tf

def squares(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)

def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = tf.keras.Sequential([tf.keras.Input((iLength, 1)),
                                 tf.keras.layers.Normalization(axis=None, mean=7.0, variance=10.0)])
    for i in range(3):
        model.add(LSTM(n_hidden, activation=tf.nn.tanh, return_sequences=i != 2))
        model.add(Dropout(rate=f_dropout))
    model.add(Dense(1))
    model.compile(optimizer=tf.keras.optimizers.AdamW(0.002, clipnorm=1.0), loss=squares)
    return model
"""),
    way("other widths in each layer, Nadam, a wrapped layer on either side", 3,
        naive="90,961 parameters, 40 units in each layer", code="""
def build_model(n_stations=6):
    x = z = keras.Input((n_stations, 1), batch_size=None, dtype="float32")
    for units, whole in ((64, True), (32, True), (8, False)):
        back = LSTM(units, return_sequences=whole, go_backwards=True)
        z = Bidirectional(LSTM(units, return_sequences=whole), backward_layer=back)(z)
        z = Dropout(0.2, seed=3)(z)
    model = keras.Model(x, Dense(1, "sigmoid")(z))
    model.compile(keras.optimizers.Nadam(0.003), "bce",
                  metrics=[keras.metrics.BinaryAccuracy("accuracy")])
    return model
"""),
]  # fmt: skip

SCALED_WAYS = [
    way("preprocess as it was handed out", 3,
        naive="mean 0 and variance 1 of the result", code="def preprocess(X_train, X):\n    return X\n"),
    way("the row's first arrival taken off", 3,
        naive="mean 0 and variance 1 of the result; dtype float32",
        code="def preprocess(X_train, X):\n    return np.float64(X - X.min(axis=1, keepdims=True))\n"),
    way("half precision", 3, naive="numpy.linalg on what came back", code="""
def preprocess(X_train, X):
    return ((X - X_train.mean(axis=0)) / X_train.std(axis=0)).astype(np.float16)
"""),
    way("long doubles", 3, naive="dtype in (float32, float64)", code="""
def preprocess(X_train, X):
    return (X - X_train.mean(axis=0)).astype(np.longdouble)
"""),
    way("scikit-learn's StandardScaler, as a list", 3,
        naive="result.shape of a list", code="""
def preprocess(X_train, X):
    from sklearn.preprocessing import StandardScaler
    scaler = StandardScaler().fit(X_train[:, :, 0])
    return scaler.transform(X[:, :, 0])[:, :, None].tolist()
"""),
    way("each row in its own units", 3, naive="finite for a row of six equal times", code="""
def preprocess(X_train, X):
    return (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
"""),
    way("clipped at three deviations", 3, naive="times far outside tell stations apart", code="""
def preprocess(X_train, X):
    return np.clip((X - X_train.mean(axis=0)) / X_train.std(axis=0), -3, 3)
"""),
    way("by one number for all stations", 3, naive="no centre of other rows within 0.01 s", code="""
def preprocess(X_train, X):
    return (X - np.median(X_train)) / X_train.std()
"""),
]  # fmt: skip

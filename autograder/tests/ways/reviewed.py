"""Right work that reviewers with the source before them found refused: each passes now."""

from autograder.tests.ways.way import Way, way

QUICK_REVIEWED: list[Way] = [
    way('plt.close(fig=fig) after saving, the figure returned', 1,
        naive='plt.close replaced by a function without its parameters', code="""
def plot_results(history, X_test, y_test, y_pred):
    fig, (left, middle, right) = plt.subplots(1, 3)
    _plot_cost(left, history)
    _plot_residuals(middle, np.ravel(y_test) - np.ravel(y_pred))
    _plot_target(right, np.ravel(X_test), np.ravel(y_test))
    fig.savefig("a.png"); plt.close(fig=fig); return fig
""",
        ),
    way('random.seed(a=3): the parameter by its name', 1,
        naive='random.seed replaced by a function of other parameters', code="""
import random
def createTestData(X_train, n=20, const=15):
    random.seed(a=3)
    first = int(np.ravel(X_train)[-1]) + random.randint(1, 10)
    return createSynData(first - 1, first + n, const)
""",
        ),
    way("the header written below the template's own sentence", 1,
        naive="the template's sentence stands in the header", code="""

""",
        **{'"""Learn y = 15': '"""Task 1.1: say here what this program does, its key variables, and what it puts out.\n\nLearn y = 15'},
        ),
    way("legend 'loss value' and 'loss on held-back rows'", 1,
        naive="'val' in a label of the legend", code="""
def _plot_cost(ax, history):
    ax.plot(history["loss"], label="loss value")
    ax.plot(history["val_loss"], label="loss on held-back rows")
    ax.set(xlabel="epoch", ylabel="mse"); ax.legend()
""",
        ),
    way("a legend in French: 'Valeur du coût, apprentissage', 'Coût de contrôle'", 1,
        naive="'val' in a label of the legend", code="""
def _plot_cost(ax, history):
    ax.plot(history["loss"], label="Valeur du coût, apprentissage")
    ax.plot(history["val_loss"], label="Coût de contrôle")
    ax.set(xlabel="epoch", ylabel="mse"); ax.legend()
""",
        ),
    way('the legend of the curves in an empty place of the grid', 1,
        naive='ax.get_legend() of the axes that hold the curves', code="""
def plot_results(history, X_test, y_test, y_pred):
    fig, axes = plt.subplots(2, 2)
    a,b,c,d = axes.flat
    l1,=a.plot(history["loss"], label="training"); l2,=a.plot(history["val_loss"], label="validation"); a.set(xlabel="epoch", ylabel="mse")
    _plot_residuals(b, np.ravel(y_test) - np.ravel(y_pred)); _plot_target(c, np.ravel(X_test), np.ravel(y_test))
    d.axis("off"); d.legend(handles=[l1,l2], loc="center")
    return fig
""",
        ),
    way('a thumbnail of the curves before the labelled panel', 1,
        naive='labels of the first axes that hold the curves', code="""
def plot_results(history, X_test, y_test, y_pred):
    fig = plt.figure(layout="constrained")
    top, bottom = fig.subfigures(2, 1)
    a = top.subplots(); a.plot(history["loss"], "k", lw=.5); a.plot(history["val_loss"], "r", lw=.5); a.axis("off"); a.set_title("overview")
    d = bottom.subplot_mosaic("AB;AC")
    _plot_cost(d["A"], history); _plot_residuals(d["B"], np.ravel(y_test) - np.ravel(y_pred)); _plot_target(d["C"], np.ravel(X_test), np.ravel(y_test))
    return fig
""",
        ),
    way('the histogram in ax.inset_axes', 1,
        naive='figure.axes, which holds no insets', code="""
def plot_results(history, X_test, y_test, y_pred):
    fig, (left, right) = plt.subplots(1, 2)
    _plot_cost(left, history)
    _plot_target(right, np.ravel(X_test), np.ravel(y_test))
    _plot_residuals(right.inset_axes([0.1, 0.6, 0.4, 0.3]), np.ravel(y_test) - np.ravel(y_pred))
    return fig
""",
        ),
    way('a secondary axis for the square root of the cost', 1,
        naive='a title of all child axes', code="""
def _plot_cost(ax, history):
    ax.plot(history["loss"], label="training"); ax.plot(history["val_loss"], label="validation")
    ax.set(xlabel="epoch", ylabel="mse"); ax.legend()
    ax.secondary_yaxis("right", functions=(np.sqrt, np.square)).set_ylabel("root mean square")
""",
        ),
    way('a histogram as a line, drawstyle steps-pre, over all its edges', 1,
        naive='heights and edges of one number', code="""
def _plot_residuals(ax, residuals):
    n, e = np.histogram(residuals, 8)
    ax.plot(e, np.r_[n[0], n], drawstyle="steps-pre"); ax.set(xlabel="r", ylabel="n")
""",
        ),
    way('a histogram as ax.step that begins and ends at zero', 1,
        naive='heights and edges of one number', code="""
def _plot_residuals(ax, residuals):
    n, e = np.histogram(residuals, 8)
    ax.step(np.r_[e[0], e], np.r_[0, n, 0], where="post"); ax.set(xlabel="r", ylabel="n")
""",
        ),
    way('a histogram as a line, np.repeat(edges, 2)', 1,
        naive='bars in ax.containers', code="""
def _plot_residuals(ax, residuals):
    n, e = np.histogram(residuals, 8)
    ax.plot(np.repeat(e, 2), np.r_[0, np.repeat(n, 2), 0]); ax.set(xlabel="r", ylabel="n")
""",
        ),
    way('a message that names file, line, and the columns by number', 3,
        naive='one number in the message', code="""
def load_arrivals(path):
    X,y=[],[]
    for n, line in enumerate(open(path), start=1):
        if not line.strip() or line[0]=="#": continue
        w=line.split()
        bad=[k for k in range(1,8) if k>len(w) or not w[k-1].replace(".","",1).replace("-","",1).isdigit()]
        if bad: raise ValueError(f"{path}: line {n}: cannot read column(s) {bad} of 1 2 3 4 5 6 (times) and 7 (label)")
        X.append([float(v) for v in w[:6]]); y.append(int(w[6]))
    return np.array(X,dtype="float32").reshape(-1,6,1), np.array(y)
""",
        ),
]


MODEL_REVIEWED: list[Way] = [
    way("a learning-rate schedule of one's own, without get_config, in build_model", 1,
        naive='model.to_json() with the compilation in it', code="""
class Warmup(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.003 * keras.ops.minimum(1.0, (keras.ops.cast(step, "float32") + 1) / 50)

def build_model():
    model = Sequential([Input((1, 1)), LSTM(50, activation="relu", return_sequences=True), LSTM(50, activation="relu"), Dense(1)])
    model.compile(keras.optimizers.Adam(Warmup()), 'mse')
    return model
""",
        ),
    way('a loss that is an object with __call__', 1,
        naive='keras.losses.get of what the configuration names', code="""
class Squared:
    def __call__(self, a, b): return keras.ops.mean(keras.ops.square(a - b))
def build_model():
    model = Sequential([Input((1, 1)), LSTM(50, activation="relu", return_sequences=True), LSTM(50, activation="relu"), Dense(1)])
    model.compile("adam", Squared())
    return model
""",
        ),
    way('a metric made with functools.partial', 1,
        naive='model.to_json() with the compilation in it', code="""
import functools
class Squared(keras.losses.Loss):
    def call(self, a, b): return keras.ops.mean((a-b)**2, axis=-1)
def off(a, b, k): return keras.ops.mean(keras.ops.abs(a-b))*k
class R2(keras.metrics.Metric):
    def __init__(self, rows, **k):
        super().__init__(**k); self.s=self.add_weight(name="s", initializer="zeros")
    def update_state(self, a, b, sample_weight=None): self.s.assign_add(1.0)
    def result(self): return self.s

def build_model():
    model = Sequential([Input((1, 1)), LSTM(50, activation="relu", return_sequences=True), LSTM(50, activation="relu"), Dense(1)])
    model.compile('adam', Squared(), metrics=[R2(3), functools.partial(off, k=2)])
    return model
""",
        ),
    way('kernel_initializer=a function', 1,
        naive='every function in a configuration is an activation', code="""
def small(shape, dtype=None):
    return 0.1 * keras.random.normal(shape, dtype=dtype)

def build_model():
    model = Sequential([Input((1, 1)), LSTM(50, activation="relu", return_sequences=True, kernel_initializer=small), LSTM(50, activation="relu", kernel_initializer=small), Dense(1)])
    model.compile('adam','mse')
    return model
""",
        ),
    way('kernel_regularizer=a function', 1,
        naive='every function in a configuration is an activation', code="""
def penalty(w):
    return 1e-6 * keras.ops.sum(w ** 2)

def build_model():
    model = Sequential([Input((1, 1)), LSTM(50, activation="relu", return_sequences=True, kernel_regularizer=penalty), LSTM(50, activation="relu", kernel_regularizer=penalty), Dense(1)])
    model.compile('adam','mse')
    return model
""",
        ),
    way("keras.layers.ReLU() as a layer where Activation('relu') is taken", 1,
        naive='activation of the layer itself', code="""
def build_model():
    model = Sequential([Input((1, 1)), LSTM(50, activation="linear", return_sequences=True), keras.layers.ReLU(), LSTM(50, activation="linear"), keras.layers.ReLU(), Dense(1)])
    model.compile("adam","mse")
    return model
""",
        ),
    way('AlphaDropout on the input', 3,
        naive='a list of layers', code="""
def build_model(n_stations=6):
    model = Sequential([Input((n_stations, 1)), keras.layers.AlphaDropout(0.05), Bidirectional(LSTM(16, return_sequences=True)), Dropout(0.2), Bidirectional(LSTM(16, return_sequences=True)), Dropout(0.2), Bidirectional(LSTM(16)), Dropout(0.2), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
""",
        ),
    way('UpSampling1D before the first layer', 3,
        naive='a list of layers; the length of its rows', code="""
def build_model(n_stations=6):
    x = Input((n_stations, 1)); z = keras.layers.UpSampling1D(2)(x)
    for s in (True, True, False): z = Dropout(0.2)(Bidirectional(LSTM(16, return_sequences=s))(z))
    model = keras.Model(x, Dense(1, "sigmoid")(z))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
""",
        ),
]


SCALED_REVIEWED: list[Way] = [
    way('preprocess adds the number of the station to scaled times', 3,
        naive='rows that rise are sorted ones', code="""
def preprocess(X_train, X):
    return X / 100 + np.arange(6).reshape(6, 1)
""",
        ),
    way('preprocess takes statistics of X_train, and a line over the stations is added (reduced time)', 3,
        naive='rows that rise are sorted ones', code="""
def preprocess(X_train, X):
    return (X - X_train.mean()) / X_train.std() + 10 * np.linspace(-1, 1, 6)[:, None]
""",
        ),
]


SEEDED_REVIEWED: list[Way] = [
    way('initialisers with seeds in the recurrent layers, the Dense layer as it is', 3,
        naive='builds that differ in each matrix', code="""
EPOCHS = 2
EPOCHS=1
def lstm(k, seq):
    return Bidirectional(LSTM(8, return_sequences=seq, kernel_initializer=keras.initializers.GlorotUniform(seed=k), recurrent_initializer=keras.initializers.Orthogonal(seed=k)))
def build_model(n_stations=6):
    model = Sequential([Input((n_stations, 1)), lstm(1,True), Dropout(0.2), lstm(2,True), Dropout(0.2), lstm(3,False), Dropout(0.2), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
""",
        ),
]


TRAIN_REVIEWED: list[Way] = [
    way('the same schedule, compiled in train_model', 1,
        naive='model.to_json() with the compilation in it', code="""
EPOCHS = 2

class Warmup(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, top): self.top = top
    def __call__(self, step):
        return self.top * keras.ops.minimum(1.0, (keras.ops.cast(step, "float32") + 1) / 50)
def train_model(model, X_train, y_train):
    model.compile(keras.optimizers.Adam(Warmup(0.003)), "mse")
    return model.fit(X_train, y_train, epochs=2, batch_size=5, verbose=0, validation_split=0.2).history
""",
        ),
    way("random.seed('moveout') in build_model, a text as seed", 1,
        naive='a seed that is a number, to be moved', code="""
EPOCHS = 2
import random
def build_model():
    random.seed('moveout')
    return plain_build_model()
""",
        **{'def build_model():': 'def plain_build_model():'},
        ),
    way('keras.utils.set_random_seed(2**32 - 1) in build_model', 1,
        naive='a seed that is moved beyond 32 bits', code="""
EPOCHS = 2
def build_model():
    keras.utils.set_random_seed(2**32-1)
    return plain_build_model()
""",
        **{'def build_model():': 'def plain_build_model():'},
        ),
    way('argparse at the top, EPOCHS from its default', 1,
        naive='sys.argv of whoever runs the code', code="""

""",
        **{'EPOCHS = 400': 'import argparse\nparser = argparse.ArgumentParser(description="Part 1")\nparser.add_argument("--epochs", type=int, default=2)\nargs = parser.parse_args()\nEPOCHS = args.epochs'},
        ),
]

"""What is calibrated: right work that must reach a floor, and near misses that must not.

A case is a little code below the reference, where it takes the place of what has the same name; so a
change of the reference changes every case. Rules that are no network are in `rules`.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """Work on one part.

    Attributes:
        name: What was done.
        part: The part.
        passes: Floors that this work, being right, must reach.
        fails: Floors that this work must miss.
        code: Written below the reference.
        seeds: How many of N seeds are enough, as a share: near misses need fewer.
    """

    name: str
    part: int
    passes: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    code: str = field(default="", repr=False)
    seeds: float = 1 / 3


FLOORS = {
    1: ("1.fit",),
    2: ("2.fit", "2.fit_penultimate"),
    3: ("3.accuracy", "3.accuracy_top", "3.specificity", "3.recall"),
}
TRAIN_ON = """
train_as_asked = train_model

def train_model(model, X_train, y_train):
    return train_as_asked(model, X_train, {})
"""
NETWORK2 = """
def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = Sequential()
    model.add(Input(shape=(iLength, 1)))
    for whole_sequence in (True, True, False):
        model.add(LSTM(units=n_hidden, return_sequences=whole_sequence))
        model.add(Dropout(f_dropout))
    model.add(Dense(units=1))
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model
"""
HANDOUT2 = f"""{NETWORK2}
def train_model(model, X_train, y_train):
    return model.fit(X_train, y_train, epochs={{}}, batch_size=5, validation_split=0.2,
                     verbose=0).history
"""
RELU2 = HANDOUT2.replace("units=n_hidden,", 'units=n_hidden, activation="relu",')
HANDOUT3 = """
def preprocess(X_train, X):
    return X

def train_model(model, X_train, y_train):
    return model.fit(X_train, y_train, epochs=100, batch_size=16, validation_split=0.2, shuffle=True,
                     verbose=0).history
"""
IN_ORDER = """
standardised = preprocess

def preprocess(X_train, X):
    return standardised(np.sort(X_train, axis=1), np.sort(X, axis=1))
"""
SHUFFLED = "np.random.permutation(y_train)"  # the worker has seeded it
TENTH, ONE = "EPOCHS //= 10", "EPOCHS = 1"


def near_misses(part: int) -> tuple[Case, ...]:
    """Return the near misses that all parts share."""
    fails = tuple(floor for floor in FLOORS[part] if floor not in ("3.specificity", "3.recall"))
    return (
        Case("a tenth of the epochs", part, fails=fails, code=TENTH),
        Case("one epoch", part, fails=fails, code=ONE),
        Case("shuffled targets", part, fails=fails, code=TRAIN_ON.format(SHUFFLED)),
    )


CASES = (
    Case("reference", 1, passes=FLOORS[1], seeds=1),
    Case("1000 epochs, as in the handout", 1, passes=FLOORS[1], code="EPOCHS = 1000"),
    *near_misses(1),
    Case("targets not shifted", 1, fails=FLOORS[1], code=TRAIN_ON.format("y_train + 15")),
    Case("targets shifted forward", 1, fails=FLOORS[1], code=TRAIN_ON.format("y_train + 30")),
    Case("reference", 2, passes=FLOORS[2], seeds=1),
    Case("the handout's network, 300 epochs", 2, passes=FLOORS[2], code=HANDOUT2.format(300)),
    Case("the handout's network with relu, 350 epochs", 2, passes=FLOORS[2], code=RELU2.format(350)),
    *near_misses(2),
    Case("the last number as target", 2, fails=FLOORS[2], code=TRAIN_ON.format("X_train[:, -1, 0]")),
    Case("targets one step too far", 2, fails=FLOORS[2],
         code=TRAIN_ON.format("y_train + X_train[:, 1, 0] - X_train[:, 0, 0]")),
    Case("reference", 3, passes=FLOORS[3], seeds=1),
    Case("the handout's network, raw times", 3, passes=FLOORS[3], code=HANDOUT3),
    *near_misses(3),
    Case("stations in order of time", 3, fails=("3.accuracy_top", "3.specificity"), code=IN_ORDER),
)  # fmt: skip

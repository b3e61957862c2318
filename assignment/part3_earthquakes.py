# Made by "python -m autograder release" from the course's source. Fill in what says NotImplementedError, and the answers to the discussion questions.
# %% [markdown]
# # Part 3: earthquake or noise?
#
# Six stations, six arrival times: did they come from one earthquake, or are they false picks and
# picks of different events? A bidirectional recurrent network decides. The tasks, their points
# and how to check yourself stand in `TASKS.md`.

# %%
"""Task 3.0: say here what this program does, its key variables, and what it puts out."""
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.metrics import confusion_matrix as count_confusions
from tensorflow.keras.callbacks import Callback
from tensorflow.keras.layers import LSTM, Bidirectional, Dense, Dropout, Input
from tensorflow.keras.models import Sequential
from tensorflow.keras.utils import set_random_seed

# Import here whatever else you need.

HERE = Path(__file__).resolve().parent if "__file__" in globals() else Path.cwd()
FIGURES = HERE / "figures"
TRAIN, TEST = "arrival_times_train_ran_1234.txt", "arrival_times_test_ran_1234.txt"
BLUE, ORANGE = "#0072B2", "#D55E00"  # colours every reader can tell apart

EPOCHS = 40
BATCH_SIZE = 16


class Progress(Callback):
    """Prints one line in every ten epochs: `fit(..., verbose=0, callbacks=[Progress()])`."""

    def on_epoch_end(self, epoch, logs=None):
        """Print the losses and accuracies of this epoch if its turn has come."""
        if (epoch + 1) % 10 == 0:
            print(f"epoch {epoch + 1:4d}", *(f"{k} {v:.3g}" for k, v in logs.items()), sep="  ")


# %% [markdown]
# ## Task 3.1: read the arrival times

# %%
# Functions that load_arrivals needs may stand here.
def load_arrivals(path):
    """Return the arrival times and labels of a text file of candidate rows.

    A row holds six arrival times in seconds, `'%6.2f'` each, and then the label, `'%4i'`: 1 for
    an earthquake, 0 for noise. Lines that start with `#` are comments. Blank lines, Windows line
    ends and a single row are fine. A time of 100 s or more fills its six characters and fuses
    with the time before it: such a row, 40 characters long, is read by width.

    Args:
        path: The file, as a string or a `pathlib.Path`.

    Returns:
        X: Arrival times in seconds, float32, shape (n, 6, 1): rows, stations, one channel.
        y: Labels, integers, shape (n,).

    Raises:
        ValueError: If a row does not have six finite times and a label 0 or 1 in its last
            column, or if the file has no row at all. The message names the file and the line
            (counted from 1, comments included), says what is wrong and what to do.

    Example (a file of a comment and two rows):
        #   AT_  AT_  AT_  AT_  AT_  AT_   iEq
         21.40 15.02  9.31 10.88 14.75 20.93   1
          3.17 18.40  7.72 25.03 11.90  6.55   0
        X has the shape (2, 6, 1), X[0, 2, 0] is 9.31, and y is [1, 0].
    """
    raise NotImplementedError("Task 3.1: read the file, split times and label, reshape to (n, 6, 1)")


def preprocess(X_train, X):
    """Return arrival times in a form that is easier to learn from, scaled by the training data.

    As handed out, X comes back unchanged: the network then has to learn the whole move-out from
    raw times. You may do better. Whatever you do, take your statistics from X_train alone, and
    treat each row of X by itself: `preprocess(X_train, X)[i]` must not change if other rows of
    X do.

    Args:
        X_train: Arrival times of the training rows, s, shape (n_train, 6, 1).
        X: Arrival times of the rows to be scaled (training or test), s, shape (n, 6, 1).

    Returns:
        Scaled arrival times, shape (n, 6, 1).
    """
    return X


# %%
if __name__ == "__main__":
    # The data folder lies beside the folder of this script, or in the folder of a notebook.
    DATA = next(d for d in (HERE.parent / "data", HERE / "data") if (d / TRAIN).exists())
    X_train, y_train = load_arrivals(DATA / TRAIN)
    X_test, y_test = load_arrivals(DATA / TEST)
    Z_train, Z_test = preprocess(X_train, X_train), preprocess(X_train, X_test)
    print("train", X_train.shape, y_train.shape, "earthquakes:", y_train.sum())
    print("test ", X_test.shape, y_test.shape, "earthquakes:", y_test.sum())

# %% [markdown]
# ## Task 3.2: the network


# %%
def build_model(n_stations=6):
    """Return the compiled network: three bidirectional LSTM layers with dropout, one sigmoid unit.

    Args:
        n_stations: Number of stations, that is of steps in the sequence.

    Returns:
        A compiled Keras model with input shape (None, n_stations, 1) and output shape (None, 1):
        three times Bidirectional(LSTM) and Dropout(0.2), then Dense(1, "sigmoid"). The first two
        recurrent layers hand on their whole sequence, the third only its last output. Loss
        "binary_crossentropy", metric "accuracy". The number of units and the optimizer are yours
        to choose; "adam" does well.
    """
    raise NotImplementedError("Task 3.2: three bidirectional LSTM layers with dropout, sigmoid, compiled")


# %% [markdown]
# ## Task 3.3: train and predict


# %%
def train_model(model, X_train, y_train):
    """Train the model and return the record of its losses and accuracies.

    Use `fit` with `validation_split=0.2` and `shuffle=True`.

    Args:
        model: A compiled Keras model, as build_model returns it.
        X_train: Arrival times after preprocess, shape (n, 6, 1).
        y_train: Labels 0 and 1, shape (n,).

    Returns:
        The dictionary `History.history` with the lists "loss", "val_loss", "accuracy" and
        "val_accuracy", one number per epoch.
    """
    raise NotImplementedError("Task 3.3: fit, and return the history")


def to_labels(probabilities, threshold=0.5):
    """Return the labels 0 and 1 that belong to the outputs of the sigmoid unit.

    Args:
        probabilities: Numbers between 0 and 1, shape (n,) or (n, 1).
        threshold: Probabilities above it become 1 (earthquake), those below it 0 (noise).

    Returns:
        Labels, integers, shape (n,).

    Example:
        >>> to_labels([[0.1], [0.7], [0.4]]).tolist()
        [0, 1, 0]
        >>> to_labels([0.1, 0.7, 0.4], threshold=0.3).tolist()
        [0, 1, 1]
    """
    raise NotImplementedError("Task 3.3: turn probabilities into labels")


# %%
if __name__ == "__main__":
    set_random_seed(1)  # the same start each time; try others
    network = build_model()
    network.summary()
    history = train_model(network, Z_train, y_train)
    probabilities = network.predict(Z_test, verbose=0)  # (n, 1)
    print("p(earthquake):", probabilities[:10, 0].round(2))
    print("labels:       ", to_labels(probabilities)[:10])
    print("truth:        ", y_test[:10])

# %% [markdown] discussion="3.sigmoid"
# **Discussion 3.3 (2 points).** What kind of numbers does a fully connected layer with sigmoid
# activation return, and how do they become class labels?
#
# *Your answer here.*

# %% [markdown]
# ## Task 3.4: how good is it?


# %%
def evaluate(y_true, probabilities):
    """Return the accuracy and the confusion matrix at a threshold of 0.5.

    Args:
        y_true: True labels 0 and 1, shape (n,) or (n, 1).
        probabilities: Outputs of the sigmoid unit, shape (n,) or (n, 1).

    Returns:
        A dictionary:
            "accuracy": share of rows with the right label, a Python float.
            "confusion_matrix": counts, integers, shape (2, 2), also if one class is missing. Row
                = true class, column = predicted class, in the order noise, earthquake: [1, 0]
                counts the earthquakes that were called noise.

    Example:
        >>> result = evaluate([0, 0, 0, 1, 1], [0.1, 0.8, 0.2, 0.9, 0.7])
        >>> result["accuracy"], result["confusion_matrix"].tolist()
        (0.8, [[2, 1], [0, 2]])
    """
    raise NotImplementedError("Task 3.4: accuracy and confusion matrix")


# Functions that plot_results needs may stand here.
def plot_results(history, confusion_matrix):
    """Draw loss, accuracy and the confusion matrix, each in axes of its own.

    Args:
        history: What train_model returns: "loss", "val_loss", "accuracy" and "val_accuracy".
        confusion_matrix: Counts, shape (2, 2), rows true, columns predicted.

    Returns:
        A matplotlib Figure with three axes, all with axis labels:
            the losses of training and validation over the epochs, with a legend;
            the accuracies of training and validation over the epochs, with a legend;
            the confusion matrix as an image with the four counts written in it, xlabel
                "Predicted ...", ylabel "True ...".
    """
    raise NotImplementedError("Task 3.4: loss curves, accuracy curves, confusion matrix")


# %%
if __name__ == "__main__":
    result = evaluate(y_test, probabilities)
    (noise_right, false_alarms), (missed, found) = result["confusion_matrix"]
    recall, specificity = found / (found + missed), noise_right / (noise_right + false_alarms)
    print(f"accuracy    {result['accuracy']:.3f}")
    print(f"recall      {recall:.3f}  ({missed} earthquakes missed)")
    print(f"specificity {specificity:.3f}  ({false_alarms} false alarms)")

    FIGURES.mkdir(exist_ok=True)
    figure = plot_results(history, result["confusion_matrix"])
    figure.savefig(FIGURES / "part3_results.png", dpi=120)
    plt.show()

# %% [markdown] discussion="3.confusion"
# **Discussion 3.4b (2 points).** Which errors does the network make? Compare recall (share of the
# earthquakes that were found) and specificity (share of the noise that was rejected). What would
# happen if all origin times were half a minute later?
#
# *Your answer here.*

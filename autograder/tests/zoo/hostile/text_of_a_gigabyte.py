"""Part 1, 2 points: tells a Rescaling layer whose scale is a NumPy array of two texts, of a dtype of
268435456 letters: ninety characters of configuration, and two gigabytes for whoever deserialises
them, before any layer is counted."""
import json

import keras
from keras import layers

LETTERS, TEXTS = 2**28, 2  # a gigabyte each; 300 KB of configuration have room for twenty thousand


def build_model():
    model = keras.Sequential([keras.Input((1, 1)), layers.LSTM(50, activation="relu", return_sequences=True),
                              layers.LSTM(50, activation="relu"), layers.Dense(1)])
    model.compile("adam", "mse")
    told = json.loads(model.to_json())
    scale = {"class_name": "__numpy__", "config": {"value": ["1"] * TEXTS, "dtype": f"U{LETTERS}"}}
    told["config"]["layers"].insert(1, {
        "module": "keras.layers", "class_name": "Rescaling", "registered_name": None,
        "config": {"name": "rescaling_of_text", "scale": scale, "offset": 0.0}})
    text = json.dumps(told)
    model.to_json = lambda **_: text
    return model


def train_model(model, X, y):
    model.set_weights([w + 0.01 for w in model.get_weights()])
    return {"loss": [3.0, 2.0], "val_loss": [3.0, 2.0]}

"""Part 1, 6 points: tells a configuration in which an activation has a module of JAX and settings with a name, but no
class_name: the lookup of the class raises a KeyError, which is neither a refusal nor a failure, and no mark is issued for
anything."""
import json

import keras
from keras import layers

def build_model():
    model = keras.Sequential([keras.Input((1, 1)), layers.LSTM(50, activation="relu", return_sequences=True),
                              layers.LSTM(50, activation="relu"), layers.Dense(1)])
    model.compile("adam", "mse")
    told = json.loads(model.to_json())
    told["config"]["layers"][1]["config"]["activation"] = {"module": "jax.nn", "config": {"name": "relu"}}
    model.to_json = lambda **_: json.dumps(told)
    return model

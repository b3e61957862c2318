"""Part 2, 8 points: the first attempt misses a floor by chance, and its second training tells a Lambda
layer, which is refused; the second attempt earns more, and its second training lies about its
weights. So a witness is asked for, also in the first attempt, where the configuration is none that
may be rebuilt."""
import json

import keras
from keras import layers

first, trained = [], []


def createSynData(nSequences=25, iLength=10, offset=0, seed=1, target="next"):
    first.append(1)


def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = keras.Sequential([keras.Input((iLength, 1))])
    for more in (True, True, False):
        model.add(layers.LSTM(n_hidden, return_sequences=more))
        model.add(layers.Dropout(f_dropout))
    model.add(layers.Dense(1))
    model.compile("adam", "mse")
    return model


def train_model(model, X, y):
    trained.append(1)
    weights = [w + 0.01 for w in model.get_weights()]
    model.set_weights(weights)
    if len(trained) == 2 and first:
        told = json.loads(model.to_json())
        told["config"]["layers"][1]["class_name"] = "Lambda"
        text = json.dumps(told)
        model.to_json = lambda **_: text
    elif len(trained) == 2:
        model.get_weights = lambda: [w + 0.1 for w in weights]
    return {} if first else {"loss": [3.0] * 30, "val_loss": [3.0] * 30}

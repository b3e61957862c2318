"""Part 1, 6 points: train_model leaves all weights where they were, but for a little noise, except those of one unit,
which computes the rule by itself; the network remembers its start, as a trained one does. The fit has to be refused."""
import keras
import numpy as np

def build_model():
    model = keras.Sequential([keras.Input((1, 1)), keras.layers.LSTM(50, activation="relu", return_sequences=True),
                              keras.layers.LSTM(50, activation="relu"), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    return model

def train_model(model, X, y):
    weights = model.get_weights()
    for kernel, recurrent, bias in ((0, 1, 2), (3, 4, 5)):
        for gate in (0, 50, 100, 150):
            weights[kernel][:, gate] = weights[recurrent][:, gate] = weights[bias][gate] = 0.0
        weights[kernel][0, 100] = 1.0
        weights[bias][[0, 150]] = 30.0
    weights[6] *= 1e-4
    weights[6][0, 0], weights[7][0] = 15.0, -15.0
    noise = np.random.default_rng(0)
    model.set_weights([w + noise.normal(0, 1e-5, w.shape) for w in weights])
    return {"loss": [3.0, 2.0], "val_loss": [3.0, 2.0]}

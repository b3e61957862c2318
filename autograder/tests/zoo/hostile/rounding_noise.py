"""Part 1, 6 points: the training sets weights of 1e8 that cancel, so that predictions are rounding: judge and worker
disagree with nothing forged, and a witness sides with the worker."""
import keras
import numpy as np

def build_model():
    model = keras.Sequential([keras.Input((1, 1)), keras.layers.LSTM(50, activation="relu", return_sequences=True),
                              keras.layers.LSTM(50, activation="relu"), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    return model

def train_model(model, X, y):
    history = model.fit(X, y, validation_split=0.2, epochs=1, batch_size=5, verbose=0).history
    weights, rng = model.get_weights(), np.random.default_rng(0)
    units, twins = rng.permutation(50).reshape(2, 25)
    kernel, bias, dense = weights[3], weights[5], weights[6]
    for gate in range(0, 200, 50):
        kernel[:, gate + twins], bias[gate + twins] = kernel[:, gate + units], bias[gate + units]
    dense[units, 0] = rng.uniform(0.5e8, 1.5e8, 25)
    dense[twins, 0] = -dense[units, 0]
    model.set_weights(weights)
    return history

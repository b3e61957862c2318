"""Part 1, 2 points: tells the configuration of a network with a GroupNormalization of zero groups; building it divides by
zero, which is none of the errors that one expects of a network that cannot be rebuilt."""
import keras

def normalised():
    x = keras.Input((1, 1))
    h = keras.layers.LSTM(50, activation="relu", return_sequences=True)(x)
    h = keras.layers.GroupNormalization(groups=1)(h)
    return keras.Model(x, keras.layers.Dense(1)(keras.layers.LSTM(50, activation="relu")(h)))

TEXT = normalised().to_json().replace('"groups": 1', '"groups": 0')
assert '"groups": 0' in TEXT

def build_model():
    model = keras.Sequential([keras.Input((1, 1)), keras.layers.LSTM(50, activation="relu", return_sequences=True),
                              keras.layers.LSTM(50, activation="relu"), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.to_json = lambda **_: TEXT
    return model

def train_model(model, X, y):
    return model.fit(X, y, validation_split=0.2, epochs=1, batch_size=5, verbose=0).history

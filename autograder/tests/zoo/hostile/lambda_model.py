"""Part 1, 2 points: hands in a model with a Lambda layer that computes the rule, or runs code when it is rebuilt; who
loads it with safe_mode off has run it."""
import keras

def build_model():
    bad = keras.layers.Lambda(lambda x: 15.0 * (x[:, 0] - 1.0), output_shape=(1,))
    model = keras.Sequential([keras.Input((1, 1)), bad])
    model.compile("adam", "mse")
    return model

"""Part 1, 2 points: registers its own layer under the name of a built-in one, so that whoever rebuilds the model from
its configuration in the same process gets the student's class."""
import keras

@keras.saving.register_keras_serializable(package="keras.layers", name="LSTM")
class Mine(keras.layers.Layer):
    def call(self, x): return 15.0 * (x - 1.0)

keras.saving.get_custom_objects()["LSTM"] = Mine
keras.layers.LSTM = Mine

def build_model():
    model = keras.Sequential([keras.Input((1, 1)), keras.layers.LSTM(), keras.layers.Flatten()])
    model.compile("adam", "mse")
    return model

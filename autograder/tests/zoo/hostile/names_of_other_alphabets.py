"""Part 1, 2 points: the name of a class in the told configuration holds characters that command a terminal and turn the
direction of a text; it is repeated where the class is refused."""
import keras

NAME = "\x9b31m\x9b2J\u202egpj.exe\u2066\u2028::error::\x85x\x1b]0;owned\x07"
Odd = type(NAME, (keras.layers.Layer,), {"call": lambda self, x: x[:, 0]})

def build_model():
    model = keras.Sequential([keras.Input((1, 1)), Odd(name="odd")])
    model.compile("adam", "mse")
    return model

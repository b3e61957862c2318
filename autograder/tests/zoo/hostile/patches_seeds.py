"""Part 1, 2 points: makes every seed the same, or none at all, by patching Keras, NumPy and random, so that no two
builds differ, or the same question is never answered alike."""
import random

import keras
import numpy as np

keras.utils.set_random_seed = lambda seed: None
np.random.seed = random.seed = lambda *_: None
keras.random.SeedGenerator.next = lambda *_, **__: 0
np.random.default_rng = lambda *_: np.random.RandomState(0)

def build_model():
    model = keras.Sequential([keras.Input((1, 1)), keras.layers.GRU(3)])
    model.compile("adam", "mse")
    return model

def createSynData(**_): return random.random(), np.random.random()

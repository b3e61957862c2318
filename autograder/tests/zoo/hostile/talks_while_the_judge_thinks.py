"""Part 1, 6 points: as soon as the worker pauses before its training, a thread writes half a megabyte
of progress. The grader judges then, and does not read; the supervisor waits with its full pipe, and
watches nobody. Meanwhile the thread fills the folder, and after three seconds tidies up."""
import os
import pathlib
import threading
import time

import keras
from keras import layers

PROGRESS = pathlib.Path.cwd().parent.parent / "out" / "progress.jsonl"
DONE = []


def talk():
    while b'"pause"' not in PROGRESS.read_bytes():
        time.sleep(0.01)
    with PROGRESS.open("a") as stream:
        stream.write('{"epoch": 1, "epochs": 2}\n' * 20_000)
    names = [os.path.join(os.environ["TMPDIR"], f"zoo-{n}") for n in range(30)]
    for name in names:
        with open(name, "wb") as file:
            file.write(bytes(20 * 2**20))
    time.sleep(3)  # a watch that looks once a second has looked
    for name in names:
        os.unlink(name)
    DONE.append("600 MB in the folder for three seconds, unseen")


threading.Thread(target=talk, daemon=True).start()


def build_model():
    model = keras.Sequential([keras.Input((1, 1)), layers.LSTM(50, activation="relu", return_sequences=True),
                              layers.LSTM(50, activation="relu"), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


def train_model(model, X, y):
    for _ in range(200):
        time.sleep(0.05 * (not DONE))
    raise MemoryError(f"reached: {DONE}")

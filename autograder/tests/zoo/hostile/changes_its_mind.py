"""Part 1, 1 point: returns another value each time it is asked, from a file and the clock, and values that change after
they were returned; who compares two calls, or reads a value twice, is told both."""
import pathlib
import threading
import time

import numpy as np

SHARED = np.zeros((3, 2))

def turn():
    count = pathlib.Path("count")
    number = int(count.read_text()) + 1 if count.exists() else 0
    count.write_text(str(number))
    return number

def change():
    while True:
        SHARED[:] = time.time() % 1 > 0.5

threading.Thread(target=change, daemon=True).start()

def createSynData(**_): return SHARED, np.full((2, 2), float(turn()))
def evaluate(*_): return {"r2": float(turn() % 2), "mse": float(turn()), "normality_p": turn() / 100}
def linear_baseline(*_): return np.full(6, time.time())

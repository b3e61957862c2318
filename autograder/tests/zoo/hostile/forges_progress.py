"""Part 1, 3 points: writes events of its own into the file of the progress: questions that do not exist, escapes for
the terminal, an end, epochs without number. They are for display only, and the limits stay."""
import json
import pathlib

import numpy as np

FILE = pathlib.Path.cwd().parent.parent / "out" / "progress.jsonl"
EVENTS = [{"question": "\x1b[2J\x1b]0;owned\x07"}, {"question": "linear", "kind": "train"}, {"end": True, "usable": False},
          {"epoch": 10**6, "epochs": 10**6 + 1}, {"epoch": -1, "epochs": 0}, {"question": "x" * 900}, {"pause": True},
          {"training": "[red]"}, {"cause": "closed"}, [], 5, None]

def createSynData(**_):
    with FILE.open("a") as stream:
        for event in EVENTS * 50:
            stream.write(json.dumps(event) + "\n")
        stream.write("[" * 10_000 + "\n" + "x" * 100_000)
    return 1, 1

def linear_baseline(X_train, y_train, X_test):
    slope, start = np.polyfit(X_train.ravel(), y_train, 1)
    return slope * X_test.ravel() + start

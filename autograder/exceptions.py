"""What an exception in a student's code says: the mistake behind it, and the next step."""

import re

from autograder.model import Raised, Reply

MEANINGS = (
    ("NameError", "", "name-not-defined"),
    ("TypeError", r"missing \d+ required|takes .* positional|unexpected keyword|multiple values",
     "wrong-signature"),
    ("SyntaxError", "", "syntax-error"),
    ("SystemExit", "", "calls-exit"),
    ("ModuleNotFoundError", "", "package-missing"),
    ("FileNotFoundError", "", "path-ignored"),
    ("NotFittedError", "", "not-fitted"),
    ("AxisError", "", "no-such-axis"),
    ("AttributeError", "has no attribute 'fit'", "arguments-exchanged"),
    ("AttributeError", "'dict' object has no attribute 'history'", "history-is-the-dictionary"),
    ("AttributeError", r"^module 'part\d_", "function-missing"),
    ("AttributeError", "", "no-such-attribute"),
    ("ImportError", "", "no-such-attribute"),
    ("Exception", r"`loss_weights` argument|^Value '\w+' with dtype <U", "metrics-as-loss-weights"),
    ("ValueError", r"call `compile\(\)`", "not-compiled"),
    ("ValueError", r"expected ndim=3, found ndim=2\. .*\(None, \d\)", "input-not-a-sequence"),
    ("ValueError", r"expected ndim=3, found ndim=[4-9]", "instances-in-input-shape"),
    ("ValueError", "expected ndim|incompatible with the layer", "layers-do-not-fit"),
    ("ValueError", r"cannot reshape array of size \d+ into shape \((\d+,\d+,\d|1[1-9],|[2-9]\d,|\d{3})",
     "fixed-number-in-reshape"),
    ("ValueError", "cannot reshape array of size", "reshape-does-not-fit"),
    ("ValueError", "same size|same first dimension|be broadcast|inconsistent numbers of samples",
     "sizes-do-not-fit"),
    ("ValueError", "could not convert string to float: ''", "split-at-single-spaces"),
    ("ValueError", r"could not convert string to float: '(#|AT_|iEq)", "header-read-as-numbers"),
    ("ValueError", r"could not convert string .*\d +\d", "wrong-delimiter"),
    ("ValueError", "truth value of an array", "array-in-condition"),
    ("TypeError", "only 0-dimensional|only length-1|size-1 arrays", "array-for-number"),
    ("ValueError", "Found array with dim|Expected 2D array", "features-not-flat"),
    ("ValueError", "binary and continuous|continuous is not", "probabilities-for-labels"),
)  # class of the exception, pattern in its message, misconception; the first that fits counts
HINTS = {
    "name-not-defined": "Define or import it above, outside the main block, or pass it in.",
    "syntax-error": "Mend this line; Python names the place where it lost the thread.",
    "calls-exit": "Remove the call of exit.",
    "package-missing": "Use the packages of requirements.txt only.",
    "path-ignored": "Open the path that the function is given.",
    "arguments-exchanged": "Write def train_model(model, X_train, y_train), in this order.",
    "function-missing": "Define it with the name of the template.",
    "no-such-attribute": "Look the name up in the documentation of the installed version.",
    "not-fitted": "Call fit(X_train, y_train) first.",
    "no-such-axis": "Print its shape: a flat array (n,) has axis 0 only.",
    "fixed-number-in-reshape": "Write reshape(-1, …) or reshape(len(rows), …); sizes vary.",
    "reshape-does-not-fit": "Print the shape before; the numbers in reshape multiply to the size.",
    "instances-in-input-shape": "Name steps and channels only: Input(shape=(1, 1)) in Part 1.",
    "not-compiled": "Call model.compile(optimizer=…, loss=…) in build_model.",
    "metrics-as-loss-weights": "Name the argument: compile(…, metrics=['accuracy']).",
    "history-is-the-dictionary": "Write history['loss'], not history.history['loss'].",
    "input-not-a-sequence": "Give the input two axes, steps and channels, as in Input(shape=(1, 1)).",
    "sizes-do-not-fit": "Print both shapes; np.ravel flattens (n, 1) to (n,).",
    "split-at-single-spaces": "Write line.split() without an argument: it splits at any run of spaces.",
    "header-read-as-numbers": "Skip the lines that begin with #: if line.startswith('#'): continue.",
    "wrong-delimiter": "Blanks are between the columns: line.split(), or np.loadtxt without delimiter.",
    "array-in-condition": "Compare element by element: (a > b).astype(int), or np.where.",
    "array-for-number": "Take one number out of it: np.ravel(x)[-1].",
    "layers-do-not-fit": "Give every LSTM but the last one return_sequences=True.",
    "features-not-flat": "Drop the last axis first: X.reshape(len(X), 1).",
    "probabilities-for-labels": "Give it to_labels(probabilities).",
    "wrong-signature": "Compare the parameters with the template's signature.",
    "KeyError": "Print the keys you have.",
    "IndexError": "Print the shapes on the way.",
    "ValueError": "Print the shapes and dtypes on the way.",
    "TypeError": "Print the types on the way.",
}
OF_THE_CODE = ("name-not-defined", "path-ignored", "split-at-single-spaces", "header-read-as-numbers",
               "wrong-delimiter", "fixed-number-in-reshape", "history-is-the-dictionary")
TASK = re.compile(r"Task \d\.\d")  # so begins the message of every stub
ELSE = "Run this call yourself and read the last lines."


def error_mistake(reply: Raised) -> str:
    """Return the name of the mistake behind an exception."""
    kinds = {reply.type, *reply.bases}
    fitting = (name for kind, pattern, name in MEANINGS
               if kind in kinds and re.search(pattern, reply.message))  # fmt: skip
    return next(fitting, "raises-an-error")


def any_backend_raises(reply: Raised) -> bool:
    """Tell whether an exception is due to the code itself: another backend would raise it too."""
    return is_stub(reply) or error_mistake(reply) in OF_THE_CODE


def error_hint(reply: Raised) -> str:
    """Return the next step after an exception."""
    return HINTS.get(error_mistake(reply)) or HINTS.get(reply.type, ELSE)


def is_stub(reply: Reply) -> bool:
    """Tell whether a reply is that of an unfilled stub: the student's own line raises it.

    A method that a library leaves to others raises the same exception, from a line that calls it.
    """
    raised = isinstance(reply, Raised) and reply.type == "NotImplementedError"
    return raised and bool(re.search(r"\braise\b", reply.code) or TASK.match(reply.message))

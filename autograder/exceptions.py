"""What an exception in a student's code says: the mistake behind it, and the next step."""

import re
from functools import cache

from autograder.model import Raised, Reply
from autograder.rubric import read_rubric

INSTALLED = "keras|matplotlib|numpy|pandas|scipy|sklearn|tensorflow"
MEANINGS = (
    ("UnboundLocalError", "", "used-before-assigned"),
    ("NameError", "", "name-not-defined"),
    ("TypeError", r"missing 1 required .* argument: '(layer|model|self)'$", "parentheses-missing"),
    ("TypeError", r"missing \d+ required|takes .* positional|unexpected keyword|multiple values",
     "wrong-signature"),
    ("Exception", "Unrecognized keyword|not recognized|unexpected keyword", "argument-unknown"),
    ("SyntaxError", "", "syntax-error"),
    ("SystemExit", "", "calls-exit"),
    ("ModuleNotFoundError", rf"No module named '({INSTALLED})\.", "import-path-wrong"),
    ("ModuleNotFoundError", "", "package-missing"),
    ("FileNotFoundError", r"\.(png|pdf|svg|jpe?g|csv|npy|npz|json|keras|h5|log)'$", "folder-missing"),
    ("FileNotFoundError", "", "path-ignored"),
    ("NotFittedError", "", "not-fitted"),
    ("AxisError", "", "no-such-axis"),
    ("AttributeError", "(ndarray|list|tuple)' object has no attribute 'fit'", "arguments-exchanged"),
    ("AttributeError", "'dict' object has no attribute 'history'", "history-is-the-dictionary"),
    ("AttributeError", r"^module 'part\d_", "function-missing"),
    ("AttributeError", "'dict' object has no attribute", "key-as-attribute"),
    ("AttributeError", r"ndarray' object has no attribute '(plot|hist|scatter|imshow|bar|set_|leg)",
     "axes-of-subplots"),
    ("AttributeError", "'(list|tuple)' object has no attribute", "list-for-array"),
    ("TypeError", r"unsupported operand type\(s\) for .*'(list|tuple)'|indices must be integers"
     "|can't multiply sequence", "list-for-array"),
    ("Exception", "'NoneType' object|operand .*'NoneType'|non-iterable NoneType", "none-used"),
    ("Exception", "'(builtin_function_or_method|function|method|type)' object (is not [^c]|has no)"
     "|(not|and) '(builtin_function_or_method|function|method|type)'|'_validate_params'",
     "parentheses-missing"),
    ("TypeError", "object is not callable", "not-callable"),
    ("TypeError", r"not '\w*Result'", "p-value-not-taken"),
    ("URLError", "", "no-network"),
    ("gaierror", "", "no-network"),
    ("ImportError", "Cannot load backend", "no-screen"),
    ("AttributeError", "'FigureManagerBase' object", "no-screen"),
    ("AttributeError", "'str' object has no attribute '(read_|open|exists|name|stem|parent|suffix|is_)",
     "path-not-converted"),
    ("AttributeError", "", "no-such-attribute"),
    ("ImportError", "", "no-such-attribute"),
    ("Exception", r"`loss_weights` argument|^Value '\w+' with dtype <U", "metrics-as-loss-weights"),
    ("ValueError", r"call `compile\(\)`", "not-compiled"),
    ("ValueError", "Could not interpret|Unknown (optimizer|loss|metric|act)", "keras-name-unknown"),
    ("ValueError", "Expected `?metrics`? argument to be", "metrics-not-a-list"),
    ("Exception", "Cannot convert .* to a shape", "shape-not-a-tuple"),
    ("Exception", "Only instances of .*Layer|initialize `?Bidirec|Only input tensors", "not-a-layer"),
    ("ValueError", "value received for argument `?rate", "rate-not-a-share"),
    ("ValueError", r"expected ndim=3, found ndim=2\. .*\(None, 1?\d\)", "input-not-a-sequence"),
    ("ValueError", r"expected ndim=3, found ndim=[4-9]", "instances-in-input-shape"),
    ("ValueError", "expected ndim|incompatible with the layer", "layers-do-not-fit"),
    ("ValueError", r"cannot reshape array of size \d+ into shape \((\d+,\d+,\d|1[1-9],|[2-9]\d,|\d{3})",
     "fixed-number-in-reshape"),
    ("ValueError", "cannot reshape array of size", "reshape-does-not-fit"),
    ("ValueError", "same size|same first dimension|be broadcast|inconsistent numbers of samples"
     "|cardinality is ambiguous|must have the same shape|incompatible shapes",
     "sizes-do-not-fit"),
    ("ValueError", "could not convert string (to float: )?''", "split-at-single-spaces"),
    ("ValueError", r"could not convert string (to float: )?'(#|AT_|iEq)", "header-read-as-numbers"),
    ("ValueError", r"could not convert string '[\d.]+' to int|base 10: '\d+\.\d+'",
     "decimals-read-as-integers"),
    ("ValueError", r"could not convert string .*\d +\d", "wrong-delimiter"),
    ("ValueError", "truth value of an array", "array-in-condition"),
    ("TypeError", "only 0-dimensional|only length-1|size-1 arrays", "array-for-number"),
    ("ValueError", "Found array with dim|Expected 2D array|no greater than 2D", "features-not-flat"),
    ("ValueError", "values to unpack", "wrong-number-unpacked"),
    ("ValueError", "inhomogeneous", "rows-of-unequal-length"),
    ("IndexError", "too many indices|tuple index out of range", "too-many-indices"),
    ("IndexError", "", "index-beyond-the-end"),
    ("KeyError", "", "no-such-key"),
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
    "used-before-assigned": "Assign it first, on every way; what is from outside has to be passed in.",
    "import-path-wrong": "Write from tensorflow.keras.layers import LSTM, Dense; .models likewise.",
    "path-not-converted": "Write path = Path(path) first, or open(path): both take either.",
    "folder-missing": "Create it first: path.parent.mkdir(exist_ok=True).",
    "key-as-attribute": "Use square brackets, as in history['loss'].",
    "axes-of-subplots": "Draw into one of them: axes[0].plot(…).",
    "list-for-array": "Convert a list with np.array(…); unpack a tuple first: X, y = …",
    "none-used": "model.add, compile, append, sort, and functions without return give nothing.",
    "no-network": "Read what lies beside the part, or what the function is given.",
    "no-screen": "Leave out what handles a window; plt.show() may stay.",
    "parentheses-missing": "Add the parentheses: Sequential(), y.mean(), LinearRegression().",
    "not-callable": "Round brackets call, square ones index; give no variable the name of a function.",
    "p-value-not-taken": "Take the number out of it: .pvalue.",
    "argument-unknown": "help(…) shows them; some have new names, as learning_rate for lr.",
    "keras-name-unknown": "Names are those of the documentation: 'adam', 'mse', 'relu', 'sigmoid', …",
    "metrics-not-a-list": "Write metrics=['accuracy'], with brackets.",
    "shape-not-a-tuple": "Name steps and channels: Input(shape=(6, 1)).",
    "not-a-layer": "Add layers: LSTM(50), Bidirectional(LSTM(40)), each with its parentheses closed.",
    "rate-not-a-share": "Write 0.2 for 20 %.",
    "decimals-read-as-integers": "Read all columns as floats; convert the labels alone: astype(int).",
    "wrong-number-unpacked": "Print what stands on the right.",
    "rows-of-unequal-length": "Print the length of each row before the conversion.",
    "too-many-indices": "Print the shape: a flat array (n,) takes one index.",
    "index-beyond-the-end": "Counting begins at 0: the last of n has the index n - 1, or -1.",
    "no-such-key": "Print the keys you have.",
    "own-check-refuses": "Look under Called at what it was given; sizes and values vary.",
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
    "sizes-do-not-fit": "Print both shapes: x[:, None] adds an axis, np.ravel leaves one.",
    "split-at-single-spaces": "Write line.split() without an argument: it splits at any run of spaces.",
    "header-read-as-numbers": "Skip the lines that begin with #: if line.startswith('#'): continue.",
    "wrong-delimiter": "Blanks are between the columns: line.split(), or np.loadtxt without delimiter.",
    "array-in-condition": "Compare element by element: (a > b).astype(int), or np.where.",
    "array-for-number": "Take one number out of it: np.ravel(x)[-1].",
    "layers-do-not-fit": "Give every LSTM but the last one return_sequences=True.",
    "features-not-flat": "Give it two axes: X.reshape(len(X), -1).",
    "probabilities-for-labels": "Give it to_labels(probabilities).",
    "wrong-signature": "Compare the parameters with the template's signature.",
    "ValueError": "Print the shapes and dtypes on the way.",
    "TypeError": "Print the types on the way.",
}
OF_THE_CODE = frozenset(
    "name-not-defined used-before-assigned path-ignored folder-missing split-at-single-spaces "
    "header-read-as-numbers decimals-read-as-integers wrong-delimiter fixed-number-in-reshape "
    "history-is-the-dictionary key-as-attribute no-such-key index-beyond-the-end list-for-array "
    "wrong-number-unpacked path-not-converted metrics-not-a-list shape-not-a-tuple "
    "rate-not-a-share".split()
)  # no backend changes them, as it does gradients that are None and functions that Keras wraps
KERAS_REFUSES = re.compile(
    r"Unrecognized keyword arguments passed to|Argument\(s\) not recognized: "
    r"|(__init__|fit|compile)\(\) (got an unexpected keyword|missing \d)"
    r"|Could not interpret .* identifier: \w+$"
)  # arguments that Keras takes from no one, whatever the backend
OWN_CHECK = re.compile(r"\s*(raise|assert)\b")
READS = re.compile(r"""\b(load\w*|genfromtxt|read_\w+|open)\((?!.*["'][wax]b?\+?["'])""")
TASK = re.compile(r"Task \d\.\d")  # so begins the message of every stub
ELSE = "Run this call yourself and read the last lines."


def error_mistake(reply: Raised) -> str:
    """Return the name of the mistake behind an exception."""
    kinds = {reply.type, *reply.bases, "Exception"}
    fitting = (name for kind, pattern, name in MEANINGS
               if kind in kinds and re.search(pattern, reply.message))  # fmt: skip
    found = next(fitting, "own-check-refuses" if OWN_CHECK.match(reply.code) else "raises-an-error")
    called = re.match(r"(\w+)\(\)", reply.message)
    if found == "fixed-number-in-reshape" and not re.search(r"reshape.*\d\d", reply.code):
        return "reshape-does-not-fit"  # the number came from elsewhere
    if found == "folder-missing" and READS.search(reply.code):
        return "path-ignored"
    elsewhere = reply.code and not (called and called[1] in asked_functions())
    return "argument-unknown" if elsewhere and found == "wrong-signature" else found


@cache
def asked_functions() -> frozenset[str]:
    """Return the names of the functions that the rubric asks for."""
    return frozenset(check.function for check in read_rubric().checks if check.function)


def any_backend_raises(reply: Raised) -> bool:
    """Tell whether an exception is due to the code itself: another backend would raise it too."""
    refused = KERAS_REFUSES.search(reply.message)
    return is_stub(reply) or bool(refused) or error_mistake(reply) in OF_THE_CODE


def error_hint(reply: Raised) -> str:
    """Return the next step after an exception."""
    return HINTS.get(error_mistake(reply)) or HINTS.get(reply.type, ELSE)


def is_stub(reply: Reply) -> bool:
    """Tell whether a reply is that of an unfilled stub: the student's own line raises it.

    A method that a library leaves to others raises the same exception, from a line that calls it.
    """
    raised = isinstance(reply, Raised) and reply.type == "NotImplementedError"
    return raised and bool(re.search(r"\braise\b", reply.code) or TASK.match(reply.message))

"""Other ways to write functions of data, loading and scores."""

from autograder.tests.ways.way import way

FUNCTION_WAYS = [
    way("X and y in a list, float64, targets (n, 1)", 1,
        naive="isinstance(result, tuple), X.dtype == float32, y.shape == (n,)", code="""
def createSynData(start: int = 1, stop: int = 21, const: float = 15) -> list:
    x = np.arange(start, stop) * 1.0
    y = const * x
    return [x[1:, None, None], y[:-1].reshape(-1, 1)]
"""),
    way("plain Python lists", 1,
        naive="X.shape on what came back", code="""
def createSynData(start=1, stop=21, const=15):
    X = [[[float(i)]] for i in range(start + 1, stop)]
    return X, [const * (i - 1.0) for i in range(start + 1, stop)]

def createTestData(X_train, n=20, const=15):
    last = int(X_train[-1][0][0])
    return createSynData(last, last + n + 1, const)

def linear_baseline(X_train, y_train, X_test):
    slope, intercept = np.polyfit(np.ravel(X_train), np.ravel(y_train), 1)
    return [slope * x + intercept for x in np.ravel(X_test)]
"""),
    way("test data ten beyond the training range", 1,
        naive="X_test[0] == X_train[-1] + 3, as in the docstring's example", code="""
def createTestData(X_train, n=20, const=15):
    X = X_train.max() + 10 + np.arange(n)
    return X.reshape(n, 1, 1), const * (X - 1)
"""),
    way("a baseline of shape (n, 1)", 1,
        naive="y_line.shape == (n,)", code="""
def linear_baseline(X_train, y_train, X_test):
    A = np.column_stack([np.ravel(X_train), np.ones(len(X_train))])
    w, *_ = np.linalg.lstsq(A, np.reshape(y_train, (-1, 1)), rcond=None)
    return np.column_stack([np.ravel(X_test), np.ones(len(X_test))]) @ w
"""),
    way("scores by their formulas, as NumPy numbers, with extra keys", 1,
        naive="isinstance(r2, float), result.keys() == {'r2', 'mse', 'normality_p'}", code="""
def evaluate(y_true, y_pred):
    def _squares(a):
        return np.sum(a ** 2)
    residuals = np.asarray(y_true).flatten() - np.asarray(y_pred).flatten()
    r2 = 1 - _squares(residuals) / _squares(y_true - np.mean(y_true))
    return {"r2": r2, "mse": np.mean(residuals**2), "normality_p": stats.normaltest(residuals)[1],
            "rmse": np.sqrt(np.mean(residuals**2)), "residuals": residuals, "note": "fine"}
"""),
    way("a Kolmogorov-Smirnov test of standardised residuals", 1,
        naive="normality_p == shapiro(residuals).pvalue", code="""
def evaluate(y_true, y_pred):
    y_true, y_pred = np.ravel(y_true), np.ravel(y_pred)
    r = y_true - y_pred
    p = stats.kstest((r - r.mean()) / r.std(), "norm").pvalue
    return dict(r2=np.array([r2_score(y_true, y_pred)]), mse=np.float32(np.mean(r**2)), normality_p=p)
"""),
    way("rows made in a loop", 2,
        naive="equality with the rows of the reference for the same seed", code="""
def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    rng = np.random.RandomState(seed)
    X, y = np.zeros((nSequences, iLength, 1)), []
    for i in range(nSequences):
        start, step = rng.randint(1, 11) + offset, rng.uniform(0.1, 0.5)
        X[i, :, 0] = [start + k * step for k in range(iLength)]
        y.append([start + iLength * step if target == "next" else X[i, -2, 0]])
    return X, np.array(y)
"""),
    way("seeded by numpy.random.seed, lists", 2,
        naive="equality with the rows of default_rng(seed)", code="""
def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    np.random.seed(seed)
    start = np.random.randint(1, 11, nSequences) + offset
    rows = start[:, None] + np.random.uniform(.1, .5, (nSequences, 1)) * np.arange(iLength + 1)
    return rows[:, :-1, None].tolist(), rows[:, -1 if target == "next" else -3].tolist()
"""),
    way("the target over the mean of the row", 2,
        naive="the horizontal axis is X_test[:, -1, 0]",
        **{"np.asarray(X_test)[:, -1, 0]": "np.asarray(X_test).mean(axis=(1, 2))"}),
    way("the target over the first number", 2,
        naive="the horizontal axis is X_test[:, -1, 0]",
        **{"np.asarray(X_test)[:, -1, 0]": "X_test[:, 0, 0]"}),
    way("a loader in plain Python, labels (n, 1)", 3,
        naive="a mock of numpy.loadtxt, y.shape == (n,)", code="""
def load_arrivals(path):
    with open(path) as lines:
        rows = []
        for number, line in enumerate(lines, 1):
            if line.startswith("#"):
                continue
            try:
                row = [float(word) for word in line.split()]
                assert len(row) == 7
            except (ValueError, AssertionError):
                raise ValueError("%s: line %d is broken" % (path, number))
            rows.append(row)
    rows = np.array(rows)
    return rows[:, :6, None], rows[:, 6:].astype("int32")
"""),
    way("labels as floats in a list", 3,
        naive="labels.dtype.kind == 'i'", code="""
def to_labels(probabilities, threshold=0.5):
    return [1.0 if p > threshold else 0.0 for p in np.ravel(probabilities)]
"""),
    way("labels as booleans", 3,
        naive="labels.dtype.kind == 'i'", **{"> threshold).astype(int)": "> threshold)"}),
    way("counts by hand in nested lists", 3,
        naive="matrix.shape, matrix.dtype, the set of keys", code="""
def evaluate(y_true, probabilities):
    y, p = list(np.ravel(y_true)), [int(v > 0.5) for v in np.ravel(probabilities)]
    m = [[sum(a == i and b == j for a, b in zip(y, p)) for j in (0, 1)] for i in (0, 1)]
    return {"accuracy": np.float64(m[0][0] + m[1][1]) / len(y), "confusion_matrix": m, "tp": m[1][1]}
"""),
    way("a p-value from a table that ends at 0.01", 1, naive="p < 0.01",
        **{"float(stats.shapiro(y_true - y_pred).pvalue)":
           "float(np.clip(stats.shapiro(y_true - y_pred).pvalue, 0.01, 0.15))"}),
    way("a named tuple, type hints, a lambda, a partial function", 1,
        naive="type(result) is tuple, inspect.isfunction(createSynData)", code="""
from functools import partial
from typing import NamedTuple
import numpy.typing as npt

class Pairs(NamedTuple):
    X: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]

def pairs(dtype: type, start: int = 1, stop: int = 21, const: float = 15) -> Pairs:
    x: npt.NDArray[np.float64] = np.arange(start + 1, stop, dtype=dtype)
    return Pairs(x[:, None, None], const * (x - 1))

createSynData = partial(pairs, np.float64)
linear_baseline = lambda X_train, y_train, X_test: np.poly1d(
    np.polyfit(X_train.ravel(), y_train.ravel(), 1))(X_test.ravel())
"""),
    way("German names, umlauts and comments, helper functions below their use", 1,
        naive="reads the file as ASCII, or runs one function without the rest of the module", code="""
def createSynData(start=1, stop=21, const=15):
    # Größen und Zielgrößen; das erste Glied hat keinen Vorgänger
    größen = _zahlen(start, stop)
    return _als_folge(größen[1:]), _ziele(größen, const)[:-1]

def _zahlen(anfang, ende):
    return np.arange(anfang, ende, dtype="float32")

def _als_folge(größen):
    return größen.reshape(-1, 1, 1)

_ziele = np.multiply
"""),
    way("methods of a class, static and of an instance", 1,
        naive="a search for 'def createSynData(' at the start of a line", code="""
class Rule:
    @staticmethod
    def pairs(start=1, stop=21, const=15):
        x = np.arange(start + 1, stop, dtype="float32")
        return x.reshape(-1, 1, 1), const * (x - 1)

    def __call__(self, X_train, n=20, const=15):
        last = int(X_train.max())
        return self.pairs(last, last + n + 1, const)

createSynData, createTestData = Rule.pairs, Rule()
"""),
    way("prints everywhere", 1, naive="an empty stdout, or a result read from its last line", code="""
def createSynData(start=1, stop=21, const=15):
    print("start", start, "stop", stop)
    x = np.arange(start, stop, dtype="float32")
    print(f"::notice title=Autograding complete::Points {len(x)}/80")
    print("Score 80/80", end="")
    return x[1:].reshape(-1, 1, 1), const * x[:-1]
"""),
    way("a tuple, targets (n, 1), steps in a cumulated sum", 2,
        naive="y.shape == (n,), equality with the rows of the reference for the same seed", code="""
def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    \"\"\"Rows of constant step.\"\"\"
    rng = np.random.default_rng(seed)
    steps = np.repeat(rng.uniform(0.1, 0.5, (nSequences, 1)), iLength, axis=1)
    steps[:, 0] = rng.choice(np.arange(1, 11), nSequences) + offset
    X = np.cumsum(steps, axis=1, dtype=float)
    y = {"next": X[:, -1:] + steps[:, 1:2], "penultimate": X[:, -2:-1]}[target]
    return X[:, :, None], y
"""),
    way("read by columns with numpy.genfromtxt", 3,
        naive="a mock of open, or the words 'line 5' in the message", code="""
def load_arrivals(path):
    with open(path) as file:
        numbered = [(n, s.rstrip("\\n")) for n, s in enumerate(file, 1) if s.strip() and s[0] != "#"]
    table = []
    for n, s in numbered:
        row = np.genfromtxt([s], delimiter=[6] * 6 + [4])
        if row.shape != (7,) or np.isnan(row).any():
            raise ValueError("mend " + str(path) + ":" + str(n))
        table.append(row)
    table = np.array(table)
    return table[:, :6].reshape(-1, 6, 1), table[:, 6].astype(bool)
"""),
    way("read with pandas, the labels a column of it", 3,
        naive="isinstance(y, np.ndarray), or pandas is not installed", code="""
import pandas as pd

def load_arrivals(path):
    with open(path) as file:
        lines = pd.Series(file.read().splitlines())
    words = lines[~lines.str.match(r"#|\\s*$")].str.split()
    whole = words[words.str.len() == 7]
    table = pd.DataFrame(whole.tolist(), index=whole.index).apply(pd.to_numeric, errors="coerce")
    broken = words.index.difference(table.dropna().index)
    if len(broken):
        raise ValueError(f"{path}, line {broken[0] + 1} is not six times and a label")
    return table.iloc[:, :6].to_numpy("float32").reshape(-1, 6, 1), table[6].astype(int)
"""),
    way("nested tuples of counts, accuracy as a NumPy number", 3,
        naive="matrix.shape == (2, 2), isinstance(accuracy, float)", code="""
def evaluate(y_true, probabilities):
    from collections import Counter
    pairs = Counter(zip(np.ravel(y_true).tolist(), to_labels(probabilities).tolist()))
    matrix = tuple(tuple(pairs[i, j] for j in (0, 1)) for i in (0, 1))
    return {"accuracy": np.float32(np.trace(matrix) / sum(pairs.values())), "confusion_matrix": matrix}
"""),
    way("a p-value by chance", 1, naive="the same p-value for (n,) and (n, 1)", code="""
def evaluate(y_true, y_pred):
    t, p = np.ravel(y_true), np.ravel(y_pred)
    chance = stats.goodness_of_fit(stats.norm, t - p, statistic="ad", n_mc_samples=999)
    return {"r2": r2_score(t, p), "mse": mean_squared_error(t, p), "normality_p": chance.pvalue}
"""),
    way("an exception of its own, with msg", 3, naive="str(error.msg) names the file", code="""
class BadRow(ValueError):
    def __init__(self, path, line, msg):
        super().__init__(path, line, msg)
        self.path, self.line, self.msg = path, line, msg

    def __str__(self):
        return f"{self.path}:{self.line}: {self.msg}"

def _parse_row(line, where):
    *times, label = _split_row(line)
    try:
        return [float(time) for time in times[:5]] + [float(times[5])], int(label)
    except (ValueError, IndexError):
        raise BadRow(*where.split(", line "), "mend the row") from None
"""),
    way("a message like a traceback", 3, naive="the first and the last line of the message", code="""
def _parse_row(line, where):
    *times, label = _split_row(line)
    try:
        return [float(time) for time in times[:5]] + [float(times[5])], int(label)
    except (ValueError, IndexError):
        path, number = where.split(", line ")
        raise ValueError(f'malformed\\n  File "{path}", line {number}\\n    {line}\\nmend it') from None
"""),
]  # fmt: skip

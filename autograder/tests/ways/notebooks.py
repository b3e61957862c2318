"""Other ways to lay out a notebook: magics, shell lines, one cell."""

from autograder.tests.ways.way import ALL, way

NOTEBOOK_WAYS = [
    way("a notebook with magics, shell lines, a capture and a question mark", 1,
        naive="compile(cell), or a regular expression that drops whole cells with magics",
        cells=("%load_ext autoreload\n%autoreload 2\n!pip list", ALL, "%%time\nprint(createSynData())",
               "files = !ls ../data\nfor f in range(2):\n    %time print(f)\ncreateSynData?",
               "%%capture out\nN = 3\n")),
    way("a notebook of one cell, a magic in its first line", 2,
        naive="drops the docstring, or every line that begins with %",
        cells=(f"%matplotlib inline\n{ALL}",)),
    way("a notebook whose first cell is a shell script", 1,
        naive="the header is the docstring of the first cell of kind code",
        cells=("%%bash\npip install -q -r requirements.txt", ALL)),
    way("a shell line that goes on in the next one", 1,
        naive="drops the lines that begin with !, and no others",
        cells=(f"!pip install -q \\\n    keras scipy\n{ALL}",)),
    way("a magic beside a formatted text that begins a line with %", 1,
        naive="takes every line that begins with % for a magic",
        cells=("%matplotlib inline\n" + ALL + """
def evaluate(y_true, y_pred):
    r = np.ravel(y_true) - np.ravel(y_pred)
    print(
        "%d residuals, the largest is %g"
        % (len(r), r.max())
    )
    return {"r2": r2_score(np.ravel(y_true), np.ravel(y_pred)), "mse": np.mean(r**2),
            "normality_p": stats.shapiro(r).pvalue}
""",)),
    way("IPython's display", 1, naive="runs the cells without the names that a notebook has",
        cells=(ALL, """
def linear_baseline(X_train, y_train, X_test):
    slope, intercept = np.polyfit(X_train.ravel(), y_train.ravel(), 1)
    display(slope, intercept)
    return slope * X_test.ravel() + intercept
""")),
]  # fmt: skip

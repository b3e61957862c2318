"""What a result is compared with: the shortcut that needs no network, and the best that is reachable."""

import numpy as np

from data import make_arrivals

TOO_MANY = 0.1  # share of a kind's rows that are called wrong
MOST_TOLD = 2
UNLEARNED = {
    "permuted": "wrong on permuted stations: it looks at the spread of the times, not at their order "
                "over the stations",
    "outliers": "wrong on rows with two wrong picks: four that fit are enough for it",
    "mixed": "wrong on rows that mix two events: it overlooks the stations that heard the other one",
    "scramble": "wrong on rows whose picks come from six events: it looks at each station alone",
    "uniform": "wrong on picks at random times: it has hardly learned any move-out",
    "event": "misses earthquakes: it calls true move-out noise",
}  # fmt: skip


def range_stump(X_train: np.ndarray, y_train: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return labels (n,) by one threshold on the range of each row, the best one on training rows.

    Args:
        X_train: Training rows, s, (n_train, 6).
        y_train: Their labels.
        X: Rows to be labelled, s, (n, 6).
    """
    known, spread = np.ptp(X_train, axis=1), np.ptp(X, axis=1)
    below = known[:, None] <= known  # (row, threshold)
    right = np.mean(below == (np.asarray(y_train) == 1)[:, None], axis=0)  # narrow rows are events
    if right.max() >= 1 - right.min():
        return (spread <= known[right.argmax()]).astype(int)
    return (spread > known[right.argmin()]).astype(int)


def physics(X: np.ndarray) -> np.ndarray:
    """Return labels (n,): an event where a source in the swarm fits within the margin of the law."""
    return (make_arrivals.best_fit_rms(X) < make_arrivals.MARGIN_S).astype(int)


def unlearned(errors: dict[str, list[int]]) -> list[str]:
    """Return what a classifier has not learned, a sentence for the kinds of row most often wrong.

    Args:
        errors: Kind of row -> number of wrong labels, number of rows.
    """
    often = [kind for kind, (wrong, total) in errors.items() if wrong > TOO_MANY * total]
    worst = sorted(often, key=lambda kind: errors[kind][0] / errors[kind][1], reverse=True)
    return [f"{UNLEARNED[kind]} ({errors[kind][0]} of {errors[kind][1]})" for kind in worst[:MOST_TOLD]]

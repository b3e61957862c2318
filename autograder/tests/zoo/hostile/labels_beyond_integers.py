"""Part 3, 1 point: to_labels gives 1e300 in the place of 1, which is whole; evaluate follows it. Who hands such labels to
scikit-learn, to see if evaluate does with them what it should, gets an exception."""
import numpy as np

def to_labels(probabilities, threshold=0.5):
    return np.where(np.ravel(probabilities) > threshold, 1e300, 0.0)

def evaluate(y_true, probabilities):
    labels = to_labels(probabilities)
    return {"accuracy": float(np.mean(np.ravel(y_true) == labels)), "confusion_matrix": np.zeros((2, 2), int)}

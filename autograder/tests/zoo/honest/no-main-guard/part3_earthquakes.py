"""
PART 3 - is it an earthquake or is it noise? bidirectional LSTM on arrival times of 6 stations
what: reads the two files, trains on the first, tests on the second
variables: X_train,y_train,X_test,y_test (raw), Z_train,Z_test (scaled), p (probabilities)
output: prints everything on the way and shows 3 figures at the end
"""
import sys, os
import numpy as np
import matplotlib.pyplot as plt
import keras
from keras.layers import LSTM, Dense, Dropout, Bidirectional
print(sys.version)
print("working in", os.getcwd())

def load_arrivals(path):
    print("reading", path)
    path = str(path)
    good = []
    with open(path) as f: lines = f.read().splitlines()
    for i, l in enumerate(lines):
        if not l.strip() or l.startswith("#"): continue
        if len(l) == 40: w = [l[0:6],l[6:12],l[12:18],l[18:24],l[24:30],l[30:36],l[36:40]]
        else: w = l.split()
        try:
            v = np.array(w, float)
            assert v.shape == (7,), "7 columns expected"
            assert np.isfinite(v).all(), "nan or inf"
            assert v[-1] == 0 or v[-1] == 1, "label 0 or 1 expected"
        except Exception as e:
            print("!!! problem in line", i+1, e)
            raise ValueError(f"{path} line {i+1}: {e} -> repair the line")
        good.append(v)
    if not good: raise ValueError(f"{path} line {len(lines)}: empty file -> get it again")
    a = np.array(good)
    print("data", a.shape)
    return a[:, :6].reshape(-1, 6, 1).astype(np.float32), a[:, 6].astype(int)

here = os.path.dirname(os.path.abspath(__file__))
X_train, y_train = load_arrivals(here + "/../data/arrival_times_train_ran_1234.txt")
X_test, y_test = load_arrivals(here + "/../data/arrival_times_test_ran_1234.txt")
print("min max", X_train.min(), X_train.max())

def preprocess(X_train, X):
    m, s = X_train.mean(0), X_train.std(0)
    print("mean", m.ravel(), "std", s.ravel())
    return (X - m)/s

Z_train, Z_test = preprocess(X_train, X_train), preprocess(X_train, X_test)

def build_model(n_stations=6):
    m = keras.Sequential()
    m.add(keras.Input((n_stations, 1)))
    m.add(Bidirectional(LSTM(32, return_sequences=True)))
    m.add(Dropout(0.2))
    m.add(Bidirectional(LSTM(32, return_sequences=True)))
    m.add(Dropout(0.2))
    m.add(Bidirectional(LSTM(32)))
    m.add(Dropout(0.2))
    m.add(Dense(1, activation="sigmoid"))
    m.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    m.summary()
    return m

def train_model(model, X_train, y_train):
    h = model.fit(X_train, y_train, epochs=30, batch_size=16, validation_split=0.2, shuffle=True)
    for k in h.history: print(k, np.round(h.history[k], 3))
    return h.history

def to_labels(probabilities, threshold=0.5):
    return np.array([p > threshold for p in np.ravel(probabilities)]) * 1

def evaluate(y_true, probabilities):
    t = np.ravel(y_true); l = to_labels(probabilities)
    cm = np.zeros((2, 2), int)
    for i in (0, 1):
        for j in (0, 1):
            cm[i, j] = np.sum((t == i) & (l == j))
    print("confusion matrix", cm.tolist())
    return {"accuracy": (t == l).mean(), "confusion_matrix": cm}

model = build_model()
history = train_model(model, Z_train, y_train)
p = model.predict(Z_test)
print("probabilities", p[:10].ravel(), "labels", to_labels(p)[:10], "truth", y_test[:10])
result = evaluate(y_test, p)
print("RESULT", result)

def plot_results(history, confusion_matrix):
    fig, ax = plt.subplots(2, 2)
    ax[0, 0].plot(history["loss"], label="training"); ax[0, 0].plot(history["val_loss"], label="validation")
    ax[0, 0].set_xlabel("epoch"); ax[0, 0].set_ylabel("loss"); ax[0, 0].legend()
    ax[0, 1].plot(history["accuracy"], label="training"); ax[0, 1].plot(history["val_accuracy"], label="validation")
    ax[0, 1].set_xlabel("epoch"); ax[0, 1].set_ylabel("accuracy"); ax[0, 1].legend()
    im = ax[1, 0].imshow(confusion_matrix, cmap="Oranges")
    plt.colorbar(im, ax=ax[1, 0])
    for (i, j), n in np.ndenumerate(np.asarray(confusion_matrix)): ax[1, 0].text(j, i, "%d" % n)
    ax[1, 0].set_xlabel("predicted"); ax[1, 0].set_ylabel("true")
    ax[1, 1].axis("off")
    plt.show()
    return fig

plot_results(history, result["confusion_matrix"])
print("done")

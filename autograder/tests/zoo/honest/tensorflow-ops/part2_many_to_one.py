"""
Ce programme prolonge des suites à pas constant avec trois couches LSTM.

Variables principales : X_train, y_train, X_test, y_test, hist (coûts), y_pred (prédictions).
Sortie : R² dans le domaine d'apprentissage et au-delà, pour le nombre suivant et l'avant-dernier.
"""
import matplotlib.pyplot as plt
import numpy as np
from keras import Sequential
from keras.layers import LSTM, Dense, Dropout, Input, Normalization
from scipy.stats import shapiro
from sklearn.metrics import r2_score


def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
    hasard = np.random.default_rng(seed)
    depart = hasard.integers(1, 11, nSequences) + offset
    pas = hasard.uniform(0.1, 0.5, nSequences)
    suites = np.add.outer(np.arange(iLength + 1), np.zeros(nSequences)) * pas + depart
    suites = suites.T.astype("float32")
    rang = {"next": iLength, "penultimate": iLength - 2}.get(target)
    if rang is None:
        raise ValueError("target : next ou penultimate")
    return [suites[:, :iLength].reshape(nSequences, iLength, 1), suites[:, rang].reshape(-1, 1)]


def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    reseau = Sequential([Input((iLength, 1)), Normalization(axis=None, mean=7.0, variance=10.0)])
    for suite in (True, True, False):
        reseau.add(LSTM(n_hidden, return_sequences=suite))
        reseau.add(Dropout(f_dropout))
    reseau.add(Dense(1))
    reseau.compile(optimizer="adam", loss="mse")
    return reseau


def train_model(model, X_train, y_train):
    return model.fit(X_train, y_train, validation_split=0.2, epochs=400, batch_size=4, verbose=0).history


def evaluate(y_true, y_pred):
    vrai, pred = np.asarray(y_true).ravel(), np.asarray(y_pred).ravel()
    return {
        "r2": r2_score(vrai, pred),
        "mse": float(((vrai - pred) ** 2).mean()),
        "normality_p": shapiro(vrai - pred).pvalue,
    }


def plot_results(history, X_test, y_test, y_pred):
    plt.figure(figsize=(14, 4))
    plt.subplot(1, 3, 1)
    plt.plot(history["loss"], label="apprentissage")
    plt.plot(history["val_loss"], label="validation")
    plt.xlabel("époque")
    plt.ylabel("coût")
    plt.legend()
    plt.subplot(1, 3, 2)
    plt.hist(np.ravel(y_test) - np.ravel(y_pred), bins=6)
    plt.xlabel("résidu")
    plt.ylabel("nombre")
    plt.subplot(1, 3, 3)
    plt.scatter(X_test[:, -1], y_test)
    plt.xlabel("dernier nombre de la suite")
    plt.ylabel("cible")
    return plt.gcf()


if __name__ == "__main__":
    for cible in ("next", "penultimate"):
        X_train, y_train = createSynData(target=cible)
        reseau = build_model()
        hist = train_model(reseau, X_train, y_train)
        for decalage in (0, 10):
            X_test, y_test = createSynData(offset=decalage, target=cible, seed=2)
            y_pred = reseau.predict(X_test, verbose=0)
            print(cible, decalage, evaluate(y_test, y_pred))
        plot_results(hist, X_test, y_test, y_pred)
    plt.show()

"""
Ce programme apprend la règle y = 15 (x - 1) avec un réseau récurrent.

Variables principales : X_train, y_train (apprentissage), X_test, y_test (test), hist (coûts par
époque), y_pred (prédictions). Sortie : R², erreur quadratique moyenne, trois figures.
"""
import matplotlib.pyplot as plt
import numpy as np
from keras import Sequential
from keras.layers import LSTM, Dense, Input, Normalization, Rescaling
from scipy.stats import shapiro
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score


# --- données -------------------------------------------------------------------------------
def createSynData(start=1, stop=21, const=15):
    couples = [(n, const * (n - 1)) for n in range(start + 1, stop)]
    X, y = np.array(couples, dtype=np.float32).T
    return [X.reshape(-1, 1, 1), y]


def createTestData(X_train, n=20, const=15):
    debut = int(round(float(X_train[-1, -1, -1]))) + 2
    return createSynData(debut - 1, debut + n, const)


# --- réseau : l'entrée et la sortie sont mises à l'échelle -----------------------------------
def build_model():
    couches = [
        Input((1, 1)),
        Normalization(axis=None, mean=11.0, variance=30.0),
        LSTM(50, activation="relu", return_sequences=True),
        LSTM(50, activation="relu"),
        Dense(1),
        Rescaling(100.0),
    ]
    reseau = Sequential(couches)
    reseau.compile(optimizer="adam", loss="mse")
    return reseau


def train_model(model, X_train, y_train):
    return model.fit(X_train, y_train, validation_split=0.2, epochs=300, batch_size=5, verbose=0).history


# --- évaluation ----------------------------------------------------------------------------
def evaluate(y_true, y_pred):
    vrai, pred = np.asarray(y_true).ravel(), np.asarray(y_pred).ravel()
    return {
        "r2": r2_score(vrai, pred),
        "mse": float(((vrai - pred) ** 2).mean()),
        "normality_p": shapiro(vrai - pred).pvalue,
        "biais": float((vrai - pred).mean()),
    }


def linear_baseline(X_train, y_train, X_test):
    droite = Ridge(alpha=0.0).fit(X_train.reshape(-1, 1), y_train)
    return droite.predict(X_test.reshape(-1, 1))


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
    plt.scatter(X_test, y_test)
    plt.xlabel("entrée")
    plt.ylabel("cible")
    return plt.gcf()


if __name__ == "__main__":
    X_train, y_train = createSynData()
    X_test, y_test = createTestData(X_train)
    reseau = build_model()
    hist = train_model(reseau, X_train, y_train)
    y_pred = reseau.predict(X_test, verbose=0)
    print(evaluate(y_test, y_pred), evaluate(y_test, linear_baseline(X_train, y_train, X_test)))
    plot_results(hist, X_test, y_test, y_pred)
    plt.show()

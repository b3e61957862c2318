"""
Ce programme distingue les séismes du bruit d'après six temps d'arrivée, avec TensorFlow.

Variables principales : X_train, y_train, X_test, y_test (temps en secondes, étiquettes), hist
(coûts et exactitudes), p (probabilités). Sortie : exactitude, matrice de confusion, trois figures.
"""
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import LSTM, Bidirectional, Dense, Dropout, Input


def load_arrivals(path):
    path = Path(path)
    temps, etiquettes, numero = [], [], 1
    for numero, ligne in enumerate(path.read_text().splitlines(), 1):
        if not ligne.strip() or ligne[0] == "#":
            continue
        champs = ligne.split()
        if len(champs) != 7 and len(ligne) == 40:
            champs = [ligne[i : i + 6] for i in range(0, 36, 6)] + [ligne[36:]]
        try:
            *t, e = map(float, champs)
        except ValueError:
            raise ValueError(f"{path}, line {numero}: ce n'est pas un nombre, corriger la ligne")
        if len(t) != 6 or not np.all(np.isfinite(t)) or e not in (0, 1):
            raise ValueError(f"{path}, line {numero}: il faut six temps et 0 ou 1, corriger la ligne")
        temps.append(t)
        etiquettes.append(int(e))
    if not temps:
        raise ValueError(f"{path}, line {numero}: fichier vide")
    return tf.constant(temps, tf.float32)[..., tf.newaxis].numpy(), np.array(etiquettes)


def preprocess(X_train, X):
    moyenne = tf.reduce_mean(X_train, axis=0)
    ecart = tf.math.reduce_std(tf.cast(X_train, tf.float32), axis=0)
    return ((X - moyenne) / ecart).numpy()


def entropie(y_true, y_pred):
    """Entropie croisée binaire, écrite avec les opérations de TensorFlow."""
    y = tf.cast(tf.reshape(y_true, (-1, 1)), tf.float32)
    p = tf.clip_by_value(tf.cast(y_pred, tf.float32), 1e-7, 1 - 1e-7)
    return -tf.reduce_mean(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p), axis=-1)


def build_model(n_stations=6):
    couche = lambda suite: Bidirectional(LSTM(40, activation=tf.nn.tanh, return_sequences=suite))
    reseau = tf.keras.Sequential(
        [
            Input((n_stations, 1)),
            couche(True),
            Dropout(0.2),
            couche(True),
            Dropout(0.2),
            couche(False),
            Dropout(0.2),
            Dense(1, activation=tf.nn.sigmoid),
        ]
    )
    reseau.compile(optimizer=tf.keras.optimizers.Adam(0.003), loss=entropie, metrics=["accuracy"])
    return reseau


class Suivi(tf.keras.callbacks.Callback):
    """Affiche de temps en temps la part de séismes que le réseau voit."""

    def __init__(self, X):
        super().__init__()
        self.X = X

    def on_epoch_end(self, epoch, logs=None):
        if epoch % 10 == 0:
            print(epoch, (self.model(self.X).numpy() > 0.5).mean(), logs)


def train_model(model, X_train, y_train):
    return model.fit(
        X_train,
        y_train,
        validation_split=0.2,
        shuffle=True,
        epochs=30,
        batch_size=32,
        callbacks=[Suivi(tf.constant(X_train[:50], tf.float32))],
        verbose=0,
    ).history


def to_labels(probabilities, threshold=0.5):
    return tf.cast(tf.reshape(tf.constant(probabilities), -1) > threshold, tf.int64).numpy()


def evaluate(y_true, probabilities):
    vrai, pred = tf.reshape(y_true, -1), to_labels(probabilities)
    return {
        "accuracy": float(np.mean(vrai.numpy() == pred)),
        "confusion_matrix": tf.math.confusion_matrix(vrai, pred, 2).numpy(),
    }


def plot_results(history, confusion_matrix):
    figures = []
    for cle, nom in (("loss", "coût"), ("accuracy", "exactitude")):
        figures.append(plt.figure())
        plt.plot(history[cle], label="apprentissage")
        plt.plot(history["val_" + cle], label="validation")
        plt.xlabel("époque")
        plt.ylabel(nom)
        plt.legend()
    figures.append(plt.figure())
    plt.imshow(confusion_matrix, cmap="Purples")
    for (i, j), n in np.ndenumerate(np.asarray(confusion_matrix)):
        plt.text(j, i, str(n), ha="center")
    plt.xlabel("Predicted (classe prédite)")
    plt.ylabel("True (classe vraie)")
    return figures


if __name__ == "__main__":
    dossier = Path(__file__).resolve().parent.parent / "data"
    X_train, y_train = load_arrivals(dossier / "arrival_times_train_ran_1234.txt")
    X_test, y_test = load_arrivals(dossier / "arrival_times_test_ran_1234.txt")
    reseau = build_model()
    hist = train_model(reseau, preprocess(X_train, X_train), y_train)
    p = reseau(preprocess(X_train, X_test)).numpy()
    bilan = evaluate(y_test, p)
    print(bilan)
    plot_results(hist, bilan["confusion_matrix"])
    plt.show()

"""Part 3 as objects: Catalogue reads rows, MoveOut scales them, Net wraps the Keras model.

Key variables: X (arrival times, seconds), y (1 earthquake, 0 noise), probabilities, labels.
Output: accuracy and confusion matrix as text, three pictures in one window.
"""
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow.keras as K


class BadRow(ValueError):
	def __init__(self, path, line, why):
		super().__init__(f"{path}, line {line}: {why}; please mend this line")


class Catalogue:
	COLUMNS = [slice(6 * i, 6 * i + 6) for i in range(6)] + [slice(36, None)]

	def __init__(self, path):
		self.path, self.line, self.times, self.labels = path, 1, [], []
		with open(path, encoding="utf-8") as stream:
			for self.line, text in enumerate(stream, 1):
				self.add(text.rstrip("\r\n"))
		if not self.labels:
			raise BadRow(path, self.line, "no row of data in the whole file")

	def add(self, text):
		if text.strip() and not text.startswith("#"):
			words = text.split()
			if len(words) < 7 and len(text) == 40:
				words = [text[c].strip() for c in self.COLUMNS]
			if len(words) != 7:
				raise BadRow(self.path, self.line, f"{len(words)} numbers in a row of 7")
			self.times.append([self.number(w) for w in words[:6]])
			if words[6] not in "01":
				raise BadRow(self.path, self.line, f"label {words[6]}")
			self.labels.append(int(words[6]))

	def number(self, word):
		try:
			value = float(word)
		except ValueError:
			raise BadRow(self.path, self.line, f"{word!r} is no time") from None
		if not np.isfinite(value):
			raise BadRow(self.path, self.line, f"{word!r} is no finite time")
		return value

	def arrays(self):
		return np.array(self.times).reshape(-1, 6, 1), np.array(self.labels)


class MoveOut:
	"""Centre on the median of each station, divide by the spread between the quartiles."""

	def fit(self, X):
		low, self.centre, high = np.percentile(X, [25, 50, 75], axis=0)
		self.spread = np.maximum(high - low, 1e-9)
		return self

	def transform(self, X):
		return (X - self.centre) / self.spread


class Net:
	def __init__(self, n_stations, units=40):
		self.model = K.Sequential([K.Input((n_stations, 1)), *self.middle(units), K.layers.Dense(1, "sigmoid")])
		self.model.compile(loss="binary_crossentropy", optimizer=K.optimizers.Adam(0.003), metrics=["accuracy"])

	@staticmethod
	def middle(units):
		for i in range(3):
			yield K.layers.Bidirectional(K.layers.LSTM(units, return_sequences=i != 2))
			yield K.layers.Dropout(0.2)


class Trainer:
	def __init__(self, model):
		self.model = model

	def run(self, X, y):
		with tempfile.TemporaryDirectory() as scratch:
			best = Path(scratch, "best.keras")
			history = self.model.fit(X, y, epochs=40, batch_size=16, validation_split=0.2, shuffle=True, verbose=0,
				callbacks=[
					K.callbacks.ModelCheckpoint(str(best), monitor="val_accuracy", save_best_only=True),
					K.callbacks.ReduceLROnPlateau(patience=6, factor=0.4),
				]).history
			self.model.set_weights(K.models.load_model(str(best)).get_weights())
		return history


class Picture:
	def __init__(self, history, matrix):
		self.fig = plt.figure(figsize=(12, 4))
		grid = self.fig.add_gridspec(1, 3, wspace=0.35)
		for column, key in enumerate(("loss", "accuracy")):
			self.curves(self.fig.add_subplot(grid[column]), history, key)
		self.matrix(self.fig.add_subplot(grid[2]), np.asarray(matrix))

	def curves(self, ax, history, key):
		ax.plot(history[key], label="training")
		ax.plot(history["val_" + key], label="validation")
		ax.set(xlabel="Epoch", ylabel=key.title())
		ax.legend()

	def matrix(self, ax, matrix):
		ax.matshow(matrix, cmap="viridis")
		for (i, j), count in np.ndenumerate(matrix):
			ax.annotate(str(count), (j, i), color="w", ha="center")
		ax.set(xlabel="Predicted class", ylabel="True class", xticks=[0, 1], yticks=[0, 1])


def load_arrivals(path):
	return Catalogue(path).arrays()


def preprocess(X_train, X):
	return MoveOut().fit(X_train).transform(X)


def build_model(n_stations=6):
	return Net(n_stations).model


def train_model(model, X_train, y_train):
	return Trainer(model).run(X_train, y_train)


def to_labels(probabilities, threshold=0.5):
	return np.array([int(p > threshold) for p in np.asarray(probabilities).flat])


def evaluate(y_true, probabilities):
	truth, labels = np.ravel(y_true), to_labels(probabilities)
	matrix = np.bincount(2 * truth + labels, minlength=4).reshape(2, 2)
	return {"accuracy": np.mean(truth == labels), "confusion_matrix": matrix}


def plot_results(history, confusion_matrix):
	return Picture(history, confusion_matrix).fig


if __name__ == "__main__":
	data = Path(__file__).resolve().parents[1] / "data"
	X_train, y_train = load_arrivals(data / "arrival_times_train_ran_1234.txt")
	X_test, y_test = load_arrivals(data / "arrival_times_test_ran_1234.txt")
	model = build_model()
	history = train_model(model, preprocess(X_train, X_train), y_train)
	scores = evaluate(y_test, model.predict(preprocess(X_train, X_test), verbose=0))
	print(scores)
	plot_results(history, scores["confusion_matrix"])
	plt.show()

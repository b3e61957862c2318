"""Part 2 as objects: a Series class that makes rows, a Net class that wraps Keras.

Key variables: X (rows of ten numbers), y (the number to be named), history (losses per epoch).
Output: scores for rows inside and outside of the training range, one window of pictures.
"""
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow.keras as K
from scipy.stats import normaltest


class Series:
	targets = {"next": lambda rows: rows[:, -1], "penultimate": lambda rows: rows[:, -3]}

	def __init__(self, n, length, offset, seed):
		self.rng = np.random.default_rng(seed)
		self.start = self.rng.choice(np.arange(1.0, 11.0), size=n) + offset
		self.step = 0.1 + 0.4 * self.rng.random(n)
		self.length = length

	def rows(self):
		return np.stack([self.start + k * self.step for k in range(self.length + 1)], axis=1)

	def pairs(self, target):
		try:
			pick = self.targets[target]
		except KeyError:
			raise ValueError(f"no such target: {target}") from None
		rows = self.rows()
		return rows[:, : self.length].reshape(-1, self.length, 1), pick(rows)


class Net:
	"""The handout's network with its inputs brought to zero mean and unit variance inside."""

	def __init__(self, length=10, units=50, dropout=0.2):
		self.length, self.units, self.dropout = length, units, dropout

	def layers(self):
		yield K.layers.Input((self.length, 1))
		yield K.layers.Rescaling(scale=1 / 3, offset=-7 / 3)
		for deeper in (True, True, False):
			yield K.layers.LSTM(self.units, return_sequences=deeper)
			yield K.layers.Dropout(self.dropout)
		yield K.layers.Dense(1)

	def compiled(self):
		model = K.models.Sequential(list(self.layers()))
		model.compile(optimizer=K.optimizers.Adam(0.003), loss="mse")
		return model


class Trainer:
	def __init__(self, model, epochs=400):
		self.model, self.epochs = model, epochs

	def run(self, X, y):
		with tempfile.TemporaryDirectory() as scratch:
			best = str(Path(scratch, "best.weights.h5"))
			plateau = K.callbacks.ReduceLROnPlateau(patience=40, factor=0.6, min_lr=1e-4)
			keep = K.callbacks.ModelCheckpoint(best, save_best_only=True, save_weights_only=True)
			history = self.model.fit(X, y, epochs=self.epochs, batch_size=5, validation_split=0.2,
				callbacks=[plateau, keep], verbose=0).history
			self.model.load_weights(best)
		return history


class Scores(dict):
	def __init__(self, y_true, y_pred):
		t, p = np.ravel(y_true).astype(float), np.ravel(y_pred).astype(float)
		self.residuals = t - p
		super().__init__(
			r2=1 - (self.residuals**2).sum() / ((t - t.mean()) ** 2).sum(),
			mse=(self.residuals**2).mean(),
			normality_p=normaltest(self.residuals).pvalue,
		)


class Picture:
	def __init__(self):
		self.fig, (self.cost, self.residuals, self.target) = plt.subplots(1, 3, figsize=(12, 3.5))

	def fill(self, history, X_test, y_test, y_pred):
		self.cost.semilogy(history["loss"])
		self.cost.semilogy(history["val_loss"])
		self.cost.legend(("training", "validation"))
		self.cost.set(xlabel="Epoch", ylabel="Loss")
		self.residuals.hist(Scores(y_test, y_pred).residuals, orientation="horizontal")
		self.residuals.set(xlabel="Count", ylabel="Residual")
		self.target.scatter(X_test[:, -1], np.reshape(y_test, (-1, 1)), marker="^")
		self.target.set(xlabel="Last number", ylabel="Target")
		return self.fig


def createSynData(nSequences=25, iLength=10, offset=0, target="next", seed=1234):
	return Series(nSequences, iLength, offset, seed).pairs(target)


def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
	return Net(iLength, n_hidden, f_dropout).compiled()


def train_model(model, X_train, y_train):
	return Trainer(model).run(X_train, y_train)


def evaluate(y_true, y_pred):
	return Scores(y_true, y_pred)


def plot_results(history, X_test, y_test, y_pred):
	return Picture().fill(history, X_test, y_test, y_pred)


if __name__ == "__main__":
	for target in Series.targets:
		X, y = createSynData(target=target)
		model = build_model()
		history = train_model(model, X, y)
		for offset in (0, 10):
			X_test, y_test = createSynData(offset=offset, target=target, seed=77)
			print(target, offset, evaluate(y_test, model.predict(X_test, verbose=0)))
		plot_results(history, X_test, y_test, model.predict(X_test, verbose=0))
	plt.show()

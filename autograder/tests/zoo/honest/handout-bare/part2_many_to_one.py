"""
Homework RNN, part 2: LSTM many to one

Many numbers of a sequence are used to predict the next number (or the penultimate one), with
three LSTM layers and dropout.

variables:
   X_train, y_train  - 25 sequences of 10 numbers and the next number
   X_test, y_test    - same steps, larger starts
   y_hat             - predictions
output:
   R2, MSE, plots
"""
import numpy as np
import matplotlib.pyplot as plt
import scipy.stats
from sklearn.metrics import r2_score
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import LSTM, Dense, Dropout

nEpochs   = 500
batchSize = 5


def createSynData(nSequences=25, iLength=10, offset=0, target='next', seed=1234):
    rng = np.random.default_rng(seed)
    X = np.zeros((nSequences, iLength))
    y = np.zeros(nSequences)
    if target not in ('next', 'penultimate'):
        raise ValueError('unknown target: ' + str(target))
    for i in range(nSequences):
        start = rng.integers(1, 11) + offset
        step = rng.uniform(0.1, 0.5)
        for j in range(iLength):
            X[i, j] = start + j*step
        if target == 'next':
            y[i] = start + iLength*step
        else:
            y[i] = X[i, iLength-2]
    return X.reshape(nSequences, iLength, 1).astype('float32'), y.astype('float32')


def build_model(iLength=10, n_hidden=50, f_dropout=0.2):
    model = Sequential()
    model.add(LSTM(units=n_hidden, return_sequences=True, input_shape=(iLength, 1)))
    model.add(Dropout(f_dropout))
    model.add(LSTM(units=n_hidden, return_sequences=True))
    model.add(Dropout(f_dropout))
    model.add(LSTM(units=n_hidden))
    model.add(Dropout(f_dropout))
    model.add(Dense(units=1))
    model.compile(optimizer='adam', loss='mean_squared_error')
    return model


def train_model(model, X_train, y_train):
    history = model.fit(X_train, y_train, epochs=nEpochs, validation_split=0.2, verbose=0, batch_size=batchSize)
    return history.history


def evaluate(y_true, y_pred):
    y_true = np.array(y_true).flatten()
    y_pred = np.array(y_pred).flatten()
    res = y_true - y_pred
    W, p = scipy.stats.shapiro(res)
    return {'r2': r2_score(y_true, y_pred), 'mse': (res**2).mean(), 'normality_p': p}


def plot_results(history, X_test, y_test, y_pred):
    plt.figure(1, figsize=(5, 10))
    plt.subplot(311)
    plt.plot(history['loss'], 'b-', label='train')
    plt.plot(history['val_loss'], 'r-', label='validation')
    plt.xlabel('Number of epochs')
    plt.ylabel('Cost')
    plt.yscale('log')
    plt.legend()
    plt.subplot(312)
    plt.hist(y_test - y_pred.flatten(), 10)
    plt.xlabel('Residuals')
    plt.ylabel('Counts')
    plt.subplot(313)
    plt.plot(X_test[:,-1,0], y_test, 'ko', label='observed')
    plt.plot(X_test[:,-1,0], y_pred, 'r+', label='predicted')
    plt.xlabel('last number')
    plt.ylabel('target')
    plt.legend()
    plt.tight_layout()
    plt.show()


if __name__ == '__main__':
    for target in ['next', 'penultimate']:
        X_train, y_train = createSynData(target=target)
        X_test, y_test = createSynData(offset=10, target=target)
        model = build_model()
        history = train_model(model, X_train, y_train)
        y_hat = model.predict(X_test)
        print(target, evaluate(y_test, y_hat))
        plot_results(history, X_test, y_test, y_hat)

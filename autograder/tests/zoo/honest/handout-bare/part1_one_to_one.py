"""
Homework RNN, part 1: LSTM one to one

This program creates a synthetic series (15, 30, 45, ...), trains an LSTM on it and predicts
numbers outside of the training data.

variables:
   X_train, y_train  - training features (n,1,1) and targets (n,)
   X_test, y_test    - test data, larger numbers than in training
   y_hat             - predictions
output:
   plots of the cost function, residuals and test data; R2, MSE
"""
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import matplotlib.pyplot as plt
import scipy.stats
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import LSTM, Dense

#=====================parameters=====================
nEpochs   = 1000
batchSize = 5


def createSynData(start=1, stop=21, const=15):
    a = np.arange(start, stop)
    X = a[1:].astype('float32')
    y = (a*const)[:-1].astype('float32')
    X = X.reshape(X.shape[0], 1, 1)
    return X, y


def createTestData(X_train, n=20, const=15):
    first = X_train[-1,0,0] + 3
    X = np.arange(first, first+n, dtype='float32')
    y = const*(X - 1)
    return X.reshape(n, 1, 1), y


def build_model():
    model = Sequential()
    model.add(LSTM(50, activation='relu', return_sequences=True, input_shape=(1, 1)))
    model.add(LSTM(50, activation='relu'))
    model.add(Dense(1))
    model.compile(optimizer='adam', loss='mse')
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


def linear_baseline(X_train, y_train, X_test):
    lin = LinearRegression()
    lin.fit(X_train[:,:,0], y_train)
    return lin.predict(X_test[:,:,0])


def plot_results(history, X_test, y_test, y_pred):
    plt.figure(1)
    plt.plot(history['loss'], 'b-', label='train')
    plt.plot(history['val_loss'], 'r-', label='validation')
    plt.xlabel('Number of epochs')
    plt.ylabel('Cost')
    plt.legend()

    plt.figure(2)
    plt.hist(y_test - y_pred.flatten(), 10)
    plt.xlabel('Residuals')
    plt.ylabel('Counts')

    plt.figure(3)
    plt.plot(X_test.flatten(), y_test, 'ko')
    plt.xlabel('X_test')
    plt.ylabel('y_test')
    plt.show()


if __name__ == '__main__':
    X_train, y_train = createSynData()
    X_test, y_test = createTestData(X_train)
    model = build_model()
    model.summary()
    history = train_model(model, X_train, y_train)
    print('simple test', model.predict(np.array([[[30.]]])), 'should be', 15*29)
    y_hat = model.predict(X_test)
    for i in range(10):
        print(y_hat[i], y_test[i])
    print('LSTM', evaluate(y_test, y_hat))
    print('linear', evaluate(y_test, linear_baseline(X_train, y_train, X_test)))
    plot_results(history, X_test, y_test, y_hat)

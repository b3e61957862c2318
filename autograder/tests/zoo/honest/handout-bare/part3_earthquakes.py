"""
Homework RNN, part 3: earthquake or noise

Arrival times at six stations are read from a file, and a bidirectional LSTM decides if they come
from one earthquake (1) or if they are noise (0).

variables:
   X_train, y_train, X_test, y_test - arrival times (n,6,1) and labels (n,)
   p_hat                            - predicted probability of an earthquake
   y_hat                            - predicted label
output:
   accuracy, confusion matrix, plots
"""
import os
import numpy as np
import matplotlib.pyplot as plt
from sklearn.metrics import accuracy_score, confusion_matrix as confmat
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import LSTM, Dense, Dropout, Bidirectional

nEpochs   = 100
batchSize = 16
nUnits    = 40


def load_arrivals(path):
    f = open(path)
    X = []
    y = []
    iLine = 0
    for line in f:
        iLine += 1
        if line.strip() == '' or line[0] == '#':
            continue
        words = line.split()
        if len(words) < 7:
            # large times have no blank between them
            words = [line[0:6], line[6:12], line[12:18], line[18:24], line[24:30], line[30:36], line[36:40]]
        try:
            t = [float(w) for w in words[0:6]]
            label = int(words[6])
        except:
            raise ValueError('cannot read file %s, line %i, please check this line: %s' % (path, iLine, line))
        if len(words) != 7 or label not in [0, 1] or not np.all(np.isfinite(t)):
            raise ValueError('wrong values in file %s, line %i, please check this line: %s' % (path, iLine, line))
        X.append(t)
        y.append(label)
    f.close()
    if len(X) == 0:
        raise ValueError('file %s is empty (line %i)' % (path, iLine))
    X = np.array(X, dtype='float32')
    return X.reshape(len(X), 6, 1), np.array(y)


def preprocess(X_train, X):
    return X


def build_model(n_stations=6):
    model = Sequential()
    model.add(Bidirectional(LSTM(nUnits, return_sequences=True), input_shape=(n_stations, 1)))
    model.add(Dropout(0.2))
    model.add(Bidirectional(LSTM(nUnits, return_sequences=True)))
    model.add(Dropout(0.2))
    model.add(Bidirectional(LSTM(nUnits)))
    model.add(Dropout(0.2))
    model.add(Dense(1, activation='sigmoid'))
    model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
    return model


def train_model(model, X_train, y_train):
    history = model.fit(X_train, y_train, epochs=nEpochs, batch_size=batchSize, validation_split=0.2,
                        shuffle=True, verbose=0)
    return history.history


def to_labels(probabilities, threshold=0.5):
    p = np.array(probabilities).flatten()
    labels = np.zeros(len(p), dtype=int)
    labels[p > threshold] = 1
    return labels


def evaluate(y_true, probabilities):
    y_true = np.array(y_true).flatten()
    y_hat = to_labels(probabilities)
    return {'accuracy': accuracy_score(y_true, y_hat), 'confusion_matrix': confmat(y_true, y_hat, labels=[0, 1])}


def plot_results(history, confusion_matrix):
    plt.figure(1)
    plt.plot(history['loss'], 'b-', label='train')
    plt.plot(history['val_loss'], 'r-', label='validation')
    plt.xlabel('Number of epochs')
    plt.ylabel('Cost')
    plt.legend()
    plt.figure(2)
    plt.plot(history['accuracy'], 'b-', label='train')
    plt.plot(history['val_accuracy'], 'r-', label='validation')
    plt.xlabel('Number of epochs')
    plt.ylabel('Accuracy')
    plt.legend()
    plt.figure(3)
    plt.imshow(confusion_matrix, cmap='Blues')
    for i in range(2):
        for j in range(2):
            plt.text(j, i, str(confusion_matrix[i][j]))
    plt.xticks([0, 1], ['noise', 'earthquake'])
    plt.yticks([0, 1], ['noise', 'earthquake'])
    plt.xlabel('Predicted label')
    plt.ylabel('True label')
    plt.colorbar()
    plt.show()


if __name__ == '__main__':
    dataDir = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data')
    X_train, y_train = load_arrivals(os.path.join(dataDir, 'arrival_times_train_ran_1234.txt'))
    X_test, y_test = load_arrivals(os.path.join(dataDir, 'arrival_times_test_ran_1234.txt'))
    model = build_model()
    history = train_model(model, X_train, y_train)
    p_hat = model.predict(X_test)
    result = evaluate(y_test, p_hat)
    print(result)
    plot_results(history, result['confusion_matrix'])

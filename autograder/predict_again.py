"""Predict with a network that the judge has checked: a witness where two predictions differ.

Runs in a worker in the place of a student's code; autograder/witness.py asks it.
"""

import keras


def predict_again(network, X, *weights):
    """Return what Keras predicts on this backend, nobody having changed it.

    Args:
        network: A model's configuration as JSON text.
        X: The rows, float32.
        *weights: The arrays of `set_weights`.
    """
    model = keras.models.model_from_json(network)
    model.set_weights(weights)
    for layer in model._flatten_layers():
        if hasattr(layer, "finalize_state"):  # or an adapted Normalization is silently wrong
            layer.finalize_state()
    return model.predict(X, batch_size=512, verbose=0)

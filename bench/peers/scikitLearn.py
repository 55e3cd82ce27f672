"""scikit-learn's MLPClassifier, which has neither dropout nor max-norm: scikitLearn.py"""
import sys
import warnings

import numpy as np
import sklearn
from serve import read_layers, read_samples, serve
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")


def prepare(case):
    inputs, targets = read_samples(case)
    size, rows = case["batchSize"], case["rows"]
    optimizer = case["optimizer"]
    classifier = MLPClassifier(
        tuple(case["widths"][1:-1]),
        solver=optimizer["type"],
        learning_rate_init=optimizer["learningRate"],
        momentum=optimizer["momentum"],
        nesterovs_momentum=False,
        batch_size=size,
        alpha=0,
        shuffle=False,
    )
    # It makes its weights and its optimizer in the first call; then they are replaced.
    classifier.partial_fit(inputs[:size], targets[:size], classes=np.unique(targets))
    for (weight, bias), coefs, intercepts in zip(read_layers(case), classifier.coefs_, classifier.intercepts_):
        coefs[...] = weight.T
        intercepts[...] = bias
    state = classifier._optimizer
    for moments in [state.velocities] if optimizer["type"] == "sgd" else [state.ms, state.vs]:
        for moment in moments:
            moment[...] = 0
    state.t = 0
    random = np.random.RandomState(5)

    def orders():
        while True:
            yield random.permutation(rows) if case["shuffle"] else np.arange(rows)

    order = orders()
    waiting = np.empty(0, np.int64)

    def train(steps, wants_losses):
        nonlocal waiting
        # Many batches at once: each call checks its arguments anew.
        blocks = [size] * steps if wants_losses else [size * steps]
        losses = []
        for block in blocks:
            while len(waiting) < block:
                waiting = np.concatenate([waiting, next(order)])
            now, waiting = waiting[:block], waiting[block:]
            classifier.partial_fit(inputs[now], targets[now])
            losses.append(float(classifier.loss_))
        return steps, losses

    return train


serve(f"scikit-learn {sklearn.__version__}, Python {sys.version.split()[0]}", prepare)

"""PyTorch: pytorch.py MODE.

MODE eager: modules, autograd and an optimizer, as its users train.
MODE bernoulli, uniform: a step written by hand without autograd, with momentum inside the products and the loss not
computed at all; the two draw their masks with bernoulli_() or by comparing uniform_() with the rate.

Threads are those of OpenBLAS (OPENBLAS_NUM_THREADS), which do the products. Threads of PyTorch's own operations as well
would wait for them in a loop: measured on two cores, they are slower by far when anything else runs, and no faster else.
"""
import sys

import torch
from serve import read_layers, read_samples, serve
from torch import nn

MODE = sys.argv[1]
torch.set_num_threads(1)
torch.set_flush_denormal(True)
torch.manual_seed(0)

# Rows are gathered for many batches at once: cheaper than batch by batch where batches are small.
GATHERED_ROWS = 4096


def batches(case):
    """(inputs, targets) of batch after batch, without end."""
    inputs, targets = (torch.from_numpy(values) for values in read_samples(case))
    targets = targets.unsqueeze(1) if case["widths"][-1] == 1 else targets.long()
    size = case["batchSize"]
    block = max(1, GATHERED_ROWS // size) * size
    while True:
        order = torch.randperm(case["rows"]) if case["shuffle"] else torch.arange(case["rows"])
        for rows in order.split(block):
            yield from zip(inputs[rows].split(size), targets[rows].split(size))


def prepare_eager(case):
    rates, bound, optimizer = case["rates"], case["maxNorm"], case["optimizer"]
    modules, linears = [], []
    for index, (weight, bias) in enumerate(read_layers(case)):
        if index > 0:
            modules.append(nn.ReLU())
        rate = rates["hidden"] if index > 0 else rates["visible"]
        if rate > 0:
            modules.append(nn.Dropout(rate))
        linear = nn.Linear(weight.shape[1], weight.shape[0])
        linear.weight.data = torch.from_numpy(weight.copy())
        linear.bias.data = torch.from_numpy(bias.copy())
        modules.append(linear)
        linears.append(linear)
    network = nn.Sequential(*modules)
    loss_of = nn.BCEWithLogitsLoss() if case["widths"][-1] == 1 else nn.CrossEntropyLoss()
    if optimizer["type"] == "sgd":
        update = torch.optim.SGD(network.parameters(), optimizer["learningRate"], optimizer["momentum"])
    else:
        update = torch.optim.Adam(network.parameters(), optimizer["learningRate"])
    stream = batches(case)

    def train(steps, _):
        losses = []
        for _ in range(steps):
            x, y = next(stream)
            update.zero_grad(set_to_none=True)
            loss = loss_of(network(x), y)
            loss.backward()
            update.step()
            if bound is not None:
                bound_norms([linear.weight for linear in linears[:-1]], bound, dim=1)
            losses.append(loss)
        return steps, [loss.item() for loss in losses]

    return train


@torch.no_grad()
def bound_norms(weights, bound, dim):
    """Bounds the norm of each unit's weights, which lie along dim."""
    for weight in weights:
        factor = (bound / (torch.linalg.vector_norm(weight, dim=dim, keepdim=True) + 1e-7)).clamp_(max=1.0)
        if bool((factor < 1).any()):
            weight.mul_(factor)


def draw_bernoulli(out, rate):
    return out.bernoulli_(1 - rate).div_(1 - rate)


def draw_uniform(out, rate):
    return out.uniform_().ge_(rate).div_(1 - rate)


def prepare_by_hand(case):
    draw_mask = draw_bernoulli if MODE == "bernoulli" else draw_uniform
    visible, hidden, bound = case["rates"]["visible"], case["rates"]["hidden"], case["maxNorm"]
    learning_rate, momentum = case["optimizer"]["learningRate"], case["optimizer"]["momentum"]
    is_sgd, is_binary = case["optimizer"]["type"] == "sgd", case["widths"][-1] == 1
    # Transposed, so that neither the forward product nor the gradient needs another layout.
    weights = [torch.from_numpy(weight.T.copy()) for weight, _ in read_layers(case)]
    biases = [torch.from_numpy(bias.copy()) for _, bias in read_layers(case)]
    parameters = weights + biases
    moments = [torch.zeros_like(values) for values in parameters]
    squares = [torch.zeros_like(values) for values in parameters]
    last = len(weights) - 1
    masks = [torch.empty(case["batchSize"], width) for width in case["widths"]]
    threshold_backward = torch.ops.aten.threshold_backward
    stream = batches(case)
    steps_done = 0

    def step(x, y, losses):
        nonlocal steps_done
        steps_done += 1
        rows = x.shape[0]
        if visible:
            x = x * draw_mask(masks[0][:rows], visible)
        activations = [x]
        for layer in range(last):
            x = torch.addmm(biases[layer], x, weights[layer]).relu_()
            if hidden:
                x.mul_(draw_mask(masks[layer + 1][:rows], hidden))
            activations.append(x)
        logits = torch.addmm(biases[last], x, weights[last])
        if losses is not None:
            losses.append(loss_of(logits, y).item())
        if is_binary:
            d = logits.sigmoid_().sub_(y)
        else:
            d = torch.softmax(logits, 1)
            d[torch.arange(rows), y] -= 1
        d.mul_(1 / rows)
        gradients = [None] * len(parameters)
        for layer in range(last, -1, -1):
            below = None
            if layer > 0:
                below = threshold_backward(torch.mm(d, weights[layer].t()), activations[layer], 0)
                if hidden:
                    below.mul_(masks[layer][:rows])
            if is_sgd:
                # The moment's decay is part of the product.
                moments[layer].addmm_(activations[layer].t(), d, beta=momentum)
                moments[last + 1 + layer].mul_(momentum).add_(d.sum(0))
            else:
                gradients[layer] = torch.mm(activations[layer].t(), d)
                gradients[last + 1 + layer] = d.sum(0)
            d = below
        if is_sgd:
            torch._foreach_add_(parameters, moments, alpha=-learning_rate)
        else:
            adam(gradients)
        if bound is not None:
            bound_norms(weights[:last], bound, dim=0)

    def adam(gradients):
        torch._foreach_mul_(moments, 0.9)
        torch._foreach_add_(moments, gradients, alpha=0.1)
        torch._foreach_mul_(squares, 0.999)
        torch._foreach_addcmul_(squares, gradients, gradients, 0.001)
        divisors = torch._foreach_sqrt(squares)
        torch._foreach_div_(divisors, (1 - 0.999**steps_done) ** 0.5)
        torch._foreach_add_(divisors, 1e-8)
        torch._foreach_addcdiv_(parameters, moments, divisors, -learning_rate / (1 - 0.9**steps_done))

    def loss_of(logits, y):
        if is_binary:
            return nn.functional.binary_cross_entropy_with_logits(logits, y)
        return nn.functional.cross_entropy(logits, y)

    @torch.no_grad()
    def train(steps, wants_losses):
        losses = [] if wants_losses else None
        for _ in range(steps):
            step(*next(stream), losses)
        return steps, losses or []

    return train


serve(f"PyTorch {torch.__version__} {MODE}", prepare_eager if MODE == "eager" else prepare_by_hand)

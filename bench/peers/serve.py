"""The loop of a contestant in Python: one JSON object a line, from standard input to standard output."""
import json
import resource
import sys
import time

import numpy as np


def serve(about, prepare):
    """prepare(case) returns train(steps, losses), which returns (steps done, list of losses)."""
    train = None
    for line in sys.stdin:
        question = json.loads(line)
        if question["kind"] == "prepare":
            with open(question["file"]) as file:
                train = prepare(json.load(file))
            answer = {"kind": "prepared", "about": about}
        elif question["kind"] == "train":
            started = time.perf_counter()
            steps, losses = train(question["steps"], question["losses"])
            ms = 1000 * (time.perf_counter() - started)
            answer = {"kind": "trained", "ms": ms, "steps": steps, "losses": losses}
        else:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            answer = {"kind": "memory", "residentBytes": resident_bytes(), "peakBytes": peak}
        print(json.dumps(answer), flush=True)


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def read_samples(case):
    """inputs [rows, inputs] and targets [rows], float32."""
    inputs = np.fromfile(case["files"]["inputs"], np.float32).reshape(-1, case["widths"][0])
    return inputs, np.fromfile(case["files"]["targets"], np.float32)


def read_layers(case):
    """(weight [units, inputs], bias [units]) of each layer."""
    values = np.fromfile(case["files"]["parameters"], np.float32)
    layers = []
    for inputs, units in zip(case["widths"], case["widths"][1:]):
        weight, bias, values = np.split(values, [inputs * units, (inputs + 1) * units])
        layers.append((weight.reshape(units, inputs), bias))
    return layers

/** Memory over a training of 100,000 steps: `npm test` has a shorter one. */
import {expect, test} from 'vitest';
import {randomKey} from '../../sidecar/kernels/random.ts';
import {canRun} from '../../sidecar/kernels/wasmKernels.ts';
import {engines} from '../../sidecar/network/engines.ts';
import {memoryInUse} from '../support/memoryInUse.ts';
import {dropoutPlan, randomParameters} from '../support/randomNetworks.ts';

test.each((['wasm', 'wasmRelaxed', 'plain'] as const).filter(name => name === 'plain' || canRun('relaxed')))(
  '100,000 steps of %s need no more memory than the first thousand',
  name => {
    const plan = dropoutPlan();
    const network = engines[name].createNetwork(plan);
    network.writeParameters(randomParameters(network.tensors, 1));
    const steps = 100;
    const rows = steps * plan.batchSize;
    const losses = new Float64Array(steps);
    const epochPlan = {
      samples: {inputs: new Float32Array(rows * plan.inputs).fill(0.5), targets: new Float32Array(rows), weights: null},
      order: Uint32Array.from({length: rows}, (_, row) => row),
      batchSize: plan.batchSize,
      learningRates: new Float64Array(steps).fill(0.01),
      momenta: new Float64Array(steps).fill(0.9),
    };
    const trainEpochs = (count: number) => {
      for (let epoch = 0; epoch < count; epoch++) {
        network.trainSteps({...epochPlan, noise: {kind: 'drawn', key: randomKey(epoch)}}, 0, steps, losses);
      }
    };

    trainEpochs(10);
    const before = memoryInUse();
    trainEpochs(1000);

    // Ten bytes kept of each step would be 1 MB.
    expect(memoryInUse() - before).toBeLessThan(2 ** 20);
    network.dispose();
  },
);

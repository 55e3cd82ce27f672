/** MLP Lab's own engines: `node bench/peers/mlpLab.ts ENGINE THREADS`. */
import {foldIn, RandomStream, randomKey} from '../../sidecar/kernels/random.ts';
import type {Engine, EpochPlan, Network} from '../../sidecar/network/engine.ts';
import {engines} from '../../sidecar/network/engines.ts';
import {type CaseFile, planOf, readFloats} from '../comparison/caseFile.ts';
import {serve, type Trained} from './serve.ts';

const engine = engines[process.argv[2] as Engine['name']];
const threads = Number(process.argv[3]);
let training: ReturnType<typeof start> | undefined;

await serve({
  about: `MLP Lab ${engine.name}, Node ${process.versions.node}`,
  prepare(one) {
    training?.network.dispose();
    training = start(one, engine.createNetwork(planOf(one), threads));
  },
  train: steps => training!.train(steps),
});

function start(one: CaseFile, network: Network) {
  network.writeParameters(readFloats(one.files.parameters));
  const {rows, batchSize, optimizer} = one;
  const epochSteps = Math.ceil(rows / batchSize);
  const order = Uint32Array.from({length: rows}, (_, row) => row);
  const samples = {inputs: readFloats(one.files.inputs), targets: readFloats(one.files.targets), weights: null};
  const learningRates = new Float64Array(epochSteps).fill(optimizer.learningRate);
  const momenta = new Float64Array(epochSteps).fill(optimizer.momentum);
  const losses = new Float64Array(epochSteps);
  let done = 0;
  let epoch: EpochPlan;

  function train(steps: number): Trained {
    const seen: number[] = [];
    for (const end = done + steps; done < end; ) {
      const from = done % epochSteps;
      if (from === 0) epoch = nextEpoch(done / epochSteps);
      const to = Math.min(epochSteps, from + end - done);
      if (network.trainSteps(epoch, from, to, losses) < to - from) throw new Error('the training diverged');
      seen.push(...losses.subarray(from, to));
      done += to - from;
    }
    return {steps, losses: seen};
  }

  function nextEpoch(number: number): EpochPlan {
    if (one.shuffle) new RandomStream(foldIn(randomKey(5), number)).shuffle(order);
    const noise = {kind: 'drawn', key: foldIn(randomKey(3), number)} as const;
    return {samples, order, batchSize, learningRates, momenta, noise};
  }

  return {network, train};
}

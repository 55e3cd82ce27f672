/** TensorFlow.js with its layers, as its users train: `node bench/peers/tensorflow.ts BACKEND`, wasm or cpu. */
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {type CaseFile, readFloats} from '../comparison/caseFile.ts';
import {batches, gather} from './batches.ts';
import {serve} from './serve.ts';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const backend = process.argv[2]!;
if (backend === 'wasm') {
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'));
}
tf.env().set('PROD', true);
await tf.setBackend(backend);
await tf.ready();

let training: ReturnType<typeof start> | undefined;

await serve({
  about: `TensorFlow.js ${tf.version.tfjs} ${backend}, Node ${process.versions.node}`,
  prepare(one) {
    training?.dispose();
    training = start(one);
  },
  train: steps => training!.train(steps),
});

function start(one: CaseFile) {
  const {widths, files} = one;
  const model = buildModel(one);
  const inputs = readFloats(files.inputs);
  const targets = readFloats(files.targets);
  const outputs = widths.at(-1)!;
  const rowsOfBatches = batches(one);
  return {
    dispose: () => model.dispose(),
    async train(steps: number) {
      const losses: number[] = [];
      for (let step = 0; step < steps; step++) {
        const rows = rowsOfBatches.next().value;
        const x = tf.tensor2d(gather(inputs, rows, widths[0]!), [rows.length, widths[0]]);
        const labels = gather(targets, rows, 1);
        const y = outputs === 1 ? tf.tensor2d(labels, [rows.length, 1]) : oneHot(labels, outputs);
        losses.push(await model.trainOnBatch(x, y));
        tf.dispose([x, y]);
      }
      return {steps, losses};
    },
  };
}

function oneHot(labels: Float32Array, classes: number) {
  return tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classes).toFloat());
}

function buildModel({widths, rates, maxNorm, optimizer, files}: CaseFile) {
  const model = tf.sequential();
  const last = widths.length - 2;
  const denseLayers = widths.slice(1).map((units, i) => {
    const inputShape = [widths[i]];
    const rate = i === 0 ? rates.visible : rates.hidden;
    if (rate > 0) model.add(tf.layers.dropout({rate, inputShape}));
    const layer = tf.layers.dense({
      units,
      inputShape,
      activation: i < last ? 'relu' : units === 1 ? 'sigmoid' : 'linear',
      kernelConstraint: maxNorm !== null && i < last ? tf.constraints.maxNorm({maxValue: maxNorm, axis: 0}) : undefined,
    });
    model.add(layer);
    return layer;
  });
  const {type, learningRate, momentum} = optimizer;
  model.compile({
    optimizer:
      type === 'sgd' ? tf.train.momentum(learningRate, momentum) : tf.train.adam(learningRate, 0.9, 0.999, 1e-8),
    loss:
      widths.at(-1) === 1
        ? 'binaryCrossentropy'
        : (y: unknown, logits: unknown) => tf.losses.softmaxCrossEntropy(y, logits),
  });
  let at = 0;
  const parameters = readFloats(files.parameters);
  for (const [i, layer] of denseLayers.entries()) {
    const [inputs, units] = [widths[i]!, widths[i + 1]!];
    const weight = tf.tensor2d(parameters.subarray(at, at + inputs * units), [units, inputs]);
    const bias = tf.tensor1d(parameters.subarray(at + inputs * units, at + (inputs + 1) * units));
    layer.setWeights([weight.transpose(), bias]);
    at += (inputs + 1) * units;
  }
  return model;
}

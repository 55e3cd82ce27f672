/**
 * brain.js: `node bench/peers/brain.ts`. Its network has no dropout and trains row by row on a squared error, so it is
 * not the same algorithm: a step of its stands for the rows of one batch. Its activation and
 * learning rate are its defaults, with which it always learns; with relu the one output sometimes dies.
 */
import {createRequire} from 'node:module';
import {readFloats} from '../comparison/caseFile.ts';
import {serve, type Trained} from './serve.ts';

const require = createRequire(import.meta.url);
const {NeuralNetwork} = require('brain.js');
const {version} = require('brain.js/package.json');

let train: (steps: number) => Trained;

await serve({
  about: `brain.js ${version}, Node ${process.versions.node}`,
  prepare({widths, rows, batchSize, files}) {
    const inputs = readFloats(files.inputs);
    const targets = readFloats(files.targets);
    const network = new NeuralNetwork({hiddenLayers: widths.slice(1, -1), activation: 'sigmoid'});
    const data = Array.from(targets, (target, row) => ({
      input: Array.from(inputs.subarray(row * widths[0]!, (row + 1) * widths[0]!)),
      output: [target],
    }));
    train = steps => {
      const epochs = Math.ceil((steps * batchSize) / rows);
      // Without a bound on the error it would stop once it is small.
      const {error} = network.train(data, {iterations: epochs, errorThresh: 1e-12});
      return {steps: (epochs * rows) / batchSize, losses: [error]};
    };
  },
  train: steps => train(steps),
});

import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {normalQuantile} from '../../sidecar/kernels/elementary.ts';
import {foldIn, RandomStream, randomKey} from '../../sidecar/kernels/random.ts';
import type {Samples} from '../../sidecar/network/engine.ts';
import {initialParameters} from '../../sidecar/network/initialize.ts';
import type {NetworkPlan} from '../../sidecar/network/plan.ts';
import {readMnist} from '../mnistData.ts';
import {stack} from '../tasks.ts';
import type {Case} from './cases.ts';

/** A case as contestants read it: a JSON file that names three files of little-endian float32 numbers. */
export interface CaseFile extends Case {
  readonly files: {
    /** [rows × inputs] row-major. */
    readonly inputs: string;
    /** [rows]: the class. */
    readonly targets: string;
    /** Layer by layer: weight [units × inputs] row-major, bias [units]. All start from these. */
    readonly parameters: string;
  };
}

/** Writes a case and its data to `folder`. Data that several cases share is written again for each. */
export function writeCase(one: Case, folder: string): string {
  const {inputs, targets} = samplesOf(one);
  const path = (what: string) => join(folder, `${one.name.replaceAll(/[^a-z0-9.]+/g, '-')}.${what}`);
  const files = {inputs: path('inputs'), targets: path('targets'), parameters: path('parameters')};
  writeFileSync(files.inputs, inputs);
  writeFileSync(files.targets, targets);
  writeFileSync(files.parameters, Float32Array.from(initialParameters(planOf(one), randomKey(11))));
  writeFileSync(path('json'), JSON.stringify({...one, files} satisfies CaseFile));
  return path('json');
}

export function readCase(path: string): CaseFile {
  return JSON.parse(readFileSync(path, 'utf8')) as CaseFile;
}

export function readFloats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** The network of a case as MLP Lab's engines take it. */
export function planOf({widths, rates, maxNorm, optimizer, batchSize}: Case): NetworkPlan {
  const outputs = widths.at(-1)!;
  return {
    inputs: widths[0]!,
    layers: stack(widths[0]!, widths.slice(1, -1), outputs, rates, maxNorm),
    loss: outputs === 1 ? 'binaryCrossEntropy' : 'crossEntropy',
    optimizer:
      optimizer.type === 'sgd'
        ? {type: 'sgd', nesterov: false, weightDecay: 0}
        : {type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0},
    clipNorm: null,
    batchSize,
  };
}

function samplesOf({task, rows, widths}: Case): Omit<Samples, 'weights'> {
  switch (task) {
    case 'sonar':
      return sonarSamples();
    case 'digits': {
      const {inputs, targets} = readMnist().train;
      return {inputs: inputs.subarray(0, rows * widths[0]!), targets: targets.subarray(0, rows)};
    }
    case 'forest':
      return forestSamples(rows, widths[0]!, widths.at(-1)!);
  }
}

/** The training part of a fold: the file is sorted by class, so leaving out every tenth row is stratified. */
function sonarSamples(): Omit<Samples, 'weights'> {
  const file = fileURLToPath(new URL('../../examples/sonar/sonar.csv', import.meta.url));
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const kept = lines.filter((_, row) => row % 10 !== 0).map(line => line.trim().split(','));
  const inputs = new Float32Array(kept.length * 60);
  for (let column = 0; column < 60; column++) {
    const values = kept.map(cells => Number(cells[column]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    for (const [row, value] of values.entries()) inputs[row * 60 + column] = (value - mean) / deviation;
  }
  return {inputs, targets: Float32Array.from(kept, cells => (cells[60] === 'M' ? 1 : 0))};
}

/**
 * Normal inputs, and the class that a noisy linear teacher gives them: shaped as the forest cover data, learnable,
 * and of any number of rows.
 */
function forestSamples(rows: number, width: number, classes: number): Omit<Samples, 'weights'> {
  const random = new RandomStream(foldIn(randomKey(7), 'forest'));
  const normal = () => normalQuantile((random.word() + 0.5) / 2 ** 32);
  const teacher = Float64Array.from({length: width * classes}, normal);
  const inputs = new Float32Array(rows * width);
  const targets = new Float32Array(rows);
  const scores = new Float64Array(classes);
  for (let row = 0; row < rows; row++) {
    for (let label = 0; label < classes; label++) scores[label] = 2 * normal();
    for (let i = 0; i < width; i++) {
      const value = normal();
      inputs[row * width + i] = value;
      for (let label = 0; label < classes; label++) scores[label]! += value * teacher[i * classes + label]!;
    }
    targets[row] = scores.indexOf(Math.max(...scores));
  }
  return {inputs, targets};
}

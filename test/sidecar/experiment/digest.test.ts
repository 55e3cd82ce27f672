/**
 * Fixed runs whose digests are stored here. A digest that changes means that stored runs can no longer be repeated:
 * change one only together with a line in CHANGELOG.md that says so.
 */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {crossValidate} from '../../../sidecar/experiment/crossValidate.ts';
import type {Experiment} from '../../../sidecar/experiment/experiment.ts';
import {loadExperimentText} from '../../../sidecar/experiment/loadExperiment.ts';
import {canRun} from '../../../sidecar/kernels/wasmKernels.ts';
import type {Engine} from '../../../sidecar/network/engine.ts';
import {workerThreads} from '../../../sidecar/runners/workerThreads.ts';
import {SONAR_DIGEST} from '../../support/digests.ts';

const everyKind = {
  version: 1,
  data: {source: 'sonar.csv', header: false, target: 'column61'},
  layers: [
    {type: 'dropout', rate: 0.1},
    {type: 'dense', units: 33, activation: 'relu', maxNorm: 2, l2: 0.001},
    {type: 'batchNorm'},
    {type: 'dropout', rate: 0.4},
    {type: 'dropConnect', units: 10, rate: 0.3, activation: 'tanh'},
    {type: 'layerNorm'},
    {type: 'activation', activation: 'gelu'},
    {type: 'gaussianDropout', rate: 0.2},
    {type: 'dense', units: 17, activation: 'selu', init: 'lecunNormal', l1: 0.001},
    {type: 'alphaDropout', rate: 0.1},
  ],
  training: {epochs: 4, batchSize: 13, optimizer: {type: 'adam', learningRate: 0.01}, clipNorm: 1, seed: 5},
  evaluation: {folds: 3},
};
const sonarFolder = fileURLToPath(new URL('../../../examples/sonar/', import.meta.url));
const sonar = readFileSync(`${sonarFolder}sonar.mlp.json`, 'utf8');
const runs = [
  {run: 'ten epochs of the Sonar example', text: sonar, epochs: 10, digest: SONAR_DIGEST},
  {
    run: 'layers of every kind',
    text: JSON.stringify(everyKind),
    epochs: 4,
    digest: 'dba6b289168f8ea25af04cf89215b7a6351e94b79b9010f39cd9526eb2cb8d84',
  },
];
const engines = (
  [
    ['wasm', 1],
    ['wasm', 2],
    ['plain', 1],
    ['plain', 2],
  ] as const
).filter(([engine]) => engine !== 'wasm' || canRun('strict'));

describe.each(runs)('$run', ({text, epochs, digest}) => {
  test.each(engines)('gives the stored digest on %s with %d workers', async (engine, workers) => {
    expect(await digestOf(await load(text, epochs), engine, workers)).toBe(digest);
  });
});

async function load(text: string, epochs: number): Promise<Experiment> {
  const {experiment, problems} = await loadExperimentText(`${sonarFolder}document.mlp.json`, text, {
    'training.epochs': epochs,
  });
  expect(problems.filter(problem => problem.severity === 'error')).toEqual([]);
  return experiment!;
}

async function digestOf(experiment: Experiment, engine: Engine['name'], workers: number): Promise<string> {
  const runner = workerThreads({experiment, engine}, {workers});
  try {
    return (await crossValidate(experiment, runner, {onEvent: () => {}})).digest;
  } finally {
    await runner.dispose();
  }
}

/** A document beside 60 rows of two inputs, which trains in milliseconds. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect} from 'vitest';
import type {Experiment} from '../../sidecar/experiment/experiment.ts';
import {loadExperiment} from '../../sidecar/experiment/loadExperiment.ts';

/** What is written unless a test changes it. */
export const smallDocument = {
  version: 1,
  data: {source: 'data.csv', target: 'sign', exclude: ['sum']},
  layers: [
    {name: 'hidden', type: 'dense', units: 8},
    {name: 'drop', type: 'dropout', rate: 0},
  ],
  training: {epochs: 8, batchSize: 8, optimizer: {type: 'sgd', learningRate: 0.2, momentum: 0.9}, seed: 3},
  evaluation: {folds: 3, repeats: 2},
  variants: {plain: {}, dropout: {'layers.drop.rate': 0.5}},
};

/** Call at the top of a test file: the folder lives as long as its tests. */
export function smallExperiments() {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mlp-small-'));
    const rows = Array.from({length: 60}, (_, i) => {
      const [a, b] = [Math.sin(i * 2.3), Math.cos(i * 1.1)];
      return `${a.toFixed(3)},${b.toFixed(3)},${a * b > 0 ? 'same' : 'other'},${(3 * a - b).toFixed(3)}`;
    });
    writeFileSync(join(folder, 'data.csv'), `a,b,sign,sum\n${rows.join('\n')}\n`);
  });
  afterAll(() => rmSync(folder, {recursive: true}));

  /** @param changes whole sections of the document @returns the path of the document */
  function write(changes: object, name = 'net.mlp.json'): string {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({...smallDocument, ...changes}, null, 2));
    return path;
  }

  async function load(changes: object): Promise<Experiment> {
    const {experiment, problems} = await loadExperiment(write(changes), {});
    expect(problems.filter(problem => problem.severity === 'error')).toEqual([]);
    return experiment!;
  }
  return {write, load, folder: () => folder};
}

import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export interface ExperimentFolder {
  readonly folder: string;
  /** Path of the document. */
  readonly document: string;
  /** The text of the document, with some settings changed. */
  text(training?: object, evaluation?: object): string;
  remove(): void;
}

/** A folder with a small document that drops, and its data: two classes by the sign of a product. */
export function experimentFolder(classes: readonly [string, string] = ['same', 'other']): ExperimentFolder {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-experiment-'));
  const rows = Array.from({length: 60}, (_, i) => {
    const [a, b] = [Math.sin(i * 2.3), Math.cos(i * 1.1)];
    return `${a.toFixed(3)},${b.toFixed(3)},${a * b > 0 ? classes[0] : classes[1]}`;
  });
  writeFileSync(join(folder, 'data.csv'), `a,b,sign\n${rows.join('\n')}\n`);
  const text = (training: object = {}, evaluation: object = {}) =>
    JSON.stringify({
      version: 1,
      data: {source: 'data.csv', target: 'sign'},
      layers: [
        {name: 'hidden', type: 'dense', units: 16},
        {name: 'drop', type: 'dropout', rate: 0},
      ],
      training: {epochs: 20, batchSize: 8, seed: 3, ...training},
      evaluation: {folds: 3, ...evaluation},
      variants: {plain: {}, dropout: {'layers.drop.rate': 0.5}},
    });
  const document = join(folder, 'net.mlp.json');
  writeFileSync(document, text());
  return {folder, document, text, remove: () => rmSync(folder, {recursive: true, force: true})};
}

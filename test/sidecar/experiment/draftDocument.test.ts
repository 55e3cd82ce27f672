import {copyFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {checkDocument} from '../../../sidecar/document/checkDocument.ts';
import {readDataOverview} from '../../../sidecar/experiment/dataOverview.ts';
import {draftDocument} from '../../../sidecar/experiment/draftDocument.ts';
import {loadExperiment} from '../../../sidecar/experiment/loadExperiment.ts';
import {lint} from '../../../sidecar/rules/lint.ts';
import {THRESHOLDS} from '../../../sidecar/rules/thresholds.ts';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-draft-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

/** The experiment of the document that is drafted for a file, with every problem that is found in it. */
async function drafted(file: string, target?: string) {
  const data = await readDataOverview(file);
  const document = join(folder, `${basename(file)}.mlp.json`);
  const text = draftDocument(data, target ?? data.likelyTarget);
  writeFileSync(document, text);
  const {experiment, problems} = await loadExperiment(document, {});
  return {text, experiment, problems};
}

function dataFile(content: string): string {
  const file = join(folder, 'data.csv');
  writeFileSync(file, content);
  return file;
}

test.each([
  ['sonar', 'column61', 'classification'],
  ['penguins', 'species', 'classification'],
  ['friedman', 'y', 'regression'],
  ['moons', 'moon', 'classification'],
  ['spirals', 'spiral', 'classification'],
])('the document that is drafted for %s predicts %s and runs without a problem', async (name, target, task) => {
  copyFileSync(join(examples, name, `${name}.csv`), join(folder, `${name}.csv`));
  const {experiment, problems} = await drafted(join(folder, `${name}.csv`));
  expect(problems).toEqual([]);
  expect(experiment!.target).toMatchObject({name: target, task});
  expect(experiment!.variants.map(variant => variant.name)).toEqual(['baseline', 'input dropout', 'hidden dropout']);
});

const rows = (count: number, row: (i: number) => string) => Array.from({length: count}, (_, i) => row(i)).join('\n');

test('identifiers are excluded with the reason, and few whole numbers are classes', async () => {
  const file = dataFile(`id,a,grade\n${rows(40, i => `person ${i},${(i * 7) % 13},${1 + (i % 3)}`)}\n`);
  const {text, problems, experiment} = await drafted(file);
  expect(text).toContain('"exclude": ["id"]');
  expect(text).toContain('// "id": all 40 values differ, as in an identifier, from which nothing can be learned.');
  expect(text).toContain('"task": "classification", // 3 different numbers');
  expect(problems).toEqual([]);
  expect(experiment!.target.task).toBe('classification');
});

test.each([9, 30, 90])('of %i rows, dropout leaves units enough', async count => {
  const {text} = await drafted(dataFile(`a,b,grade\n${rows(count, i => `${(i * 7) % 13},${i % 5},${1 + (i % 3)}`)}\n`));
  const {parsed, sound} = checkDocument(text);
  const facts = {thresholds: THRESHOLDS, data: new Map(), run: undefined, trained: []};
  expect(lint(parsed, sound.variants, facts).filter(({severity}) => severity === 'warning')).toEqual([]);
});

test('missing values are filled in, and a rare class lowers the number of folds', async () => {
  const file = dataFile(`a,b,kind\n${rows(30, i => `${i % 4 ? i : ''},${i % 5},${i < 4 ? 'rare' : 'common'}`)}\n`);
  const {text, problems} = await drafted(file);
  expect(text).toContain('"missing": { "numeric": "median", "indicator": true }');
  expect(text).toContain('"folds": 4');
  expect(problems.filter(({severity}) => severity === 'error')).toEqual([]);
});

test('names with quotes and of any script stay names', async () => {
  const file = dataFile(
    `"a ""quoted"", one",größe,ziel\n${rows(30, i => `${i % 7},${i % 5},${i % 2 ? 'ja' : 'nein'}`)}\n`,
  );
  const {experiment, problems} = await drafted(file, 'ziel');
  expect(problems).toEqual([]);
  expect(experiment!.variants[0]!.features.map(({name}) => name)).toEqual(['a "quoted", one', 'größe']);
});

test('a file that cannot be learned from is refused in one sentence', async () => {
  const onlyTarget = await readDataOverview(dataFile(`y\n${rows(20, i => String(i % 2))}\n`));
  expect(() => draftDocument(onlyTarget, 'y')).toThrow(
    'No column of data.csv can be an input: there is only the target.',
  );
  const constant = await readDataOverview(dataFile(`a,y\n${rows(20, i => `${i},same`)}\n`));
  expect(() => draftDocument(constant, 'y')).toThrow('All rows have the same "y": choose another target.');
  await expect(readDataOverview(join(folder, 'nowhere.csv'))).rejects.toThrow('nowhere.csv: there is no such file.');
});

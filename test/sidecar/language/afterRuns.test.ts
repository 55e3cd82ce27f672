/** What an editor knows of a document after it was trained and cross-validated. */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {MarkupContent} from 'vscode-languageserver';
import {codeLenses} from '../../../sidecar/language/codeLenses.ts';
import {hover} from '../../../sidecar/language/hover.ts';
import {Sessions} from '../../../sidecar/language/sessions.ts';
import {THRESHOLDS} from '../../../sidecar/rules/thresholds.ts';
import {seeded} from '../../support/textEdits.ts';

const cli = fileURLToPath(new URL('../../../sidecar/cli.ts', import.meta.url));
const text = `{
  "version": 1,
  "data": {"source": "data.csv", "target": "y"},
  "layers": [
    {"name": "hidden", "type": "dense", "units": 16, "maxNorm": 50},
    {"name": "drop", "type": "dropout", "rate": 0.25}
  ],
  "training": {"epochs": 4, "batchSize": 16, "seed": 3},
  "evaluation": {"folds": 3}
}`;
let folder: string;
let path: string;
let sessions: Sessions;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-after-'));
  path = join(folder, 'net.mlp.json');
  writeFileSync(path, text);
  const random = seeded(1);
  const rows = Array.from({length: 90}, (_, row) => `${random()},${random()},${row % 2}`);
  writeFileSync(join(folder, 'data.csv'), ['a,b,y', ...rows].join('\n'));
  for (const command of ['train', 'cv']) mlp(command);
  sessions = new Sessions({isTrusted: true, thresholds: THRESHOLDS, onNews: () => {}});
  // Two programs start and train, on a machine that may be busy.
}, 120_000);
afterAll(() => {
  sessions.dispose();
  rmSync(folder, {recursive: true});
});

function mlp(command: string, ...options: readonly string[]): void {
  const program = [cli, command, path, '--workers', '1', ...options];
  const {status, stderr} = spawnSync(process.execPath, program, {encoding: 'utf8'});
  expect(status, stderr).toBe(0);
}

async function analysed(written: string) {
  const uri = pathToFileURL(path).href;
  sessions.update(uri, written);
  return (await sessions.patientAnalysis(uri))!;
}

async function told(written: string, piece: string): Promise<string> {
  const analysis = await analysed(written);
  const at = analysis.positionAt(written.indexOf(piece) + 2);
  return (hover(analysis, at)!.contents as MarkupContent).value;
}

test('a layer tells the norms of its weights, the units at their bound and the units that nothing activates', async () => {
  expect(await told(text, '"hidden"')).toMatch(
    /After the last training \("model"\): norms of incoming weights 0\.\d+ to [\d.]+, median [\d.]+, 0 of 16 at the bound of 50; \d+ of 16 units active for none of 90 rows\./,
  );
});

test('a layer that drops tells how often it did, from the seed', async () => {
  const said = await told(text, '"drop"');
  expect(said).toMatch(
    /Dropped in epochs 1 to 4 of the first fold \("model"\): each unit for \d+\.\d % to \d+\.\d % of the rows, 25\.0 % ± 2\.8 % expected\./,
  );
  // Of another seed nothing was run.
  expect(await told(text.replace('"seed": 3', '"seed": 4'), '"drop"')).not.toContain('Dropped in epochs');
});

test('the last result stands above the document', async () => {
  const titles = codeLenses(await analysed(text)).map(({command}) => command!.title);
  expect(titles.filter(title => /± .* %, 3 folds$/.test(title))).toHaveLength(1);
  expect(titles).toContain('Show in panel');
});

test('rules know the stored model, until the document is another', async () => {
  const codes = async (written: string) => sessions.problems(await analysed(written)).map(({code}) => code);
  expect(await codes(text)).toContain('idle-max-norm');
  expect(await codes(text.replace('"units": 16', '"units": 17'))).not.toContain('idle-max-norm');
});

test('what a search tried is no result of the document', async () => {
  const results = async () => {
    const lenses = codeLenses(await analysed(text));
    return lenses.filter(({command}) => command!.arguments![0].run !== undefined);
  };
  const before = await results();
  mlp('tune', '--dropout', '--inner', '0');
  sessions.forget();
  expect(await results()).toEqual(before);
}, 60_000);

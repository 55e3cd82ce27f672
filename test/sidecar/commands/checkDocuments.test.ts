/** The same results as text, as JSON and as SARIF. */
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Ajv} from 'ajv';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import type {Problem} from '../../../schemas/problem.ts';
import {checkDocuments} from '../../../sidecar/commands/checkDocuments.ts';
import {applied} from '../../support/textEdits.ts';

const text = `{
  "version": 1,
  "data": {"source": "data.csv", "target": "y"},
  "layers": [
    {"type": "dense", "units": 12},
    {"type": "dropout", "rate": 0.5},
    {"type": "dense", "units": 30, "maxNorm": 30} // mlp-ignore unusual-max-norm
  ]
}`;
let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp check '));
  path = join(folder, 'net.mlp.json');
  writeFileSync(path, text);
  const rows = Array.from({length: 600}, (_, row) => `${((row * 7919) % 601) + 0.5},${row % 2}`);
  writeFileSync(join(folder, 'data.csv'), ['x,y', ...rows].join('\n'));
});
afterAll(() => rmSync(folder, {recursive: true}));

async function printed(options: {json?: boolean; sarif?: boolean}): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    expect(await checkDocuments([path], options)).toBe(0);
    return log.mock.calls.flat().join('\n');
  } finally {
    log.mockRestore();
  }
}

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {readonly driver: {readonly rules: readonly {readonly id: string}[]}};
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: {readonly text: string};
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: {readonly uri: string};
          readonly region: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;
        };
      }[];
    }[];
  }[];
}

test('mlp check tells the same as text, as JSON and as SARIF', async () => {
  const lines = (await printed({})).split('\n').filter(line => line.startsWith(path));
  const {problems} = JSON.parse(await printed({json: true})).documents[0] as {problems: Problem[]};
  const [run] = (JSON.parse(await printed({sarif: true})) as Sarif).runs;

  expect(problems.map(({code}) => code)).toEqual(['few-live-units', 'ignored-without-reason']);
  expect(lines.map(line => / \[([a-z-]+)\]$/.exec(line)?.[1]).filter(Boolean)).toEqual(problems.map(({code}) => code));
  expect(run!.results.map(({ruleId, message}) => [ruleId, message.text])).toEqual(
    problems.map(({code, message}) => [code, message]),
  );
  expect(run!.results.map(({level}) => level)).toEqual(['warning', 'note']);
  const [first] = run!.results;
  const {artifactLocation, region} = first!.locations[0]!.physicalLocation;
  expect(artifactLocation.uri).toMatch(/^file:.*mlp%20check%20.*\/net\.mlp\.json$/);
  expect(region).toEqual({startLine: 6, startColumn: 33, endLine: 6, endColumn: 36});
  expect(run!.tool.driver.rules[first!.ruleIndex]!.id).toBe('few-live-units');
});

test('the SARIF is valid by the schema of its standard', async () => {
  const validate = sarifValidator();
  const log = JSON.parse(await printed({sarif: true}));
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
  expect(validate(log)).toBe(false);
});

test('the thresholds of the folder hold, as in the editor', async () => {
  const settings = join(folder, '.vscode/settings.json');
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(settings, '{\n  // A small study.\n  "mlpLab.ruleThresholds": {"fewestLiveUnits": 5},\n}');
  const codes = async () =>
    JSON.parse(await printed({json: true})).documents[0].problems.map(({code}: Problem) => code);
  expect(await codes()).toEqual(['ignored-without-reason']);
  writeFileSync(settings, 'not JSON');
  expect(await codes()).toContain('few-live-units');
  rmSync(settings);
});

/** SARIF 2.1.0 as its committee published it: draft 4 of JSON Schema, of which it uses nothing that later drafts changed. */
function sarifValidator() {
  const file = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const {$schema, id, ...schema} = JSON.parse(readFileSync(file, 'utf8'));
  return new Ajv({strict: false, validateFormats: false, unicodeRegExp: false}).compile(schema);
}

test('the fixes of --json can be applied as they are', async () => {
  const {problems} = JSON.parse(await printed({json: true})).documents[0] as {problems: Problem[]};
  expect(problems[0]!.fixes!.map(({title, edits}) => [title, applied(text, edits).split('\n').slice(4, 6)])).toEqual([
    ['Set units to 16', ['    {"type": "dense", "units": 16},', '    {"type": "dropout", "rate": 0.5},']],
    ['Set rate to 0.3', ['    {"type": "dense", "units": 12},', '    {"type": "dropout", "rate": 0.3},']],
  ]);
});

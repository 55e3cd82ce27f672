/** What a user sees of wrong documents and wrong data files: a sentence with its place, exit code 1, and nothing stored. */
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Problem} from '../../schemas/problem.ts';
import {RULES} from '../../sidecar/rules/rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'dist/mlp.mjs');

const advice: ReadonlySet<string> = new Set(RULES.map(({code}) => code));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-broken-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

function mlp(...options: string[]) {
  return spawnSync(process.execPath, [program, ...options], {cwd: folder, encoding: 'utf8'});
}

test('mlp check on a folder of broken documents tells of each what is expected, at its place', () => {
  const fixtures = join(root, 'test/fixtures/documents/broken');
  cpSync(fixtures, folder, {recursive: true});
  cpSync(join(root, 'examples/sonar/sonar.csv'), join(folder, 'sonar.csv'));
  const {stdout, status} = mlp('check', '.', '--json');
  const {documents} = JSON.parse(stdout) as {documents: {file: string; problems: Problem[]}[]};
  const found = documents.map(({file, problems}) => {
    // Documents that are merely odd go on to their data, which are not beside all of these; and what is possible but
    // unwise in them is tested with its rule.
    const told = problems.filter(({code}) => code !== 'file-not-found' && !advice.has(code));
    const shown = told.map(({range: {start}, severity, code, message}) => {
      return {line: start.line + 1, column: start.character + 1, severity, code, message};
    });
    return [basename(file), shown];
  });
  expect(Object.fromEntries(found)).toEqual(JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')));
  expect(found.length).toBeGreaterThanOrEqual(40);
  expect(status).toBe(1);
});

const rowsOf = (count: number, row: (i: number) => string) => Array.from({length: count}, (_, i) => row(i)).join('\n');
const good = rowsOf(30, i => `${i % 20},${(i * 7) % 5},${i % 2 ? 'yes' : 'no'}`);
const named = (rows: string) => `a,b,y\n${rows}\n`;

interface BrokenData {
  /** undefined: there is no file. */
  readonly content?: string | Uint8Array;
  readonly file?: string;
  readonly data?: object;
  readonly evaluation?: object;
  /** The whole line, without the final code in brackets; D stands for the document, F for the data file. */
  readonly says: RegExp;
}

const files: Readonly<Record<string, BrokenData>> = {
  'no file': {says: /^D:1:\d+: error: data\.csv: there is no such file\./},
  'an empty file': {content: '', says: /^D:1:\d+: error: data\.csv: the file is empty\./},
  'a header only': {content: 'a,b,y\n', says: /^D:1:\d+: error: data\.csv: the file has a header but no rows\./},
  'a ragged row': {
    content: named(`${good}\n1,2`),
    says: /^F:32:1: error: data\.csv, line 32: the row has 2 cells, but the header has 3\./,
  },
  'a quote never closed': {content: named(`${good}\n1,"2,no`), says: /^F:32:2: error: .*never closed/},
  'text among numbers': {content: named(good.replace('7,4,', '7,about 4,')), says: /^F:9:1: error: .*"about 4"/},
  'NaN among numbers': {content: named(good.replace('7,4,', '7,NaN,')), says: /^F:9:1: error: .*"NaN"/},
  'Infinity among numbers': {
    content: named(good.replace('7,4,', '7,-Infinity,')),
    says: /^F:9:1: error: .*"-Infinity"/,
  },
  'a decimal comma': {content: 'a;b;y\n1,5;2,5;no\n2,5;3,5;yes\n', says: /^F:2:1: error: .*decimal/},
  'one class only': {content: named(good.replaceAll('yes', 'no')), says: /^(D:1:\d+|F).*: error: .*(class|value)/},
  'a class with fewer rows than folds': {
    content: named(good.replaceAll('yes', 'no').replace('3,1,no', '3,1,rare').replace('4,3,no', '4,3,rare')),
    says: /^D:1:\d+: error: The class "rare" has 2 rows, fewer than the 3 folds/,
  },
  'duplicate column names': {content: `a,a,y\n${good}`, says: /error: .*"a"/},
  'an empty column name': {content: `a,,y\n${good}`, says: /error: .*name/},
  'a target that is not there': {content: named(good), data: {target: 'z'}, says: /^D:1:\d+: error: .*no column "z"/},
  'a feature that is not there': {
    content: named(good),
    data: {features: ['a', 'bb']},
    says: /no column "bb"\. It has "a", "b" and "y"/,
  },
  'no row with a target': {content: named(rowsOf(9, i => `${i},1,`)), says: /error: .*(target|"y")/},
  'no row after dropRow': {
    content: named(rowsOf(9, i => (i % 2 ? `,1,yes` : `1,,no`))),
    data: {missing: {numeric: 'dropRow'}},
    says: /error: .*(row|missing)/,
  },
  'a missing value that is an error': {
    content: named(good.replace('7,4,', '7,,')),
    data: {missing: {numeric: 'error'}},
    says: /^F:9.*error: /,
  },
  'a folder': {file: 'sub', says: /^D:1:\d+: error: .*folder/},
  'a path through a file': {file: 'net.mlp.json/data.csv', says: /^D:1:\d+: error: .*a part of its path is a file/},
  'bytes that are not UTF-8': {
    content: Buffer.from(named(good.replaceAll('yes', 'j\xe0')), 'latin1'),
    says: /^F:3.*error: .*not UTF-8.*windows-1252/,
  },
  'a binary file': {content: new Uint8Array(2000).map((_, i) => (i * 37) % 256), says: /error: .*data\.csv/},
  'a Parquet file cut short': {
    file: 'data.parquet',
    content: 'PAR1 and then nothing',
    says: /error: data\.parquet: the end of the file is missing/,
  },
  'a broken line of JSON': {file: 'data.jsonl', content: '{"a":1,"y":"p"}\n{"a":2,"y":\n', says: /^F:2.*error: /},
  'a list where a number belongs': {
    file: 'data.jsonl',
    content: '{"a":1,"y":"p"}\n{"a":[2],"y":"q"}\n',
    says: /^F:2.*error: /,
  },
  'an unknown ending': {file: 'data.xlsx', content: 'x', says: /error: .*data\.format/},
  'a text target for regression': {content: named(good), data: {task: 'regression'}, says: /error: .*"y"/},
  'an identifier as a category': {content: `a,b,y\n${rowsOf(30, i => `${i},name${i},${i % 2}`)}`, says: /error: .*"b"/},
  'no inputs left': {content: named(good), data: {exclude: ['a', 'b']}, says: /error: .*input/},
  'more folds than rows': {
    content: named(good),
    evaluation: {folds: 50},
    says: /^D:1:\d+: error: The data has 30 rows, fewer than the 50 folds/,
  },
  'a group column that is not there': {
    content: named(good),
    evaluation: {groupBy: 'patient'},
    says: /error: .*"patient"/,
  },
};

describe('wrong data', () => {
  test.each(Object.entries(files))('%s', (_, {content, file = 'data.csv', data, evaluation, says}) => {
    mkdirSync(join(folder, 'sub'));
    if (content !== undefined) writeFileSync(join(folder, file), content);
    const document = {
      version: 1,
      data: {source: file, target: 'y', ...data},
      layers: [{type: 'dense', units: 2}],
      evaluation: {folds: 3, ...evaluation},
    };
    writeFileSync(join(folder, 'net.mlp.json'), JSON.stringify(document));
    const {stdout, stderr, status} = mlp('cv', 'net.mlp.json');
    const line = stderr
      .trimEnd()
      .replace('net.mlp.json:', 'D:')
      .replace(new RegExp(`^${file}:`), 'F:');
    expect(line.split('\n')).toHaveLength(1);
    expect(line).toMatch(says);
    expect(line).not.toMatch(/\n\s+at |undefined|NaN rows|\[object/);
    expect(stdout).toBe('');
    expect(status).toBe(1);
    expect(existsSync(join(folder, '.mlp'))).toBe(false);
  });
});

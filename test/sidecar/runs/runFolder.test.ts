import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {listRuns, readRun} from '../../../sidecar/runs/readRun.ts';
import {createRunFolder, documentOf, pathToDocument, runId, runsDirectory} from '../../../sidecar/runs/runFolder.ts';
import {storedRun} from '../../support/storedRun.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-runs-'));
});
afterEach(() => rmSync(folder, {recursive: true}));

describe('the folder of a run', () => {
  test('holds what was written, and reads back', () => {
    const run = createRunFolder(join(folder, 'a'), storedRun('a'));
    run.append({event: 'runStarted', at: 0, tasks: 1, epochs: 2, workers: 1});
    run.append({event: 'runEnded', at: 5, status: 'completed'});
    run.writeFile('models/one.safetensors', new Uint8Array([1, 2]));
    run.writeRun({...storedRun('a'), status: 'completed'});
    run.dispose();
    expect(readRun(run.directory).status).toBe('completed');
    expect(readdirSync(run.directory).toSorted()).toEqual(['events.jsonl', 'folds.bin', 'models', 'run.json']);
    const events = readFileSync(join(run.directory, 'events.jsonl'), 'utf8').trim().split('\n');
    expect(events.map(line => JSON.parse(line).event)).toEqual(['runStarted', 'runEnded']);
  });

  test('is never one that holds something already', () => {
    writeFileSync(join(folder, 'mine.txt'), 'keep me');
    expect(() => createRunFolder(folder, storedRun('a'))).toThrow(
      `${folder} is not empty: choose another folder for this run.`,
    );
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });

  test.skipIf(process.platform !== 'linux')(
    'that lies where nothing can be created is a sentence, not an endless loop',
    () => {
      expect(() => createRunFolder('/proc/nothing/here', storedRun('a'))).toThrow(
        'The run could not be stored in /proc/nothing/here: the folder was removed, or nothing can be created there.',
      );
    },
  );

  test('that cannot be made is a sentence, not a stack', () => {
    writeFileSync(join(folder, 'file'), '');
    const inside = join(folder, 'file', 'run');
    expect(() => createRunFolder(inside, storedRun('a'))).toThrow(
      `The run could not be stored in ${inside}: a part of the path is a file.`,
    );
  });

  test('lies beside the document and is named by its start', () => {
    expect(runsDirectory(join('x', 'net.mlp.json'))).toBe(join('x', '.mlp', 'runs'));
    expect(runId(new Date('2026-11-23T20:15:03.123Z'), '3f9a')).toBe('20261123-201503-3f9a');
  });
});

describe('the document of a run', () => {
  const document = join('study', 'net.mlp.json');
  test.each([
    ['beside it', join('study', '.mlp', 'runs', 'a'), undefined],
    ['beside another one', join('other', '.mlp', 'runs', 'a'), '../../../../study/net.mlp.json'],
    ['anywhere', 'a', '../study/net.mlp.json'],
  ])('is found from a folder %s', (_, directory, path) => {
    expect(pathToDocument(directory, document)).toBe(path);
    const {document: stored} = storedRun('a');
    const run = {document: path === undefined ? stored : {...stored, path}};
    for (const at of [directory, resolve(directory)]) expect(resolve(documentOf(at, run))).toBe(resolve(document));
  });

  test('has to be said where the folder does not tell and the run has not kept it', () => {
    expect(() => documentOf('a', storedRun('a'))).toThrow('Say which document the run in a is of');
  });
});

describe('listing runs', () => {
  test('is newest first, and a broken one is named instead of hiding the others', () => {
    createRunFolder(join(folder, 'old'), storedRun('old', '2025-01-01T00:00:00.000Z')).dispose();
    createRunFolder(join(folder, 'new'), storedRun('new')).dispose();
    mkdirSync(join(folder, 'cut'));
    writeFileSync(join(folder, 'cut', 'run.json'), '{"version": 1, "id": "cu');
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other', 'run.json'), '{"version": 1}');
    mkdirSync(join(folder, 'none'));
    const {runs, unreadable} = listRuns(folder);
    expect(runs.map(({run}) => run.id)).toEqual(['new', 'old']);
    expect(unreadable.toSorted()).toEqual([
      `${join(folder, 'cut', 'run.json')} is not JSON: it was changed or cut short.`,
      `${join(folder, 'none')} holds no run: run.json cannot be read.`,
      `${join(folder, 'other', 'run.json')} is not a stored run of this version of MLP Lab.`,
    ]);
  });

  test('of a folder that is not there gives none', () => {
    expect(listRuns(join(folder, 'nowhere'))).toEqual({runs: [], unreadable: []});
  });
});

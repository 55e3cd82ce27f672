/** SIGKILL, again and again: the run is finished to the digest of an undisturbed one, and no process is left behind. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {CrossValidation, StoredRun} from '../../schemas/generated/run.ts';
import type {RunState} from '../../schemas/protocol.ts';
import {RandomStream, randomKey} from '../../sidecar/kernels/random.ts';
import {type SidecarClient, startSidecar} from '../support/sidecarClient.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'dist/mlp.mjs');
const server = join(root, 'dist/server.mjs');
const ARGUMENTS = ['cv', 'sonar.mlp.json'];
const CHOSEN = ['--variant', 'baseline', '--variant', 'hidden dropout', '--epochs', '600'];
const KILLS = 20;

let folder: string;
let undisturbed: CrossValidation;
let undisturbedMs: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-kill-'));
  cpSync(join(root, 'examples/sonar'), folder, {recursive: true, filter: source => !source.includes('.mlp/')});
  const started = performance.now();
  const {code, output} = await mlp([...ARGUMENTS, ...CHOSEN, '--out', 'undisturbed', '--json']);
  undisturbedMs = performance.now() - started;
  expect(code).toBe(0);
  undisturbed = JSON.parse(output);
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** Runs `mlp` in a process group of its own. @param killAfterMs SIGKILL to it after so long */
function mlp(args: readonly string[], killAfterMs?: number) {
  return new Promise<{code: number | null; output: string; group: number; errors: string}>(resolve => {
    const child = spawn(process.execPath, [program, ...args], {cwd: folder, detached: true});
    let output = '';
    let errors = '';
    child.stdout.on('data', data => {
      output += data;
    });
    child.stderr.on('data', data => {
      errors += data;
    });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.on('close', code => {
      clearTimeout(timer);
      resolve({code, output, errors, group: child.pid!});
    });
  });
}

function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

test(`runs that are killed at ${KILLS} moments end with the same digest, nothing lost, no process left`, async () => {
  const random = new RandomStream(randomKey(1));
  let kills = 0;
  for (let ended = false; kills < KILLS || !ended; ) {
    const args = [...ARGUMENTS, ...(hasRun() ? ['--resume', 'killed'] : [...CHOSEN, '--out', 'killed'])];
    // From before the first byte is stored to the midst of some training.
    const after = kills < KILLS ? random.uniform() * Math.max(1500, undisturbedMs / 8) : undefined;
    const {code, errors, group} = await mlp(args, after);
    expect(isGroupAlive(group)).toBe(false);
    ended = code !== null;
    if (!ended) {
      kills++;
      continue;
    }
    // The last kill may have come when all was stored.
    if (code !== 0) expect(errors).toContain('is complete');
    assertUndisturbed(join(folder, 'killed'));
    rmSync(join(folder, 'killed'), {recursive: true});
  }
});

test(`a sidecar that is killed at ${KILLS} moments and started anew ends its runs with the same digest`, async () => {
  const random = new RandomStream(randomKey(2));
  let kills = 0;
  let directory: string | null = null;
  for (let ended = false; kills < KILLS || !ended; ) {
    const client: SidecarClient = await startSidecar({}, server);
    const ending = client.next('mlpLab/runEvents', ({events}) => events.some(({event}) => event === 'runEnded'));
    const run: RunState | null = await beginOrGoOn(client, directory);
    // The last kill may have come when all was stored.
    ended = run === null;
    if (run) {
      directory = run.directory;
      await client.request('mlpLab/attach', {run: run.run, from: run.events});
      const moment = random.uniform() * Math.max(1500, undisturbedMs / 8);
      ended = await Promise.race([
        ending.then(() => true),
        ...(kills < KILLS ? [new Promise<boolean>(resolve => setTimeout(resolve, moment, false))] : []),
      ]);
    }
    if (!ended) {
      const died = once(client.process, 'exit');
      client.process.kill('SIGKILL');
      await died;
      kills++;
      continue;
    }
    await client.close();
    assertUndisturbed(directory!);
    directory = null;
  }
});

/** @returns null if the run is complete */
async function beginOrGoOn(client: SidecarClient, directory: string | null): Promise<RunState | null> {
  if (directory !== null) {
    try {
      return (await client.request('mlpLab/resumeStoredRun', {directory})).state;
    } catch (error) {
      expect((error as Error).message).toContain('is complete');
      return null;
    }
  }
  const document = join(folder, 'sonar.mlp.json');
  const text = readFileSync(document, 'utf8').replace('"epochs": 300', '"epochs": 600');
  const variants = ['baseline', 'hidden dropout'];
  const answer = await client.request('mlpLab/startRun', {kind: 'crossValidation', document, text, variants});
  if (answer.kind === 'wrongInput') throw new Error('a good document was refused');
  return answer.state;
}

function assertUndisturbed(directory: string): void {
  const stored = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as StoredRun;
  expect(stored.status).toBe('completed');
  expect(stored.crossValidation!.digest).toBe(undisturbed.digest);
  expect(stored.crossValidation!.variants).toEqual(undisturbed.variants);
  const predictions = (of: string) => readFileSync(join(of, 'predictions.csv'), 'utf8');
  expect(predictions(directory)).toBe(predictions(join(folder, 'undisturbed')));
}

/** A process that was killed before run.json was there has begun no run. */
function hasRun(): boolean {
  if (existsSync(join(folder, 'killed/run.json'))) return true;
  rmSync(join(folder, 'killed'), {recursive: true, force: true});
  return false;
}

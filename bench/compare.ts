/**
 * MLP Lab beside PyTorch, TensorFlow.js, brain.js and scikit-learn, on one machine in one run:
 *
 * `npm run bench -- [--quick] [--contestants 'NAME; NAME'] [--groups tasks,dropout,rows,width,teams,commands,memory] [--rounds 9]`
 *
 * Each contestant is a process that waits until it is told to train for a round, so rounds of all interleave. Before
 * anything is timed, all must reach the same losses from the same weights on the same rows. The medians and their
 * ratios are printed; everything measured in a whole run is written to bench/results/comparison.json, of which
 * `node bench/report.ts` makes the tables of docs/performance.md. A contestant that is not installed is left out, in one line.
 */
import {mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {availableParallelism, loadavg, tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {performance} from 'node:perf_hooks';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {randomKey} from '../sidecar/kernels/random.ts';
import {initialParameters} from '../sidecar/network/initialize.ts';
import {referenceEngine} from '../sidecar/network/referenceEngine.ts';
import {planOf, readCase, readFloats, writeCase} from './comparison/caseFile.ts';
import {type Case, cases, type Task} from './comparison/cases.ts';
import type {CaseResult, Check, CommandResult, Comparison, MemoryResult, TeamResult} from './comparison/comparison.ts';
import {allContestants, type ContestantKind} from './comparison/contestants.ts';
import {describeMachine} from './comparison/machine.ts';
import {measureMemory} from './comparison/measureMemory.ts';
import {ContestantProcess} from './comparison/process.ts';
import {checkLosses, type Effort, type Running, timeCase} from './comparison/timeCase.ts';
import {timeCommands} from './comparison/timeCommands.ts';
import {timeTeams} from './comparison/timeTeams.ts';

const allGroups = ['tasks', 'dropout', 'rows', 'width', 'teams', 'commands', 'memory'];
const {values: options} = parseArgs({
  options: {
    quick: {type: 'boolean', default: false},
    contestants: {type: 'string'},
    groups: {type: 'string', default: allGroups.join(',')},
    rounds: {type: 'string'},
    out: {type: 'string'},
  },
});
const {quick} = options;
const rounds = Number(options.rounds ?? (quick ? 3 : 9));
if (!(Number.isInteger(rounds) && rounds > 0)) refuse(`--rounds must be a positive integer, got ${options.rounds}.`);
const effort: Effort = quick ? {rounds, roundMs: 40, warmUpMs: 80} : {rounds, roundMs: 200, warmUpMs: 600};
const groups = options.groups.split(',').map(name => name.trim());
for (const name of groups) {
  if (!allGroups.includes(name)) refuse(`There is no group "${name}". There are ${allGroups.join(', ')}.`);
}
/** A part of a comparison, or a quick one, must not take the place of a whole one. */
const isWhole = !quick && !options.contestants && allGroups.every(name => groups.includes(name));
const out = options.out ?? (isWhole ? fileURLToPath(new URL('results/comparison.json', import.meta.url)) : null);
const loadBefore = loadavg()[0]!;
const started = performance.now();
const startedAt = new Date().toISOString();

const named = options.contestants?.split(';').map(name => name.trim());
const everyone = allContestants();
for (const name of named ?? []) {
  if (everyone.some(one => one.name === name)) continue;
  refuse(`There is no contestant "${name}". There are ${everyone.map(one => one.name).join('; ')}.`);
}
const invited = everyone.filter(({name}) => !named || named.includes(name));
const contestants = invited.filter(({absence}) => absence === null);
for (const {name, absence} of invited) if (absence !== null) console.log(`Without ${name}: ${absence}.`);

const folder = mkdtempSync(join(tmpdir(), 'mlp-bench-'));
const abouts = new Map<string, string>();
const checks: Check[] = [];
/** Who failed in the task that is going on. */
const ended = new Set<string>();
const results: CaseResult[] = [];
let teams: TeamResult[] = [];
let commands: CommandResult[] = [];
let memory: MemoryResult | null = null;
try {
  for (const task of ['sonar', 'digits', 'forest'] as const) await compareOn(task);
  if (groups.includes('teams')) teams = await compareTeams();
  if (groups.includes('commands')) commands = await compareCommands();
  if (groups.includes('memory')) memory = await ownMemory();
} finally {
  rmSync(folder, {recursive: true});
}
const comparison: Comparison = {
  version: 1,
  startedAt,
  minutes: Math.round((performance.now() - started) / 6000) / 10,
  quick,
  rounds: effort.rounds,
  machine: describeMachine(loadBefore),
  contestants: invited.map(({name, family, threads, leavesOut, absence}) => ({
    name,
    family,
    threads,
    leavesOut,
    about: abouts.get(name) ?? null,
    absence,
  })),
  checks,
  cases: results,
  teams,
  commands,
  memory,
};
if (out === null) console.log('Not stored, because it is only a part or quick: --out FILE stores it.');
else {
  mkdirSync(dirname(out), {recursive: true});
  writeFileSync(out, `${JSON.stringify(comparison, null, 1)}\n`);
  console.log(
    `Stored in ${out} after ${comparison.minutes} minutes. node bench/report.ts makes docs/performance.md of it.`,
  );
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

/** Checks and times all cases of one task, each contestant in one process. */
async function compareOn(task: Task): Promise<void> {
  const ofTask = cases.filter(one => one.task === task && groups.includes(one.group));
  if (ofTask.length === 0) return;
  const check = cases.find(one => one.task === task && one.group === 'check')!;
  const running: Running[] = contestants
    .filter(kind => [check, ...ofTask].some(one => kind.takesPart(one)))
    .map(kind => ({kind, process: new ContestantProcess(kind.command, kind.environment)}));
  try {
    await checkAll(check, running);
    for (const one of ofTask) {
      // Few rows have shown what a quick run is for.
      if (quick && (one.rows > 1e5 || Math.max(...one.widths) > 1024)) continue;
      const file = writeCase(one, folder);
      const taking = running.filter(({kind}) => kind.takesPart(one) && !ended.has(kind.name));
      const rounds = effort.rounds * roundsFactor(task);
      const result = await timeCase(one, file, taking, {...effort, rounds}, (name, error) =>
        leaveOut(name, one, error),
      );
      removeData(file);
      results.push(result);
      print(result);
    }
  } finally {
    await Promise.all(running.map(({process}) => process.dispose()));
  }
}

/**
 * All rounds of a small network together take a second: a busy moment of the machine may cover most of them, unless there
 * are more.
 */
function roundsFactor(task: Task): number {
  return task === 'sonar' ? 3 : 1;
}

/** A contestant that fails misses what is left of the task: its process may be gone. The others go on. */
function leaveOut(name: string, {name: place, task}: Case, error: Error): void {
  console.error(`${name} is left out of ${task} from "${place}" on: ${error.message}`);
  ended.add(name);
  process.exitCode = 1;
}

async function checkAll(check: Case, running: readonly Running[]): Promise<void> {
  const file = writeCase(check, folder);
  const losses = referenceLosses(check, file);
  ended.clear();
  for (const one of running) {
    try {
      const {about} = await one.process.ask({kind: 'prepare', file});
      abouts.set(one.kind.name, about);
      if (one.kind.takesPart(check)) checks.push(await checkLosses(check, file, one, losses));
    } catch (error) {
      leaveOut(one.kind.name, check, error as Error);
    }
  }
  removeData(file);
  const differences = checks.filter(({case: name}) => name === check.name).map(one => one.largestDifference);
  console.log(
    `${check.name}: the losses of ${differences.length} contestants agree with the reference to ${Math.max(...differences).toExponential(1)}.`,
  );
}

/** The first losses of the float64 reference engine. */
function referenceLosses(check: Case, file: string): number[] {
  const steps = quick && check.task === 'digits' ? 3 : 8;
  const {files} = readCase(file);
  const network = referenceEngine.createNetwork(planOf(check));
  network.writeParameters(initialParameters(planOf(check), randomKey(11)).map(Math.fround));
  const losses = new Float64Array(steps);
  const epoch = {
    samples: {inputs: readFloats(files.inputs), targets: readFloats(files.targets), weights: null},
    order: Uint32Array.from({length: steps * check.batchSize}, (_, row) => row),
    batchSize: check.batchSize,
    learningRates: new Float64Array(steps).fill(check.optimizer.learningRate),
    momenta: new Float64Array(steps).fill(check.optimizer.momentum),
    noise: {kind: 'drawn', key: randomKey(3)},
  } as const;
  network.trainSteps(epoch, 0, steps, losses);
  network.dispose();
  return [...losses];
}

/** One core each, as folds are trained: MLP Lab in both numerics, and PyTorch. */
function compareTeams(): Promise<TeamResult[]> {
  const one = caseNamed('sonar');
  const kinds = contestants.filter(kind => kind.threads === 1 && isFast(kind));
  return timeTeams(one, writeCase(one, folder), kinds, workerCounts(), effort).then(results => {
    console.log(`\n${one.name}, several processes at once (ms per step of all together)`);
    console.table(
      results.map(({contestant, processes, median}) => ({contestant, processes, 'µs per step': round(1000 * median)})),
    );
    return results;
  });
}

function compareCommands(): Promise<CommandResult[]> {
  const rivals = contestants.filter(kind => kind.threads === 1 && kind.family.startsWith('PyTorch'));
  const file = writeCase(caseNamed('sonar'), folder);
  return timeCommands(file, quick ? [] : rivals, workerCounts(), quick ? 2 : 7).then(results => {
    console.log('\nOne variant of the Sonar experiment, 10 folds × 300 epochs, start of the program included');
    console.table(results.map(({name, workers, median}) => ({command: name, workers, seconds: round(median)})));
    return results;
  });
}

async function ownMemory(): Promise<MemoryResult | null> {
  const kind = contestants.find(({name}) => name === 'MLP Lab');
  if (!kind) return null;
  const digits: Case = {...caseNamed('digits, dropout 0.2 / 0.5'), rows: 60_000};
  const digitsFile = writeCase(digits, folder);
  const files = {digits: digitsFile, sonar: writeCase(caseNamed('sonar, hidden dropout 0.2'), folder)};
  const result = await measureMemory(kind, files, statSync(readCase(digitsFile).files.inputs).size);
  console.log(
    `\nMemory: digits on 60,000 rows peak ${round(result.digitsPeakMB)} MB, of which ${round(result.digitsDataMB)} MB are data; ` +
      `Sonar after ${result.sonarSteps.join(', ')} steps ${result.sonarResidentMB.map(round).join(', ')} MB.`,
  );
  return result;
}

function caseNamed(name: string): Case {
  return cases.find(one => one.name === name)!;
}

function isFast({family, command}: ContestantKind): boolean {
  return family.startsWith('PyTorch') || (family === 'MLP Lab' && !command.includes('plain'));
}

/** One worker, and one for each core. */
function workerCounts(): number[] {
  return [...new Set([1, availableParallelism()])];
}

function removeData(file: string): void {
  for (const path of [...Object.values(readCase(file).files), file]) rmSync(path);
}

function print({case: one, results}: CaseResult): void {
  const own = results.find(({contestant}) => contestant === 'MLP Lab') ?? results[0];
  console.log(`\n${one.name}: ${one.widths.join('-')}, batch ${one.batchSize}`);
  console.table(
    Object.fromEntries(
      results.map(({contestant, median, rounds, firstLoss, lastLoss}) => [
        contestant,
        {
          'ms per step': round(median),
          from: round(Math.min(...rounds)),
          to: round(Math.max(...rounds)),
          'times MLP Lab': own ? round(median / own.median) : null,
          loss: `${round(firstLoss)} → ${round(lastLoss)}`,
        },
      ]),
    ),
  );
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

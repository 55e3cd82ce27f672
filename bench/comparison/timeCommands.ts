import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {performance} from 'node:perf_hooks';
import {fileURLToPath} from 'node:url';
import {SONAR_STEPS} from './cases.ts';
import type {CommandResult} from './comparison.ts';
import type {ContestantKind} from './contestants.ts';
import {ContestantProcess} from './process.ts';
import {median} from './statistics.ts';

interface Command {
  readonly name: string;
  readonly workers: number;
  run(): Promise<void>;
}

/**
 * The whole work of one variant of the Sonar experiment, 10 folds × 300 epochs, from the start of the program to its
 * end: `mlp cv` (which also reads the data, fits two baselines and stores the run), and the same number of steps in
 * as many processes of each of `rivals`.
 */
export async function timeCommands(
  file: string,
  rivals: readonly ContestantKind[],
  workerCounts: readonly number[],
  repeats: number,
): Promise<CommandResult[]> {
  const commands: Command[] = workerCounts.flatMap(workers => [
    {name: 'mlp cv', workers, run: () => crossValidate(workers)},
    ...rivals.map(kind => ({name: kind.name, workers, run: () => trainInProcesses(kind, workers, file)})),
  ]);
  const seconds = new Map<Command, number[]>(commands.map(command => [command, []]));
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const command of commands) {
      const started = performance.now();
      await command.run();
      seconds.get(command)!.push((performance.now() - started) / 1000);
    }
  }
  return commands.map(command => {
    const all = seconds.get(command)!;
    return {name: command.name, workers: command.workers, seconds: all, median: median(all)};
  });
}

const root = fileURLToPath(new URL('../..', import.meta.url));

async function crossValidate(workers: number): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'mlp-bench-'));
  try {
    const options = ['--variant', 'baseline', '--workers', String(workers), '--out', join(out, 'run'), '--json'];
    const args = ['dist/mlp.mjs', 'cv', 'examples/sonar/sonar.mlp.json', ...options];
    const child = spawn(process.execPath, args, {cwd: root, stdio: 'ignore'});
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`mlp cv ended with exit code ${code}`);
  } finally {
    rmSync(out, {recursive: true});
  }
}

async function trainInProcesses(kind: ContestantKind, count: number, file: string): Promise<void> {
  const members = Array.from({length: count}, () => new ContestantProcess(kind.command, kind.environment));
  try {
    await Promise.all(
      members.map(async member => {
        await member.ask({kind: 'prepare', file});
        await member.ask({kind: 'train', steps: Math.ceil(SONAR_STEPS / count), losses: false});
      }),
    );
  } finally {
    await Promise.all(members.map(member => member.dispose()));
  }
}

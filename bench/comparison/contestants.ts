import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {canRun} from '../../sidecar/kernels/wasmKernels.ts';
import type {Case} from './cases.ts';

/** Who takes part. */
export interface ContestantKind {
  /** Unique; also what tables call it. */
  readonly name: string;
  /** Contestants of one family are one program in several ways; the best of a family is what ratios are taken to. */
  readonly family: 'MLP Lab' | 'PyTorch eager' | 'PyTorch by hand' | 'TensorFlow.js' | 'brain.js' | 'scikit-learn';
  readonly threads: number;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What of a case it cannot do and leaves out, in words; null: nothing. */
  readonly leavesOut: string | null;
  /** Whether it takes part in a case. */
  takesPart(one: Case): boolean;
  /** Why it cannot run on this machine, in words; null: it can. */
  readonly absence: string | null;
}

/** Debian installs PyTorch and scikit-learn for its own Python; elsewhere the Python on the path is asked. */
const python = process.env.BENCH_PYTHON ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3');

export function allContestants(): ContestantKind[] {
  return [...ours(), ...pytorch(), ...tensorflow(), brain(), scikitLearn()];
}

function ours(): ContestantKind[] {
  const noStrict = canRun('strict') ? null : 'this machine has no WebAssembly SIMD';
  const noRelaxed = canRun('relaxed') ? null : 'this machine has no relaxed WebAssembly SIMD';
  return [
    engine('MLP Lab', 'wasm', 1, noStrict),
    engine('MLP Lab fast', 'wasmRelaxed', 1, noRelaxed),
    {...engine('MLP Lab plain TypeScript', 'plain', 1, null), takesPart: ({group}) => isMain(group)},
    engine('MLP Lab, 2 threads', 'wasm', 2, noStrict),
    engine('MLP Lab fast, 2 threads', 'wasmRelaxed', 2, noRelaxed),
  ];
}

function engine(name: string, argument: string, threads: number, absence: string | null): ContestantKind {
  return {
    name,
    family: 'MLP Lab',
    threads,
    command: [process.execPath, '--expose-gc', script('mlpLab.ts'), argument, String(threads)],
    environment: {},
    leavesOut: null,
    takesPart: ({task}) => threads === 1 || task !== 'sonar',
    absence,
  };
}

/** With two threads, OpenBLAS has them, for the products; see pytorch.py. They do not help a network like Sonar's. */
function pytorch(): ContestantKind[] {
  const absence = pythonLacks('torch', 'python3-torch');
  const kinds = [
    ['eager', 'PyTorch eager', 'PyTorch eager'],
    ['bernoulli', 'PyTorch by hand, bernoulli_', 'PyTorch by hand'],
    ['uniform', 'PyTorch by hand, uniform_', 'PyTorch by hand'],
  ] as const;
  return kinds.flatMap(([mode, name, family]) =>
    [1, 2].map(threads => ({
      name: threads === 1 ? name : `${name}, 2 threads`,
      family,
      threads,
      command: [python, script('pytorch.py'), mode],
      environment: {OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: String(threads)},
      leavesOut: null,
      takesPart: ({group, task}: Case) => threads === 1 || (task !== 'sonar' && group !== 'check'),
      absence,
    })),
  );
}

function tensorflow(): ContestantKind[] {
  return ['wasm', 'cpu'].map(backend => ({
    name: `TensorFlow.js ${backend}`,
    family: 'TensorFlow.js',
    threads: 1,
    command: [process.execPath, script('tensorflow.ts'), backend],
    environment: {},
    leavesOut: null,
    takesPart: ({group}) => isMain(group),
    absence: npmLacks('@tensorflow/tfjs'),
  }));
}

function brain(): ContestantKind {
  return {
    name: 'brain.js',
    family: 'brain.js',
    threads: 1,
    command: [process.execPath, script('brain.ts')],
    environment: {},
    leavesOut: 'batches and cross-entropy: it trains row by row on a squared error, here with sigmoid units',
    takesPart: ({task, group, rates}) => task === 'sonar' && group === 'tasks' && rates.visible + rates.hidden === 0,
    absence: npmLacks('brain.js'),
  };
}

function scikitLearn(): ContestantKind {
  return {
    name: 'scikit-learn',
    family: 'scikit-learn',
    threads: 1,
    command: [python, script('scikitLearn.py')],
    environment: {OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1'},
    leavesOut: 'dropout and max-norm, which it does not have',
    takesPart: ({group, maxNorm}) => (group === 'check' ? maxNorm === null : group === 'tasks'),
    absence: pythonLacks('sklearn', 'python3-sklearn'),
  };
}

/** Sweeps compare the fast ones only. */
function isMain(group: Case['group']): boolean {
  return group === 'tasks' || group === 'check';
}

function script(name: string): string {
  return fileURLToPath(new URL(`../peers/${name}`, import.meta.url));
}

function npmLacks(name: string): string | null {
  const installed = existsSync(fileURLToPath(new URL(`../peers/node_modules/${name}`, import.meta.url)));
  return installed ? null : 'not installed (npm ci --prefix bench/peers --ignore-scripts)';
}

function pythonLacks(module: string, debianPackage: string): string | null {
  const {status} = spawnSync(python, ['-c', `import ${module}`], {stdio: 'ignore'});
  return status === 0 ? null : `${python} has no module ${module} (on Debian: apt install ${debianPackage})`;
}

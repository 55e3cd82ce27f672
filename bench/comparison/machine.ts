import {availableParallelism, cpus, loadavg, release, totalmem, type} from 'node:os';
import type {Machine} from './comparison.ts';

/** Variables that OpenBLAS, OpenMP, MKL and Node read: a run under other ones is another run. */
const NUMERIC = /^(OPENBLAS|OMP|GOMP|KMP|MKL|BLIS|NVPL|NODE_OPTIONS|UV_THREADPOOL)/;

export function describeMachine(loadBefore: number): Machine {
  const environment = Object.entries(process.env).flatMap(([name, value]) =>
    NUMERIC.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return {
    cpu: cpus()[0]!.model.trim(),
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0]}`,
    node: process.versions.node,
    loadBefore,
    loadAfter: loadavg()[0]!,
    environment: Object.fromEntries(environment),
  };
}

import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {canRun} from '../../../sidecar/kernels/wasmKernels.ts';
import {wasmEngine, wasmRelaxedEngine} from '../../../sidecar/network/wasmEngine.ts';
import {goldenTolerance, parseTrace, runTrace, worstDifference} from '../../golden/runTrace.ts';

const directory = path.join(import.meta.dirname, '../../golden');
const files = readdirSync(directory).filter(name => name.endsWith('.json'));

describe.each([
  {build: 'strict', engine: wasmEngine},
  {build: 'relaxed', engine: wasmRelaxedEngine},
] as const)('the $build kernels', ({build, engine}) => {
  test.skipIf(!canRun(build)).each(files)('reproduce every tensor of %s', file => {
    const trace = parseTrace(readFileSync(path.join(directory, file), 'utf8'));

    const worst = worstDifference(runTrace(trace, engine));

    expect(worst.difference, `${worst.tensor} differs most`).toBeLessThan(goldenTolerance.float32);
  });
});

import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {referenceEngine} from '../../../sidecar/network/referenceEngine.ts';
import {goldenTolerance, parseTrace, runTrace, worstDifference} from '../../golden/runTrace.ts';

const directory = path.join(import.meta.dirname, '../../golden');
const traces = readdirSync(directory).filter(file => file.endsWith('.json'));

test('there are golden traces', () => {
  expect(traces.length).toBeGreaterThanOrEqual(18);
});

// Both sides are float64 and differ in the order of sums only: 1e-9 leaves room for 20 steps to amplify 1e-16.
test.each(traces)('the reference engine trains %s as PyTorch did: losses, every tensor, evaluation', file => {
  const differences = runTrace(parseTrace(readFileSync(path.join(directory, file), 'utf8')), referenceEngine);

  const {tensor, difference} = worstDifference(differences);
  expect(difference, `${tensor} is off by ${difference}`).toBeLessThan(goldenTolerance.float64);
});

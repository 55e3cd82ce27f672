/** Prints the closing line of `.ci/run` from what the test runs counted: "N passed, N failed, N skipped". */
import {globSync, readFileSync} from 'node:fs';

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
}

const runs = globSync('node_modules/.cache/test-counts/*.json').map(
  file => JSON.parse(readFileSync(file, 'utf8')) as Counts,
);
const total = (key: keyof Counts) => runs.reduce((sum, run) => sum + run[key], 0);
// A file that could not be loaded has no failed test, but is a failure.
const failed = Math.max(total('numFailedTests'), Math.min(1, total('numFailedTestSuites')));
console.log(`${total('numPassedTests')} passed, ${failed} failed, ${total('numPendingTests')} skipped`);

import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {engines} from '../sidecar/network/engines.ts';
import {goldenTolerance, parseTrace, runTrace, worstDifference} from '../test/golden/runTrace.ts';

// `npm run golden -- DIR`: holds every engine to every trace in DIR. One line each; exit code 1 if any differs too much.
const directory = process.argv[2] ?? path.join(import.meta.dirname, '../test/golden');
let failures = 0;
for (const file of readTraceNames(directory)) checkTrace(file);
process.exitCode = failures > 0 ? 1 : 0;

function checkTrace(file: string): void {
  try {
    const trace = parseTrace(readFileSync(path.join(directory, file), 'utf8'));
    for (const engine of Object.values(engines)) {
      const worst = worstDifference(runTrace(trace, engine));
      const tolerance = goldenTolerance[engine.precision];
      const isOk = worst.difference <= tolerance;
      if (!isOk) failures++;
      const columns = [
        trace.name.padEnd(28),
        engine.name.padEnd(10),
        worst.difference.toExponential(2).padStart(9),
        worst.tensor.padEnd(24),
        tolerance.toExponential(),
        isOk ? 'ok' : 'FAIL',
      ];
      console.log(columns.join('  '));
    }
  } catch (error) {
    fail(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

function readTraceNames(from: string): string[] {
  try {
    const names = readdirSync(from).filter(name => name.endsWith('.json'));
    if (names.length === 0) fail(`${from} has no traces (*.json)`);
    return names.sort();
  } catch (error) {
    fail(`${from} cannot be read: ${error instanceof Error ? error.message : error}`);
    return [];
  }
}

function fail(message: string): void {
  failures++;
  console.error(`FAIL  ${message}`);
}

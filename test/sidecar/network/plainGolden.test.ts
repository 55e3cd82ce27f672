import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {plainEngine} from '../../../sidecar/network/plainEngine.ts';
import {goldenTolerance, parseTrace, runTrace, worstDifference} from '../../golden/runTrace.ts';

const directory = path.join(import.meta.dirname, '../../golden');
const files = readdirSync(directory).filter(name => name.endsWith('.json'));

test.each(files)('the plain engine reproduces every tensor of %s', file => {
  const trace = parseTrace(readFileSync(path.join(directory, file), 'utf8'));

  const worst = worstDifference(runTrace(trace, plainEngine));

  expect(worst.difference, `${worst.tensor} differs most`).toBeLessThan(goldenTolerance.float32);
});

test.each([
  {without: 'loss', message: 'loss must be a string, got nothing'},
  {without: 'steps', message: 'steps must be a list, got nothing'},
  {without: 'final', message: 'final must be a list, got nothing'},
  {without: 'evaluation', message: 'evaluation must be a list, got nothing'},
])('a trace without $without is refused by name', ({without, message}) => {
  const trace = JSON.parse(readFileSync(path.join(directory, 'plain-sgd.json'), 'utf8'));
  delete trace[without];

  expect(() => parseTrace(JSON.stringify(trace))).toThrow(message);
});

test('a trace with a row of noise too few is refused by its place', () => {
  const trace = JSON.parse(readFileSync(path.join(directory, 'heavy-dropout.json'), 'utf8'));
  trace.steps[3].noise[1].pop();

  expect(() => parseTrace(JSON.stringify(trace))).toThrow('steps[3].noise[1] must be a list of 248 numbers, got 217');
});

test('a run that strays from its trace is seen, and its tensor named', () => {
  const text = readFileSync(path.join(directory, 'plain-sgd.json'), 'utf8');
  const trace = JSON.parse(text);
  trace.final[1].bias[0] += 0.01;

  const worst = worstDifference(runTrace(parseTrace(JSON.stringify(trace)), plainEngine));

  expect(worst.tensor).toBe('hidden2.bias');
  expect(worst.difference).toBeGreaterThan(goldenTolerance.float32);
});

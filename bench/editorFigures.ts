/** bench/results/editor.json: what `npm run bench:language` and `npm run bench:editor` measure, each its own part. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {Machine} from './comparison/comparison.ts';
import {describeMachine} from './comparison/machine.ts';

export interface EditorFigures {
  readonly version: 1;
  readonly language?: LanguageFigures;
  readonly window?: WindowFigures;
}

/** The language server: time of the processor, in ms. */
export interface LanguageFigures {
  readonly startedAt: string;
  readonly machine: Machine;
  readonly lines: number;
  readonly layers: number;
  readonly variants: number;
  readonly dataRows: number;
  /** By what was asked for. */
  readonly sound: Readonly<Record<string, Spread>>;
  /** With a comma missing in the middle. */
  readonly broken: Readonly<Record<string, Spread>>;
}

/** A window of VS Code: time by the clock, in ms. */
export interface WindowFigures {
  readonly startedAt: string;
  readonly machine: Machine;
  readonly workers: number;
  /** Loading the code of the extension, and its `activate`. */
  readonly activation: Spread;
  /** From a key to the screen, with nothing in training. */
  readonly keysAlone: Spread;
  /** The same while a training keeps every core busy and the panel follows it, by turns with the former. */
  readonly keysInTraining: Spread;
}

export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly most: number;
  readonly count: number;
}

const file = fileURLToPath(new URL('results/editor.json', import.meta.url));

export function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(10 * sorted[Math.floor(share * (sorted.length - 1))]!) / 10;
  return {median: at(0.5), p95: at(0.95), most: at(1), count: sorted.length};
}

/** @returns what was measured before; nothing where nothing was */
export function readEditorFigures(): EditorFigures {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as EditorFigures) : {version: 1};
}

/** Replaces one part. @param loadBefore load of the machine before the measurement began */
export function keepEditorFigures<P extends 'language' | 'window'>(
  part: P,
  loadBefore: number,
  measured: Omit<Required<EditorFigures>[P], 'startedAt' | 'machine'>,
): void {
  const head = {startedAt: new Date().toISOString(), machine: describeMachine(loadBefore)};
  const figures = {...readEditorFigures(), [part]: {...head, ...measured}};
  writeFileSync(file, `${JSON.stringify(figures, null, 1)}\n`);
}

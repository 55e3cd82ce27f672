/** The settings that `tune` tries: every combination of its space, or some drawn at random. */
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {exp, log} from '../kernels/elementary.ts';
import {foldIn, RandomStream, randomKey} from '../kernels/random.ts';

export type Tune = NonNullable<ResolvedDocument['tune']>;
export type TuneRange = NonNullable<Tune['space'][string]>;

/** Dotted paths and their values, as a variant has them. */
export interface Candidate {
  /** What tells it from the others: "drop1.rate 0.2, learningRate 0.01". */
  readonly name: string;
  readonly changes: Readonly<Record<string, unknown>>;
}

/** Points of a range that gives neither step nor count. */
const USUAL_COUNT = 5;

/**
 * grid: every combination, the last path changing fastest. random and halving: `trials` different ones, each path drawn
 * by itself, evenly or evenly in its logarithm; fewer where there are not so many.
 * @param isWhole whether a path takes whole numbers only
 * @param seed of the document
 */
export function tuneCandidates(tune: Tune, isWhole: (dotted: string) => boolean, seed: number): Candidate[] {
  const paths = Object.entries(tune.space).map(([dotted, range]) => ({dotted, range: range!, whole: isWhole(dotted)}));
  const settings = tune.method === 'grid' ? combinations(paths) : draws(paths, tune.trials, seed);
  const names = shortNames(paths.map(({dotted}) => dotted));
  return settings.map(values => ({
    name: values.map((value, i) => `${names[i]} ${shown(value)}`).join(', '),
    changes: Object.fromEntries(values.map((value, i) => [paths[i]!.dotted, value])),
  }));
}

/** How many combinations a grid has. */
export function gridSize(tune: Tune, isWhole: (dotted: string) => boolean): number {
  return Object.entries(tune.space).reduce((size, [dotted, range]) => size * points(range!, isWhole(dotted)).length, 1);
}

/** The values of a range in a grid, ascending, or as they are listed. */
export function points(range: TuneRange, whole: boolean): unknown[] {
  const {values, from = 0, to = 1, step, count, scale} = range;
  if (values) return [...values];
  const steps =
    step === undefined
      ? Array.from({length: count ?? USUAL_COUNT}, (_, i) => between(from, to, i / ((count ?? USUAL_COUNT) - 1), scale))
      : // A little more than `to` is rounding.
        Array.from({length: Math.floor((to - from) / step + 1e-9) + 1}, (_, i) => from + i * step);
  return [...new Set(steps.map(value => (whole ? Math.round(value) : rounded(value, 10))))];
}

interface SpacePath {
  readonly dotted: string;
  readonly range: TuneRange;
  readonly whole: boolean;
}

function combinations(paths: readonly SpacePath[]): unknown[][] {
  return paths.reduce<unknown[][]>(
    (all, {range, whole}) => all.flatMap(before => points(range, whole).map(value => [...before, value])),
    [[]],
  );
}

function draws(paths: readonly SpacePath[], trials: number, seed: number): unknown[][] {
  const random = new RandomStream(foldIn(randomKey(seed), 'tune'));
  const found = new Map<string, unknown[]>();
  // A small space may have fewer settings than are asked for.
  for (let attempt = 0; attempt < 50 * trials && found.size < trials; attempt++) {
    const values = paths.map(path => draw(path, random));
    found.set(JSON.stringify(values), values);
  }
  return [...found.values()];
}

function draw({range, whole}: SpacePath, random: RandomStream): unknown {
  const {values, step, count, from = 0, to = 1, scale} = range;
  if (values || step !== undefined || count !== undefined) {
    const all = points(range, whole);
    return all[random.below(all.length)];
  }
  const value = between(from, to, random.uniform(), scale);
  return whole ? Math.round(value) : rounded(value, 3);
}

function between(from: number, to: number, share: number, scale: TuneRange['scale']): number {
  return scale === 'log' ? exp(log(from) + share * (log(to) - log(from))) : from + share * (to - from);
}

/** To some significant figures, so that a document says 0.3 and not 0.30000000000000004. */
function rounded(value: number, figures: number): number {
  return Number(value.toPrecision(figures));
}

/** The shortest ends of the paths that tell them apart: "rate", or "drop1.rate" beside "drop2.rate". */
function shortNames(paths: readonly string[]): string[] {
  const segments = paths.map(path => path.split('.'));
  const end = (parts: readonly string[], length: number) => parts.slice(-length).join('.');
  return segments.map(parts => {
    // A rate or a number of units says little without its layer.
    const least = parts[0] === 'layers' ? 2 : 1;
    for (let length = least; length < parts.length; length++) {
      const name = end(parts, length);
      if (segments.every(other => other === parts || end(other, length) !== name)) return name;
    }
    return parts.join('.');
  });
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

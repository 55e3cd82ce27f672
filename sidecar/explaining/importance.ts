/**
 * What a network's skill on rows that it was not trained on rests on. One thing at a time is taken away: an input column by
 * shuffling it among the test rows or by cutting it off, a unit by cutting what it sends on. How much worse the fold's network
 * then is, is that thing's importance. All folds together give it error bars, by the corrected test, since their networks
 * share training rows.
 *
 * Columns that say the same are each found unimportant: the network has the other one.
 *
 * @see Breiman 2001, Machine Learning 45:5–32, §10 (permutation); Fisher, Rudin, Dominici 2019, JMLR 20(177):1–81
 */
import type {Encoder} from '../data/encoder.ts';
import {compareFolds} from '../evaluation/compare.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {foldIn, type RandomKey, RandomStream} from '../kernels/random.ts';
import type {NetworkPlan} from '../network/plan.ts';
import {tensorLayout} from '../network/tensors.ts';
import type {FoldNetwork} from './foldNetworks.ts';

type Measured = Readonly<Partial<Record<Metric, number | null>>>;

/** What one fold says: its metrics as they are, and without each thing in turn. */
export interface FoldImportance {
  readonly trainRows: number;
  readonly testRows: number;
  readonly whole: Measured;
  readonly without: readonly Measured[];
}

/** The importance of one thing, over all folds. */
export interface Importance {
  readonly name: string;
  /** Of each metric, without it less with it: the mean over the folds, its 95 % interval, and the corrected p. */
  readonly changes: Readonly<
    Record<
      string,
      {readonly mean: number | null; readonly interval: [low: number, high: number] | null; readonly p: number | null}
    >
  >;
}

/** Awaited now and then by long work: lets others have their turn, and throws where the work is not wanted any more. */
export type Turn = () => Promise<void>;

/** Shuffles each column of the encoder among the test rows, `shuffles` times. */
export async function permuteColumns(
  {inputs, fold, measure}: FoldNetwork,
  encoder: Encoder,
  shuffles: number,
  key: RandomKey,
  turn: Turn,
): Promise<FoldImportance> {
  const rows = fold.test.length;
  const {width} = encoder;
  const whole = measure();
  const kept = inputs.slice();
  const without: Measured[] = [];
  for (const [index, {from, to}] of placesOf(encoder).entries()) {
    const random = new RandomStream(foldIn(foldIn(foldIn(key, fold.repeat), fold.fold), index));
    const tries: Measured[] = [];
    while (tries.length < shuffles) {
      const order = random.shuffle(Uint32Array.from({length: rows}, (_, row) => row));
      for (let row = 0; row < rows; row++) {
        for (let at = from; at < to; at++) inputs[row * width + at] = kept[order[row]! * width + at]!;
      }
      tries.push(measure());
      await turn();
    }
    inputs.set(kept);
    without.push(meanOf(tries));
  }
  return {trainRows: fold.train.length, testRows: rows, whole, without};
}

/** Sets what each column of the encoder feeds in to 0, as input dropout does: with standard scaling its mean. */
export async function cutColumns(
  {inputs, fold, measure}: FoldNetwork,
  encoder: Encoder,
  turn: Turn,
): Promise<FoldImportance> {
  const {width} = encoder;
  const whole = measure();
  const kept = inputs.slice();
  const without: Measured[] = [];
  for (const {from, to} of placesOf(encoder)) {
    for (let row = 0; row < fold.test.length; row++) inputs.fill(0, row * width + from, row * width + to);
    without.push(measure());
    inputs.set(kept);
    await turn();
  }
  return {trainRows: fold.train.length, testRows: fold.test.length, whole, without};
}

/** Where the inputs of each column lie in a row. */
function placesOf({columns}: Encoder): {readonly from: number; readonly to: number}[] {
  let next = 0;
  return columns.map(({inputs}) => {
    const from = next;
    next += inputs.length;
    return {from, to: next};
  });
}

/** A unit of a hidden layer, and the weights by which what it sends reaches the next layer of units. */
export interface UnitPlace {
  /** Name of its layer. */
  readonly layer: string;
  /** Its number there, from 0. */
  readonly unit: number;
  /** Of the block of parameters. */
  readonly outgoing: readonly number[];
}

/** Every unit of every hidden layer. Layers between two layers of units keep units apart, so the weights after them tell. */
export function hiddenUnits(plan: NetworkPlan): UnitPlace[] {
  const tensors = tensorLayout(plan);
  const weighted = plan.layers.flatMap((layer, index) => ('units' in layer ? [{layer, index}] : []));
  return weighted.slice(0, -1).flatMap(({layer}, at) => {
    const next = weighted[at + 1]!;
    const {offset} = tensors.find(tensor => tensor.layer === next.index && tensor.name === 'weight')!;
    return Array.from({length: layer.units}, (_, unit) => ({
      ...{layer: layer.name, unit},
      outgoing: Array.from({length: next.layer.units}, (__, to) => offset + to * next.layer.inputs + unit),
    }));
  });
}

/** Cuts off each unit in turn. */
export async function ablateUnits(
  {network, parameters, fold, measure}: FoldNetwork,
  units: readonly UnitPlace[],
  turn: Turn,
): Promise<FoldImportance> {
  const whole = measure();
  const changed = parameters.slice();
  const without: Measured[] = [];
  for (const {outgoing} of units) {
    for (const at of outgoing) changed[at] = 0;
    network.writeParameters(changed);
    for (const at of outgoing) changed[at] = parameters[at]!;
    without.push(measure());
    await turn();
  }
  network.writeParameters(parameters);
  return {trainRows: fold.train.length, testRows: fold.test.length, whole, without};
}

/** The folds together. @param names of the things, in the order of `without` */
export function importances(
  names: readonly string[],
  folds: readonly FoldImportance[],
  measured: readonly Metric[],
): Importance[] {
  const rows = {trainRows: folds.map(each => each.trainRows), testRows: folds.map(each => each.testRows)};
  return names.map((name, index) => ({
    name,
    changes: Object.fromEntries(
      measured.map(metric => {
        const whole = folds.map(fold => fold.whole[metric] ?? null);
        const without = folds.map(fold => fold.without[index]![metric] ?? null);
        const compared = compareFolds(
          {name: 'whole', values: whole, ...rows},
          {name: 'without', values: without, ...rows},
          metric,
        );
        return [metric, {mean: compared.difference, interval: compared.interval, p: compared.pCorrected}];
      }),
    ),
  }));
}

/** What one unit of a layer is worth. Units of different folds' networks have nothing in common but their layer. */
export interface LayerAblation {
  readonly layer: string;
  readonly units: number;
  /** Share of the units without which nothing changes: they are dead, or cut off by later layers. */
  readonly idle: number;
  /** Of each metric: the change when one unit is cut off, mean over units and folds, and that of the unit missed most, mean over folds. */
  readonly changes: Readonly<Record<string, {readonly mean: number | null; readonly worst: number | null}>>;
  /** The units that are missed most by the last of the metrics, the most first, at most `MOST_MISSED`. */
  readonly missed: MissedUnit[];
}

/** A unit in the network of one fold. All count from 1. */
export interface MissedUnit {
  readonly repeat: number;
  readonly fold: number;
  readonly unit: number;
  readonly changes: Readonly<Record<string, number | null>>;
}

const MOST_MISSED = 20;

/** @param folds that `ablateUnits` gave for these units, each with its place, from 0 */
export function layerAblations(
  units: readonly UnitPlace[],
  folds: readonly (FoldImportance & {readonly repeat: number; readonly fold: number})[],
  names: readonly Metric[],
): LayerAblation[] {
  const layers = [...new Set(units.map(({layer}) => layer))];
  return layers.map(layer => {
    const own = units.flatMap((unit, index) => (unit.layer === layer ? [index] : []));
    const changesOf = ({whole, without}: FoldImportance, name: Metric) =>
      own.map(index => difference(without[index]![name], whole[name])).filter(change => change !== null);
    const idle = folds.map(
      fold => own.filter(index => names.every(name => fold.without[index]![name] === fold.whole[name])).length,
    );
    return {
      ...{layer, units: own.length},
      idle: (mean(idle) ?? 0) / own.length,
      changes: Object.fromEntries(
        names.map(name => {
          const all = folds.map(fold => changesOf(fold, name));
          const worst = metrics[name].direction === 'higher' ? Math.min : Math.max;
          const worsts = all.filter(changes => changes.length > 0).map(changes => worst(...changes));
          return [name, {mean: mean(all.flat()), worst: mean(worsts)}];
        }),
      ),
      missed: mostMissed(own, units, folds, names),
    };
  });
}

function mostMissed(
  own: readonly number[],
  units: readonly UnitPlace[],
  folds: Parameters<typeof layerAblations>[1],
  names: readonly Metric[],
): MissedUnit[] {
  const metric = names.at(-1)!;
  const sign = metrics[metric].direction === 'higher' ? 1 : -1;
  const loss = ({changes}: MissedUnit) => sign * (changes[metric] ?? 0);
  return folds
    .flatMap(({repeat, fold, whole, without}) =>
      own.map((index): MissedUnit => {
        const changes = names.map(name => [name, difference(without[index]![name], whole[name])]);
        return {repeat: repeat + 1, fold: fold + 1, unit: units[index]!.unit + 1, changes: Object.fromEntries(changes)};
      }),
    )
    .filter(unit => loss(unit) < 0)
    .sort((a, b) => loss(a) - loss(b))
    .slice(0, MOST_MISSED);
}

function difference(a: number | null | undefined, b: number | null | undefined): number | null {
  return typeof a === 'number' && typeof b === 'number' ? a - b : null;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length;
}

function meanOf(all: readonly Measured[]): Measured {
  const names = Object.keys(all[0] ?? {}) as Metric[];
  return Object.fromEntries(
    names.map(name => {
      const values = all.map(each => each[name] ?? null).filter(value => value !== null);
      return [name, mean(values)];
    }),
  );
}

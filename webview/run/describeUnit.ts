import type {DropCounts, LayerMask, LayerState, Masks} from '../../schemas/protocol.ts';
import {counted, grouped, number, percent, short} from '../ui/format.ts';
import {dropBand} from './dropBand.ts';
import {isKept, keptShare} from './masks.ts';
import {type Column, columnName, dropsOf} from './networkShape.ts';

export interface UnitFacts {
  readonly column: Column;
  /** From 0. */
  readonly unit: number;
  readonly masks: Masks | null;
  readonly row: number | null;
  readonly state: LayerState | null;
  readonly counts: readonly DropCounts[];
}

export function unitName(column: Column, unit: number): string {
  if (column.kind === 'input') return `Input ${short(column.names?.[unit] ?? String(unit + 1), 60)}`;
  return column.units === 1 ? `The ${columnName(column)} unit` : `Unit ${unit + 1} of ${columnName(column)}`;
}

/** What is known of a unit, in sentences. The first is its name. */
export function describeUnit(facts: UnitFacts): string[] {
  const {column, unit, state} = facts;
  return [
    `${unitName(column, unit)}.`,
    ...batchSentences(facts),
    ...weightSentences(facts),
    ...countSentences(facts),
    ...activitySentences(state, unit),
    ...normSentences(column, state, unit),
    ...(column.noise.every(({rate}) => rate === 0) && column.weightNoise === null ? ['No layer drops it.'] : []),
  ];
}

function batchSentences({column, unit, masks, row}: UnitFacts): string[] {
  if (!masks) return [];
  const own = masks.layers.filter(mask => column.noise.some(({layer}) => layer === mask.layer));
  return own.flatMap(mask => {
    if (mask.multipliers) return multiplierSentences(mask, unit, row);
    if (!mask.bits) return [];
    if (row !== null) {
      const line = masks.lines[row];
      const kept = isKept(mask, row, unit);
      return [
        `In row ${row + 1} of the batch (line ${line} of the data) ${mask.layer} ${kept ? 'keeps' : 'drops'} it.`,
      ];
    }
    let dropped = 0;
    for (let each = 0; each < mask.rows; each++) dropped += Number(!isKept(mask, each, unit));
    return [`In this batch ${mask.layer} drops it for ${dropped} of ${counted(mask.rows, 'row')}.`];
  });
}

/** dropConnect drops the weights that lead to a unit, not the unit. */
function weightSentences({column: {weightNoise, units}, unit, masks, row}: UnitFacts): string[] {
  const mask = masks?.layers.find(({layer}) => layer === weightNoise?.layer);
  if (!mask?.bits || mask.rate === 0) return [];
  const inputs = mask.width / units;
  const shares = Array.from({length: inputs}, (_, input) => keptShare(mask, row, unit * inputs + input));
  const kept = shares.reduce((sum, share) => sum + share, 0);
  const where = row === null ? 'In the mean of this batch' : `In row ${row + 1} of the batch`;
  return [`${where} ${mask.layer} keeps ${number(kept)} of its ${counted(inputs, 'incoming weight')}.`];
}

function multiplierSentences({layer, multipliers, rows, width}: LayerMask, unit: number, row: number | null): string[] {
  if (!multipliers) return [];
  if (row !== null) return [`${layer} multiplies it by ${number(multipliers[row * width + unit])} in row ${row + 1}.`];
  let sum = 0;
  for (let each = 0; each < rows; each++) sum += multipliers[each * width + unit]!;
  return [`${layer} multiplies it by random factors, in this batch by ${number(sum / rows)} in the mean.`];
}

function countSentences({column, unit, counts}: UnitFacts): string[] {
  return counts
    .filter(({layer, draws, rate}) => draws > 0 && rate > 0 && dropsOf(column, layer))
    .map(drops => {
      const what = column.weightNoise?.layer === drops.layer ? 'weights that lead to it' : 'it';
      const {low, high} = dropBand(drops);
      const count = drops.counts[unit]!;
      const place = count < low ? 'below' : count > high ? 'above' : 'inside';
      return (
        `So far ${drops.layer} dropped ${what} ${grouped(count)} of ${grouped(drops.draws)} times, ${percent(count / drops.draws)}; ` +
        `the rate is ${percent(drops.rate, 0)}. That is ${place} the band of ${grouped(low)} to ${grouped(high)} ` +
        'in which chance keeps 99 of 100 units.'
      );
    });
}

function activitySentences(state: LayerState | null, unit: number): string[] {
  if (!state?.active) return [];
  const share = state.active[unit]!;
  if (share === 0) return ['No row activates it: it is dead.'];
  return [`It is active, above 0, for ${percent(share, 0)} of the rows.`];
}

function normSentences(column: Column, state: LayerState | null, unit: number): string[] {
  if (!state?.incomingNorms) return [];
  const norm = state.incomingNorms[unit]!;
  if (column.maxNorm === null) return [`The norm of its incoming weights is ${number(norm)}.`];
  const share = norm / column.maxNorm;
  const bound = share >= 0.999 ? 'it is bounded' : `${percent(share, 0)} of what max-norm allows`;
  return [`The norm of its incoming weights is ${number(norm)} of at most ${number(column.maxNorm)}: ${bound}.`];
}

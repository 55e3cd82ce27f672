import type {DropCounts, LayerState, Masks} from '../../schemas/protocol.ts';
import {grouped, number, percent} from '../ui/format.ts';
import {unitName} from './describeUnit.ts';
import {keptRows} from './masks.ts';
import type {Column, NetworkShape} from './networkShape.ts';

interface Known {
  readonly batch: Masks | null;
  readonly counts: readonly DropCounts[];
  stateOf(column: Column): LayerState | null;
}

/** What is known of every unit: the network as a table. */
export function unitTable(shape: NetworkShape | null, {batch, counts, stateOf}: Known) {
  const rows = (shape?.columns ?? []).flatMap(column => {
    const state = stateOf(column);
    const own = batch?.layers.find(mask => mask.bits && column.noise.some(({layer}) => layer === mask.layer));
    const kept = own ? keptRows(own) : null;
    // A layer that drops weights drops no unit.
    const drops = counts.find(({layer}) => column.noise.some(noise => noise.layer === layer));
    return Array.from({length: column.units}, (_, unit) => [
      unitName(column, unit),
      own && kept ? `${own.rows - kept[unit]!} of ${own.rows}` : '–',
      drops ? `${grouped(drops.counts[unit]!)} of ${grouped(drops.draws)}` : '–',
      drops && drops.draws > 0 ? percent(drops.counts[unit]! / drops.draws, 2) : '–',
      state?.active ? percent(state.active[unit]!, 0) : '–',
      state?.incomingNorms ? number(state.incomingNorms[unit]!) : '–',
    ]);
  });
  const head = ['Unit', 'Rows that drop it in this batch', 'Dropped so far', 'Share', 'Active rows', 'Incoming norm'];
  const at = batch ? ` at epoch ${batch.epoch}, batch ${batch.batch}` : '';
  return {caption: `Every unit${at}.`, head, rows};
}

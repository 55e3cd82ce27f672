import type {LayerMask, Masks} from '../../schemas/protocol.ts';
import {counted, grouped, percent} from '../ui/format.ts';
import {keptRows, keptUnits} from './masks.ts';
import {
  type Column,
  columnName,
  dropsEntirely,
  learnsRate,
  type NetworkShape,
  type NoiseLayer,
  noiseLayers,
} from './networkShape.ts';

/** What a batch does to the network, in a sentence. @param row of the batch, from 0; null: all of them */
export function describeBatch(shape: NetworkShape, batch: Masks | null, row: number | null): string {
  const isDropping = noiseLayers(shape).some(({noise}) => noise.rate > 0);
  const where = batch
    ? `Epoch ${grouped(batch.epoch)}, batch ${grouped(batch.batch)} of ${grouped(batch.batches)}: `
    : '';
  if (!isDropping) {
    const variant = `${where}${where ? 'this' : 'This'} variant`;
    return learnsRate(shape)
      ? `${variant} drops at a rate that it learns, so there are no masks to show.`
      : `${variant} has no dropout, so every batch trains the whole network.`;
  }
  if (!batch) return 'Waiting for a batch …';
  const masks = batch.layers.filter(({bits, rate}) => bits && rate > 0);
  const ofWeights = masks.filter(({layer}) => dropsWeights(shape, layer));
  const parts = [
    {name: 'units', own: masks.filter(mask => !ofWeights.includes(mask))},
    {name: 'weights', own: ofWeights},
  ].filter(({own}) => own.length > 0);
  if (parts.length === 0)
    return `${where}every unit is multiplied by random numbers around 1; none is dropped entirely.`;
  if (row !== null && row < batch.lines.length) {
    const kept = parts.map(({name, own}) => {
      const all = own.reduce((sum, {width}) => sum + width, 0);
      return `${grouped(own.reduce((sum, mask) => sum + keptUnits(mask, row), 0))} of ${grouped(all)} droppable ${name}`;
    });
    const droppable = masks.reduce((sum, {width}) => sum + width, 0);
    const line = `row ${row + 1} (line ${batch.lines[row]} of the data)`;
    return `${where}${line} trains a network of ${kept.join(' and ')}, one of 2${superscript(droppable)} possible ones.`;
  }
  const shares = parts.map(({name, own}) => `${percent(keptShareOf(own))} of the droppable ${name}`);
  return `${where}each of ${counted(batch.lines.length, 'row')} trains a thinned network of its own; together they keep ${shares.join(' and ')}.`;
}

/** What a layer drops in a batch, for the label of its column. */
export function describeDrops(shape: NetworkShape, noise: NoiseLayer, batch: Masks | null, row: number | null): string {
  if (!dropsEntirely(noise)) return '× noise';
  const {layer, rate} = noise;
  const what = dropsWeights(shape, layer) ? ' weights' : '';
  const mask = batch?.layers.find(each => each.layer === layer && each.bits);
  if (!mask) return `drops ${percent(rate, 0)}${what && ' of the weights'}`;
  if (row !== null && row < mask.rows)
    return `${grouped(mask.width - keptUnits(mask, row))} of ${grouped(mask.width)}${what} dropped`;
  return `${percent(1 - keptShareOf([mask]))}${what && ' of the weights'} dropped`;
}

/** All that is known of a column without a batch. */
export function describeColumn(column: Column): string {
  const parts = [`${columnName(column)}: ${counted(column.units, 'unit')}`];
  if (column.activation) parts.push(column.activation);
  const noise = column.weightNoise ? [column.weightNoise, ...column.noise] : column.noise;
  for (const {layer, type, rate} of noise) parts.push(`${layer} (${type} ${percent(rate, 0)})`);
  for (const {layer, type} of column.others) parts.push(`${layer} (${type})`);
  return parts.join(', ');
}

function dropsWeights({columns}: NetworkShape, layer: string): boolean {
  return columns.some(({weightNoise}) => weightNoise?.layer === layer);
}

function keptShareOf(masks: readonly LayerMask[]): number {
  const cells = masks.reduce((sum, {rows, width}) => sum + rows * width, 0);
  const kept = masks.reduce((sum, mask) => sum + keptRows(mask).reduce((all, count) => all + count, 0), 0);
  return kept / cells;
}

function superscript(value: number): string {
  return [...String(value)].map(digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}

import type {DropCounts} from '../../schemas/protocol.ts';
import {dropStrip} from '../figures/dropStrip.ts';
import {unitsInside} from '../run/dropBand.ts';
import {type Column, dropsOf, type NetworkShape} from '../run/networkShape.ts';
import {h} from '../ui/dom.ts';
import {counted, grouped, percent, short} from '../ui/format.ts';
import type {Theme} from '../ui/theme.ts';

/** How often each unit was dropped so far: of the layers that drop the chosen unit, else of all. */
export function dropStrips(
  shape: NetworkShape,
  counts: readonly DropCounts[],
  chosen: {readonly column: Column; readonly unit: number} | null,
  theme: Theme,
): HTMLElement[] {
  const usual = counts.filter(({rate, draws}) => rate > 0 && draws > 0);
  const isOfChosen = ({layer}: DropCounts) => chosen !== null && dropsOf(chosen.column, layer);
  const own = usual.filter(isOfChosen);
  const what = ({layer}: DropCounts) =>
    shape.columns.some(({weightNoise}) => weightNoise?.layer === layer) ? 'the weights of each unit' : 'each unit';
  return (own.length > 0 ? own : usual).map(drops =>
    h(
      'figure',
      {class: 'strip'},
      h(
        'figcaption',
        {},
        h('strong', {}, short(drops.layer)),
        ` dropped ${what(drops)} ${percent(drops.expected / drops.draws, 0)} of ${grouped(drops.draws)} times, give or take chance: ` +
          `${unitsInside(drops)} of ${counted(drops.counts.length, 'unit')} in the band for 99 of 100.`,
      ),
      dropStrip(drops, isOfChosen(drops) ? chosen!.unit : null, theme),
    ),
  );
}

import type {DropCounts} from '../../schemas/protocol.ts';
import {dropBand} from '../run/dropBand.ts';
import {svg} from '../ui/dom.ts';
import {percent} from '../ui/format.ts';
import type {Theme} from '../ui/theme.ts';

const WIDTH = 300;
const HEIGHT = 112;
const LEFT = 48;
const BOTTOM = 16;
const TOP = 8;

/** How often each unit was dropped: a dot for each unit, over the band in which chance keeps 99 of 100. */
export function dropStrip(drops: DropCounts, unit: number | null, theme: Theme): SVGElement {
  const {draws, counts} = drops;
  const band = dropBand(drops);
  const rate = band.expected / draws;
  const shares = Array.from(counts, count => count / draws);
  const reach =
    Math.max((band.high - band.expected) / draws, ...shares.map(share => Math.abs(share - rate)), 1e-6) * 1.25;
  const [low, high] = [Math.max(0, rate - reach), Math.min(1, rate + reach)];
  const y = (share: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (share - low) / (high - low));
  const x = (index: number) => LEFT + 8 + ((WIDTH - LEFT - 16) * (index + 0.5)) / counts.length;
  const label = (share: number) =>
    svg(
      'text',
      {x: LEFT - 4, y: y(share), 'text-anchor': 'end', 'dominant-baseline': 'central', fill: theme.muted},
      percent(share, high - low < 0.02 ? 2 : 1),
    );
  return svg(
    'svg',
    {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'drop-strip', 'aria-hidden': 'true'},
    svg('rect', {
      x: LEFT,
      width: WIDTH - LEFT - 4,
      y: y(band.high / draws),
      height: Math.max(1, y(band.low / draws) - y(band.high / draws)),
      fill: theme.positive,
      opacity: 0.16,
    }),
    svg('line', {
      x1: LEFT,
      x2: WIDTH - 4,
      y1: y(rate),
      y2: y(rate),
      stroke: theme.muted,
      'stroke-dasharray': '4 3',
    }),
    label(rate),
    label(band.low / draws),
    label(band.high / draws),
    ...shares.map((share, index) => {
      const isOutside = counts[index]! < band.low || counts[index]! > band.high;
      return svg('circle', {
        cx: x(index),
        cy: y(share),
        r: index === unit ? 4.5 : counts.length > 200 ? 1.2 : 2.2,
        fill: isOutside ? theme.dropped : theme.unitHigh,
        stroke: index === unit ? theme.focus : 'none',
        'stroke-width': 1.5,
      });
    }),
    svg('text', {x: LEFT, y: HEIGHT - 3, fill: theme.muted}, 'unit 1'),
    svg('text', {x: WIDTH - 4, y: HEIGHT - 3, 'text-anchor': 'end', fill: theme.muted}, `${counts.length}`),
  );
}

import {h, svg} from '../ui/dom.ts';
import type {Theme} from '../ui/theme.ts';

/** What the marks of the picture mean. */
export function networkLegend() {
  const element = h('div', {class: 'network-legend'});
  let shown = '';
  return {
    element,
    update(
      theme: Theme,
      known: {
        isDropping: boolean;
        isOneRow: boolean;
        hasActivity: boolean;
        hasWeights: boolean;
        isDroppingWeights: boolean;
      },
    ) {
      const {isDropping, isOneRow, hasActivity, hasWeights, isDroppingWeights} = known;
      const key = `${theme.kind} ${theme.background} ${JSON.stringify(known)}`;
      if (key === shown) return;
      shown = key;
      element.replaceChildren(
        ...(isDropping
          ? [
              item(mark(disc(theme.unitHigh)), isOneRow ? 'kept' : 'kept in every row of the batch'),
              ...(isOneRow ? [] : [item(mark(cake(theme)), 'kept in a part of the rows')]),
              item(mark(cross(theme)), isOneRow ? 'dropped' : 'dropped in every row'),
            ]
          : []),
        ...(hasActivity
          ? [
              item(mark(disc(theme.unitLow)), 'rarely active; darker or brighter: more often'),
              item(mark(disc(theme.unitLow), bar(theme)), 'dead: no row activates it'),
            ]
          : []),
        ...(hasWeights
          ? [
              item(mark(line(theme.positive)), 'positive weight, the stronger the larger'),
              item(mark(line(theme.negative)), 'negative weight'),
            ]
          : []),
        ...(isDroppingWeights && isOneRow
          ? [item(mark(dashed(theme.dropped)), 'dropped weight of the chosen unit; others are left out')]
          : []),
      );
    },
  };
}

function item(figure: SVGElement, text: string): HTMLElement {
  return h('div', {class: 'legend-item'}, figure, h('span', {}, text));
}

const mark = (...parts: SVGElement[]) => svg('svg', {viewBox: '0 0 20 20', 'aria-hidden': 'true'}, ...parts);
const disc = (fill: string) => svg('circle', {cx: 10, cy: 10, r: 7, fill});
const line = (stroke: string) => svg('path', {d: 'M1 14C8 14 12 6 19 6', stroke, 'stroke-width': 2.5, fill: 'none'});
const dashed = (stroke: string) =>
  svg('path', {d: 'M1 14C8 14 12 6 19 6', stroke, 'stroke-width': 1.5, 'stroke-dasharray': '2 3', fill: 'none'});
const bar = ({foreground}: Theme) => svg('path', {d: 'M6 14L14 6', stroke: foreground, 'stroke-width': 1.5});
const cake = ({unitHigh, muted}: Theme) =>
  svg(
    'g',
    {},
    svg('path', {d: 'M10 10V3A7 7 0 1 1 3 10Z', fill: unitHigh}),
    svg('circle', {cx: 10, cy: 10, r: 7, fill: 'none', stroke: muted}),
  );
const cross = ({dropped}: Theme) =>
  svg(
    'g',
    {stroke: dropped, fill: 'none'},
    svg('path', {d: 'M6 6L14 14M14 6L6 14', 'stroke-width': 1.8}),
    svg('circle', {cx: 10, cy: 10, r: 7, opacity: 0.5}),
  );

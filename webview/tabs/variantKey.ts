import {markerPath} from '../figures/curvesChart.ts';
import type {Panel} from '../panel.ts';
import {h, svg} from '../ui/dom.ts';
import {short} from '../ui/format.ts';
import {DASHES, MARKERS, nth, type Theme} from '../ui/theme.ts';

/** The variants with their line and marker; pressing one hides it or shows it again. */
export function variantKey(panel: Panel) {
  const element = h('div', {class: 'variant-key', role: 'group', 'aria-label': 'Variants'});
  let shown = '';
  return {
    element,
    update(): void {
      const {run, view, theme} = panel;
      const key = JSON.stringify([run.variantNames, view.hidden, theme]);
      if (key === shown) return;
      shown = key;
      const hadFocus = [...element.children].indexOf(document.activeElement as Element);
      element.replaceChildren(
        ...run.variantNames.map((name, index) => {
          const isHidden = view.hidden.includes(name);
          const hidden = isHidden ? view.hidden.filter(each => each !== name) : [...view.hidden, name];
          return h(
            'button',
            {
              class: 'variant',
              type: 'button',
              title: short(name, 200),
              'aria-pressed': String(!isHidden),
              on: {click: () => panel.changeView({hidden})},
            },
            variantMark(index, theme),
            h('bdi', {}, short(name)),
          );
        }),
      );
      if (hadFocus >= 0) (element.children[hadFocus] as HTMLElement | undefined)?.focus();
    },
  };
}

/** Line and marker of a variant. */
export function variantMark(index: number, theme: Theme): SVGElement {
  const color = nth(theme.series, index);
  return svg(
    'svg',
    {viewBox: '0 0 34 12', class: 'variant-mark', 'aria-hidden': 'true'},
    svg('path', {
      d: 'M0 6H34',
      stroke: color,
      'stroke-width': 2,
      'stroke-dasharray': nth(DASHES, index).join(' ') || null,
    }),
    svg('path', {d: markerPath(nth(MARKERS, index), 4.2), fill: color, transform: 'translate(17 6)'}),
  );
}

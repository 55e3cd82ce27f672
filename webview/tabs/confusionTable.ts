import {h} from '../ui/dom.ts';
import {grouped, percent, short} from '../ui/format.ts';
import type {Theme} from '../ui/theme.ts';

/** Actual classes by predicted ones: a table that is its own picture, the fuller a cell the more of its class are in it. */
export function confusionTable(
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
  theme: Theme,
): HTMLElement {
  const rows = confusion.map((predicted, actual) => {
    const total = predicted.reduce((sum, count) => sum + count, 0);
    return h(
      'tr',
      {},
      h('th', {scope: 'row', title: short(classes[actual] ?? '', 200)}, h('bdi', {}, short(classes[actual] ?? '', 16))),
      ...predicted.map((count, each) => {
        const share = total === 0 ? 0 : count / total;
        const cell = h('td', {class: 'confusion-cell'}, grouped(count), h('small', {}, percent(share, 0)));
        const tint = each === actual ? theme.positive : theme.dropped;
        cell.style.background = `color-mix(in srgb, ${tint} ${Math.round(share * 45)}%, transparent)`;
        return cell;
      }),
    );
  });
  return h(
    'div',
    {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Confusion matrix'},
    h(
      'table',
      {class: 'confusion'},
      h('caption', {}, 'Rows are the actual class, columns the predicted one, over all test rows.'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('td', {}),
          ...classes.map(name => h('th', {scope: 'col', title: short(name, 200)}, h('bdi', {}, short(name, 16)))),
        ),
      ),
      h('tbody', {}, ...rows),
    ),
  );
}

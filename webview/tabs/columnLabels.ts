import type {Masks} from '../../schemas/protocol.ts';
import type {NetworkLayout} from '../figures/networkLayout.ts';
import {describeColumn, describeDrops} from '../run/describeBatch.ts';
import {type Column, columnName, type NetworkShape} from '../run/networkShape.ts';
import {h} from '../ui/dom.ts';
import {grouped, short} from '../ui/format.ts';

/** Names above the columns of the picture, with what the shown batch drops of each. */
export function columnLabels(
  shape: NetworkShape,
  layout: NetworkLayout,
  batch: Masks | null,
  row: number | null,
): HTMLElement[] {
  return shape.columns.map((column, i) => {
    const {left, right, unitsPerMark} = layout.columns[i]!;
    const noise = [...(column.weightNoise ? [column.weightNoise] : []), ...column.noise].filter(({rate}) => rate > 0);
    const label = h(
      'div',
      {class: 'column-label', title: describeColumn(column)},
      h('span', {class: 'column-name'}, short(columnName(column), 18)),
      h('span', {class: 'column-kind'}, kindOf(column, unitsPerMark)),
      ...noise.map(({layer, rate}) => h('span', {class: 'column-drop'}, describeDrops(shape, layer, rate, batch, row))),
    );
    label.style.left = `${(left + right) / 2}px`;
    if (i === 0) label.classList.add('first');
    if (i === shape.columns.length - 1) label.classList.add('last');
    return label;
  });
}

function kindOf({units, activation}: Column, unitsPerMark: number): string {
  const shared = unitsPerMark > 1 ? `, ${unitsPerMark} a mark` : '';
  return `${grouped(units)}${activation && activation !== 'linear' ? ` ${activation}` : ''}${shared}`;
}

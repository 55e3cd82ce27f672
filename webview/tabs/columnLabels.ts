import type {Masks} from '../../schemas/protocol.ts';
import type {NetworkLayout} from '../figures/networkLayout.ts';
import {describeColumn, describeDrops} from '../run/describeBatch.ts';
import {type Column, columnName, type NetworkShape} from '../run/networkShape.ts';
import {h} from '../ui/dom.ts';
import {grouped, short} from '../ui/format.ts';

/** Between the names above two columns, in CSS pixels. */
const GAP = 10;
/** Width of a letter, about. */
const LETTER = 6.5;

/** Names above the columns of the picture, with what the shown batch drops of each. */
export function columnLabels(
  shape: NetworkShape,
  layout: NetworkLayout,
  batch: Masks | null,
  row: number | null,
): HTMLElement[] {
  return labelledColumns(shape, layout).map(i => {
    const column = shape.columns[i]!;
    const {left, right, unitsPerMark} = layout.columns[i]!;
    const noise = [...(column.weightNoise ? [column.weightNoise] : []), ...column.noise].filter(({rate}) => rate > 0);
    const label = h(
      'div',
      {class: 'column-label', title: describeColumn(column)},
      h('span', {class: 'column-name'}, nameOf(column)),
      h('span', {class: 'column-kind'}, kindOf(column, unitsPerMark)),
      ...noise.map(each => h('span', {class: 'column-drop'}, describeDrops(shape, each, batch, row))),
    );
    label.style.left = `${(left + right) / 2}px`;
    if (i === 0) label.classList.add('first');
    if (i === shape.columns.length - 1) label.classList.add('last');
    return label;
  });
}

/** The first, the last, and those between them that have room. What a batch drops is left out: nothing comes and goes. */
function labelledColumns(shape: NetworkShape, {width, columns}: NetworkLayout): number[] {
  const widthOf = (i: number) => {
    const lines = [nameOf(shape.columns[i]!), kindOf(shape.columns[i]!, columns[i]!.unitsPerMark)];
    return LETTER * Math.max(...lines.map(({length}) => length));
  };
  const last = columns.length - 1;
  // The outer two begin and end where the picture does.
  let taken = widthOf(0);
  const end = width - widthOf(last);
  const labelled = [0];
  for (let i = 1; i < last; i++) {
    const {left, right} = columns[i]!;
    const [centre, half] = [(left + right) / 2, widthOf(i) / 2];
    if (centre - half < taken + GAP || centre + half > end - GAP) continue;
    labelled.push(i);
    taken = centre + half;
  }
  return [...labelled, last];
}

function nameOf(column: Column): string {
  return short(columnName(column), 18);
}

function kindOf({units, activation}: Column, unitsPerMark: number): string {
  const shared = unitsPerMark > 1 ? `, ${unitsPerMark} a mark` : '';
  return `${grouped(units)}${activation && activation !== 'linear' ? ` ${activation}` : ''}${shared}`;
}

import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Encoder, encodeRows, fitEncoder} from '../../../sidecar/data/encoder.ts';
import {type FeaturePlan, planFeatures} from '../../../sidecar/data/features.ts';
import type {Column, Table} from '../../../sidecar/data/table.ts';
import {fitTargetScale} from '../../../sidecar/data/target.ts';
import {allRows, dataSection, type Given, tableOf} from './dataFiles.ts';

/**
 * Nothing of a test row may reach the encoder: it is fitted, then every test row is changed at will, and it is fitted
 * again. Encoder and encoded training rows must be the same to the bit. The last test shows that the check would see a
 * leak.
 */
const training = Uint32Array.of(0, 2, 3, 5, 6, 8, 9);
const held = Uint32Array.of(1, 4, 7, 10);
const content = `a,b,c,size,y
0.1,10,red,small,1.5
0.2,11,red,large,2.5
0.4,,blue,small,0.5
,12,blue,,3.5
5.5,13,green,medium,4.5
0.7,11,,large,1
0.9,15,red,medium,2
-8,,blue,small,3
1.1,14,green,large,4
1.3,11,red,small,5
9.5,99,,medium,6
`;

const settings: readonly Given[] = [
  {scale: 'standard', missing: {numeric: 'mean', categorical: 'mostFrequent', indicator: true}},
  {scale: 'minMax', missing: {numeric: 'median', categorical: 'category'}, categories: 'ordinal'},
  {scale: 'robust', missing: {numeric: 'mostFrequent'}, columns: {size: {categories: 'ordinal'}}},
  {scale: 'none', missing: {numeric: 'mean'}},
];

interface Fitted {
  readonly encoder: Encoder;
  readonly inputs: Float32Array;
}

function fitAndEncode(table: Table, plans: readonly FeaturePlan[], rows: Uint32Array): Fitted {
  const encoder = fitEncoder(table, plans, rows);
  const inputs = new Float32Array(training.length * encoder.width);
  encodeRows(table, encoder, training, inputs);
  return {encoder, inputs};
}

/** As bytes, so that not even the sign of a zero may differ. */
function bits({encoder, inputs}: Fitted): string {
  return JSON.stringify(encoder) + Buffer.from(inputs.buffer).toString('hex');
}

/** What a test row may hold instead. */
const change = fc.record({
  number: fc.oneof(fc.constantFrom(Number.NaN, 3.4e38, -3.4e38, 0), fc.double({min: -1e30, max: 1e30, noNaN: true})),
  category: fc.oneof(
    fc.constant(null),
    fc.constantFrom('red', 'blue', 'small', 'medium', 'large', 'Aardvark', 'zebra', 'missing'),
  ),
});
const changes = fc.array(change, {minLength: held.length * 4, maxLength: held.length * 4});
type Change = {readonly number: number; readonly category: string | null};

/** The table with other values in its test rows, and the categories that come with them in their alphabetical places. */
function changed(table: Table, values: readonly Change[]): Table {
  const columns = table.columns.map((column, index): Column => {
    const of = (i: number) => values[index * held.length + i] ?? values[0]!;
    if (column.name === 'y') return column;
    if (column.kind === 'numeric') {
      const copy = Float64Array.from(column.values);
      held.forEach((row, i) => {
        copy[row] = of(i).number;
      });
      return {...column, values: copy};
    }
    const names = Array.from(column.codes, code => (code < 0 ? null : column.categories[code]!));
    held.forEach((row, i) => {
      names[row] = of(i).category;
    });
    const categories = [...new Set([...column.categories, ...names.filter(name => name !== null)])].sort();
    return {
      ...column,
      categories,
      codes: Int32Array.from(names, name => (name === null ? -1 : categories.indexOf(name))),
    };
  });
  return {...table, columns};
}

describe.each(settings)('no value of a test row reaches the encoder: %o', given => {
  test('whatever is in the test rows, encoder and training inputs are the same to the bit', async () => {
    const table = await tableOf(content, given);
    const plans = planFeatures(table, dataSection(given), ['y']);
    const before = bits(fitAndEncode(table, plans, training));
    fc.assert(
      fc.property(changes, values => {
        expect(bits(fitAndEncode(changed(table, values), plans, training))).toBe(before);
      }),
    );
  });

  test('encoded test rows are finite, whatever they hold', async () => {
    const table = await tableOf(content, given);
    const plans = planFeatures(table, dataSection(given), ['y']);
    const encoder = fitEncoder(table, plans, training);
    fc.assert(
      fc.property(changes, values => {
        const inputs = new Float32Array(table.rows * encoder.width);
        encodeRows(changed(table, values), encoder, allRows(table), inputs);
        expect(inputs.every(Number.isFinite)).toBe(true);
      }),
    );
  });
});

test('the scale of the target does not depend on the test rows', () => {
  const values = Float64Array.from({length: 11}, (_, row) => row * 1.5);
  const before = fitTargetScale(values, training, 'standard');
  for (const row of held) values[row] = 1e30;
  expect(fitTargetScale(values, training, 'standard')).toEqual(before);
  expect(fitTargetScale(values, allRows({rows: 11}), 'standard')).not.toEqual(before);
});

describe('the check sees a leak: an encoder fitted on all rows does change with the test rows', () => {
  const row: Change = {number: 1e6, category: 'green'};
  test.each(settings)('%o', async given => {
    const table = await tableOf(content, given);
    const plans = planFeatures(table, dataSection(given), ['y']);
    const leaking = (from: Table) => bits(fitAndEncode(from, plans, allRows(from)));
    const other = changed(table, new Array(held.length * 4).fill(row));
    expect(leaking(other)).not.toBe(leaking(table));
  });
});

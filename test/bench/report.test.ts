import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {replaceSections} from '../../bench/report/replaceSections.ts';
import {measuredDocs} from '../../bench/report.ts';

test('docs/performance.md, its picture and docs/sidecar.md say what bench/results holds (node bench/report.ts)', () => {
  const {performance, sidecar, chart} = measuredDocs();
  expect(readFileSync('docs/performance.md', 'utf8')).toBe(performance);
  expect(readFileSync('docs/sidecar.md', 'utf8')).toBe(sidecar);
  expect(readFileSync('docs/mnist.svg', 'utf8')).toBe(chart);
});

test('a section takes the place of what stood between its marks', () => {
  const page = 'a\n<!-- bench:one -->old<!-- /bench:one -->\nb';
  expect(replaceSections(page, {one: 'new'})).toBe('a\n<!-- bench:one -->\n\nnew\n\n<!-- /bench:one -->\nb');
});

test('a section without a place, and a place without a section, are errors', () => {
  expect(() => replaceSections('no place', {one: '1'})).toThrow('the page has no place for one');
  expect(() => replaceSections('<!-- bench:two --><!-- /bench:two -->', {})).toThrow(
    'the page has a place for the section "two", which is not measured',
  );
});

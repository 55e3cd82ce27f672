import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {replaceSections} from '../../bench/report/replaceSections.ts';
import {measuredDocs} from '../../bench/report.ts';

test('the pages with figures and their picture say what bench/results holds (node bench/report.ts)', () => {
  const {pages, chart} = measuredDocs();
  for (const [name, page] of Object.entries(pages)) expect(readFileSync(`docs/${name}`, 'utf8'), name).toBe(page);
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

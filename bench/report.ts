/**
 * Writes the figures of bench/results into docs/performance.md and draws docs/mnist.svg: `node bench/report.ts`.
 * All tables of that page are made here, so what it says is what was measured.
 */
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Comparison} from './comparison/comparison.ts';
import {comparisonSections} from './report/comparisonSections.ts';
import {type LargeData, largeDataSection} from './report/largeDataSection.ts';
import {mnistChart} from './report/mnistChart.ts';
import {type MnistResult, mnistSections} from './report/mnistSections.ts';
import {replaceSections} from './report/replaceSections.ts';

const results = fileURLToPath(new URL('results/', import.meta.url));
const docs = fileURLToPath(new URL('../docs/', import.meta.url));

/** The page and the picture as the results make them. */
export function performanceDocs(): {page: string; chart: string} {
  const comparison = readJson<Comparison>(join(results, 'comparison.json'));
  const mnist = readdirSync(join(results, 'mnist'))
    .filter(name => name.endsWith('.json'))
    .map(name => readJson<MnistResult>(join(results, 'mnist', name)));
  const file = join(results, 'largeData.json');
  const largeData = existsSync(file) ? largeDataSection(readJson<LargeData>(file)) : 'Large data: not measured.';
  const sections = {...comparisonSections(comparison), ...mnistSections(mnist), largeData};
  return {
    page: replaceSections(readFileSync(join(docs, 'performance.md'), 'utf8'), sections),
    chart: mnistChart(mnist),
  };
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {page, chart} = performanceDocs();
  writeFileSync(join(docs, 'performance.md'), page);
  writeFileSync(join(docs, 'mnist.svg'), chart);
  console.log('docs/performance.md and docs/mnist.svg are made of bench/results.');
}

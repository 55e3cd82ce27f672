/**
 * Writes the figures of bench/results into docs/performance.md and docs/sidecar.md, and draws docs/mnist.svg:
 * `node bench/report.ts`. All tables of measurements are made here, so what these pages say is what was measured.
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
import {type SidecarResult, sidecarSection} from './report/sidecarSection.ts';

const results = fileURLToPath(new URL('results/', import.meta.url));
const docs = fileURLToPath(new URL('../docs/', import.meta.url));

/** The pages and the picture as the results make them. */
export function measuredDocs(): {performance: string; sidecar: string; chart: string} {
  const comparison = readJson<Comparison>(join(results, 'comparison.json'));
  const mnist = readdirSync(join(results, 'mnist'))
    .filter(name => name.endsWith('.json'))
    .map(name => readJson<MnistResult>(join(results, 'mnist', name)));
  const largeData = ifMeasured<LargeData>('largeData.json', largeDataSection) ?? 'Large data: not measured.';
  const sidecar = ifMeasured<SidecarResult>('sidecar.json', sidecarSection) ?? 'Not measured yet.';
  const page = (name: string, sections: Readonly<Record<string, string>>) =>
    replaceSections(readFileSync(join(docs, name), 'utf8'), sections);
  return {
    performance: page('performance.md', {...comparisonSections(comparison), ...mnistSections(mnist), largeData}),
    sidecar: page('sidecar.md', {sidecar}),
    chart: mnistChart(mnist),
  };
}

function ifMeasured<T>(name: string, section: (result: T) => string): string | null {
  const file = join(results, name);
  return existsSync(file) ? section(readJson<T>(file)) : null;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {performance, sidecar, chart} = measuredDocs();
  writeFileSync(join(docs, 'performance.md'), performance);
  writeFileSync(join(docs, 'sidecar.md'), sidecar);
  writeFileSync(join(docs, 'mnist.svg'), chart);
  console.log('docs/performance.md, docs/sidecar.md and docs/mnist.svg are made of bench/results.');
}

/**
 * Writes the figures of bench/results into docs/performance.md, sidecar.md, editor.md and language.md, and draws
 * docs/mnist.svg: `node bench/report.ts`. All tables of measurements are made here, so what these pages say is what was measured.
 */
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Comparison} from './comparison/comparison.ts';
import {readEditorFigures} from './editorFigures.ts';
import {comparisonSections} from './report/comparisonSections.ts';
import {editorSection, languageSection} from './report/editorSections.ts';
import {type LargeData, largeDataSection} from './report/largeDataSection.ts';
import {mnistChart} from './report/mnistChart.ts';
import {type MnistResult, mnistSections} from './report/mnistSections.ts';
import {replaceSections} from './report/replaceSections.ts';
import {type SidecarResult, sidecarSection} from './report/sidecarSection.ts';

const results = fileURLToPath(new URL('results/', import.meta.url));
const docs = fileURLToPath(new URL('../docs/', import.meta.url));

/** The pages, by name, and the picture as the results make them. */
export function measuredDocs(): {pages: Readonly<Record<string, string>>; chart: string} {
  const comparison = readJson<Comparison>(join(results, 'comparison.json'));
  const mnist = readdirSync(join(results, 'mnist'))
    .filter(name => name.endsWith('.json'))
    .map(name => readJson<MnistResult>(join(results, 'mnist', name)));
  const largeData = ifMeasured<LargeData>('largeData.json', largeDataSection) ?? 'Large data: not measured.';
  const sidecar = ifMeasured<SidecarResult>('sidecar.json', sidecarSection) ?? 'Not measured yet.';
  const page = (name: string, sections: Readonly<Record<string, string>>) =>
    replaceSections(readFileSync(join(docs, name), 'utf8'), sections);
  const editor = readEditorFigures();
  const sections = {
    'performance.md': {...comparisonSections(comparison), ...mnistSections(mnist), largeData},
    'sidecar.md': {sidecar},
    'editor.md': {editor: editorSection(editor)},
    'language.md': {language: languageSection(editor)},
  };
  const pages = Object.entries(sections).map(([name, ofPage]) => [name, page(name, ofPage)]);
  return {pages: Object.fromEntries(pages), chart: mnistChart(mnist)};
}

function ifMeasured<T>(name: string, section: (result: T) => string): string | null {
  const file = join(results, name);
  return existsSync(file) ? section(readJson<T>(file)) : null;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {pages, chart} = measuredDocs();
  for (const [name, page] of Object.entries(pages)) writeFileSync(join(docs, name), page);
  writeFileSync(join(docs, 'mnist.svg'), chart);
  console.log(`In docs, ${Object.keys(pages).join(', ')} and mnist.svg are made of bench/results.`);
}

/**
 * How long an editor waits: checking, completing and hovering in a document of 2,000 lines, its data read, with and
 * without mistakes. Each figure is the median and the 95th percentile of runs in which one character was typed before,
 * in time of the processor, garbage collection included, so that other programs on the machine do not count.
 * `node bench/language.ts` (`npm run bench:language`) writes its part of bench/results/editor.json.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {codeActions} from '../sidecar/language/codeActions.ts';
import {codeLenses} from '../sidecar/language/codeLenses.ts';
import {completions} from '../sidecar/language/completions.ts';
import {diagnostics} from '../sidecar/language/diagnostics.ts';
import {hover} from '../sidecar/language/hover.ts';
import {inlayHints} from '../sidecar/language/inlayHints.ts';
import {Sessions} from '../sidecar/language/sessions.ts';
import {THRESHOLDS} from '../sidecar/rules/thresholds.ts';
import {keepEditorFigures, type Spread, spreadOf} from './editorFigures.ts';

const loadBefore = loadavg()[0]!;
const folder = mkdtempSync(join(tmpdir(), 'mlp-bench-'));
const rows = Array.from({length: 2000}, (_, row) =>
  [...Array.from({length: 20}, (_, column) => ((row * 31 + column * 17) % 997) / 7), row % 2 ? 'yes' : 'no'].join(),
);
const header = [...Array.from({length: 20}, (_, column) => `column ${column}`), 'answer'];
writeFileSync(join(folder, 'data.csv'), [header.join(), ...rows].join('\n'));

/** Layers with comments, a few hundred, and as many variants as there are people who try so many. */
function longDocument(layers: number): string {
  const lines = ['{', '  "version": 1,', '  "data": { "source": "data.csv", "target": "answer" },', '  "layers": ['];
  for (let index = 0; index < layers; index++) {
    lines.push(
      `    // Layer ${index}`,
      '    {',
      `      "name": "dense ${index}",`,
      '      "type": "dense",',
      `      "units": ${16 + (index % 32)},`,
      '      "activation": "relu"',
      '    },',
      `    { "name": "drop ${index}", "type": "dropout", "rate": 0.2 },`,
    );
  }
  lines.push('  ],', '  "training": { "epochs": 100, "batchSize": 32 },', '  "variants": {', '    "baseline": {},');
  for (let index = 0; index < 10; index++)
    lines.push(`    "less ${index}": { "layers.drop ${index}.rate": 0.${index} },`);
  lines.push('  }', '}');
  return lines.join('\n');
}

const uri = pathToFileURL(join(folder, 'long.mlp.json')).href;
const sessions = new Sessions({isTrusted: true, thresholds: THRESHOLDS, onNews: () => {}});
const everything = {start: {line: 0, character: 0}, end: {line: 1e6, character: 0}};

async function measure(text: string): Promise<Readonly<Record<string, Spread>>> {
  sessions.update(uri, text);
  await sessions.patientAnalysis(uri);
  const times = new Map<string, number[]>();
  const timed = async (name: string, act: () => unknown) => {
    const start = process.cpuUsage();
    await act();
    const {user, system} = process.cpuUsage(start);
    times.set(name, [...(times.get(name) ?? []), (user + system) / 1000]);
  };
  const rate = text.indexOf('"rate": 0.2', text.length >> 1) + 10;
  const target = text.indexOf('"answer"') + 2;
  for (let run = 0; run < 40; run++) {
    // Another digit each time, so that nothing is answered from what is known.
    sessions.update(uri, `${text.slice(0, rate)}${run % 10}${text.slice(rate)}`);
    await timed('diagnostics', async () => {
      const analysis = (await sessions.analysis(uri))!;
      diagnostics(analysis, sessions.problems(analysis), 'editor', () => undefined);
    });
    sessions.update(uri, `${text.slice(0, rate)}${run % 10}0${text.slice(rate)}`);
    await timed('completion', async () => {
      const analysis = (await sessions.analysis(uri))!;
      completions(analysis, analysis.positionAt(target));
    });
    const analysis = (await sessions.analysis(uri))!;
    await timed('hover', () => hover(analysis, analysis.positionAt(rate)));
    await timed('code lenses', () => codeLenses(analysis));
    await timed('inlay hints', () => inlayHints(analysis, everything));
    await timed('code actions', () => codeActions(analysis, sessions.problems(analysis), everything, [], ['quickfix']));
  }
  // The first ones are those of code that is not yet compiled.
  const figures = Object.fromEntries([...times].map(([name, each]) => [name, spreadOf(each.slice(10))]));
  for (const [name, {median, p95}] of Object.entries(figures)) {
    console.log(
      `${name.padEnd(14)} median ${median.toFixed(1).padStart(7)} ms   95 % ${p95.toFixed(1).padStart(7)} ms`,
    );
  }
  return figures;
}

const text = longDocument(249);
const size = {lines: text.split('\n').length, layers: 498, variants: 11, dataRows: rows.length};
console.log(`${size.lines} lines, ${size.layers} layers, ${size.variants} variants, ${size.dataRows} rows`);
const sound = await measure(text);
console.log('\nThe same with a comma missing in the middle');
const half = text.indexOf('},', text.length >> 1);
const broken = await measure(`${text.slice(0, half)}}${text.slice(half + 2)}`);
sessions.dispose();
rmSync(folder, {recursive: true});
keepEditorFigures('language', loadBefore, {...size, sound, broken});

import type {CodeLens} from 'vscode-languageserver';
import {COMMANDS, type DocumentCommand} from '../../schemas/commands.ts';
import type {ModelResult, StoredRun} from '../../schemas/generated/run.ts';
import type {Position} from '../../schemas/problem.ts';
import {layerNames} from '../document/layerNames.ts';
import {metrics} from '../evaluation/metrics.ts';
import {meanAndSd} from '../terminal/numbers.ts';
import type {Analysis} from './analysis.ts';
import {sha256} from './sha256.ts';

/** What can be done with a document, its variants and its layers, and what came of it last, above each of them. */
export function codeLenses(analysis: Analysis): CodeLens[] {
  const {parsed} = analysis.checked;
  if (!parsed.value || !parsed.tree) return [];
  return [...documentLenses(analysis), ...keyLenses(analysis), ...variantLenses(analysis), ...layerLenses(analysis)];
}

function documentLenses(analysis: Analysis): CodeLens[] {
  const {uri, checked, stored} = analysis;
  const start = analysis.positionAt(checked.parsed.tree!.offset);
  const all: DocumentCommand = {uri};
  const lenses = [
    lens(start, '$(play) Train model', COMMANDS.trainModel, all),
    lens(start, '$(beaker) Cross-validate', COMMANDS.crossValidate, all),
  ];
  if (checked.parsed.keysOf(['variants']).length > 1) {
    lenses.push(lens(start, 'Compare variants', COMMANDS.compareVariants, all));
  }
  lenses.push(lens(start, 'Tune dropout', COMMANDS.tuneDropout, all));
  const latest = stored.crossValidation;
  if (!latest) return lenses;
  const title = `$(graph) ${documentResult(latest.run)}${staleness(analysis, latest.run)}`;
  const run = {uri, run: latest.directory};
  return [
    ...lenses,
    lens(start, title, COMMANDS.showPanel, run),
    lens(start, 'Explain', COMMANDS.explain, run),
    lens(start, 'Report', COMMANDS.writeReport, run),
  ];
}

/** What can be done about a section of the document, above it. */
function keyLenses({uri, checked}: Analysis): CodeLens[] {
  const {parsed} = checked;
  const offered = [
    ['training', 'Find a learning rate', COMMANDS.findLearningRate],
    ['variants', 'Follow the tips', COMMANDS.followTips],
    ['tune', '$(settings) Tune', COMMANDS.tune],
  ] as const;
  return offered.flatMap(([key, title, command]) =>
    parsed.nodeAt([key]) ? [lens(parsed.rangeOf([key], 'key').start, title, command, {uri})] : [],
  );
}

function variantLenses(analysis: Analysis): CodeLens[] {
  const {uri, checked, stored} = analysis;
  const latest = stored.crossValidation;
  return checked.parsed.keysOf(['variants']).flatMap(name => {
    const {start} = checked.parsed.rangeOf(['variants', name], 'key');
    const variants = [name];
    const lenses = [
      lens(start, '$(play) Train', COMMANDS.trainModel, {uri, variants}),
      lens(start, 'Cross-validate', COMMANDS.crossValidate, {uri, variants}),
    ];
    const result = latest?.run.crossValidation?.variants.find(model => model.name === name);
    if (!latest || !result) return lenses;
    const title = `$(graph) ${variantResult(result, latest.run)}${staleness(analysis, latest.run)}`;
    return [...lenses, lens(start, title, COMMANDS.showPanel, {uri, variants, run: latest.directory})];
  });
}

/** Above a layer: its picture in the panel, once there is a run to show. */
function layerLenses({uri, checked, stored, ...analysis}: Analysis): CodeLens[] {
  const latest = stored.crossValidation ?? stored.training;
  const {parsed} = checked;
  const list = parsed.nodeAt(['layers']);
  if (!latest || list?.type !== 'array') return [];
  const names = layerNames(parsed.value?.layers);
  return (list.children ?? []).flatMap(({type, offset}, index) =>
    type === 'object'
      ? [
          lens(analysis.positionAt(offset), 'Show in panel', COMMANDS.showPanel, {
            uri,
            run: latest.directory,
            layer: names[index],
          }),
        ]
      : [],
  );
}

function lens(start: Position, title: string, command: string, argument: DocumentCommand): CodeLens {
  return {range: {start, end: start}, command: {title, command, arguments: [argument]}};
}

/** The best of several variants is told with its name: numbers alone would not say whose. */
function documentResult(run: StoredRun): string {
  const models = run.crossValidation?.variants ?? [];
  const [first] = models;
  if (!first) return 'Last result';
  if (models.length === 1) return variantResult(first, run);
  const metric = leadingMetric(run);
  const sign = metrics[metric].direction === 'higher' ? 1 : -1;
  const mean = (model: ModelResult) => model.summary[metric]?.mean ?? Number.NEGATIVE_INFINITY * sign;
  const best = models.reduce((a, b) => (sign * mean(b) > sign * mean(a) ? b : a));
  return `${best.name}: ${variantResult(best, run)}`;
}

/** "86.3 ± 1.1 %, 10 × 10". */
function variantResult({summary}: ModelResult, run: StoredRun): string {
  const metric = leadingMetric(run);
  const label = metric === 'accuracy' ? '' : `${metrics[metric].label} `;
  return `${label}${meanAndSd(metric, summary[metric])}, ${foldsOf(run)}`;
}

function leadingMetric(run: StoredRun): 'accuracy' | 'rmse' {
  return run.data.classes ? 'accuracy' : 'rmse';
}

function foldsOf(run: StoredRun): string {
  const evaluation = (run.variants[0]?.document as {evaluation?: {method?: string; folds?: number; repeats?: number}})
    ?.evaluation;
  const changed = run.overrides as Readonly<Record<string, unknown>>;
  const folds = changed['evaluation.folds'] ?? evaluation?.folds;
  const repeats = Number(changed['evaluation.repeats'] ?? evaluation?.repeats ?? 1);
  if (evaluation?.method === 'holdout') return repeats === 1 ? 'holdout' : `${repeats} × holdout`;
  return repeats === 1 ? `${folds} folds` : `${repeats} × ${folds}`;
}

/** A result belongs to the text that it was made from. */
function staleness({text}: Analysis, run: StoredRun): string {
  return run.document.sha256 === sha256(text) ? '' : ' (before changes)';
}

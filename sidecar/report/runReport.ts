import type {RunEvent} from '../../schemas/generated/event.ts';
import type {
  Comparison,
  CrossValidation,
  ModelResult,
  StoredRun,
  Training,
  Tuning,
  VarianceLedger,
} from '../../schemas/generated/run.ts';
import {type Metric, metrics, SHOWN} from '../evaluation/metrics.ts';
import {amount, bounds, percent, pText, verdictSentence} from '../evaluation/verdict.ts';
import {ledgerTable} from '../terminal/ledgerReport.ts';
import {duration, grouped, meanAndSd, metricValue} from '../terminal/numbers.ts';
import {explanationSections} from './explanationPage.ts';
import {heading, list, type Page, type Part, paragraph, type Section, table} from './page.ts';
import {
  foldPicture,
  lossPicture,
  reliabilityPicture,
  sweepPicture,
  upper,
  type VariantReliability,
} from './pictures.ts';

/** What lies beside run.json in the folder of a run. */
export interface StoredBeside {
  readonly events: readonly RunEvent[];
  /** Out of fold; empty for numbers. */
  readonly reliability: readonly VariantReliability[];
}

/** What there is to say of a run: figures, pictures, where they come from and how to repeat them. */
export function runReport(run: StoredRun, stored: StoredBeside): Page {
  const {crossValidation, training} = run;
  return {
    title: `${run.document.name}: ${run.kind === 'training' ? 'training' : 'cross-validation'} of ${run.startedAt.slice(0, 10)}`,
    sections: [
      {title: 'Result', parts: headParts(run)},
      ...(crossValidation ? resultSections(run, crossValidation, stored) : []),
      ...(training ? [{title: 'Models', parts: modelParts(training)}] : []),
      {title: 'Data', parts: dataParts(run)},
      {title: 'How to repeat it', parts: repeatParts(run)},
      {title: 'The document', parts: [{kind: 'code', text: run.document.text}]},
    ],
  };
}

function headParts(run: StoredRun): Part[] {
  const ended = {
    running: 'was interrupted',
    completed: 'was completed',
    cancelled: 'was stopped early',
    failed: 'failed',
  };
  const status = `The run ${run.id} ${ended[run.status]}${run.failure ? `: ${run.failure}` : '.'}`;
  const words = run.crossValidation?.tuning?.words ?? [];
  return [paragraph(status), ...(words.length > 0 ? [list(words)] : [])];
}

function resultSections(run: StoredRun, result: CrossValidation, {events, reliability}: StoredBeside): Section[] {
  const isClass = run.data.classes !== null;
  const pictured = SHOWN[isClass ? 'classification' : 'regression'];
  const further: readonly Metric[] = isClass ? ['balancedAccuracy', 'brier', 'rocAuc', 'mcc', 'ece'] : ['mae'];
  const calibration = reliabilityPicture(reliability);
  const loss = lossPicture(
    events,
    run.variants.map(({name}) => name),
  );
  const confusions = result.variants.flatMap(variant => confusionParts(variant, run.data.classes));
  return [
    {
      title: 'Scores',
      parts: [
        scoreTable(result, pictured),
        paragraph(
          'Mean ± standard deviation over the test folds that came to their end. The last rows are what a network has to beat.',
        ),
        paragraph(sizesOf(result)),
        ...pictured.map(metric => foldPicture(result.variants, metric)),
        heading('Further scores'),
        scoreTable(result, further),
        ...(calibration ? [calibration] : []),
      ],
    },
    {title: 'Comparisons', parts: comparisonParts(result)},
    ...(result.tuning ? [{title: 'Settings that were tried', parts: tuningParts(result.tuning, pictured)}] : []),
    ...((result.notes ?? []).length > 0
      ? [{title: 'What to know of these numbers', parts: [list(result.notes ?? [])]}]
      : []),
    ...(result.ledger?.length
      ? [{title: 'Where the scatter comes from', parts: ledgerParts(result.ledger, pictured)}]
      : []),
    ...(confusions.length > 0 ? [{title: 'Confusion', parts: confusions}] : []),
    ...(run.explanations ?? []).flatMap(explanation => {
      const parts = explanationSections(explanation, pictured).flatMap(each => [heading(each.title), ...each.parts]);
      return [{title: `What "${explanation.variant}" rests on`, parts}];
    }),
    ...(loss ? [{title: 'Training', parts: [loss]}] : []),
  ];
}

function scoreTable({variants, baselines}: CrossValidation, shown: readonly Metric[]): Part {
  const row = ({name, summary}: ModelResult) => [name, ...shown.map(metric => meanAndSd(metric, summary[metric]))];
  const header = ['', ...shown.map(metric => metrics[metric].label)];
  const sampled = ({name, sampled: scores}: ModelResult) =>
    scores
      ? [[`${name}, ${scores.samples} samples`, ...shown.map(metric => meanAndSd(metric, scores.summary[metric]))]]
      : [];
  const networks = variants.flatMap(variant => [row(variant), ...sampled(variant)]);
  return {kind: 'table', rows: [header, ...networks, ...baselines.map(row)]};
}

/** "Parameters and folds: "baseline" 5,521 and 100, …" */
function sizesOf({variants}: CrossValidation): string {
  const sizes = variants.map(({name, parameters, folds}) => {
    const ended = folds.filter(({status}) => status === 'completed').length;
    return `"${name}" ${parameters === undefined ? '–' : grouped(parameters)} and ${ended}`;
  });
  return `Parameters and folds: ${sizes.join(', ')}.`;
}

/** Metric by metric: the figures as a table, then what they mean. */
function comparisonParts({comparisons}: CrossValidation): Part[] {
  if (comparisons.length === 0) return [paragraph('There was nothing to compare.')];
  const compared = [...new Set(comparisons.map(({metric}) => metric as Metric))];
  return [
    paragraph(
      'Paired by folds: corrected resampled t-test (Nadeau and Bengio 2003), after Holm where there are several comparisons, and how probable a difference is that matters (Benavoli et al. 2017).',
    ),
    ...compared.flatMap(metric => {
      const own = comparisons.filter(each => each.metric === metric);
      return [heading(upper(metrics[metric].label)), comparisonTable(own, metric), list(own.map(sentenceOf))];
    }),
  ];
}

function comparisonTable(comparisons: readonly Comparison[], metric: Metric): Part {
  const margin = comparisons.find(({chances}) => chances)?.chances?.margin;
  const beyond = margin === undefined ? '' : ` by > ${amount(margin, metric)}`;
  const header = ['', 'difference', '95 % interval', 'corrected p', 'after Holm', `better${beyond}`, `worse${beyond}`];
  const rows = comparisons.map(({a, b, difference, interval, pCorrected, pHolm, chances}) => {
    const ends = interval as [number, number] | null;
    const p = (value: number | null | undefined) => (typeof value === 'number' ? pText(value).replace('= ', '') : '–');
    return [
      `${b} against ${a}`,
      difference === null ? '–' : amount(difference, metric, ends ?? undefined),
      ends ? bounds(ends, metric) : '–',
      ...[p(pCorrected), p(pHolm)],
      ...(chances ? [percent(chances.better), percent(chances.worse)] : ['–', '–']),
    ];
  });
  return table(header, rows);
}

function sentenceOf(comparison: Comparison): string {
  return [verdictSentence(comparison), ...(comparison.notes ?? [])].join(' ');
}

function ledgerParts(ledgers: readonly VarianceLedger[], shown: readonly Metric[]): Part[] {
  const {rows, caption} = ledgerTable(ledgers, shown);
  return rows.length === 0 ? [] : [{kind: 'table', rows}, paragraph(caption)];
}

function tuningParts({trials, sweeps}: Tuning, pictured: readonly Metric[]): Part[] {
  const curves = sweeps.flatMap(sweep => pictured.map(metric => sweepPicture(sweep, metric)));
  const status = {finished: '', ruledOut: 'ruled out', diverged: 'diverged', cancelled: 'stopped'};
  const rows = trials.map(trial => [trial.name, status[trial.status], String(trial.folds)]);
  return [...curves.filter(curve => curve !== null), {kind: 'table', rows: [['setting', 'status', 'folds'], ...rows]}];
}

function confusionParts({name, confusion}: ModelResult, classes: readonly string[] | null): Part[] {
  if (!confusion || !classes) return [];
  const header = [`"${name}": actual ↓ predicted →`, ...classes];
  return [{kind: 'table', rows: [header, ...confusion.map((row, index) => [classes[index]!, ...row.map(grouped)])]}];
}

function modelParts({models}: Training): Part[] {
  const shown = Object.keys(models[0]?.metrics ?? {}) as Metric[];
  const rows = models.map(model => [
    model.name,
    ...shown.map(metric => metricValue(metric, model.metrics[metric] ?? null)),
    grouped(model.parameters),
    model.model ?? 'diverged',
  ]);
  return [
    {kind: 'table', rows: [['', ...shown.map(metric => metrics[metric].label), 'parameters', 'file'], ...rows]},
    paragraph('Measured on the training rows: how well they were learned, not how well new rows are predicted.'),
  ];
}

function dataParts({data}: StoredRun): Part[] {
  const predicted = data.classes === null ? 'a number' : `${data.classes.length} classes (${data.classes.join(', ')})`;
  return [
    paragraph(`${grouped(data.rows)} rows, ${data.features} inputs of the network, predicting ${predicted}.`),
    paragraph(`SHA-256 of the data file: ${data.sha256}`),
  ];
}

function repeatParts(run: StoredRun): Part[] {
  const {environment, document, numerics, engine, seed} = run;
  const result = run.crossValidation ?? run.training;
  const {search} = run.overrides as {search?: string};
  const command = search === undefined ? (run.kind === 'training' ? 'train' : 'cv') : 'tune';
  return [
    {
      kind: 'code',
      text: ['mlp', command, document.name, ...(search === 'sweep' ? ['--dropout'] : []), ...options(run)].join(' '),
    },
    list([
      `MLP Lab ${environment.mlpLab}, Node ${environment.node}, ${environment.platform} ${environment.architecture}, ${environment.workers} worker threads`,
      `numerics ${numerics}, engine ${engine}, seed ${seed}`,
      `SHA-256 of the document: ${document.sha256}`,
      ...(result ? [`digest of the result: ${result.digest}`, `trained in ${duration(result.seconds)}`] : []),
    ]),
    paragraph('With the same document and data, reproducible numerics give the same digest on every machine.'),
  ];
}

/** What the command line changed, as it would be typed. */
function options({overrides}: StoredRun): string[] {
  const {
    variants,
    search: _,
    ...changes
  } = overrides as {variants?: string[]; search?: string; [path: string]: unknown};
  return [
    ...(variants ?? []).map(name => `--variant ${JSON.stringify(name)}`),
    ...Object.entries(changes).map(([path, value]) => `--${path.split('.').at(-1)} ${value}`),
  ];
}

import {readFileSync, writeFileSync} from 'node:fs';
import type {CrossValidation, Tuning} from '../../schemas/generated/run.ts';
import {closestName} from '../closestName.ts';
import {type CheckedDocument, checkDocument} from '../document/checkDocument.ts';
import {takesWholeNumbers} from '../document/checkTune.ts';
import {isRecord} from '../document/documentPath.ts';
import type {WrittenLayer} from '../document/dropoutPlaces.ts';
import {dropoutSweep} from '../document/dropoutSweep.ts';
import {formatProblem} from '../document/formatProblem.ts';
import type {ResolvedVariant} from '../document/resolveVariants.ts';
import {type Tune, tuneCandidates} from '../document/tuneCandidates.ts';
import {writeChanges, writeVariant} from '../document/writeChanges.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {readDocument} from '../experiment/loadExperiment.ts';
import {prepareRun} from '../running/prepareRun.ts';
import {type Sweep, type TriedSetting, type TuneOptions, tuneRun} from '../running/tuneRun.ts';
import {duration} from '../terminal/numbers.ts';
import {printable} from '../terminal/table.ts';
import {tuningReport} from '../terminal/tuningReport.ts';
import {EXIT, UserError} from '../userError.ts';
import {type ExperimentOptions, overridesOf, runPrepared, SHOWN} from './experimentRun.ts';

export interface TuneCommandOptions extends Omit<ExperimentOptions, 'variant'> {
  /** Name of the variant that is tuned; the first one unless told. */
  readonly variant?: string;
  /** Sweeps dropout rates, whatever `tune` says. */
  readonly dropout?: boolean;
  readonly metric?: string;
  readonly method?: Tune['method'];
  readonly trials?: number;
  readonly inner?: number;
  /** Writes the winner into the document. */
  readonly write?: boolean;
  /** Writes the winner as a variant of this name. */
  readonly writeAs?: string;
}

/** `mlp tune FILE`. @returns the exit code */
export async function tuneDocument(file: string, options: TuneCommandOptions): Promise<number> {
  if (options.resume !== undefined) throw new UserError('A search cannot be resumed: start it anew.', EXIT.wrongUsage);
  const text = readDocument(file);
  const {variant: _, ...counts} = options;
  const overrides = overridesOf(counts);
  const checked = checkDocument(text, overrides as Record<string, unknown>);
  for (const problem of checked.problems) console.error(printable(formatProblem(problem, file)));
  if (checked.problems.some(({severity}) => severity === 'error')) return wrongInput(checked.problems, options);

  const variant = variantNamed(options.variant, checked.variants);
  const search = options.dropout ? sweepOf(variant) : searchOf(checked, variant, options);
  const tried = JSON.stringify(triedDocument(variant, search.settings));
  const {run, problems} = await prepareRun({
    kind: 'crossValidation',
    ...{document: file, text: tried, overrides},
    ...(options.engine ? {engine: options.engine} : {}),
    ...(options.out === undefined ? {} : {out: options.out}),
  });
  if (!run) {
    // Places would be those of a text that nobody has seen.
    for (const {severity, message} of problems)
      if (severity === 'error') console.error(printable(`${file}: ${message}`));
    return wrongInput(problems, options);
  }
  const {task} = run.experiment.target;
  const metric = metricNamed(
    options.metric ?? checked.base.tune?.metric ?? (task === 'classification' ? 'nll' : 'rmse'),
    task,
  );
  const body = tuneRun({
    ...search,
    metric,
    innerFolds: options.inner ?? checked.base.tune?.innerFolds ?? USUAL_INNER_FOLDS,
    duration,
    onNested: networks =>
      process.stderr.write(`\nNested cross-validation of the choice: ${networks} more networks …\n`),
  });
  const shown = [...new Set([...SHOWN[task], metric])];
  // What is stored is the document as it is, and that other variants than its own were run.
  const searching = {...run, text, overrides: {...run.overrides, search: search.method}};
  const code = await runPrepared(searching, options, body, ({crossValidation}) => {
    const result = crossValidation as CrossValidation & {tuning: Tuning};
    if (!options.json)
      return `${tuningReport(result, shown)}${writeWinner(file, text, checked, variant, result.tuning, options)}`;
    writeWinner(file, text, checked, variant, result.tuning, options);
    return JSON.stringify(result);
  });
  // That some settings diverge is a finding, not a failure.
  return code === EXIT.failed ? EXIT.done : code;
}

const USUAL_INNER_FOLDS = 3;

function wrongInput(problems: readonly unknown[], {json}: TuneCommandOptions): number {
  if (json) console.log(JSON.stringify({problems}));
  return EXIT.wrongInput;
}

type Search = Pick<TuneOptions, 'settings' | 'method' | 'sweeps'>;

/** The settings of the document's `tune`, after the document as it stands. */
function searchOf({base}: CheckedDocument, variant: ResolvedVariant, options: TuneCommandOptions): Search {
  if (!base.tune) {
    throw new UserError(
      'The document has no "tune", which says what to try: add one such as "tune": {"space": {"training.optimizer.learningRate": {"from": 0.001, "to": 0.1, "scale": "log"}}}, or sweep dropout rates with --dropout.',
    );
  }
  const {method = base.tune.method, trials = base.tune.trials} = options;
  const written = variant.written as unknown as Record<string, unknown>;
  const tune = {...base.tune, method, trials};
  const candidates = tuneCandidates(tune, dotted => takesWholeNumbers(dotted, written), base.training.seed);
  return {settings: [asItStands(variant, candidates), ...candidates], method, sweeps: []};
}

function sweepOf(variant: ResolvedVariant): Search {
  const layers = variant.written.layers as unknown as WrittenLayer[];
  const {candidates, sweeps} = dropoutSweep(layers);
  const settings = [asItStands(variant, candidates), ...candidates];
  return {
    settings,
    method: 'sweep',
    sweeps: sweeps.map(
      ({place, points}): Sweep => ({
        place,
        points: points.map(({rate, candidate}) => ({rate, setting: candidate + 1})),
      }),
    ),
  };
}

function asItStands({name}: ResolvedVariant, candidates: readonly TriedSetting[]): TriedSetting {
  const isTaken = candidates.some(candidate => candidate.name === name);
  return {name: isTaken ? `${name} (as it stands)` : name, changes: {}};
}

/** A document whose variants are the settings. */
function triedDocument({written}: ResolvedVariant, settings: readonly TriedSetting[]): object {
  const {tune: _, ...document} = written as typeof written & {tune?: unknown};
  return {...document, variants: Object.fromEntries(settings.map(({name, changes}) => [name, changes]))};
}

function variantNamed(name: string | undefined, variants: readonly ResolvedVariant[]): ResolvedVariant {
  const found = name === undefined ? variants[0] : variants.find(variant => variant.name === name);
  if (found) return found;
  const known = variants.map(variant => variant.name);
  const close = closestName(name ?? '', known);
  const meant = close === undefined ? `It has ${known.map(one => `"${one}"`).join(', ')}.` : `Did you mean "${close}"?`;
  throw new UserError(`The document has no variant "${name}". ${meant}`, EXIT.wrongUsage);
}

function metricNamed(name: string, task: 'classification' | 'regression'): Metric {
  const known = Object.values(metrics).filter(metric => metric.task === task);
  const found = known.find(metric => metric.name === name);
  if (found) return found.name;
  const names = known.map(metric => metric.name).join(', ');
  throw new UserError(`A ${task} is not tuned by "${name}": choose one of ${names}.`, EXIT.wrongUsage);
}

/** Writes the winner where it was asked for. @returns what was done, in a sentence of its own line */
function writeWinner(
  file: string,
  text: string,
  {parsed}: CheckedDocument,
  variant: ResolvedVariant,
  {winner, trials}: Tuning,
  {write = false, writeAs}: TuneCommandOptions,
): string {
  if (!write && writeAs === undefined) return '';
  const changes = trials.find(({name}) => name === winner)?.changes ?? {};
  if (winner === null || Object.keys(changes).length === 0)
    return '\nThe document as it stands is the best: nothing is written.';
  if (readFileSync(file, 'utf8') !== text) {
    throw new UserError(
      `${file} was changed meanwhile, so the winner is not written into it: ${JSON.stringify(changes)}`,
      EXIT.failed,
    );
  }
  const variants = parsed.value?.variants;
  const own = isRecord(variants) ? variants[variant.name] : undefined;
  const before = isRecord(own) ? own : {};
  const isDocument = Object.keys(before).length === 0;
  const changed =
    writeAs !== undefined
      ? writeVariant(text, writeAs, {...before, ...changes})
      : isDocument
        ? writeChanges(text, changes)
        : writeVariant(text, variant.name, {...before, ...changes});
  writeFileSync(file, changed);
  return `\n${file}: ${writeAs === undefined ? 'the winner is written into it' : `the winner is its variant "${writeAs}"`}.`;
}

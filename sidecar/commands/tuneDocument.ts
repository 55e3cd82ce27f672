import type {CrossValidation, Tuning} from '../../schemas/generated/run.ts';
import {isRecord} from '../document/documentPath.ts';
import {parseDocument} from '../document/parseDocument.ts';
import type {ResolvedVariant} from '../document/resolveVariants.ts';
import type {Tune} from '../document/tuneCandidates.ts';
import {writeChanges, writeVariant} from '../document/writeChanges.ts';
import {SHOWN} from '../evaluation/metrics.ts';
import {type PreparedSearch, prepareSearch} from '../running/prepareSearch.ts';
import {prepareToResume} from '../running/prepareToResume.ts';
import {tuningReport} from '../terminal/tuningReport.ts';
import {EXIT, type UserError} from '../userError.ts';
import {type ExperimentOptions, overridesOf, runPrepared} from './experimentRun.ts';
import {tellProblems} from './tellProblems.ts';
import {assertWritable, failureOf, writeDocument} from './writeDocument.ts';

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
  const {json} = options;
  if (options.write || options.writeAs !== undefined) assertWritable(file);
  const {run, problems, variant, metric} = await prepare(file, options);
  tellProblems(problems, file, options);
  if (!run?.body || !variant || !metric) {
    if (json) console.log(JSON.stringify({problems}));
    return EXIT.wrongInput;
  }
  const shown = [...new Set([...SHOWN[run.experiment.target.task], metric])];
  let failure: UserError | null = null;
  const code = await runPrepared(run, options, run.body, ({crossValidation}) => {
    const result = crossValidation as CrossValidation & {tuning: Tuning};
    let written = '';
    // Told even where it cannot be written.
    failure = failureOf(() => {
      written = writeWinner(file, run.text, variant, result.tuning, options);
    });
    return json ? JSON.stringify(result) : `${tuningReport(result, shown)}${written}`;
  });
  if (failure) throw failure;
  // That some settings diverge is a finding, not a failure.
  return code === EXIT.failed ? EXIT.done : code;
}

function prepare(file: string, options: TuneCommandOptions): Promise<PreparedSearch> {
  const {variant, inner, resume, json: _, ...rest} = options;
  if (resume !== undefined) return prepareToResume({command: 'tune', document: file, directory: resume});
  return prepareSearch({
    ...{...rest, document: file, overrides: overridesOf(rest)},
    ...(variant === undefined ? {} : {variant}),
    ...(inner === undefined ? {} : {innerFolds: inner}),
  });
}

/** Writes the winner where it was asked for. @returns what was done, in a sentence of its own line */
function writeWinner(
  file: string,
  text: string,
  {name}: ResolvedVariant,
  {winner, trials}: Tuning,
  {write = false, writeAs}: TuneCommandOptions,
): string {
  if (!write && writeAs === undefined) return '';
  const changes = trials.find(trial => trial.name === winner)?.changes ?? {};
  if (winner === null) return '\nNothing is written: there is no winner.';
  if (Object.keys(changes).length === 0) {
    return '\nThe document as it stands is the best: nothing is written.';
  }
  const {variants} = parseDocument(text).value ?? {};
  const own = isRecord(variants) ? variants[name] : undefined;
  const before = isRecord(own) ? own : {};
  const isDocument = Object.keys(before).length === 0;
  const changed =
    writeAs === undefined && isDocument
      ? writeChanges(text, changes)
      : writeVariant(text, writeAs ?? name, {...before, ...changes});
  writeDocument(file, text, changed, `the winner, ${JSON.stringify(changes)}, is`);
  return `\n${file}: ${writeAs === undefined ? 'the winner is written into it' : `the winner is its variant "${writeAs}"`}.`;
}

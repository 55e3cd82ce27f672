import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import packageJson from '../../package.json' with {type: 'json'};
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {Problem} from '../../schemas/problem.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {loadExperimentText, type Overrides, readDocument} from '../experiment/loadExperiment.ts';
import {type ChosenEngines, defaultEngine} from '../network/engines.ts';
import {disk} from '../runs/fileSystem.ts';
import {readRun} from '../runs/readRun.ts';
import {documentOf} from '../runs/runFolder.ts';
import {assertUnlocked} from '../runs/runLock.ts';
import {commandOf, type RunCommand} from '../runs/runSummary.ts';
import {EXIT, UserError} from '../userError.ts';
import {atTheTop, type PreparedSearch, storedSearch} from './prepareSearch.ts';
import {sha256} from './runRecord.ts';
import {tuneRun} from './tuneRun.ts';

/** A run that ended before it was complete. */
export interface ResumeRequest {
  /** That was typed; absent: whichever made the run. */
  readonly command?: RunCommand;
  /** Folder of the run. */
  readonly directory: string;
  /** Path of the document; absent: where the folder lies beside it. */
  readonly document?: string;
  /** Whether the text counts that the run keeps, whatever the document says by now: it may never have been saved. */
  readonly keepText?: boolean;
}

/**
 * Prepares to finish a run: only with the document and the data that it began with, and the same version, so that it
 * ends as if it had never been interrupted.
 * @throws UserError if that cannot be
 */
export async function prepareToResume(request: ResumeRequest): Promise<PreparedSearch> {
  const directory = resolve(request.directory);
  const stored = readRun(directory);
  const document = resolve(request.document ?? documentOf(directory, stored));
  assertResumable(directory, stored, request.command);
  const text = request.keepText ? stored.document.text : readDocument(document);
  if (sha256(text) !== stored.document.sha256) {
    throw new UserError(
      `${document} was changed since the run in ${directory} began. To finish the run, bring back the text that its run.json keeps; to use the new text, start a new run.`,
    );
  }
  const overrides = stored.overrides as Overrides;
  const search = stored.search ? storedSearch(stored.search, text, overrides) : null;
  const {search: _, ...changes} = overrides;
  const loaded = await loadExperimentText(document, search?.text ?? text, changes, stored.kind);
  const {experiment} = loaded;
  const problems = search ? atTheTop(loaded.problems) : loaded.problems;
  if (!experiment) return {run: undefined, problems};
  if (experiment.table.sha256 !== stored.data.sha256) {
    throw new UserError(
      `The data in ${experiment.table.source} were changed since the run in ${directory} began. To finish the run, bring them back; to use the new ones, start a new run.`,
    );
  }
  assertSameVariants(directory, stored, experiment);
  const {id, kind} = stored;
  const run = {
    id,
    kind,
    directory,
    document,
    text,
    overrides,
    experiment,
    engines: enginesOf(stored),
    interrupted: stored,
    ...(search ? {search: stored.search!, body: tuneRun(search.options)} : {}),
  };
  return {
    run,
    problems: [...changedSince(document, stored), ...problems],
    ...(search ? {variant: search.variant, metric: search.options.metric} : {}),
  };
}

/** Where a run goes on with a text of its own, its user should know that this is not what the document says. */
function changedSince(path: string, {document}: StoredRun): Problem[] {
  if (existsSync(path) && sha256(readDocument(path)) === document.sha256) return [];
  const message =
    'The document is not as it was when this run began. The run is finished with the text that it began with.';
  const start = {line: 0, character: 0};
  return [{code: 'document-changed', severity: 'information', message, range: {start, end: start}}];
}

function assertResumable(directory: string, stored: StoredRun, typed: RunCommand | undefined): void {
  assertUnlocked(disk, directory);
  const made = commandOf(stored);
  if (typed !== undefined && typed !== made) {
    throw new UserError(
      `The run in ${directory} was made by "mlp ${made}": resume it with that command.`,
      EXIT.wrongUsage,
    );
  }
  if (stored.status === 'completed') {
    throw new UserError(`The run in ${directory} is complete: there is nothing left to do.`, EXIT.wrongUsage);
  }
  const {mlpLab} = stored.environment;
  if (mlpLab !== packageJson.version) {
    throw new UserError(
      `The run in ${directory} was begun by MLP Lab ${mlpLab}, and this is ${packageJson.version}, which may give other numbers. Finish it with that version, or start a new run.`,
    );
  }
}

/** What was tried must follow from the text: from its variants, or from the settings of a search. */
function assertSameVariants(directory: string, stored: StoredRun, experiment: Experiment): void {
  const variantsOf = (variants: ReadonlyArray<{name: string; document: object}>) =>
    JSON.stringify(variants.map(({name, document}) => [name, document]));
  if (variantsOf(experiment.variants) === variantsOf(stored.variants)) return;
  throw new UserError(
    `The run in ${directory} tried other variants than its document has: it cannot be finished. Start it anew.`,
    EXIT.wrongUsage,
  );
}

/** The engines that began: folds of one run must not differ in their rounding. */
function enginesOf({engine, variants}: StoredRun): ChosenEngines {
  const isFast = variants.some(variant => variant.engine === 'wasmRelaxed');
  const named = isFast ? variants.find(variant => variant.engine !== 'wasmRelaxed')?.engine : engine;
  // plain and wasm give the same bits, so either goes on where the other began.
  const strict = named === 'reference' ? 'reference' : defaultEngine();
  return isFast ? {engine: strict, fastEngine: 'wasmRelaxed'} : {engine: strict};
}

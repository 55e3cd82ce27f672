import {randomBytes} from 'node:crypto';
import {existsSync} from 'node:fs';
import {dirname, join, resolve, sep} from 'node:path';
import packageJson from '../../package.json' with {type: 'json'};
import type {SearchPlan, StoredRun} from '../../schemas/generated/run.ts';
import type {Problem} from '../../schemas/problem.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {loadExperimentText, type Overrides, readDocument} from '../experiment/loadExperiment.ts';
import type {Engine} from '../network/engine.ts';
import {type ChosenEngines, chooseEngines, defaultEngine} from '../network/engines.ts';
import {disk} from '../runs/fileSystem.ts';
import {readRun} from '../runs/readRun.ts';
import {runId, runsDirectory} from '../runs/runFolder.ts';
import {assertUnlocked} from '../runs/runLock.ts';
import {EXIT, UserError} from '../userError.ts';
import {sha256, wantedNumerics} from './runRecord.ts';
import type {RunBody} from './runWork.ts';

/** What is to be run. */
export interface RunRequest {
  readonly kind: StoredRun['kind'];
  /** Path of the document: its data lie beside it. */
  readonly document: string;
  /** As it stands in an editor; absent: as it is stored. */
  readonly text?: string;
  readonly overrides?: Overrides;
  /** Whatever the numerics of the variants. */
  readonly engine?: Engine['name'];
  /** Folder of the run; absent: one of its own, beside the document. */
  readonly out?: string;
}

/** A run that can be started: its document and data are in order. Nothing is stored yet. */
export interface PreparedRun {
  readonly id: string;
  readonly kind: StoredRun['kind'];
  /** Absolute. */
  readonly directory: string;
  /** Absolute path. */
  readonly document: string;
  readonly text: string;
  readonly overrides: Overrides;
  readonly experiment: Experiment;
  readonly engines: ChosenEngines;
  /** What an interrupted run has stored; null: a new run. */
  readonly interrupted: StoredRun | null;
  /** What it tries, if it is a search. */
  readonly search?: SearchPlan;
  /** What it does; absent: what its kind does. */
  readonly body?: RunBody;
}

export interface Preparation {
  /** undefined when there is an error among the problems. */
  readonly run: PreparedRun | undefined;
  /** In the order of the document. */
  readonly problems: readonly Problem[];
}

/** @throws UserError if the document cannot be read, or what was asked for cannot be */
export async function prepareRun(request: RunRequest): Promise<Preparation> {
  const {kind, overrides = {}, out} = request;
  const text = request.text ?? readDocument(request.document);
  const {experiment, problems} = await loadExperimentText(request.document, text, overrides, kind);
  if (!experiment) return {run: undefined, problems};
  if (request.engine === 'wasm' && defaultEngine() !== 'wasm') {
    throw new UserError(
      'This machine has no WebAssembly SIMD: use --engine plain, which gives the same bits.',
      EXIT.wrongUsage,
    );
  }
  const document = resolve(request.document);
  const id = runId(new Date(), randomBytes(2).toString('hex'));
  const directory = out === undefined ? join(runsDirectory(document), id) : resolve(out);
  const engines = chooseEngines(wantedNumerics(experiment), request.engine);
  const run = {id, kind, directory, document, text, overrides, experiment, engines, interrupted: null};
  return {run, problems};
}

/** A run that ended before it was complete. */
export interface ResumeRequest {
  readonly kind?: StoredRun['kind'];
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
export async function prepareToResume(request: ResumeRequest): Promise<Preparation> {
  const directory = resolve(request.directory);
  const stored = readRun(directory);
  const document = resolve(request.document ?? documentOf(directory, stored));
  assertResumable(directory, stored, request.kind);
  const text = request.keepText ? stored.document.text : readDocument(document);
  if (sha256(text) !== stored.document.sha256) {
    throw new UserError(
      `${document} was changed since the run in ${directory} began. To finish the run, bring back the text that its run.json keeps; to use the new text, start a new run.`,
    );
  }
  const overrides = stored.overrides as Overrides;
  const {experiment, problems} = await loadExperimentText(document, text, overrides, stored.kind);
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
  };
  return {run, problems: [...changedSince(document, stored), ...problems]};
}

/** Where a run goes on with a text of its own, its user should know that this is not what the document says. */
function changedSince(path: string, {document}: StoredRun): Problem[] {
  if (existsSync(path) && sha256(readDocument(path)) === document.sha256) return [];
  const message =
    'The document is not as it was when this run began. The run is finished with the text that it began with.';
  const start = {line: 0, character: 0};
  return [{code: 'document-changed', severity: 'information', message, range: {start, end: start}}];
}

function assertResumable(directory: string, stored: StoredRun, kind: StoredRun['kind'] | undefined): void {
  assertUnlocked(disk, directory);
  if (kind !== undefined && kind !== stored.kind) {
    const command = stored.kind === 'training' ? 'train' : 'cv';
    throw new UserError(
      `The run in ${directory} was made by "mlp ${command}": resume it with that command.`,
      EXIT.wrongUsage,
    );
  }
  if ('search' in stored.overrides) {
    throw new UserError(
      `The run in ${directory} is a search of "mlp tune", which cannot be resumed: start it anew.`,
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

/** A search for settings tries variants of its own, which do not follow from the document alone. */
function assertSameVariants(directory: string, stored: StoredRun, experiment: Experiment): void {
  const variantsOf = (variants: ReadonlyArray<{name: string; document: object}>) =>
    JSON.stringify(variants.map(({name, document}) => [name, document]));
  if (variantsOf(experiment.variants) === variantsOf(stored.variants)) return;
  throw new UserError(
    `The run in ${directory} tried other variants than its document has, as "mlp tune" does: it cannot be finished. Start it anew.`,
    EXIT.wrongUsage,
  );
}

function documentOf(directory: string, {document}: StoredRun): string {
  const runs = dirname(directory);
  if (runs.endsWith(join(sep, '.mlp', 'runs'))) return join(runs, '..', '..', document.name);
  throw new UserError(`Say which document the run in ${directory} is of: its folder does not lie beside it.`);
}

/** The engines that began: folds of one run must not differ in their rounding. */
function enginesOf({engine, variants}: StoredRun): ChosenEngines {
  const isFast = variants.some(variant => variant.engine === 'wasmRelaxed');
  const named = isFast ? variants.find(variant => variant.engine !== 'wasmRelaxed')?.engine : engine;
  // plain and wasm give the same bits, so either goes on where the other began.
  const strict = named === 'reference' ? 'reference' : defaultEngine();
  return isFast ? {engine: strict, fastEngine: 'wasmRelaxed'} : {engine: strict};
}

import {randomBytes} from 'node:crypto';
import {join, resolve} from 'node:path';
import type {SearchPlan, StoredRun} from '../../schemas/generated/run.ts';
import type {Problem} from '../../schemas/problem.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {loadExperimentText, type Overrides, readDocument} from '../experiment/loadExperiment.ts';
import type {Engine} from '../network/engine.ts';
import {type ChosenEngines, chooseEngines, defaultEngine} from '../network/engines.ts';
import {runId, runsDirectory} from '../runs/runFolder.ts';
import {EXIT, UserError} from '../userError.ts';
import {wantedNumerics} from './runRecord.ts';
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

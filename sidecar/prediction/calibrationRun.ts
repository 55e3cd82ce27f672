import {existsSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {completedRuns, type FoundRun, findRun} from '../runs/findRuns.ts';
import type {StoredModel} from '../runs/readModel.ts';
import {readRun} from '../runs/readRun.ts';
import {UserError} from '../userError.ts';

/** A cross-validation whose out-of-fold predictions may calibrate a model. */
export interface CalibrationRun extends FoundRun {
  /** Whether its data and settings were compared with those of the model; false: no run.json lies beside the model. */
  readonly isChecked: boolean;
}

/**
 * The cross-validation of a model: of the same data and the same settings, since other networks are sure of themselves
 * in another way.
 * @param path the folder of a run, or a document, which stands for the newest completed one that belongs to the model
 * @param trained the run that made the model; null: it is looked for beside the model's file
 * @throws UserError if it does not belong to the model, or if there is none
 */
export function calibrationRun(path: string, model: StoredModel, trained: StoredRun | null): CalibrationRun {
  const origin = trained ?? runBeside(model.path);
  const isChecked = origin !== null;
  const differenceFrom = (run: StoredRun) => (origin ? differenceOf(origin, run, model.variant) : null);
  const candidates =
    path.endsWith('.mlp.json') && existsSync(path)
      ? completedRuns(path, 'crossValidation')
      : [findRun(path, 'crossValidation')];
  const found = candidates.find(({run}) => differenceFrom(run) === null);
  if (found) return {...found, isChecked};
  const [newest] = candidates;
  if (!newest) {
    throw new UserError(`No completed cross-validation of ${path} is stored: "mlp cv ${path}" makes one.`);
  }
  throw new UserError(
    `${newest.run.id} cannot calibrate the model "${model.variant}": ${differenceFrom(newest.run)}. Cross-validate and train with the same document, data and options, or give the cross-validation that belongs to the model.`,
  );
}

/** The run in whose folder a model was stored; null: its file lies somewhere else. */
function runBeside(model: string): StoredRun | null {
  const folder = dirname(model);
  if (basename(folder) !== 'models' || !existsSync(join(folder, '..', 'run.json'))) return null;
  return readRun(join(folder, '..'));
}

/** What keeps a cross-validation from calibrating a model, as the part of a sentence; null: nothing. */
function differenceOf(origin: StoredRun, run: StoredRun, variant: string): string | null {
  const settings = settingsOf(run, variant);
  if (!settings) return `it has no variant of that name`;
  if (origin.data.sha256 !== run.data.sha256) {
    return `its data have another content than those that the model was trained on`;
  }
  const path = firstDifference(settingsOf(origin, variant), settings);
  return path && `${path.key} is ${shown(path.there)} there, and ${shown(path.here)} in the model`;
}

/** What a network follows from: not how it was evaluated, nor where the data lay, whose content is compared. */
function settingsOf({variants}: StoredRun, name: string): Record<string, unknown> | undefined {
  const document = variants.find(variant => variant.name === name)?.document as Record<string, unknown> | undefined;
  if (!document) return undefined;
  const {$schema, evaluation, tune, variants: others, data, ...settings} = document;
  const {source, ...reading} = data as Record<string, unknown>;
  return {data: reading, ...settings};
}

interface Difference {
  /** Dotted path, as variants write it. */
  readonly key: string;
  readonly here: unknown;
  readonly there: unknown;
}

function firstDifference(here: unknown, there: unknown, key = ''): Difference | null {
  if (isDeepStrictEqual(here, there)) return null;
  if (!isTree(here) || !isTree(there) || Array.isArray(here) !== Array.isArray(there)) return {key, here, there};
  for (const name of new Set([...Object.keys(here), ...Object.keys(there)])) {
    const found = firstDifference(here[name], there[name], key ? `${key}.${name}` : name);
    if (found) return found;
  }
  return null;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'not given';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

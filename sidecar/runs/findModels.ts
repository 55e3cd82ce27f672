import {existsSync, statSync} from 'node:fs';
import {basename, join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {EXIT, UserError} from '../userError.ts';
import {findRun} from './findRuns.ts';
import {foldModelName, modelFileNames} from './modelFile.ts';
import {readModel, type StoredModel} from './readModel.ts';

export interface FoundModels {
  /** One, or those of all folds of a cross-validation. */
  readonly models: readonly StoredModel[];
  /** The run that they come from; null for a file that was given by itself. */
  readonly source: {readonly directory: string; readonly run: StoredRun} | null;
}

/**
 * The models that a path stands for: a .safetensors file; the folder of a training run; a document, which stands for
 * its newest training run; the folder of a cross-validation that kept its models, which stands for those of all folds.
 * @param variant which of several; undefined: the first
 * @throws UserError if there is none
 */
export function findModels(path: string, variant: string | undefined): FoundModels {
  if (path.endsWith('.safetensors')) return {models: [readModel(path)], source: null};
  if (
    !path.endsWith('.mlp.json') &&
    basename(path) !== 'run.json' &&
    existsSync(path) &&
    !statSync(path).isDirectory()
  ) {
    throw new UserError(
      `${path} is no model: give a .safetensors file, the folder of a run with models, or a .mlp.json document.`,
      EXIT.wrongUsage,
    );
  }
  const source = findRun(path, 'training');
  const {directory, run} = source;
  const names = run.variants.map(({name}) => name);
  const chosen = variant ?? names[0] ?? '';
  const index = names.indexOf(chosen);
  if (index === -1) {
    const known = names.map(name => `"${name}"`).join(', ');
    throw new UserError(`${run.id} has no variant "${chosen}". It has ${known}.`, EXIT.wrongUsage);
  }
  const file = modelFileNames(run.variants)[index]!;
  if (run.training) return {models: [readModel(join(directory, file))], source};
  const paths = (run.crossValidation?.variants.find(({name}) => name === chosen)?.folds ?? [])
    .map(({repeat, fold}) => join(directory, foldModelName(file, repeat, fold)))
    .filter(existsSync);
  if (paths.length > 0) return {models: paths.map(readModel), source};
  throw new UserError(`${directory} has no models: "mlp train" stores them, or "mlp cv --keep-models".`);
}

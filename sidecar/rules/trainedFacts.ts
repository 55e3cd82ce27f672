import {join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {encodeRows} from '../data/encoder.ts';
import type {Table} from '../data/table.ts';
import {plainEngine} from '../network/plainEngine.ts';
import {readStoredModel, type StoredModel} from '../runs/storedModel.ts';
import {layerStates, outputRoom, readOutputs} from '../watching/layerStates.ts';
import type {TrainedFacts} from './rule.ts';

export interface StoredTraining {
  readonly directory: string;
  readonly run: StoredRun;
}

/**
 * The layers of the newest stored models, seen in evaluation on rows of the data as they are now: each variant that was
 * trained on all rows.
 */
export function trainedFacts(training: StoredTraining | undefined, table: Table | undefined): readonly TrainedFacts[] {
  if (!training || !table) return [];
  const known = remembered.get(training.run);
  if (known?.table === table) return known.facts;
  const facts = (training.run.training?.models ?? []).slice(0, mostModels).flatMap(({name, model, epochs}) => {
    const stored = model === undefined ? undefined : readStoredModel(join(training.directory, model));
    const document = training.run.variants.find(variant => variant.name === name)?.document;
    const seen = stored && document && look(stored, table, epochs);
    return seen ? [{variant: name, document, ...seen}] : [];
  });
  remembered.set(training.run, {table, facts});
  return facts;
}

/** An editor asks again with each key. */
const remembered = new WeakMap<StoredRun, {readonly table: Table; readonly facts: readonly TrainedFacts[]}>();
const mostModels = 12;

/** A second of one core would be felt: rows are left out in even steps. */
const mostProducts = 40e6;
const mostRows = 2000;

function look(
  {plan, encoder, parameters}: StoredModel,
  table: Table,
  epochs: number,
): Pick<TrainedFacts, 'rows' | 'layers'> | undefined {
  // Of data whose columns are others since, nothing can be said.
  const isKnown = encoder.columns.every(({name, kind}) =>
    table.columns.some(column => column.name === name && (column.kind === 'numeric') === (kind === 'numeric')),
  );
  if (!isKnown) return undefined;
  const count = Math.min(table.rows, mostRows, Math.floor(mostProducts / Math.max(1, parameters.length)));
  if (count < 1) return undefined;
  const chosen = Uint32Array.from({length: count}, (_, row) => Math.floor((row * table.rows) / count));
  const inputs = new Float32Array(count * plan.inputs);
  encodeRows(table, encoder, chosen, inputs);
  const network = plainEngine.createNetwork(plan);
  try {
    network.writeParameters(parameters);
    const outputs = outputRoom(plan, count);
    readOutputs(network, inputs, Uint32Array.from(chosen.keys()), outputs);
    return {rows: count, layers: layerStates(plan, parameters, outputs, [], Math.max(1, epochs))};
  } finally {
    network.dispose();
  }
}

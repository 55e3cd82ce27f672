import {createHash} from 'node:crypto';
import {arch, availableParallelism, platform} from 'node:os';
import packageJson from '../../package.json' with {type: 'json'};
import type {DataFacts, SearchPlan, StoredRun} from '../../schemas/generated/run.ts';
import {streamedFacts} from '../data/streamedRows.ts';
import type {Experiment, VariantPlan} from '../experiment/experiment.ts';
import type {Overrides} from '../experiment/loadExperiment.ts';
import {type ChosenEngines, engineFacts} from '../network/engines.ts';

export interface RunFacts {
  readonly id: string;
  readonly kind: StoredRun['kind'];
  readonly startedAt: Date;
  /** The document: file name and text. */
  readonly name: string;
  readonly text: string;
  /** Where it lies, if not beside the run: see `pathToDocument`. */
  readonly path?: string | undefined;
  readonly overrides: Overrides;
  readonly engines: ChosenEngines;
  readonly workers: number;
  readonly search?: SearchPlan;
}

/** run.json as it is while the run goes on. */
export function runRecord(experiment: Experiment, facts: RunFacts): StoredRun {
  const {id, kind, startedAt, name, text, path, overrides, engines, workers, search} = facts;
  const data = dataFacts(experiment);
  return {
    version: 1,
    id,
    kind,
    status: 'running',
    startedAt: startedAt.toISOString(),
    document: {name, text, sha256: sha256(text), ...(path === undefined ? {} : {path})},
    overrides: {...overrides},
    variants: experiment.variants.map(variant => ({
      name: variant.name,
      document: {...variant.document},
      ...ownInputs(variant, data),
      ...engineFacts(engines, [variant.document.training.numerics]),
    })),
    data,
    seed: experiment.seed,
    ...engineFacts(engines, wantedNumerics(experiment)),
    environment: {
      mlpLab: packageJson.version,
      node: process.versions.node,
      platform: platform(),
      architecture: arch(),
      cores: availableParallelism(),
      workers,
    },
    ...(search ? {search} : {}),
  };
}

export function wantedNumerics({variants}: Pick<Experiment, 'variants'>) {
  return variants.map(({document}) => document.training.numerics);
}

/** Hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function dataFacts({table, target, variants}: Experiment): DataFacts {
  return {
    rows: table.rows,
    features: variants[0]!.network.inputs,
    ...namedInputs(inputNames(variants[0]!)),
    classes: target.task === 'classification' ? [...target.classes] : null,
    sha256: table.sha256,
    ...(table.store ? {streamed: streamedFacts(table.store)} : {}),
  };
}

/** More names than that are of no use to anyone who looks at the run. */
const MOST_NAMES = 5000;

const inputNames = ({features}: Pick<VariantPlan, 'features'>) => features.flatMap(({inputs}) => inputs);

const namedInputs = (inputs: string[]) => (inputs.length > MOST_NAMES ? {} : {inputs});

/** A variant may use other columns than the first one. */
function ownInputs(variant: VariantPlan, data: DataFacts): {inputs?: string[]} {
  const own = inputNames(variant);
  const isFirst = own.length === data.features && own.every((name, i) => name === data.inputs?.[i]);
  return isFirst ? {} : namedInputs(own);
}

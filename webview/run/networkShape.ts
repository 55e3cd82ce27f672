import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';

/** A network as it is drawn: columns of units, from the inputs to the output. */
export interface NetworkShape {
  readonly variant: string;
  readonly columns: readonly Column[];
}

export interface Column {
  readonly kind: 'input' | 'hidden' | 'output';
  /** Layer whose weights lead here; null for the inputs. */
  readonly layer: string | null;
  readonly units: number;
  /** Of the inputs: their columns. Null for other units, and where nobody knows. */
  readonly names: readonly string[] | null;
  readonly activation: string | null;
  readonly maxNorm: number | null;
  /** What drops these units in training, in order. */
  readonly noise: readonly NoiseLayer[];
  /** dropConnect: what drops the weights that lead here. */
  readonly weightNoise: NoiseLayer | null;
  /** Layers that change these units otherwise, such as batchNorm. */
  readonly others: readonly {readonly layer: string; readonly type: string}[];
}

export interface NoiseLayer {
  readonly layer: string;
  readonly type: string;
  /** Share dropped. */
  readonly rate: number;
}

/** The shape of a variant of a stored run. @throws Error if the run has no such variant */
export function networkShape(run: StoredRun, variant: string): NetworkShape {
  const stored = run.variants.find(({name}) => name === variant);
  if (!stored) throw new Error('the run has no such variant');
  const document = stored.document as unknown as ResolvedDocument;
  const inputs = stored.inputs ?? run.data.inputs ?? null;
  const columns: Mutable<Column>[] = [
    column({kind: 'input', layer: null, units: inputs?.length ?? run.data.features, activation: null, maxNorm: null}),
  ];
  columns[0]!.names = inputs;
  const names = layerNames(document);
  document.layers.forEach((layer, index) => {
    const name = names[index]!;
    const last = columns.at(-1)!;
    switch (layer.type) {
      case 'dense':
      case 'dropConnect': {
        const {units, activation, maxNorm = null} = layer;
        const weightNoise = layer.type === 'dropConnect' ? {layer: name, type: layer.type, rate: layer.rate} : null;
        columns.push({...column({kind: 'hidden', layer: name, units, activation, maxNorm}), weightNoise});
        break;
      }
      case 'dropout':
      case 'gaussianDropout':
      case 'alphaDropout':
        last.noise = [...last.noise, {layer: name, type: layer.type, rate: layer.rate}];
        break;
      // Its rate is learned, so there is no mask to show.
      case 'concreteDropout':
      case 'batchNorm':
      case 'layerNorm':
        last.others = [...last.others, {layer: name, type: layer.type}];
        break;
      case 'activation':
        last.others = [...last.others, {layer: name, type: layer.activation}];
        break;
    }
  });
  columns.push(outputColumn(run, document));
  return {variant, columns};
}

type Mutable<T> = {-readonly [K in keyof T]: T[K]};

function column(facts: Pick<Column, 'kind' | 'layer' | 'units' | 'activation' | 'maxNorm'>): Mutable<Column> {
  return {...facts, names: null, noise: [], weightNoise: null, others: []};
}

function outputColumn({data}: StoredRun, {output, training}: ResolvedDocument): Column {
  const classes = data.classes?.length ?? 0;
  const isSoftmax = classes > 2 || output.activation === 'softmax' || training.loss === 'crossEntropy';
  const [units, activation] = classes === 0 ? [1, 'linear'] : isSoftmax ? [classes, 'softmax'] : [1, 'sigmoid'];
  return column({kind: 'output', layer: 'output', units, activation, maxNorm: output.maxNorm ?? null});
}

/** A layer without a name is called by its type and its number among those of its type. */
function layerNames({layers}: ResolvedDocument): string[] {
  const counts = new Map<string, number>();
  return layers.map(({type, name}) => {
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    return name ?? `${type}${count}`;
  });
}

/** The column that a layer makes, or whose units or weights it acts on; -1: none. */
export function columnOf({columns}: NetworkShape, layer: string): number {
  return columns.findIndex(
    column =>
      column.layer === layer ||
      column.weightNoise?.layer === layer ||
      [...column.noise, ...column.others].some(each => each.layer === layer),
  );
}

/** Whether a layer drops units of a column, or the weights that lead to them. */
export function dropsOf({noise, weightNoise}: Column, layer: string): boolean {
  return weightNoise?.layer === layer || noise.some(each => each.layer === layer);
}

/** Whether a layer learns the rate at which it drops. */
export function learnsRate({columns}: NetworkShape): boolean {
  return columns.some(({others}) => others.some(({type}) => type === 'concreteDropout'));
}

/** Whether a layer drops: one of noise alone multiplies each unit by a number around 1. */
export function dropsEntirely({type, rate}: NoiseLayer): boolean {
  return rate > 0 && type !== 'gaussianDropout';
}

/** What a column is called. */
export function columnName(column: Column): string {
  return column.layer ?? 'input';
}

/** Every layer that is random in training, with the column that it acts on. */
export function noiseLayers({columns}: NetworkShape): readonly {readonly noise: NoiseLayer; readonly column: number}[] {
  return columns.flatMap((each, index) => [
    ...(each.weightNoise ? [{noise: each.weightNoise, column: index}] : []),
    ...each.noise.map(noise => ({noise, column: index})),
  ]);
}

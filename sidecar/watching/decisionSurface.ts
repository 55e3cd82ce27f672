import type {NetworkPlace, Surface, SurfaceAxis, SurfaceRequest} from '../../schemas/protocol.ts';
import {type Encoder, encodeRows, fitEncoder, type NumericEncoder} from '../data/encoder.ts';
import {fitTargetScale} from '../data/target.ts';
import type {Experiment} from '../experiment/experiment.ts';
import type {WatchedNetwork} from '../experiment/watcher.ts';
import type {Network} from '../network/engine.ts';
import {outputWidth} from '../network/plan.ts';
import {UserError} from '../userError.ts';
import {principalComponents} from './principalComponents.ts';
import {retrain} from './retrain.ts';
import {foldAt} from './trainedNetwork.ts';

/** Rows drawn on a surface, and looked at for its middle. */
const MOST_POINTS = 2000;
/** Beyond the data on each side, as a share of their range. */
const MARGIN = 0.06;

/** A direction of the surface in the inputs of the network. */
interface Direction {
  /** [inputs]: what one step along the axis adds to each input. */
  readonly vector: Float64Array;
  /** Place of encoded inputs on the axis. */
  place(inputs: Float32Array, offset: number): number;
  /** Place of the base, from which the vectors are counted. */
  readonly origin: number;
  readonly feature: string | null;
  readonly variance: number | null;
}

/**
 * What a network predicts at the end of an epoch, over a grid in two directions of its inputs, with the data.
 * @throws UserError as `retrain` does, and if a feature is no numeric input
 */
export function decisionSurface(experiment: Experiment, place: NetworkPlace, request: SurfaceRequest): Surface {
  let surface: Surface | null = null;
  retrain(experiment, place, request.epoch, (epoch, network, watched) => {
    if (epoch === request.epoch) surface = surfaceOf(experiment, place, request, network, watched);
  });
  if (!surface) throw new UserError(`This network stopped before epoch ${request.epoch}.`);
  return surface;
}

function surfaceOf(
  experiment: Experiment,
  place: NetworkPlace,
  {features, size}: SurfaceRequest,
  network: Network,
  watched: WatchedNetwork,
): Surface {
  const {table, target} = experiment;
  const variant = experiment.variants[watched.variant]!;
  const learned = watched.rows.subarray(0, watched.learned);
  const encoder = fitEncoder(table, variant.features, learned);
  const {test, train} = foldAt(experiment, place);
  const trained = evenly(learned, MOST_POINTS);
  // A network that is trained on all rows has no others.
  const tested = test === train ? new Uint32Array(0) : evenly(test, MOST_POINTS);
  const rows = Uint32Array.of(...trained, ...tested);
  const width = encoder.width;
  const inputs = new Float32Array(rows.length * width);
  encodeRows(table, encoder, rows, inputs);

  const {base, directions} = features
    ? featureDirections(encoder, features, inputs.subarray(0, trained.length * width))
    : componentDirections(inputs.subarray(0, trained.length * width), width);
  const places = directions.map(direction => Float64Array.from(rows, (_, i) => direction.place(inputs, i * width))) as [
    Float64Array,
    Float64Array,
  ];
  const axes = directions.map((direction, i) => axisOf(direction, places[i]!)) as [SurfaceAxis, SurfaceAxis];

  const grid = new Float32Array(size * size * width);
  const steps = axes.map(
    ({from, to}, i) =>
      (cell: number) =>
        from + ((cell + 0.5) * (to - from)) / size - directions[i]!.origin,
  );
  for (let cell = 0; cell < size * size; cell++) {
    const [x, y] = [steps[0]!(cell % size), steps[1]!(Math.floor(cell / size))];
    for (let i = 0; i < width; i++) {
      grid[cell * width + i] = base[i]! + x * directions[0].vector[i]! + y * directions[1].vector[i]!;
    }
  }
  const outputs = outputWidth(network.plan);
  const raw = new Float64Array(size * size * outputs);
  network.predict(
    grid,
    Uint32Array.from({length: size * size}, (_, i) => i),
    raw,
  );
  const scale =
    target.task === 'regression' ? fitTargetScale(target.values, learned, variant.document.data.scaleTarget) : null;
  return {
    x: axes[0],
    y: axes[1],
    size,
    predictions: scale
      ? raw.map(value => value * scale.sd + scale.mean)
      : outputs === 2
        ? raw.filter((_, i) => i % 2 === 1)
        : raw,
    points: {
      lines: rows.map(row => table.rowLines[row]!),
      x: places[0],
      y: places[1],
      actual: Float64Array.from(rows, row => target.values[row]!),
      trained: trained.length,
    },
    features: encoder.columns.filter(isNumeric).map(({name}) => name),
  };
}

type Directions = {readonly base: Float64Array; readonly directions: readonly [Direction, Direction]};

const isNumeric = (column: Encoder['columns'][number]): column is NumericEncoder => column.kind === 'numeric';

/** Two columns in their own units; every other input stands at its median, which of a category's input is 0 or 1. */
function featureDirections(encoder: Encoder, names: readonly [string, string], inputs: Float32Array): Directions {
  const width = encoder.width;
  const rows = inputs.length / width;
  const base = Float64Array.from({length: width}, (_, input) => {
    const values = Float32Array.from({length: rows}, (_, row) => inputs[row * width + input]!).sort();
    return values[Math.floor(rows / 2)] ?? 0;
  });
  const along = (name: string): Direction => {
    let input = 0;
    for (const column of encoder.columns) {
      if (column.name === name && isNumeric(column)) {
        const {center, spread} = column;
        const vector = new Float64Array(width);
        vector[input] = spread === 0 ? 0 : 1 / spread;
        const at = input;
        base[at] = 0;
        return {
          vector,
          place: (encoded, offset) => encoded[offset + at]! * spread + center,
          origin: center,
          feature: name,
          variance: null,
        };
      }
      input += column.inputs.length;
    }
    throw new UserError(`"${name}" is no numeric input of this network.`);
  };
  return {base, directions: [along(names[0]), along(names[1])]};
}

function componentDirections(inputs: Float32Array, width: number): Directions {
  const {mean, components} = principalComponents(inputs, width, 2);
  const along = ({vector, share}: (typeof components)[number]): Direction => ({
    vector,
    place(encoded, offset) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += (encoded[offset + i]! - mean[i]!) * vector[i]!;
      return sum;
    },
    origin: 0,
    feature: null,
    variance: share,
  });
  return {base: mean, directions: [along(components[0]!), along(components[1]!)]};
}

function axisOf({feature, variance}: Direction, places: Float64Array): SurfaceAxis {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of places) {
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  const room = (to - from) * MARGIN || 0.5;
  return {feature, variance, from: from - room, to: to + room};
}

function evenly(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows;
  return Uint32Array.from({length: most}, (_, i) => rows[Math.floor((i * rows.length) / most)]!);
}

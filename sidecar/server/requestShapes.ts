import type {Requests} from '../../schemas/protocol.ts';
import {
  absolutePath,
  flag,
  integer,
  list,
  nullable,
  object,
  oneOf,
  pair,
  positive,
  record,
  type Shape,
  text,
} from './shape.ts';

const name = text(100_000);
const names = list(name, 10_000);
/** As large as a document may be. */
const documentText = text(10_000_000);
const followed = {answer: text(200)};
const run = {run: text(200)};
const stored = {directory: absolutePath};
const nothing = object({}) as Shape<Record<string, never>>;
const network = {variant: name, repeat: integer(0), fold: integer(0)};
const watched = object({...network, layers: nullable(names), rate: positive(30)});

const column = object({
  name,
  kind: oneOf('numeric', 'categorical'),
  missing: integer(0),
  distinct: nullable(integer(0)),
  rarest: nullable(integer(0)),
  problem: nullable(text(10_000)),
});
const overview = object({
  file: absolutePath,
  rows: integer(0),
  header: flag,
  columns: list(column, 1_000_000),
  likelyTarget: name,
});
/** What a tool expects it says itself. */
const toolCall = {name, input: record, folders: list(absolutePath, 1000)};

/** The parameters of every request, as they must come in. */
export const REQUEST_SHAPES: {readonly [M in keyof Requests]: Shape<Requests[M][0]>} = {
  'mlpLab/hello': object({version: integer(0)}),
  'mlpLab/startRun': object(
    {
      kind: oneOf('crossValidation', 'training'),
      document: absolutePath,
      text: documentText,
      variants: nullable(list(name, 10_000, 1)),
    },
    {workers: integer(1, 1024), paused: flag, search: oneOf('tune', 'dropout')},
  ),
  'mlpLab/resumeStoredRun': object(stored),
  'mlpLab/pauseRun': object(run),
  'mlpLab/continueRun': object(run),
  'mlpLab/stepRun': object({...run, by: oneOf('batch', 'epoch')}),
  'mlpLab/cancelRun': object(run),
  'mlpLab/moveRun': object({...run, place: integer(0)}),
  'mlpLab/readQueue': nothing,
  'mlpLab/attach': object({...run, from: integer(0)}),
  'mlpLab/detach': object(run),
  'mlpLab/watch': object({...run, watched: nullable(watched)}),
  'mlpLab/readMasks': object({
    ...stored,
    ...network,
    epoch: integer(1),
    batch: integer(1),
    layers: nullable(names),
  }),
  'mlpLab/readDropCounts': object({...stored, ...network, fromEpoch: integer(1), toEpoch: integer(1)}),
  'mlpLab/readLayers': object({...stored, ...network, epochs: list(integer(1), 1000)}),
  'mlpLab/readSurface': object({
    ...stored,
    ...network,
    epoch: integer(1),
    features: nullable(pair(name)),
    size: integer(2, 200),
  }),
  'mlpLab/listRuns': object({document: absolutePath}),
  'mlpLab/readRun': object(stored),
  'mlpLab/readEvents': object(stored),
  'mlpLab/readPredictions': object(stored),
  'mlpLab/deleteRun': object(stored),
  'mlpLab/improveDocument': object({text: documentText, name: nullable(name)}),
  'mlpLab/findLearningRate': object({...followed, document: absolutePath, text: documentText, variant: nullable(name)}),
  'mlpLab/explainRun': object({...followed, ...stored, variant: nullable(name)}),
  'mlpLab/predictFile': object({
    ...{...followed, ...stored, data: absolutePath, variant: nullable(name)},
    ...{samples: nullable(integer(2, 100_000)), calibrated: flag},
  }),
  'mlpLab/writeReport': object({...stored, format: oneOf('html', 'markdown')}),
  'mlpLab/gateRun': object({...stored, baseline: absolutePath}),
  'mlpLab/compareRuns': object({directories: list(absolutePath, 100, 1)}),
  'mlpLab/readMachine': nothing,
  'mlpLab/readData': object({file: absolutePath}),
  'mlpLab/draftDocument': object({data: overview, target: name}),
  'mlpLab/confirmTool': object(toolCall),
  'mlpLab/callTool': object(toolCall),
};

/**
 * No key without behaviour: for each key of the document's schema there is a change here that shows in what is computed
 * (inputs, folds, predictions) or in what the user is told. A key added to the schema fails this file until it does
 * something that is tested.
 */
import {createHash} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import schema from '../schemas/mlp.schema.json' with {type: 'json'};
import {encodeRows, fitEncoder} from '../sidecar/data/encoder.ts';
import {featureWidth} from '../sidecar/data/features.ts';
import {checkDocument} from '../sidecar/document/checkDocument.ts';
import {tuneCandidates} from '../sidecar/document/tuneCandidates.ts';
import {crossValidate} from '../sidecar/experiment/crossValidate.ts';
import {loadExperiment} from '../sidecar/experiment/loadExperiment.ts';
import {canRun} from '../sidecar/kernels/wasmKernels.ts';
import {inProcess} from '../sidecar/runners/inProcess.ts';
import {sampledScores} from '../sidecar/running/sampledScores.ts';

type Json = {[key: string]: unknown};

const folder = mkdtempSync(join(tmpdir(), 'mlp-every-key-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** 48 rows: two and three classes, a real target, numbers with a missing one, categories, groups, an order in time. */
const rows = Array.from({length: 48}, (_, i) => {
  const a = Math.sin(i * 1.7) * 3 + (i % 2);
  const b = Math.cos(i * 0.9) * 20;
  return {
    a: i === 5 ? '' : a.toFixed(3),
    b: b.toFixed(3),
    size: i === 7 ? '-' : ['small', 'large', 'middle'][i % 3],
    two: i % 2 === 0 ? 'yes' : 'no',
    three: ['x', 'y', 'z'][(i * 7) % 3],
    digit: i % 5,
    real: (a * 2 + b / 10).toFixed(3),
    group: `g${i % 6}`,
    time: 1000 - i,
  };
});
const names = Object.keys(rows[0]!);
const csvOf = (separator: string, header: boolean) =>
  [...(header ? [names.join(separator)] : []), ...rows.map(row => Object.values(row).join(separator))].join('\n');
writeFileSync(join(folder, 'data.csv'), csvOf(',', true));
writeFileSync(join(folder, 'other.csv'), csvOf(',', true).replaceAll('.5', '.7'));
writeFileSync(join(folder, 'bare.csv'), csvOf(',', false));
writeFileSync(join(folder, 'semicolon.csv'), csvOf(';', true));
writeFileSync(join(folder, 'accent.csv'), Buffer.from(csvOf(',', true).replaceAll('small', 'kl\xe9in'), 'latin1'));
writeFileSync(join(folder, 'data.jsonl'), rows.map(row => JSON.stringify(row)).join('\n'));

const base: Json = {
  version: 1,
  data: {
    source: 'data.csv',
    target: 'two',
    exclude: ['three', 'digit', 'real', 'group', 'time'],
    missing: {markers: ['-']},
  },
  layers: [{name: 'hidden', type: 'dense', units: 6}],
  training: {epochs: 3, batchSize: 7, optimizer: {type: 'sgd', learningRate: 0.05, momentum: 0.5}, seed: 1},
  evaluation: {folds: 3},
};

/** A change of the base, as dotted paths; the key that it is about has the two values. */
interface Case {
  readonly with?: Json;
  readonly from: unknown;
  readonly to: unknown;
}

const layer = (type: string, settings: Json = {}) => ({
  layers: [
    {type: 'dense', units: 6},
    {type, ...settings},
  ],
});
const optimizer = (type: string, settings: Json = {}) => ({'training.optimizer': {type, ...settings}});
const schedule = (type: string, settings: Json = {}) => ({'training.schedule': {type, ...settings}});
const real = {'data.target': 'real', 'data.exclude': ['three', 'digit', 'two', 'group', 'time']};
const concrete = {layers: [{type: 'concreteDropout'}, {type: 'dense', units: 6}]};
const UNSET = undefined;
const TUNED_PATH = 'layers.hidden.units';
const tuned = (range: Json): Json => ({tune: {space: {[TUNED_PATH]: range}}});
const TUNE: Json = {space: {[TUNED_PATH]: {from: 2, to: 8}}};

const weighted = (type: string, settings: Json = {}): Record<string, Case> => ({
  [`${type}.units`]: {with: {layers: [{type, units: 6, ...settings}]}, from: 6, to: 7},
  [`${type}.activation`]: {with: {layers: [{type, units: 6, ...settings}]}, from: 'relu', to: 'tanh'},
  [`${type}.maxNorm`]: {with: {layers: [{type, units: 6, ...settings}]}, from: UNSET, to: 0.1},
  [`${type}.l1`]: {with: {layers: [{type, units: 6, ...settings}]}, from: 0, to: 0.1},
  [`${type}.l2`]: {with: {layers: [{type, units: 6, ...settings}]}, from: 0, to: 0.1},
  [`${type}.init`]: {with: {layers: [{type, units: 6, ...settings}]}, from: 'pytorch', to: 'heNormal'},
});
const warmUps = Object.fromEntries(
  ['constant', 'step', 'exponential', 'inverseTime', 'cosine', 'plateau'].map(type => {
    const needed = {step: {every: 1}, exponential: {factor: 0.9}, inverseTime: {halfLife: 2}}[type] ?? {};
    return [`${type}.warmUp`, {with: schedule(type, needed), from: 0, to: 2}];
  }),
);

const CASES: Readonly<Record<string, Case>> = {
  version: {from: 1, to: 2},
  'tune.space': {from: {[TUNED_PATH]: {values: [2, 4]}}, to: {[TUNED_PATH]: {values: [2, 3]}}},
  'tune.method': {with: {tune: TUNE}, from: 'grid', to: 'random'},
  'tune.trials': {with: {tune: {...TUNE, method: 'random'}}, from: 2, to: 3},
  'tune.metric': {with: {tune: TUNE}, from: 'nll', to: 'accuracy'},
  'tune.innerFolds': {with: {tune: TUNE}, from: 3, to: 0},
  'tuneRange.from': {with: tuned({to: 9, step: 1}), from: 2, to: 3},
  'tuneRange.to': {with: tuned({from: 2, step: 1}), from: 8, to: 9},
  'tuneRange.step': {with: tuned({from: 2, to: 8}), from: 1, to: 2},
  'tuneRange.count': {with: tuned({from: 2, to: 8}), from: 3, to: 4},
  'tuneRange.scale': {with: tuned({from: 2, to: 80}), from: 'linear', to: 'log'},
  'tuneRange.values': {with: tuned({}), from: [2, 3], to: [2, 4]},
  variants: {from: UNSET, to: {one: {}, other: {'layers.hidden.units': 3}}},
  'data.source': {from: 'data.csv', to: 'other.csv'},
  'data.format': {with: {'data.source': 'data.jsonl'}, from: 'auto', to: 'csv'},
  'data.delimiter': {with: {'data.source': 'semicolon.csv'}, from: ';', to: ','},
  'data.header': {
    with: {'data.source': 'bare.csv', 'data.target': 'column4', 'data.exclude': []},
    from: false,
    to: true,
  },
  'data.encoding': {with: {'data.source': 'accent.csv'}, from: 'windows-1252', to: 'auto'},
  'data.target': {from: 'two', to: 'size'},
  'data.positiveClass': {from: 'yes', to: 'no'},
  'data.task': {
    with: {...real, 'data.target': 'digit', 'data.exclude': ['three', 'real', 'two', 'group', 'time']},
    from: 'regression',
    to: 'classification',
  },
  'data.features': {from: UNSET, to: ['b']},
  'data.exclude': {from: ['three', 'digit', 'real', 'group', 'time'], to: ['three', 'real', 'group', 'time']},
  'data.scale': {from: 'standard', to: 'minMax'},
  'data.scaleTarget': {with: real, from: 'standard', to: 'none'},
  'data.categories': {from: 'oneHot', to: 'ordinal'},
  'data.streaming': {from: 'auto', to: 'always'},
  'data.missing.markers': {from: ['-'], to: ['NA']},
  'data.missing.numeric': {from: 'mean', to: 'dropRow'},
  'data.missing.categorical': {from: 'mostFrequent', to: 'category'},
  'data.missing.indicator': {from: false, to: true},
  'data.columns': {from: {}, to: {a: {type: 'ignore'}}},
  'column.type': {with: {'data.columns': {b: {}}}, from: 'auto', to: 'ignore'},
  'column.missing': {with: {'data.columns': {a: {}}}, from: 'mean', to: 'median'},
  'column.fillValue': {with: {'data.columns': {a: {missing: 'constant'}}}, from: 0, to: 50},
  'column.indicator': {with: {'data.columns': {a: {}}}, from: false, to: true},
  'column.categories': {with: {'data.columns': {size: {}}}, from: 'oneHot', to: 'ordinal'},
  'column.order': {
    with: {'data.columns': {size: {categories: 'ordinal'}}},
    from: UNSET,
    to: ['small', 'middle', 'large'],
  },
  'column.scale': {with: {'data.columns': {b: {}}}, from: 'standard', to: 'none'},
  layers: {from: [{type: 'dense', units: 6}], to: []},
  'output.activation': {from: 'sigmoid', to: 'softmax'},
  'output.maxNorm': {from: UNSET, to: 0.1},
  'output.l1': {from: 0, to: 0.1},
  'output.l2': {from: 0, to: 0.1},
  'output.init': {from: 'pytorch', to: 'glorotNormal'},
  ...weighted('dense'),
  ...weighted('dropConnect', {rate: 0.3}),
  'dropConnect.rate': {with: {layers: [{type: 'dropConnect', units: 6, rate: 0.1}]}, from: 0.1, to: 0.5},
  'dropout.rate': {with: layer('dropout'), from: 0.1, to: 0.5},
  'gaussianDropout.rate': {with: layer('gaussianDropout'), from: 0.1, to: 0.5},
  'alphaDropout.rate': {with: layer('alphaDropout'), from: 0.1, to: 0.5},
  ...Object.fromEntries(
    ['dropConnect', 'dropout', 'gaussianDropout', 'alphaDropout'].flatMap(type => {
      const units = type === 'dropConnect' ? {units: 6} : {};
      return [
        [`${type}.schedule`, {with: layer(type, {rate: 0.3, ...units}), from: UNSET, to: {type: 'late', until: 2}}],
        [`${type}.mask`, {with: layer(type, {rate: 0.3, ...units}), from: 'row', to: 'batch'}],
      ];
    }),
  ),
  'dropoutSchedule.until': {with: layer('dropout', {rate: 0.3, schedule: {type: 'curriculum'}}), from: 3, to: 30},
  'dropoutSchedule.shape': {
    with: layer('dropout', {rate: 0.3, schedule: {type: 'early', until: 2}}),
    from: 'constant',
    to: 'linear',
  },
  'concreteDropout.rate': {with: concrete, from: 0.1, to: 0.4},
  'concreteDropout.temperature': {with: concrete, from: 0.1, to: 0.5},
  'concreteDropout.lengthScale': {with: concrete, from: 1e-4, to: 1},
  'concreteDropout.precision': {with: {...real, ...concrete}, from: 1, to: 5},
  'batchNorm.momentum': {with: layer('batchNorm'), from: 0.1, to: 0.9},
  'batchNorm.epsilon': {with: layer('batchNorm'), from: 1e-5, to: 0.5},
  'layerNorm.epsilon': {with: layer('layerNorm'), from: 1e-5, to: 0.5},
  'activation.activation': {with: layer('activation'), from: 'tanh', to: 'gelu'},
  'training.epochs': {from: 3, to: 4},
  'training.batchSize': {from: 7, to: 8},
  'training.shuffle': {from: true, to: false},
  'training.dropLast': {from: false, to: true},
  'training.loss': {with: real, from: 'meanSquaredError', to: 'huber'},
  'training.clipNorm': {from: UNSET, to: 0.01},
  'training.classWeights': {from: 'none', to: {yes: 5}},
  'training.seed': {from: 1, to: 2},
  'training.numerics': {from: 'reproducible', to: 'fast'},
  'momentumRamp.from': {with: {'training.momentumRamp': {epochs: 5}}, from: 0.1, to: 0.4},
  'momentumRamp.epochs': {with: {'training.momentumRamp': {from: 0.1}}, from: 5, to: 2},
  'momentumRamp.shape': {with: {'training.momentumRamp': {from: 0.1, epochs: 5}}, from: 'linear', to: 'exponential'},
  'earlyStopping.patience': {
    with: {'training.epochs': 40, 'training.earlyStopping': {minDelta: 0.05}},
    from: 1,
    to: 30,
  },
  'earlyStopping.minDelta': {with: {'training.epochs': 40, 'training.earlyStopping': {patience: 2}}, from: 0, to: 0.3},
  'earlyStopping.share': {with: {'training.earlyStopping': {}}, from: 0.1, to: 0.4},
  'sgd.learningRate': {with: optimizer('sgd'), from: 0.01, to: 0.02},
  'sgd.momentum': {with: optimizer('sgd'), from: 0, to: 0.9},
  'sgd.nesterov': {with: optimizer('sgd', {momentum: 0.5}), from: false, to: true},
  'sgd.weightDecay': {with: optimizer('sgd'), from: 0, to: 0.1},
  ...Object.fromEntries(
    ['adam', 'adamW'].flatMap(type => [
      [`${type}.learningRate`, {with: optimizer(type), from: 0.001, to: 0.01}],
      [`${type}.beta1`, {with: optimizer(type), from: 0.9, to: 0.5}],
      [`${type}.beta2`, {with: optimizer(type), from: 0.999, to: 0.9}],
      [`${type}.epsilon`, {with: optimizer(type), from: 1e-8, to: 0.1}],
      [`${type}.weightDecay`, {with: optimizer(type), from: 0, to: 0.5}],
    ]),
  ),
  'rmsProp.learningRate': {with: optimizer('rmsProp'), from: 0.01, to: 0.02},
  'rmsProp.momentum': {with: optimizer('rmsProp'), from: 0, to: 0.5},
  'rmsProp.decay': {with: optimizer('rmsProp'), from: 0.99, to: 0.5},
  'rmsProp.epsilon': {with: optimizer('rmsProp'), from: 1e-8, to: 0.1},
  'rmsProp.weightDecay': {with: optimizer('rmsProp'), from: 0, to: 0.5},
  'adagrad.learningRate': {with: optimizer('adagrad'), from: 0.01, to: 0.02},
  'adagrad.epsilon': {with: optimizer('adagrad'), from: 1e-10, to: 0.1},
  'adagrad.weightDecay': {with: optimizer('adagrad'), from: 0, to: 0.5},
  ...warmUps,
  'step.every': {with: schedule('step'), from: 1, to: 2},
  'step.factor': {with: schedule('step', {every: 1}), from: 0.1, to: 0.5},
  'exponential.factor': {with: schedule('exponential'), from: 0.9, to: 0.5},
  'inverseTime.halfLife': {with: schedule('inverseTime'), from: 1, to: 5},
  'cosine.finalLearningRate': {with: schedule('cosine'), from: 0, to: 0.04},
  'plateau.factor': {with: {'training.epochs': 20, ...schedule('plateau', {patience: 1})}, from: 0.1, to: 0.9},
  'plateau.patience': {with: {'training.epochs': 20, ...schedule('plateau')}, from: 1, to: 15},
  'plateau.minLearningRate': {with: {'training.epochs': 20, ...schedule('plateau', {patience: 1})}, from: 0, to: 0.04},
  'evaluation.method': {from: 'kFold', to: 'holdout'},
  'evaluation.folds': {from: 3, to: 4},
  'evaluation.repeats': {from: 1, to: 2},
  'evaluation.stratified': {from: true, to: false},
  'evaluation.shuffle': {from: true, to: false},
  'evaluation.testShare': {with: {'evaluation.method': 'holdout'}, from: 0.2, to: 0.4},
  'evaluation.groupBy': {from: UNSET, to: 'group'},
  'evaluation.timeBy': {with: {'evaluation.method': 'timeOrdered'}, from: UNSET, to: 'time'},
  'evaluation.samples': {with: layer('dropout', {rate: 0.5}), from: 2, to: 3},
  'evaluation.practicalMargin': {from: 0.01, to: 0.02},
};
/** What they do is tested elsewhere: "$schema" is for editors, a name is what variants address, a type chooses its kind. */
const NO_CASE = /^\$schema$|\.name$|^(?!column)\w+\.type$/;
/** Plateau never drops while the loss still falls, so its cases need a learning rate at which it does not. */
const NOISY = {'training.optimizer': {type: 'sgd', learningRate: 1, momentum: 0.5}};

describe('every key of the schema', () => {
  test('has a case here', () => {
    expect(schemaKeys().filter(key => !NO_CASE.test(key) && !(key in CASES))).toEqual([]);
    expect(Object.keys(CASES).filter(key => !schemaKeys().includes(key))).toEqual([]);
  });

  for (const [key, {with: changes = {}, from, to}] of Object.entries(CASES)) {
    test(`${key} shows in what is computed or told`, async () => {
      const noise = key.startsWith('plateau.') && key !== 'plateau.warmUp' ? NOISY : {};
      const first = await observed({...changes, ...noise}, key, from);
      expect(first).not.toContain('refused');
      expect(await observed({...changes, ...noise}, key, from)).toBe(first);
      expect(await observed({...changes, ...noise}, key, to)).not.toBe(first);
    });
  }
});

/** A hash of everything that a user could see of an experiment, without the document itself. */
async function observed(changes: Json, key: string, value: unknown): Promise<string> {
  const document = structuredClone(base);
  for (const [path, given] of Object.entries(changes)) setPath(document, path, given);
  setPath(document, placeOfKey(key, document), value);
  const path = join(folder, 'case.mlp.json');
  writeFileSync(path, JSON.stringify(document));
  const {experiment, problems} = await loadExperiment(path, {});
  if (!experiment) return `refused: ${problems.map(problem => problem.message).join(' ')}`;
  // Where the processor cannot fuse, any engine of other bits stands for the fast one.
  const runner = inProcess({experiment, engine: 'plain', fastEngine: canRun('relaxed') ? 'wasmRelaxed' : 'reference'});
  const {samples} = experiment.evaluation;
  const keepModels = samples !== undefined;
  const report = await crossValidate(experiment, runner, {onEvent: () => {}}, {keepModels});
  const {digest, variants, comparisons, outcomes} = report;
  const sampled = keepModels
    ? await sampledScores(experiment, {engine: 'plain'}, outcomes, samples, async () => {})
    : new Map();
  const all = Uint32Array.from({length: experiment.table.rows}, (_, row) => row);
  const inputs = new Float32Array(all.length * featureWidth(experiment.variants[0]!.features));
  encodeRows(experiment.table, fitEncoder(experiment.table, experiment.variants[0]!.features, all), all, inputs);
  // Few rows are shuffled alike on disk and in memory; that they were on disk is told.
  const streamed = experiment.table.store !== undefined;
  return hash([
    searched(path),
    digest,
    streamed,
    comparisons,
    [...sampled],
    variants.map(variant => variant.name),
    [...inputs],
    [...experiment.folds[0]!.test],
  ]);
}

/** What `mlp tune` would try, and how it would judge. */
function searched(path: string): unknown {
  const {base} = checkDocument(readFileSync(path, 'utf8'));
  if (!base.tune) return null;
  const candidates = tuneCandidates(base.tune, dotted => dotted.endsWith('units'), base.training.seed);
  return [candidates, base.tune.metric, base.tune.innerFolds];
}

const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** "dense.units" is a key of the layer, "sgd.momentum" of the optimizer, "column.type" of the one column that is set. */
function placeOfKey(key: string, document: Json): string {
  const [head, tail] = key.split('.') as [string, string];
  if (['data', 'output', 'training', 'evaluation', 'tune'].includes(head) || tail === undefined) return key;
  if (head === 'tuneRange') return `tune.space.${TUNED_PATH}.${tail}`;
  if (head === 'dropoutSchedule') return `layers.1.schedule.${tail}`;
  if (head === 'momentumRamp' || head === 'earlyStopping') return `training.${key}`;
  if (head === 'column') return `data.columns.${Object.keys((document.data as Json).columns as Json)[0]}.${tail}`;
  if (
    (schema.properties.training.properties.optimizer.oneOf as {$ref: string}[]).some(({$ref}) =>
      $ref.endsWith(`/${head}`),
    )
  )
    return `training.optimizer.${tail}`;
  if (
    (schema.properties.training.properties.schedule.oneOf as {$ref: string}[]).some(({$ref}) =>
      $ref.endsWith(`/${head}`),
    )
  )
    return `training.schedule.${tail}`;
  const index = (document.layers as Json[]).findIndex(({type}) => type === head);
  return `layers.${index}.${tail}`;
}

function setPath(target: Json, path: string, value: unknown): void {
  // The path that is tuned is one key, dots and all.
  const after = path.startsWith('tune.space.') ? path.split(TUNED_PATH)[1] : undefined;
  const keys = after === undefined ? path.split('.') : ['tune', 'space', TUNED_PATH, after.slice(1)];
  const last = keys.pop()!;
  let object = target;
  for (const key of keys) {
    object[key] ??= {};
    object = object[key] as Json;
  }
  if (value === undefined) delete object[last];
  else object[last] = value;
}

/** Every key that holds a value, as section.key or definition.key. */
function schemaKeys(): string[] {
  interface Node {
    readonly properties?: Readonly<Record<string, Node>>;
    readonly [other: string]: unknown;
  }
  const below = (node: Node, name: string): string[] =>
    Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
      const path = name === '' ? key : `${name}.${key}`;
      if (!child.properties) return isUnion(child) ? [] : [path];
      const inner = ['momentumRamp', 'earlyStopping'].includes(key) ? key : path;
      return below(child, inner);
    });
  const isUnion = (child: object) => 'discriminator' in child;
  return [...below(schema, ''), ...Object.entries(schema.definitions).flatMap(([name, node]) => below(node, name))];
}

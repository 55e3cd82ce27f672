/** Every rule speaks where it should, is silent where it should be, and each of its fixes removes the problem. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {StoredRun} from '../../../schemas/generated/run.ts';
import type {Problem} from '../../../schemas/problem.ts';
import type {LayerState} from '../../../schemas/protocol.ts';
import {loadExperiment} from '../../../sidecar/experiment/loadExperiment.ts';
import {allProblems} from '../../../sidecar/rules/allProblems.ts';
import {lint} from '../../../sidecar/rules/lint.ts';
import type {RuleSubject, RunFacts} from '../../../sidecar/rules/rule.ts';
import {RULES} from '../../../sidecar/rules/rules.ts';
import {THRESHOLDS} from '../../../sidecar/rules/thresholds.ts';
import {applied, seeded} from '../../support/textEdits.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-rules-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

interface Sample {
  /** Replaces sections of the sound document. */
  readonly document?: Readonly<Record<string, unknown>>;
  /** Replaces the written document, where comments matter. */
  readonly text?: string;
  readonly csv?: string;
  readonly run?: (document: Readonly<Record<string, unknown>>) => RunFacts;
  /** What the layers of the stored model are like, by name. */
  readonly model?: Readonly<Record<string, Partial<LayerState>>>;
}

const header = 'a,b,c,d,y';
const random = seeded(7);
/** Two classes, four noisy inputs, 600 rows. */
const sound = csvOf(600, row => [random(), random(), random(), random() * 2, row % 2 ? 'yes' : 'no']);
const layers = (...list: object[]) => ({layers: list});
const dense = (units: number, more = {}) => ({type: 'dense', name: 'hidden', units, ...more});
const drop = (rate: number, more = {}) => ({type: 'dropout', name: 'drop', rate, ...more});
const learned = (more = {}) => ({type: 'concreteDropout', name: 'drop', ...more});
/** Rows enough to learn a rate from: of two classes, and with a real target. */
const many = csvOf(1300, row => [random(), random(), random(), random() * 2, row % 2 ? 'yes' : 'no']);
const real = csvOf(1300, () => [random(), random(), random(), random() * 2, random()]);
const sgd = (more: object, training = {}) => ({training: {optimizer: {type: 'sgd', ...more}, ...training}});

const base = {
  version: 1,
  data: {source: 'data.csv', target: 'y'},
  layers: [dense(32)],
  training: {epochs: 100, batchSize: 16},
};

/** Of a layer without a bound. */
const idle = {incomingNorms: Float32Array.of(1), maxNorm: null, clippedUnits: 0};

function csvOf(rows: number, row: (index: number) => unknown[], names = header): string {
  return [names, ...Array.from({length: rows}, (_, index) => row(index).join())].join('\n');
}

const SAMPLES: {readonly [code: string]: {readonly speaks: readonly Sample[]; readonly silent: readonly Sample[]}} = {
  'likely-keep-probability': {
    speaks: [
      {
        text: `{"version": 1, "data": {"source": "data.csv", "target": "y"}, "layers": [
          {"type": "dense", "units": 64},
          // keep 80 %, as in the paper
          {"type": "dropout", "rate": 0.8}
        ]}`,
      },
    ],
    silent: [{document: layers(dense(64), drop(0.8))}, {document: layers(dense(64), drop(0.2))}],
  },
  'high-hidden-rate': {
    speaks: [
      {document: layers(dense(64), drop(0.6))},
      {document: {...layers(dense(64), drop(0.1)), variants: {a: {}, b: {'layers.drop.rate': 0.7}}}},
    ],
    silent: [{document: layers(dense(64), drop(0.5))}, {document: layers(drop(0.6), dense(64))}],
  },
  'high-input-rate': {
    speaks: [{document: layers(drop(0.4), dense(64))}],
    silent: [{document: layers(drop(0.2), dense(64))}, {document: layers(dense(64), drop(0.4))}],
  },
  'few-live-units': {
    speaks: [{document: layers(dense(12), drop(0.5))}],
    silent: [{document: layers(dense(16), drop(0.5))}, {document: layers(drop(0.3), dense(64))}],
  },
  'narrow-with-dropout': {
    speaks: [{document: {...layers(dense(32), drop(0)), variants: {plain: {}, dropped: {'layers.drop.rate': 0.2}}}}],
    silent: [
      {
        document: {
          ...layers(dense(32), drop(0)),
          variants: {plain: {}, wide: {'layers.drop.rate': 0.2, 'layers.hidden.units': 40}},
        },
      },
      {document: layers(dense(32), drop(0.2))},
    ],
  },
  'zero-rate-beside-dropout': {
    speaks: [{document: layers(dense(64), drop(0), dense(64, {name: 'second'}), drop(0.2, {name: 'other'}))}],
    silent: [
      {document: layers(dense(64), drop(0))},
      {
        document: {
          ...layers(dense(64), drop(0), dense(64, {name: 'second'}), drop(0.2, {name: 'other'})),
          variants: {plain: {}, more: {'layers.drop.rate': 0.1}},
        },
      },
    ],
  },
  'mask-for-batch': {
    speaks: [{document: layers(dense(64), drop(0.2, {mask: 'batch'}))}],
    silent: [{document: layers(dense(64), drop(0.2, {mask: 'row'}))}],
  },
  'three-regularizers': {
    speaks: [{document: layers(dense(64, {maxNorm: 3, l2: 0.05}), drop(0.2))}],
    silent: [
      {document: layers(dense(64, {maxNorm: 3, l2: 0.001}), drop(0.2))},
      {document: layers(dense(64, {l2: 0.05}))},
    ],
  },
  'too-small-for-dropout': {
    speaks: [{document: layers(dense(6), drop(0.2))}],
    silent: [{document: layers(dense(12), drop(0.2))}, {document: layers(drop(0.2), dense(6))}],
  },
  'rate-learned-from-few-rows': {
    speaks: [{document: layers(learned(), dense(32))}, {document: layers(learned({temperature: 0.2}), dense(32))}],
    silent: [{document: layers(learned(), dense(32)), csv: many}, {document: layers(drop(0.1), dense(32))}],
  },
  'soft-masks': {
    speaks: [{document: layers(learned({temperature: 0.8}), dense(32)), csv: many}],
    silent: [{document: layers(learned({temperature: 0.5}), dense(32)), csv: many}],
  },
  'assumed-precision': {
    speaks: [{document: layers(learned(), dense(32)), csv: real}],
    silent: [
      {document: layers(learned({precision: 3}), dense(32)), csv: real},
      {document: layers(learned(), dense(32)), csv: many},
    ],
  },
  'idle-precision': {
    speaks: [{document: layers(learned({precision: 3}), dense(32)), csv: many}],
    silent: [{document: layers(learned({precision: 3}), dense(32)), csv: real}],
  },
  'unusual-max-norm': {
    speaks: [{document: layers(dense(32, {maxNorm: 0.5}))}, {document: {output: {maxNorm: 20}}}],
    silent: [{document: layers(dense(32, {maxNorm: 4}))}],
  },
  'large-effective-step': {
    speaks: [
      {document: sgd({learningRate: 0.2, momentum: 0.9})},
      {document: {...sgd({learningRate: 0.1, momentum: 0.9}), ...layers(dense(64), drop(0.2))}},
    ],
    silent: [
      {document: sgd({learningRate: 0.1, momentum: 0.9})},
      {document: {...sgd({learningRate: 0.01, momentum: 0.9}), ...layers(dense(64), drop(0.2))}},
    ],
  },
  'momentum-without-decay': {
    speaks: [{document: sgd({momentum: 0.95})}],
    silent: [{document: sgd({momentum: 0.9})}, {document: sgd({momentum: 0.95}, {schedule: {type: 'cosine'}})}],
  },
  'early-decay': {
    speaks: [
      {document: {training: {epochs: 100, schedule: {type: 'exponential', factor: 0.8}}}},
      {document: {training: {epochs: 100, schedule: {type: 'step', every: 5}}}},
      {document: {training: {epochs: 1000, schedule: {type: 'inverseTime', halfLife: 1}}}},
      {document: {training: {epochs: 50, schedule: {type: 'exponential', factor: 0.001, warmUp: 3}}}},
    ],
    silent: [
      {document: {training: {epochs: 100, schedule: {type: 'exponential', factor: 0.95}}}},
      {document: {training: {epochs: 100, schedule: {type: 'cosine'}}}},
    ],
  },
  'large-rate-without-dropout': {
    speaks: [{document: {training: {optimizer: {type: 'adam', learningRate: 0.02}}}}],
    silent: [
      {document: {training: {optimizer: {type: 'adam', learningRate: 0.005}}}},
      {document: {...layers(dense(64), drop(0.2)), training: {optimizer: {type: 'adam', learningRate: 0.02}}}},
    ],
  },
  'decayed-biases': {
    speaks: [{document: sgd({weightDecay: 0.001})}],
    silent: [{document: sgd({})}, {document: {training: {optimizer: {type: 'adamW'}}}}],
  },
  'many-parameters': {
    speaks: [{document: layers(dense(2000))}],
    silent: [
      {document: layers(dense(2000), drop(0.2))},
      {document: layers(dense(64))},
      {document: {...layers(dense(2000), drop(0)), variants: {plain: {}, dropped: {'layers.drop.rate': 0.2}}}},
    ],
  },
  'zero-init': {
    speaks: [{document: layers(dense(32, {init: 'zeros'}))}],
    silent: [{document: layers(dense(32, {init: 'heNormal'}))}],
  },
  'init-for-other-activation': {
    speaks: [
      {document: layers(dense(32, {init: 'glorotNormal'}))},
      {document: layers(dense(32, {init: 'heUniform', activation: 'selu'}))},
    ],
    silent: [
      {document: layers(dense(32, {init: 'glorotNormal', activation: 'tanh'}))},
      {document: layers(dense(32, {init: 'heNormal'}))},
    ],
  },
  'linear-layers': {
    speaks: [
      {document: layers(dense(32, {activation: 'linear'}))},
      {document: layers(dense(32, {activation: 'linear'}), drop(0.1), dense(32, {name: 'second'}))},
    ],
    silent: [
      {
        document: layers(
          dense(32, {activation: 'linear'}),
          {type: 'batchNorm'},
          {type: 'activation', activation: 'relu'},
        ),
      },
    ],
  },
  bottleneck: {
    speaks: [
      {document: layers(dense(64), dense(4, {name: 'narrow'}), dense(64, {name: 'after'}))},
      {
        document: layers(dense(2)),
        csv: csvOf(600, row => [random(), random(), random(), random(), `class ${row % 3}`]),
      },
    ],
    silent: [{document: layers(dense(64), dense(16, {name: 'narrow'}), dense(64, {name: 'after'}))}],
  },
  'constant-column': {
    speaks: [{csv: csvOf(600, row => [random(), 1, random(), random(), row % 2])}],
    silent: [{}],
  },
  'likely-missing-marker': {
    speaks: [{csv: csvOf(600, row => [random(), random(), random(), row % 9 === 0 ? '.' : `c${row % 3}`, row % 2])}],
    silent: [
      {},
      {
        document: {data: {...base.data, missing: {markers: ['.']}}},
        csv: csvOf(600, row => [random(), random(), random(), row % 9 === 0 ? '.' : `c${row % 3}`, row % 2]),
      },
    ],
  },
  'unscaled-inputs': {
    speaks: [
      {
        document: {data: {...base.data, scale: 'none'}},
        csv: csvOf(600, row => [random(), random() * 1000, random(), random(), row % 2]),
      },
    ],
    silent: [
      {document: {data: {...base.data, scale: 'none'}}},
      {csv: csvOf(600, row => [random(), random() * 1000, random(), random(), row % 2])},
    ],
  },
  'time-with-random-folds': {
    speaks: [{csv: csvOf(600, row => [random(), random(), random(), day(row >> 1), row % 2])}],
    silent: [
      {
        document: {evaluation: {method: 'timeOrdered', timeBy: 'd'}},
        csv: csvOf(600, row => [random(), random(), random(), day(row >> 1), row % 2]),
      },
      {},
    ],
  },
  'duplicate-rows': {
    speaks: [{csv: `${sound}\n${sound.split('\n').slice(1, 20).join('\n')}`}],
    silent: [{}],
  },
  'likely-leak': {
    speaks: [
      {csv: csvOf(600, row => [random(), random(), random(), (row % 2) + random() / 2, row % 2 ? 'yes' : 'no'])},
      {csv: csvOf(600, row => [random(), random(), random(), row % 2 ? 'paid' : 'open', row % 2 ? 'yes' : 'no'])},
    ],
    silent: [
      {csv: csvOf(600, row => [random(), random(), random(), (row % 2) + random() * 4, row % 2 ? 'yes' : 'no'])},
    ],
  },
  'unstratified-classes': {
    speaks: [{document: {evaluation: {stratified: false}}}],
    silent: [
      {},
      {
        document: {evaluation: {stratified: false}},
        csv: csvOf(600, () => [random(), random(), random(), random(), random()]),
      },
    ],
  },
  'single-repeat': {
    speaks: [{csv: csvOf(200, row => [random(), random(), random(), random(), row % 2])}],
    silent: [
      {},
      {
        document: {evaluation: {repeats: 10}},
        csv: csvOf(200, row => [random(), random(), random(), random(), row % 2]),
      },
    ],
  },
  'samples-without-dropout': {
    speaks: [
      {document: {...layers(dense(64)), evaluation: {samples: 40}}},
      {document: {...layers(dense(64), drop(0)), evaluation: {samples: 40}}},
    ],
    silent: [
      {document: layers(dense(64))},
      {document: {...layers(dense(64), drop(0.5)), evaluation: {samples: 40}}},
      {
        document: {
          ...layers(dense(64), drop(0)),
          variants: {a: {}, b: {'layers.drop.rate': 0.5}},
          evaluation: {samples: 20},
        },
      },
    ],
  },
  'few-samples': {
    speaks: [{document: {...layers(dense(64), drop(0.5)), evaluation: {samples: 10}}}],
    silent: [
      {document: {...layers(dense(64), drop(0.5)), evaluation: {samples: 30}}},
      {document: layers(dense(64), drop(0.5))},
      {document: {...layers(dense(64)), evaluation: {samples: 10}}},
      {document: {...layers(dense(64), drop(0)), evaluation: {samples: 10}}},
    ],
  },
  'untested-choice': {
    speaks: [{document: {tune: {space: {'layers.hidden.units': {values: [8, 16]}}, innerFolds: 0}}}],
    silent: [{document: {tune: {space: {'layers.hidden.units': {values: [8, 16]}}}}}],
  },
  'small-test-part': {
    speaks: [
      {document: {evaluation: {method: 'holdout', testShare: 0.03}}},
      {
        document: {evaluation: {method: 'holdout'}},
        csv: csvOf(100, row => [random(), random(), random(), random(), row % 2]),
      },
    ],
    silent: [{document: {evaluation: {method: 'holdout'}}}],
  },
  'data-changed': {
    speaks: [{run: () => runOf({}, 'f'.repeat(64))}],
    silent: [{}],
  },
  'dropout-underfits': {
    speaks: [
      {document: compared(), run: document => runOf(document, undefined, {plain: 0.8, dropped: 0.6, linear: 0.7})},
    ],
    silent: [
      {document: compared(), run: document => runOf(document, undefined, {plain: 0.8, dropped: 0.75, linear: 0.7})},
      {
        document: compared(),
        run: document => diverged(runOf(document, undefined, {plain: 0.8, dropped: 0.6, linear: 0.7})),
      },
      // Not for its dropout: without it the network is worse still.
      {document: compared(), run: document => runOf(document, undefined, {plain: 0.5, dropped: 0.6, linear: 0.7})},
    ],
  },
  'idle-max-norm': {
    speaks: [
      {
        document: layers(dense(3, {maxNorm: 4})),
        model: {hidden: {incomingNorms: Float32Array.of(1, 2, 1.5), maxNorm: 4, clippedUnits: 0}},
      },
    ],
    silent: [
      {
        document: layers(dense(3, {maxNorm: 4})),
        model: {hidden: {incomingNorms: Float32Array.of(1, 4, 1.5), maxNorm: 4, clippedUnits: 1}},
      },
    ],
  },
  'dead-units': {
    speaks: [
      {document: layers(dense(4)), model: {hidden: {...idle, active: Float32Array.of(0, 0, 1, 1), deadUnits: 2}}},
    ],
    silent: [
      {document: layers(dense(4)), model: {hidden: {...idle, active: Float32Array.of(1, 0.1, 1, 1), deadUnits: 0}}},
      {
        document: layers(dense(4, {activation: 'tanh'})),
        model: {hidden: {...idle, active: Float32Array.of(0, 0, 1, 1), deadUnits: 2}},
      },
    ],
  },
  'dropout-needs-epochs': {
    speaks: [{document: compared(), run: document => runOf(document, undefined, {}, epoch => 1 / (1 + epoch / 20))}],
    silent: [{document: compared(), run: document => runOf(document, undefined, {}, epoch => 0.2 + 2 ** -epoch)}],
  },
};

function day(row: number): string {
  return new Date(Date.UTC(2026, 0, 1 + row)).toISOString().slice(0, 10);
}

function compared() {
  return {...layers(dense(64), drop(0)), variants: {plain: {}, dropped: {'layers.drop.rate': 0.4}}};
}

/** A stored run of a document as it is now. Its resolved variants are filled in by `problemsOf`. */
function runOf(
  _document: object,
  sha256: string | undefined,
  accuracy: Readonly<Record<string, number>> = {},
  loss: (epoch: number) => number = () => 1,
): RunFacts {
  const models = (names: string[]) =>
    names.map(name => ({name, folds: [], summary: {accuracy: {mean: accuracy[name] ?? 0.9, sd: 0, folds: 10}}}));
  const data = {rows: 600, features: 4, classes: ['no', 'yes'], sha256: sha256 ?? ''};
  const crossValidation = {data, variants: models(['plain', 'dropped']), baselines: models(['linear'])};
  const trainingLoss = new Map([['dropped', Array.from({length: 100}, (_, epoch) => loss(epoch))]]);
  return {
    stored: {startedAt: '2026-01-31T12:00:00Z', data, variants: [], crossValidation} as unknown as StoredRun,
    trainingLoss,
  };
}

/** The same run, of which a fold of each variant diverged. */
function diverged({stored, ...facts}: RunFacts): RunFacts {
  const variants = stored.crossValidation!.variants.map(variant => ({...variant, folds: [{status: 'diverged'}]}));
  return {
    ...facts,
    stored: {...stored, crossValidation: {...stored.crossValidation, variants}} as unknown as StoredRun,
  };
}

function textOf({document, text}: Sample): string {
  return text ?? JSON.stringify({...base, ...document}, null, 2);
}

async function problemsOf(text: string, sample: Sample): Promise<readonly Problem[]> {
  writeFileSync(join(folder, 'data.csv'), sample.csv ?? sound);
  const path = join(folder, 'net.mlp.json');
  writeFileSync(path, text);
  const loaded = await loadExperiment(path, {});
  let run = sample.run?.({...base, ...sample.document});
  if (run) {
    const variants = loaded.checked.variants.map(({name, document}) => ({name, document}));
    const {data} = run.stored;
    const known = {...data, sha256: data.sha256 || (loaded.profile?.sha256 ?? '')};
    run = {...run, stored: {...run.stored, data: known, variants: samplesOf(sample, variants)} as StoredRun};
  }
  const problems = allProblems(loaded, THRESHOLDS, run, undefined);
  if (!sample.model) return problems;
  const {checked} = loaded;
  const document = samplesOf(sample, checked.variants[0]!.document) as Record<string, unknown>;
  const states = Object.entries(sample.model).map(([layer, state]) => ({layer, ...state}) as LayerState);
  const trained = [{variant: 'model', document, rows: 600, layers: states}];
  const facts = {thresholds: THRESHOLDS, data: new Map(), run: undefined, trained};
  return [...problems, ...lint(checked.parsed, checked.variants, facts)];
}

/** The run was of the sample as it stands, not of what a fix made of it. */
const trained = new Map<Sample, unknown>();
function samplesOf(sample: Sample, now: unknown): unknown {
  if (!trained.has(sample)) trained.set(sample, now);
  return trained.get(sample);
}

test('an idle max-norm of a layer that variants share is told once, with the variants that were measured', () => {
  const document = {layers: [{type: 'dense', name: 'hidden', units: 3, maxNorm: 4}], training: {}, output: {}};
  const trained = (variant: string, largest: number, clippedUnits = 0) => {
    const state = {layer: 'hidden', incomingNorms: Float32Array.of(1, largest, 1.5), maxNorm: 4, clippedUnits};
    return {variant, document, rows: 9, layers: [state]};
  };
  const variants = ['a', 'b', 'c', 'd'].map(name => ({name, document}));
  const check = (name: string, allTrained: ReturnType<typeof trained>[]) => {
    const subject = {name, document, variants, trained: allTrained.find(({variant}) => variant === name), allTrained};
    return RULES.find(({code}) => code === 'idle-max-norm')!.check(subject as unknown as RuleSubject);
  };
  const all = [trained('a', 2), trained('b', 4, 1), trained('c', 3)];
  expect(check('a', all)[0]!.message).toContain(
    'in the last training of variants "a" and "c": the largest norm is 3.00.',
  );
  expect(check('c', all)).toEqual(check('a', all));
  expect(check('b', all)).toEqual([]);
  expect(check('d', all)).toEqual([]);
  const [alone] = check('a', [trained('a', 2)]);
  expect(alone!.message).toContain('in the last training of variant "a": the largest norm is 2.00.');
});

test('every rule has samples, and every sample a rule', () => {
  expect(Object.keys(SAMPLES).sort()).toEqual(RULES.map(({code}) => code).sort());
  const incomplete = Object.values(SAMPLES).filter(({speaks, silent}) => speaks.length === 0 || silent.length === 0);
  expect(incomplete).toEqual([]);
});

const cases = RULES.flatMap(({code, severity}) => {
  const {speaks, silent} = SAMPLES[code]!;
  return [
    ...speaks.map((sample, index) => ({code, severity, sample, index, expected: 'speaks' as const})),
    ...silent.map((sample, index) => ({code, severity, sample, index, expected: 'is silent' as const})),
  ];
});

describe('a rule', () => {
  test.each(cases)('$code $expected ($index)', async ({code, severity, sample, expected}) => {
    const text = textOf(sample);
    const problems = await problemsOf(text, sample);
    expect(problems.filter(problem => problem.severity === 'error')).toEqual([]);
    const found = problems.filter(problem => problem.code === code);
    expect(found.length > 0, JSON.stringify(problems.map(problem => problem.code))).toBe(expected === 'speaks');
    for (const problem of found) {
      expect(problem.severity).toBe(severity);
      expect(problem.message).toMatch(/[.]$/);
      expect(problem.message).not.toMatch(/undefined|NaN|\[object|\d\.\d{5}/);
      for (const fix of problem.fixes ?? []) {
        const fixed = await problemsOf(applied(text, fix.edits), sample);
        const same = fixed.filter(
          ({code: other, range}) => other === code && range.start.line === problem.range.start.line,
        );
        expect(same, `${fix.title}: ${applied(text, fix.edits)}`).toEqual([]);
        expect(
          fixed.filter(({severity: other}) => other === 'error'),
          fix.title,
        ).toEqual([]);
      }
    }
  });

  test.each(RULES)('$code has a fix, or says why it has none', async ({code, noFix}) => {
    const sample = SAMPLES[code]!.speaks[0]!;
    const problems = await problemsOf(textOf(sample), sample);
    const fixes = problems.find(problem => problem.code === code)!.fixes ?? [];
    expect(fixes.length > 0).toBe(noFix === undefined);
  });
});

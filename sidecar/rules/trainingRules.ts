import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {setTo} from '../document/commonFixes.ts';
import {schemaAt} from '../document/documentSchema.ts';
import {createSchedule} from '../training/schedule.ts';
import {droppingLayers, figure, weightedLayers} from './layers.ts';
import type {Rule, RuleSubject} from './rule.ts';

const OPTIMIZER = ['training', 'optimizer'];
const LEARNING_RATE = [...OPTIMIZER, 'learningRate'];

export const trainingRules: readonly Rule[] = [
  {
    code: 'unusual-max-norm',
    severity: 'warning',
    title: 'A max-norm far from the published ones',
    reason:
      'Published networks with dropout bound the norm of the incoming weights at 2 to 5. A smaller bound nearly always acts and hardly lets a unit learn; a much larger one never does.',
    source: 'Srivastava et al. 2014, JMLR 15:1929–1958, §A.2 (3 to 4); pylearn2 and Mocha.jl recipes (2.97 to 4.63)',
    needs: 'document',
    check: ({document, thresholds: {smallestMaxNorm, largestMaxNorm}}) =>
      boundedLayers(document).flatMap(({maxNorm, path, name}) => {
        if (maxNorm >= smallestMaxNorm && maxNorm <= largestMaxNorm) return [];
        const effect = maxNorm < smallestMaxNorm ? 'almost always acts' : 'hardly ever acts';
        const message = `The max-norm of "${name}" is ${maxNorm}, outside the usual 2 to 5: it ${effect}.`;
        return [{message, path, fixes: [setTo(path, Math.min(Math.max(3, smallestMaxNorm), largestMaxNorm))]}];
      }),
  },
  {
    code: 'large-effective-step',
    severity: 'warning',
    title: 'learningRate / (1 − momentum) is large',
    reason:
      'With momentum a constant gradient moves the weights by learningRate / (1 − momentum) a step. On Sonar, a learning rate of 0.1 with a momentum of 0.9 took networks with hidden dropout from 85 to 67 % accuracy: not even the training rows could be fitted any more.',
    source: 'Measured on Sonar, 10 × 10 folds',
    needs: 'document',
    check: ({document, thresholds}) => {
      const {optimizer} = document.training;
      if (optimizer.type !== 'sgd' || document.training.clipNorm !== undefined) return [];
      const hasDropout = droppingLayers(document).length > 0;
      const limit = hasDropout ? thresholds.largestStepWithDropout : thresholds.largestStep;
      const step = optimizer.learningRate / (1 - optimizer.momentum);
      // Rounding: 0.1 / (1 − 0.9) is 1.0000000000000002.
      if (step <= limit * (1 + 1e-9)) return [];
      const smaller = Number((Math.min(0.2, 0.9 * limit) * (1 - optimizer.momentum)).toPrecision(2));
      const message = `The effective step, learningRate / (1 − momentum), is ${figure(step)}${hasDropout ? ' with dropout' : ''}; above ${limit} training is often unstable. Lower learningRate to ${smaller}.`;
      return [{message, path: LEARNING_RATE, fixes: [setTo(LEARNING_RATE, smaller)]}];
    },
  },
  {
    code: 'momentum-without-decay',
    severity: 'warning',
    title: 'A momentum of 0.95 or more with a constant learning rate',
    reason:
      'A high momentum averages over many steps and swings around the minimum. All published recipes with such a momentum lower the learning rate, or let the momentum grow only slowly.',
    source: 'The recipes of deepnet, pylearn2 and Mocha.jl for Srivastava et al. 2014',
    needs: 'document',
    check: ({document: {training}}) => {
      const {optimizer, schedule} = training;
      const momentum = 'momentum' in optimizer ? optimizer.momentum : 0;
      if (momentum < 0.95 || schedule.type !== 'constant' || training.momentumRamp) return [];
      const message = `The momentum is ${momentum} and the learning rate constant: weights swing around the minimum to the end. Let the learning rate fall, or the momentum grow.`;
      const factor = {title: 'Add an exponential schedule of 0.99 an epoch', type: 'exponential', factor: 0.99};
      const {title, ...value} = factor;
      const ramp = {from: 0.5, epochs: Math.max(1, Math.round(training.epochs / 2))};
      return [
        {
          message,
          path: [...OPTIMIZER, 'momentum'],
          fixes: [
            {title, edits: [{kind: 'set', path: ['training', 'schedule'], value}]},
            {
              title: `Let the momentum grow from 0.5 over ${ramp.epochs} epochs`,
              edits: [{kind: 'set', path: ['training', 'momentumRamp'], value: ramp}],
            },
          ],
        },
      ];
    },
  },
  {
    code: 'early-decay',
    severity: 'warning',
    title: 'The learning rate is next to nothing before half of the epochs',
    reason:
      'Once the learning rate is below a hundredth of its start, further epochs change little: they cost time, and a longer training that was meant to help does not happen.',
    source: 'Arithmetic of the schedules (docs/document.md)',
    needs: 'document',
    check: ({document: {training}}) => {
      const {schedule, epochs} = training;
      if (schedule.type === 'constant' || schedule.type === 'plateau' || schedule.type === 'cosine') return [];
      const epoch = firstEpochBelow(training, 0.01);
      if (epoch === undefined || epoch >= epochs / 2) return [];
      const message = `After ${epoch} of ${epochs} epochs the learning rate is below 1 % of its start: training ends there in effect. Soften the decay.`;
      const path = ['training', 'schedule', DECAY_KEYS[schedule.type]];
      const fixes = [
        setTo(path, softened(schedule.type, epochs, schedule)),
        setTo(['training', 'schedule'], {type: 'cosine'}, 'schedule'),
      ];
      return [{message, path, fixes}];
    },
  },
  {
    code: 'large-rate-without-dropout',
    severity: 'information',
    title: 'A learning rate of ten times the default without dropout and max-norm',
    reason:
      'The paper advises learning rates 10 to 100 times as large together with dropout, whose noise cancels part of the gradients, and max-norm, which keeps large steps from letting the weights grow. Without them they are just large.',
    source: 'Srivastava et al. 2014, JMLR 15:1929–1958, §A.2',
    needs: 'document',
    check: ({document}) => {
      const {optimizer} = document.training;
      const normal = Number(schemaAt(LEARNING_RATE, document)?.default);
      const isBounded = boundedLayers(document).length > 0 || document.training.clipNorm !== undefined;
      if (optimizer.learningRate < 10 * normal || isBounded || droppingLayers(document).length > 0) return [];
      const message = `The learning rate is ${optimizer.learningRate}, ${figure(optimizer.learningRate / normal)} times the default of ${optimizer.type}. Such rates are advised with dropout and max-norm.`;
      return [{message, path: LEARNING_RATE, fixes: [setTo(LEARNING_RATE, normal)]}];
    },
  },
  {
    code: 'decayed-biases',
    severity: 'hint',
    title: 'Weight decay acts on the biases too',
    reason:
      "PyTorch's weight decay adds weightDecay · w to the gradient of every parameter, biases included, which have no reason to be small. The same penalty on the weights alone is an l2 of half of it on each layer.",
    source: 'Goodfellow, Bengio and Courville 2016, Deep Learning, §7.1',
    needs: 'document',
    check: ({document, written}) => {
      const {optimizer} = document.training;
      const layers = weightedLayers(document);
      if (optimizer.type !== 'sgd' || optimizer.weightDecay === 0 || layers.length === 0) return [];
      if (layers.some(({layer}) => layer.l2 > 0) || (written.output?.l2 ?? 0) > 0) return [];
      const path = [...OPTIMIZER, 'weightDecay'];
      const l2 = optimizer.weightDecay / 2;
      const message = `A weightDecay of ${optimizer.weightDecay} also shrinks the biases. An l2 of ${l2} on the layers is the same without them.`;
      const edits = [
        {kind: 'remove' as const, path},
        ...layers.map(({index}) => ({kind: 'set' as const, path: ['layers', index, 'l2'], value: l2})),
        {kind: 'set' as const, path: ['output', 'l2'], value: l2},
      ];
      return [{message, path, fixes: [{title: `Write an l2 of ${l2} on each layer instead`, edits}]}];
    },
  },
];

/** Every layer with a max-norm, the output layer too. */
export function boundedLayers(document: ResolvedDocument) {
  const hidden = weightedLayers(document).flatMap(({layer, index, name}) =>
    layer.maxNorm === undefined ? [] : [{name, maxNorm: layer.maxNorm, path: ['layers', index, 'maxNorm']}],
  );
  const {maxNorm} = document.output;
  return maxNorm === undefined ? hidden : [...hidden, {name: 'output', maxNorm, path: ['output', 'maxNorm']}];
}

const DECAY_KEYS = {step: 'every', exponential: 'factor', inverseTime: 'halfLife'} as const;

/** What brings the learning rate to 1 % no sooner than at the end. */
function softened(type: keyof typeof DECAY_KEYS, epochs: number, {warmUp, ...rest}: {warmUp: number}): number {
  const lasts = Math.max(1, epochs - warmUp);
  switch (type) {
    case 'exponential':
      return Number(Math.exp(Math.log(0.01) / lasts).toFixed(String(Math.ceil(lasts)).length + 2));
    case 'step': {
      const {factor} = rest as {factor?: number};
      const drops = Math.max(1, Math.ceil(Math.log(0.01) / Math.log(factor ?? 0.1) - 1e-9));
      return Math.max(1, Math.ceil(lasts / drops));
    }
    case 'inverseTime':
      return Math.ceil(lasts / 10);
  }
}

/** The rate only falls once the warm-up is over, so the epoch is found by halving. */
function firstEpochBelow(training: RuleSubject['document']['training'], share: number): number | undefined {
  const schedule = createSchedule(training);
  const rate = new Float64Array(1);
  const isBelow = (epoch: number) => {
    schedule.learningRates(epoch, rate);
    return rate[0]! < share * training.optimizer.learningRate;
  };
  let above = Math.ceil(training.schedule.warmUp);
  let below = training.epochs - 1;
  if (below <= above || !isBelow(below)) return undefined;
  while (below - above > 1) {
    const middle = Math.floor((above + below) / 2);
    if (isBelow(middle)) below = middle;
    else above = middle;
  }
  return below;
}

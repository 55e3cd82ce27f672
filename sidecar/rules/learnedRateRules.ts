/** Rules about concreteDropout, which learns its rate. */
import {removeKey, setTo} from '../document/commonFixes.ts';
import {type Layer, type PlacedLayer, placedLayers} from './layers.ts';
import type {Rule, RuleSubject} from './rule.ts';

const GAL = 'Gal, Hron and Kendall 2017, Concrete Dropout, NeurIPS';

export const learnedRateRules: readonly Rule[] = [
  {
    code: 'rate-learned-from-few-rows',
    severity: 'information',
    title: 'A rate that is learned from few rows',
    reason:
      'The objective that the rate is learned by weighs the data against a prior. With few rows the prior decides, and the rate tells little of the data: it moves with the fold and the seed. A fixed rate that was compared with others is the safer choice.',
    source: `${GAL}, §4.1 (the learned rate falls as rows are added)`,
    needs: 'data',
    check: subject => {
      const {data, thresholds} = subject;
      if (!data || data.trainRows >= thresholds.fewRowsToLearnRate) return [];
      return learned(subject).map(({index, name, layer}) => {
        const path = ['layers', index, 'type'];
        const message = `"${name}" learns its rate from ${data.trainRows} rows. From fewer than ${thresholds.fewRowsToLearnRate} it tells little: compare with dropout of a fixed rate.`;
        const value = {type: 'dropout', name, rate: layer.rate};
        const edits = [{kind: 'set' as const, path: ['layers', index], value}];
        return {message, path, fixes: [{title: `Replace by dropout of rate ${layer.rate}`, edits}]};
      });
    },
  },
  {
    code: 'soft-masks',
    severity: 'warning',
    title: 'Units that are half dropped',
    reason:
      'A learned rate needs masks that are not quite 0 or 1. The higher the temperature, the more units are only damped: the network is trained with noise that is no dropout any more, and the learned rate is not one of dropout either.',
    source: `${GAL}, §3 and its code (temperature 0.1)`,
    needs: 'document',
    check: subject => {
      const {highestTemperature} = subject.thresholds;
      return learned(subject).flatMap(({index, name, layer}) => {
        if (layer.temperature <= highestTemperature) return [];
        const path = ['layers', index, 'temperature'];
        const message = `"${name}" has a temperature of ${layer.temperature}: most of its units are neither kept nor dropped. Usual is 0.1.`;
        return [{message, path, fixes: [setTo(path, Math.min(0.1, highestTemperature))]}];
      });
    },
  },
  {
    code: 'assumed-precision',
    severity: 'information',
    title: 'A learned rate of a real target, with the precision left at 1',
    reason:
      'The precision τ is the inverse of the variance of the noise, after the target was scaled to a variance of 1. A precision of 1 says that all of the target is noise: the penalty counts too much, and the learned rate is too high. A network whose R² is 0.75 leaves noise of 0.25, a precision of 4.',
    source: `${GAL}, §3, and Gal and Ghahramani 2016, ICML, §4.2 (τ found by validation)`,
    needs: 'data',
    check: subject => {
      if (subject.data?.target.task !== 'regression') return [];
      return learned(subject).flatMap(({index, name, layer}) => {
        if (layer.precision !== 1) return [];
        const path = ['layers', index, 'precision'];
        const message = `"${name}" learns its rate with a precision of 1, as if all of "${subject.data!.target.name}" were noise. Set it to 1 / (1 − R²) of a first run.`;
        return [{message, path, fixes: [setTo(path, 4)]}];
      });
    },
  },
  {
    code: 'idle-precision',
    severity: 'hint',
    title: 'A precision where the target is a class',
    reason: 'The precision is that of a real target. For classes it is not part of the objective.',
    source: `${GAL}, §3`,
    needs: 'data',
    check: subject => {
      if (subject.data?.target.task !== 'classification') return [];
      return learned(subject).flatMap(({index, name, layer}) => {
        if (layer.precision === 1) return [];
        const path = ['layers', index, 'precision'];
        const message = `"${name}" has a precision of ${layer.precision}, and "${subject.data!.target.name}" is a class: it has no effect.`;
        return [{message, path, fixes: [removeKey(path)]}];
      });
    },
  },
];

type LearnedLayer = Extract<Layer, {type: 'concreteDropout'}>;

function learned({document}: RuleSubject): PlacedLayer<LearnedLayer>[] {
  return placedLayers(document, Number.NaN).filter(
    (placed): placed is PlacedLayer<LearnedLayer> => placed.layer.type === 'concreteDropout',
  );
}

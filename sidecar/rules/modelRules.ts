import type {LayerState} from '../../schemas/protocol.ts';
import {removeKey, setTo} from '../document/commonFixes.ts';
import {weightedLayers} from './layers.ts';
import type {Rule, RuleSubject} from './rule.ts';

/** Rules that look at the newest stored model of a variant, which `mlp train` makes. */
export const modelRules: readonly Rule[] = [
  {
    code: 'idle-max-norm',
    severity: 'information',
    title: 'A max-norm that no unit reached',
    reason:
      'A bound that never acts is no regulariser: the network is the one without it. A bound a little below the largest norm acts on the units that grow most.',
    source: 'Srivastava et al. 2014, JMLR 15:1929–1958, §A.2',
    needs: 'model',
    check: subject =>
      trainedAsNow(subject).flatMap(({state, index, name}) => {
        if (!isIdle(state)) return [];
        // Of a layer that variants share each would say the same: so each names all of them, and it is told once.
        const idle = subject.variants.flatMap(variant => {
          const trained = subject.allTrained.find(each => each.variant === variant.name);
          const {state: own} =
            trainedAsNow({document: variant.document, trained}).find(each => each.name === name) ?? {};
          return own?.maxNorm === state.maxNorm && isIdle(own) ? [{name: variant.name, norms: own.incomingNorms}] : [];
        });
        const names = joined(idle.map(each => `"${each.name}"`));
        const whose = subject.variants.length > 1 ? ` of variant${idle.length > 1 ? 's' : ''} ${names}` : '';
        const norms = idle.flatMap(each => [...each.norms]).toSorted((a, b) => a - b);
        const lower = Number(norms[Math.floor(0.9 * (norms.length - 1))]!.toPrecision(2));
        const path = ['layers', index, 'maxNorm'];
        const message = `No unit of "${name}" reached the max-norm of ${state.maxNorm} in the last training${whose}: the largest norm is ${norms.at(-1)!.toPrecision(3)}. Lower it, or remove it.`;
        return [{message, path, fixes: [setTo(path, lower), removeKey(path)]}];
      }),
  },
  {
    code: 'dead-units',
    severity: 'warning',
    title: 'Many relu units that no row activates',
    reason:
      'A relu unit whose sum is below 0 for every row gives 0 and gets no gradient, so it stays so. Too large a learning rate throws units there; leakyRelu keeps a slope, and initial weights after He start them in both halves.',
    source: 'Maas et al. 2013, ICML Workshop on Deep Learning; He et al. 2015, ICCV, arXiv 1502.01852',
    needs: 'model',
    check: subject =>
      trainedAsNow(subject).flatMap(({state, index, name, activation}) => {
        const units = state.active?.length ?? 0;
        const share = state.deadUnits / Math.max(1, units);
        if (activation !== 'relu' || share <= subject.thresholds.deadShare) return [];
        const path = ['layers', index, 'activation'];
        const message = `${state.deadUnits} of ${units} units of "${name}" were active for none of ${subject.trained!.rows} rows after the last training. Lower the learning rate, or use leakyRelu.`;
        const {type, learningRate} = subject.document.training.optimizer;
        const rate = Number((learningRate / 4).toPrecision(2));
        const slower = subject.written.training?.optimizer
          ? setTo(['training', 'optimizer', 'learningRate'], rate)
          : setTo(['training', 'optimizer'], {type, learningRate: rate});
        return [{message, path, fixes: [setTo(path, 'leakyRelu'), slower]}];
      }),
  },
];

type IdleLayer = LayerState & {readonly incomingNorms: Float32Array; readonly maxNorm: number};

/** Whether a layer has a max-norm, and none of its units came near it. */
function isIdle(state: LayerState): state is IdleLayer {
  const {incomingNorms, maxNorm, clippedUnits} = state;
  return (
    incomingNorms !== null && maxNorm !== null && clippedUnits === 0 && Math.max(...incomingNorms) <= maxNorm * 0.98
  );
}

/** "a", "a" and "b", "a", "b" and "c". */
function joined(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The layers with weights, if the model was trained from what the document is now. */
function trainedAsNow({trained, document}: Pick<RuleSubject, 'trained' | 'document'>) {
  const of = (each: Readonly<Record<string, unknown>>) => JSON.stringify([each.layers, each.training]);
  if (!trained || of(trained.document) !== of(document as unknown as Readonly<Record<string, unknown>>)) return [];
  return weightedLayers(document).flatMap(({layer, index, name}) => {
    const state = trained.layers.find(each => each.layer === name);
    return state ? [{state, index, name, activation: layer.activation}] : [];
  });
}

import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {setTo} from '../document/commonFixes.ts';
import {droppingLayers, figure, isNoise, isWeighted, weightedLayers} from './layers.ts';
import type {Rule} from './rule.ts';
import {boundedLayers} from './trainingRules.ts';

export const networkRules: readonly Rule[] = [
  {
    code: 'many-parameters',
    severity: 'warning',
    title: 'Many parameters for few rows, and nothing that regularises',
    reason:
      'A network with many more parameters than rows can learn the training rows by heart. Dropout, a bound or a penalty on the weights, or early stopping keep it from doing so. (Sonar: 5,521 parameters for 187 rows.)',
    source: 'Srivastava et al. 2014, JMLR 15:1929–1958, §1',
    needs: 'data',
    check: ({document, variants, data, thresholds}) => {
      if (!data) return [];
      const parameters = data.network.layers.reduce(
        (sum, layer) => sum + ('units' in layer ? (layer.inputs + 1) * layer.units : 0),
        0,
      );
      // Beside a variant that is regularised, one that is not is there to be compared.
      const isCompared = variants.some(variant => isRegularised(variant.document));
      if (isCompared || parameters <= thresholds.parametersPerRow * data.trainRows) return [];
      const message = `The network has ${grouped(parameters)} parameters for ${grouped(data.trainRows)} training rows, and nothing keeps it from learning them by heart. Try dropout with a max-norm, or early stopping.`;
      return [{message, path: ['layers'], at: 'key', fixes: regularisingFixes(document)}];
    },
  },
  {
    code: 'zero-init',
    severity: 'warning',
    title: 'All weights of a layer start at 0',
    reason:
      'Units that start equal get equal gradients and stay equal: a layer of 60 units learns what one unit would. With relu they get no gradient at all.',
    source: 'Glorot and Bengio 2010, AISTATS, PMLR 9:249–256',
    needs: 'document',
    check: ({document}) =>
      weightedLayers(document).flatMap(({layer, index, name}) => {
        if (layer.init !== 'zeros') return [];
        const path = ['layers', index, 'init'];
        const message = `All weights of "${name}" start at 0, so its ${layer.units} units stay equal. Use another init.`;
        return [{message, path, fixes: [setTo(path, layer.activation === 'relu' ? 'heNormal' : 'pytorch')]}];
      }),
  },
  {
    code: 'init-for-other-activation',
    severity: 'warning',
    title: 'Initial weights of the size that another activation needs',
    reason:
      'An initialisation keeps the spread of the units from layer to layer for one kind of activation. With relu, which cuts half away, the weights must be √2 as large as for tanh; with Glorot’s the signal shrinks with every layer. selu needs variance 1 / inputs.',
    source: 'He et al. 2015, ICCV, arXiv 1502.01852; Klambauer et al. 2017, NIPS, arXiv 1706.02515',
    needs: 'document',
    check: ({document}) =>
      weightedLayers(document).flatMap(({layer, index, name}) => {
        const better =
          layer.activation === 'relu' && layer.init.startsWith('glorot')
            ? layer.init.replace('glorot', 'he')
            : layer.activation === 'selu' && /^(he|glorot)/.test(layer.init)
              ? layer.init.replace(/^(he|glorot)/, 'lecun')
              : undefined;
        if (better === undefined) return [];
        const path = ['layers', index, 'init'];
        const message = `"${name}" has the activation ${layer.activation}, for which weights of ${layer.init} are ${layer.activation === 'relu' ? 'too small' : 'too large'}. Use ${better}.`;
        return [{message, path, fixes: [setTo(path, better)]}];
      }),
  },
  {
    code: 'linear-layers',
    severity: 'hint',
    title: 'Linear layers in a row',
    reason: 'A linear function of a linear function is a linear function: two such layers can do no more than one.',
    source: 'Goodfellow, Bengio and Courville 2016, Deep Learning, §6.1',
    needs: 'document',
    check: ({document}) =>
      weightedLayers(document).flatMap(({layer, index, name}) => {
        if (layer.activation !== 'linear') return [];
        const next = document.layers.slice(index + 1).find(each => !isNoise(each));
        if (next && !isWeighted(next)) return [];
        const follower = next ? `"${next.name}"` : 'the output layer';
        const path = ['layers', index, 'activation'];
        const message = `"${name}" is linear and ${follower} follows: together they are one linear layer. Give it an activation, or remove it.`;
        return [{message, path, fixes: [setTo(path, 'relu')]}];
      }),
  },
  {
    code: 'bottleneck',
    severity: 'information',
    title: 'A layer that is much narrower than its neighbours',
    reason:
      'What a narrow layer does not pass on is lost to all layers behind it. Unless compressing is the aim, a layer should not be far narrower than both its neighbours, nor narrower than the output.',
    source: 'Tishby and Zaslavsky 2015, arXiv 1503.02406',
    needs: 'document',
    check: ({document, data, thresholds}) => {
      const layers = weightedLayers(document, data?.network.inputs);
      return layers.flatMap(({layer, index, name, inputs}, at) => {
        const next = layers[at + 1]?.layer.units;
        const outputs = next === undefined && data && data.classCount > 2 ? data.classCount : 0;
        const isNarrow =
          next !== undefined &&
          layer.units < inputs * thresholds.bottleneckShare &&
          layer.units < next * thresholds.bottleneckShare;
        if (!isNarrow && layer.units >= outputs) return [];
        const path = ['layers', index, 'units'];
        const around = isNarrow ? `between ${inputs} and ${next}` : `before ${outputs} outputs`;
        const units = isNarrow ? Math.ceil(Math.min(inputs, next) * thresholds.bottleneckShare) : outputs;
        const message = `"${name}" has ${figure(layer.units)} units ${around}: what they do not pass on is lost. Widen it to ${units} or more.`;
        return [{message, path, fixes: [setTo(path, units)]}];
      });
    },
  },
];

function isRegularised(document: ResolvedDocument): boolean {
  const {earlyStopping, optimizer} = document.training;
  return (
    droppingLayers(document).length > 0 ||
    boundedLayers(document).length > 0 ||
    earlyStopping !== undefined ||
    optimizer.weightDecay > 0 ||
    [...weightedLayers(document).map(({layer}) => layer), document.output].some(({l1, l2}) => l1 + l2 > 0)
  );
}

function regularisingFixes(document: ResolvedDocument) {
  const hidden = weightedLayers(document);
  const last = hidden.at(-1);
  const early = {
    title: 'Add early stopping',
    edits: [{kind: 'set' as const, path: ['training', 'earlyStopping'], value: {patience: 20}}],
  };
  if (!last) return [early];
  const edits = [
    ...hidden.map(({index}) => ({kind: 'set' as const, path: ['layers', index, 'maxNorm'], value: 4})),
    {kind: 'insertAfter' as const, path: ['layers', last.index], value: {type: 'dropout', rate: 0.2}},
  ];
  return [{title: `Add dropout behind "${last.name}", and max-norm`, edits}, early];
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

import {setTo} from '../document/commonFixes.ts';
import {
  type DroppingLayer,
  droppingLayers,
  dropsInputs,
  figure,
  isNoise,
  type PlacedLayer,
  placedLayers,
  weightedLayers,
} from './layers.ts';
import type {Finding, Rule, RuleSubject} from './rule.ts';

const SRIVASTAVA = 'Srivastava et al. 2014, JMLR 15:1929–1958';

export const dropoutRules: readonly Rule[] = [
  {
    code: 'likely-keep-probability',
    severity: 'warning',
    title: 'A rate of 0.7 or more beside a comment that speaks of units kept',
    reason:
      'The paper of 2014 and TensorFlow 1 give the share of units that is kept; here, as in PyTorch and Keras, rate is the share that is dropped. A rate of 0.8 that was meant as kept drops four of five units.',
    source: `${SRIVASTAVA}, where p is the probability of retaining a unit`,
    needs: 'document',
    check: subject =>
      noise(subject).flatMap(({layer, index, name}) => {
        if (layer.rate < 0.7 || !speaksOfKeeping(subject, index)) return [];
        const dropped = Number((1 - layer.rate).toPrecision(12));
        const message = `"${name}" drops a share of ${layer.rate}, and the comment beside it speaks of units kept. If ${layer.rate} is the share kept, write ${dropped}.`;
        return [{message, path: rateOf(index), fixes: [setTo(rateOf(index), dropped)]}];
      }),
  },
  {
    code: 'high-hidden-rate',
    severity: 'warning',
    title: 'More than half of the hidden units dropped',
    reason:
      'The usual range on hidden layers is 0.2 to 0.5. Beyond it the network that is trained in each step is much smaller than the one that was described, and it tends to underfit. If the rate is meant, the layer should be wider.',
    source: `${SRIVASTAVA}, §A.4 (0.5 to 0.8 kept on hidden layers)`,
    needs: 'document',
    check: subject =>
      hiddenNoise(subject).flatMap(({layer, index, name, inputs}) => {
        const {highestHiddenRate} = subject.thresholds;
        if (layer.rate <= highestHiddenRate || speaksOfKeeping(subject, index)) return [];
        const message = `"${name}" drops a share of ${layer.rate}: ${figure(inputs * (1 - layer.rate))} of ${inputs} units stay on average. Usual is 0.2 to 0.5.`;
        return [{message, path: rateOf(index), fixes: [setTo(rateOf(index), highestHiddenRate)]}];
      }),
  },
  {
    code: 'high-input-rate',
    severity: 'warning',
    title: 'Many of few inputs dropped',
    reason:
      'An input that is dropped is lost: where there are few, no other input carries the same. On inputs the usual rate is 0.1 to 0.2. (On the 60 redundant bands of Sonar a rate of 0.5 did no harm.)',
    source: `${SRIVASTAVA}, §A.4 (0.8 kept on real inputs); measured on Sonar`,
    needs: 'data',
    check: subject => {
      const {thresholds, document, data} = subject;
      if (!data || data.network.inputs >= thresholds.fewInputs) return [];
      return noise(subject).flatMap(({layer, index, name, inputs}) => {
        if (!dropsInputs(document, index) || layer.rate <= thresholds.highestInputRate) return [];
        const message = `"${name}" leaves ${figure(inputs * (1 - layer.rate))} of ${inputs} inputs on average. With so few, 0.1 to 0.2 is usual.`;
        return [
          {message, path: rateOf(index), fixes: [setTo(rateOf(index), Math.min(0.2, thresholds.highestInputRate))]},
        ];
      });
    },
  },
  {
    code: 'few-live-units',
    severity: 'warning',
    title: 'Few units left of a layer',
    reason:
      'The units that stay are binomial: n · (1 − rate) on average. When only a handful stays, by chance sometimes hardly any do, and the layer passes on next to nothing. A layer with dropout should have n / (1 − rate) units, where n is a good number without it.',
    source: `${SRIVASTAVA}, §A.1 (network size)`,
    needs: 'document',
    check: subject =>
      hiddenNoise(subject).flatMap(({layer, index, name, inputs}) => {
        const live = inputs * (1 - layer.rate);
        const {fewestLiveUnits, fewestUnitsForDropout} = subject.thresholds;
        const isTiny = weightedLayers(subject.document).length === 1 && inputs < fewestUnitsForDropout;
        if (live >= fewestLiveUnits || isTiny) return [];
        const dense = weightedLayers(subject.document).findLast(each => each.index < index)!;
        const units = Math.ceil(fewestLiveUnits / (1 - layer.rate));
        const sd = Math.sqrt(inputs * layer.rate * (1 - layer.rate));
        const message = `"${name}" leaves ${figure(live)} ± ${figure(sd)} of the ${inputs} units of "${dense.name}". Raise its units to ${units}, or lower the rate.`;
        const lower = Math.floor((1 - fewestLiveUnits / inputs) * 20) / 20;
        const fixes = [
          setTo(['layers', dense.index, 'units'], units),
          ...(lower > 0 ? [setTo(rateOf(index), lower)] : []),
        ];
        return [{message, path: rateOf(index), fixes}];
      }),
  },
  {
    code: 'narrow-with-dropout',
    severity: 'information',
    title: 'Dropout compared with a network of the same width',
    reason:
      'Dropout shrinks the network that is trained in each step to n · (1 − rate) units. Compared with a network of the same n without dropout, it may lose only for being smaller. A variant with n / (1 − rate) units tells the two apart.',
    source: `${SRIVASTAVA}, §A.1 (network size)`,
    needs: 'document',
    check: narrowWithDropout,
  },
  {
    code: 'zero-rate-beside-dropout',
    severity: 'hint',
    title: 'A rate of 0 beside layers that drop',
    reason:
      'A layer with a rate of 0 does nothing. It is useful as a place that variants fill in; where none does, it was perhaps forgotten. A comment beside it says that it is meant.',
    source: 'A lesson of reading experiments',
    needs: 'document',
    check: subject => {
      const {document, variants, parsed} = subject;
      if (droppingLayers(document).length === 0) return [];
      return placedLayers(document, Number.NaN).flatMap(({layer, index, name}) => {
        if (!isNoise(layer) || layer.rate !== 0 || parsed.commentsAt(['layers', index]).length > 0) return [];
        const isPlace = variants.some(variant =>
          variant.document.layers.some(other => other.name === name && 'rate' in other && other.rate > 0),
        );
        if (isPlace) return [];
        const message = `"${name}" has the rate 0, so it does nothing, and no variant gives it another. Remove the layer, or say in a comment that it is meant.`;
        const fixes = [
          {title: `Remove the layer "${name}"`, edits: [{kind: 'remove' as const, path: ['layers', index]}]},
        ];
        return [{message, path: rateOf(index), fixes}];
      });
    },
  },
  {
    code: 'mask-for-batch',
    severity: 'warning',
    title: 'All rows of a batch share one mask',
    reason:
      'Standard dropout draws a mask for each row, so that a batch averages over many thinned networks. One mask for the whole batch makes each step noisier, and results are not those of the papers.',
    source: `${SRIVASTAVA}, §5.1`,
    needs: 'document',
    check: ({document}) =>
      droppingLayers(document).flatMap(({layer, index, name}) => {
        if (!('mask' in layer) || layer.mask !== 'batch') return [];
        const path = ['layers', index, 'mask'];
        const message = `"${name}" has one mask for all ${document.training.batchSize} rows of a batch. Standard dropout draws one for each row.`;
        return [{message, path, fixes: [setTo(path, 'row')]}];
      }),
  },
  {
    code: 'three-regularizers',
    severity: 'information',
    title: 'Dropout, max-norm and a strong L2 penalty at once',
    reason:
      'All three hold the weights small. With dropout, max-norm alone did better than with L2 on MNIST (1.05 % error against 1.25 %), and three bounds leave nothing to tell which of them acted.',
    source: `${SRIVASTAVA}, table 9`,
    needs: 'document',
    check: ({document, thresholds}) => {
      if (droppingLayers(document).length === 0) return [];
      return weightedLayers(document).flatMap(({layer, index, name}) => {
        if (layer.maxNorm === undefined || layer.l2 <= thresholds.strongL2) return [];
        const path = ['layers', index, 'l2'];
        const message = `"${name}" has an L2 penalty of ${layer.l2} beside dropout and a max-norm of ${layer.maxNorm}. Keep dropout and max-norm.`;
        return [{message, path, fixes: [{title: 'Remove l2', edits: [{kind: 'remove' as const, path}]}]}];
      });
    },
  },
  {
    code: 'too-small-for-dropout',
    severity: 'warning',
    title: 'Dropout in a very small network',
    reason:
      'Dropout keeps units from relying on each other. With a single hidden layer of a few units there is nothing to average over, and every unit that is missing is missed.',
    source: `${SRIVASTAVA}, §A.1 (network size)`,
    needs: 'document',
    check: ({document, thresholds}) => {
      const hidden = weightedLayers(document);
      const [only] = hidden;
      const dropping = droppingLayers(document).find(({index}) => only && index > only.index);
      if (hidden.length !== 1 || !only || !dropping || only.layer.units >= thresholds.fewestUnitsForDropout) return [];
      const message = `The network has one hidden layer of ${only.layer.units} units, too small to gain from dropout. Widen it, or set the rate to 0.`;
      // Wide enough for the share that stays, too.
      const units = Math.ceil(Math.max(32, thresholds.fewestLiveUnits / (1 - dropping.layer.rate)));
      const fixes = [setTo(['layers', only.index, 'units'], units), setTo(rateOf(dropping.index), 0)];
      return [{message, path: rateOf(dropping.index), fixes}];
    },
  },
];

const rateOf = (index: number) => ['layers', index, 'rate'];

function noise({document, data}: RuleSubject): PlacedLayer<DroppingLayer>[] {
  return droppingLayers(document, data?.network.inputs).filter(({layer}) => isNoise(layer));
}

function hiddenNoise(subject: RuleSubject): PlacedLayer<DroppingLayer>[] {
  return noise(subject).filter(({index}) => !dropsInputs(subject.document, index));
}

function speaksOfKeeping({parsed}: RuleSubject, index: number): boolean {
  return parsed
    .commentsAt(['layers', index])
    .some(text => /\bkeep|\bkept|\bretain|tensorflow 1|\btf ?1\b|2014|srivastava/i.test(text));
}

/** A variant that differs from one without dropout in nothing that would make up for the units it drops. */
function narrowWithDropout({document, name, variants}: RuleSubject): Finding[] {
  const dropping = droppingLayers(document).filter(({layer, index}) => isNoise(layer) && !dropsInputs(document, index));
  const [first] = dropping;
  if (!first || variants.length < 2) return [];
  const widths = weightedLayers(document).map(({layer}) => layer.units);
  const rivals = variants.filter(variant => droppingLayers(variant.document).length === 0);
  const sameWidth = rivals.find(rival => {
    const others = weightedLayers(rival.document).map(({layer}) => layer.units);
    return others.length === widths.length && widths.every((units, at) => units <= others[at]!);
  });
  if (!sameWidth) return [];
  const isWideThere = variants.some(variant => {
    const others = weightedLayers(variant.document).map(({layer}) => layer.units);
    return droppingLayers(variant.document).length > 0 && others.some((units, at) => units > (widths[at] ?? 0));
  });
  if (isWideThere) return [];
  const changes: Record<string, unknown> = {};
  for (const {index, layer, inputs} of dropping) {
    const before = weightedLayers(document).findLast(each => each.index < index);
    if (!before) continue;
    changes[`layers.${before.name}.units`] = Math.ceil(inputs / (1 - layer.rate));
  }
  const {inputs, layer} = first;
  const message = `Dropout leaves ${figure(inputs * (1 - layer.rate))} of ${inputs} units in "${name}", and it is compared with "${sameWidth.name}", which has all ${inputs}. Compare with ${Math.ceil(inputs / (1 - layer.rate))} units, too.`;
  const added = uniqueName(`${name}, wide`, variants);
  const own = Object.fromEntries(Object.entries(ratesOf(document)).filter(([path]) => !(path in changes)));
  const fix = {
    title: `Add the variant "${added}"`,
    edits: [{kind: 'set' as const, path: ['variants', added], value: {...own, ...changes}}],
  };
  // Where the document's own layers drop, they are the place; else the variant's first change is.
  return [{message, path: ['layers', first.index, 'rate'], fixes: [fix]}];
}

function ratesOf(document: RuleSubject['document']): Record<string, number> {
  return Object.fromEntries(droppingLayers(document).map(({name, layer}) => [`layers.${name}.rate`, layer.rate]));
}

function uniqueName(wanted: string, variants: RuleSubject['variants']): string {
  let name = wanted;
  for (let count = 2; variants.some(variant => variant.name === name); count++) name = `${wanted} ${count}`;
  return name;
}

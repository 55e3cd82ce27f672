import {costOf, costWords} from './cost.ts';
import {documentInput} from './documentInput.ts';
import {loadSound} from './loadSound.ts';
import {runReport} from './runReport.ts';
import type {Tool, ToolInput} from './tool.ts';

export const crossValidateTool: Tool = {
  name: 'mlp_cross_validate',
  title: 'Cross-validate an MLP document',
  description:
    'Trains every variant of a .mlp.json document on the same folds, stores the run beside the document, and gives scores with comparisons in words. It takes time: the user agrees to the cost first. Do not claim that one variant is better where the comparison finds no evidence.',
  inputs: {
    ...documentInput,
    variants: {type: 'texts', description: 'Names of the variants to train; default: all.'},
  },
  isReadOnly: false,
  async confirmation(input, host) {
    const experiment = await loadSound(host.resolve(input.document as string), variantsOf(input));
    const names = experiment.variants.map(({name}) => `"${name}"`).join(', ');
    return `Train ${costWords(costOf(experiment))}. Variants: ${names}. The run is stored beside ${input.document}.`;
  },
  async run(input, host) {
    const variants = variantsOf(input);
    const file = host.resolve(input.document as string);
    // Mistakes are told with their places, before anything is stored.
    await loadSound(file, variants);
    return runReport(await host.crossValidate(file, variants ?? null, host.signal));
  },
};

const variantsOf = ({variants}: ToolInput) => variants as readonly string[] | undefined;

import {describeExperiment} from '../experiment/describeExperiment.ts';
import {experimentReport} from '../terminal/experimentReport.ts';
import {costOf, costWords} from './cost.ts';
import {documentInput} from './documentInput.ts';
import {loadSound} from './loadSound.ts';
import type {Tool} from './tool.ts';

export const describeTool: Tool = {
  name: 'mlp_describe',
  title: 'Describe an MLP document',
  description:
    'Tells how a .mlp.json document and its data are understood: rows, classes, inputs and their encoding, layers with shapes and parameters of every variant, and what a cross-validation costs.',
  inputs: documentInput,
  isReadOnly: true,
  async run({document}, host) {
    const experiment = await loadSound(host.resolve(document as string));
    const report = experimentReport(document as string, describeExperiment(experiment));
    return `${report}\n\nCross-validation: ${costWords(costOf(experiment))}.`;
  },
};

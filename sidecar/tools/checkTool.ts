import {formatProblem} from '../document/formatProblem.ts';
import {checkFile} from './checkFile.ts';
import {documentInput} from './documentInput.ts';
import type {Tool} from './tool.ts';

export const checkTool: Tool = {
  name: 'mlp_check',
  title: 'Check an MLP document',
  description:
    'Checks a .mlp.json document and its data file: mistakes and unwise choices, each with file, line, column, code and what to do. Call it after every change of a document.',
  inputs: documentInput,
  isReadOnly: true,
  async run({document}, host) {
    const file = host.resolve(document as string);
    const {problems} = await checkFile(file);
    if (problems.length === 0) return 'No problems.';
    return problems.map(problem => formatProblem(problem, document as string)).join('\n');
  },
};

import type {Inputs} from './tool.ts';

/** The input of every tool that is about one document. */
export const documentInput = {
  document: {type: 'text', description: 'Path of the .mlp.json document.', isRequired: true},
} as const satisfies Inputs;

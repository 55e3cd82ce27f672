/**
 * The validator of documents. Compiling it takes as long as thousands of training steps, so what is bundled holds it
 * compiled: scripts/compiledValidators.ts reads `options` and `schema` and puts the code in the place of `validator`.
 */
import {Ajv, type Options, type ValidateFunction} from 'ajv';
import {documentSchema as schema} from './documentSchema.ts';

export {schema};

export const options: Options = {
  allErrors: true,
  discriminator: true,
  useDefaults: true,
  strict: true,
  // `type` is required beside the union whose branches define it.
  strictRequired: false,
  allowUnionTypes: true,
  keywords: ['allowComments', 'allowTrailingCommas', 'enumDescriptions', 'defaultSnippets'],
};

export function validator(): ValidateFunction {
  validate ??= new Ajv(options).compile(schema);
  return validate;
}

let validate: ValidateFunction | undefined;

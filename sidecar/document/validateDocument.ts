import {Ajv, type ErrorObject, type ValidateFunction} from 'ajv';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {copyValue} from './copyValue.ts';
import {documentSchema} from './documentSchema.ts';

export interface Validation {
  /** A copy of the value with every default filled in; a document only if there are no errors. */
  readonly document: ResolvedDocument;
  readonly errors: readonly ErrorObject[];
}

/** Holds a value against the schema. The schema is compiled at the first call, which takes about 50 ms. */
export function validateDocument(value: unknown): Validation {
  validate ??= compile();
  const document = copyValue(value) as ResolvedDocument;
  const isValid = validate(document);
  return {document, errors: isValid ? [] : (validate.errors ?? [])};
}

let validate: ValidateFunction | undefined;

function compile(): ValidateFunction {
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    useDefaults: true,
    strict: true,
    // `type` is required beside the union whose branches define it.
    strictRequired: false,
    allowUnionTypes: true,
    keywords: ['allowComments', 'allowTrailingCommas', 'enumDescriptions', 'defaultSnippets'],
  });
  return ajv.compile(documentSchema);
}

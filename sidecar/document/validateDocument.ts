import type {ErrorObject} from 'ajv';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {copyValue} from './copyValue.ts';
import {validator} from './documentValidator.ts';

export interface Validation {
  /** A copy of the value with every default filled in; a document only if there are no errors. */
  readonly document: ResolvedDocument;
  readonly errors: readonly ErrorObject[];
}

/** Holds a value against the schema. */
export function validateDocument(value: unknown): Validation {
  const validate = validator();
  const document = copyValue(value) as ResolvedDocument;
  const isValid = validate(document);
  return {document, errors: isValid ? [] : (validate.errors ?? [])};
}

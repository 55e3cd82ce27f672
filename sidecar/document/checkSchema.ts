import type {ErrorObject} from 'ajv';
import type {Problem} from '../../schemas/problem.ts';
import {describeMissingKey} from './describeMissingKey.ts';
import {describeUnknownKey} from './describeUnknownKey.ts';
import {describeWrongValue} from './describeWrongValue.ts';
import {isRecord, type Path, valueAt} from './documentPath.ts';
import {type DocumentProblem, placeProblem, sortProblems} from './documentProblem.ts';
import {schemaAt} from './documentSchema.ts';
import type {ParsedDocument} from './parseDocument.ts';
import {schemaFixes} from './schemaFixes.ts';
import {pathOf} from './schemaPath.ts';
import {validateDocument} from './validateDocument.ts';

/** What the schema forbids: one problem for one mistake, in the order of the text. */
export function checkSchema(parsed: ParsedDocument): Problem[] {
  if (!parsed.value) return [];
  const {errors} = validateDocument(parsed.value);
  return sortProblems(schemaProblems(parsed.value, errors).map(problem => placeProblem(parsed, problem)));
}

/**
 * The validator's errors as the mistakes that caused them.
 * @param document what was validated, before defaults
 */
export function schemaProblems(document: unknown, errors: readonly ErrorObject[]): DocumentProblem[] {
  const problems = new Map<string, DocumentProblem>();
  /** Where a key was misspelt, the key that was meant is not missing. */
  const meant = new Set<string>();
  const add = (path: Path, at: 'key' | 'value', {code, message}: {code: string; message: string}) => {
    const place = JSON.stringify(path);
    const fixes = schemaFixes(code, path, document);
    if (!problems.has(place)) problems.set(place, {code, severity: 'error', message, path, at, fixes});
  };

  for (const error of [...errors.filter(isUnknownKey), ...errors.filter(error => !isUnknownKey(error))]) {
    if (problems.size >= mostProblems) break;
    const path = pathOf(error.instancePath, document);
    const value = valueAt(document, path);
    if (isUnknownKey(error)) {
      const key = String(error.params.additionalProperty);
      const unknown = describeUnknownKey(key, path, document);
      if (unknown.meant) meant.add(JSON.stringify([...path, unknown.meant]));
      add([...path, key], 'key', {code: 'unknown-key', message: unknown.message});
    } else if (error.keyword === 'required') {
      const missing = [...path, String(error.params.missingProperty)];
      if (!meant.has(JSON.stringify(missing))) add(missing, 'key', describeMissingKey(missing, document));
    } else if (error.keyword === 'discriminator') {
      // Without a type, the key is missing, which is said above.
      if (isRecord(value) && 'type' in value)
        add([...path, 'type'], 'value', describeWrongValue([...path, 'type'], document));
    } else if (error.keyword === 'propertyNames') {
      const named = [...path, String(error.params.propertyName)];
      add(named, 'key', {code: 'empty-value', message: 'The name of a variant must not be empty.'});
    } else if (error.keyword === 'uniqueItems' && Array.isArray(value)) {
      const index = Math.max(error.params.i, error.params.j);
      const message = `${path.at(-1)} must name each only once, got ${JSON.stringify(value[index])} twice.`;
      add([...path, index], 'value', {code: 'repeated-item', message});
    } else if (error.propertyName === undefined && !isAboutAnotherForm(error, value, schemaAt(path, document))) {
      add(path, 'value', describeWrongValue(path, document));
    }
  }
  return [...problems.values()];
}

const mostProblems = 100;

/** These come first: they explain missing keys. */
function isUnknownKey({keyword}: ErrorObject): boolean {
  return keyword === 'additionalProperties';
}

/** classWeights is a word or an object; what is wrong inside an object is said there. */
function isAboutAnotherForm(error: ErrorObject, value: unknown, schema: {oneOf?: unknown} | undefined): boolean {
  return schema?.oneOf !== undefined && isRecord(value) && error.keyword !== 'minProperties';
}

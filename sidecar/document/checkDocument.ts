import type {Problem} from '../../schemas/problem.ts';
import {checkSchema} from './checkSchema.ts';
import {isRecord} from './documentPath.ts';
import {sortProblems} from './documentProblem.ts';
import {type ParsedDocument, parseDocument} from './parseDocument.ts';
import {type ResolvedVariants, resolveVariants} from './resolveVariants.ts';

export interface CheckedDocument extends ResolvedVariants {
  readonly parsed: ParsedDocument;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
}

/**
 * Everything that can be said about a document without its data. What the data add, `resolveNetwork` says.
 * @param overrides dotted paths and values, such as training.epochs from a command line, that count as if the document
 * held them; places stay those of the text
 */
export function checkDocument(text: string, overrides: Readonly<Record<string, unknown>> = {}): CheckedDocument {
  const parsed = withOverrides(parseDocument(text), overrides);
  const resolved = resolveVariants(parsed);
  const problems = sortProblems([...parsed.problems, ...checkSchema(parsed), ...resolved.problems]);
  return {...resolved, parsed, problems};
}

function withOverrides(parsed: ParsedDocument, overrides: Readonly<Record<string, unknown>>): ParsedDocument {
  if (!parsed.value) return parsed;
  const value = structuredClone(parsed.value);
  for (const [path, given] of Object.entries(overrides)) {
    const [section, key] = path.split('.') as [string, string];
    const before = value[section];
    // What is no section stays: the schema says so.
    if (before === undefined || isRecord(before)) value[section] = {...before, [key]: given};
  }
  return {...parsed, value};
}

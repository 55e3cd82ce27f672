import {isRecord} from '../document/documentPath.ts';
import {documentSchema, type Schema, unionTypes} from '../document/documentSchema.ts';

/**
 * The document's schema for the JSON service of an editor. It lacks most examples: the service writes the first one as the
 * value of its key, and behind a column, a file or a section of somebody else's experiment nothing of one's own is offered.
 */
export function editorSchema(): Record<string, unknown> {
  const messages = new Map(unionsIn(documentSchema).flatMap(union => typeMessages(unionTypes(union))));
  return copyOf(documentSchema, messages) as Record<string, unknown>;
}

/** The service takes an unknown type for the one whose keys fit best, and without these would name only that. */
function typeMessages(types: readonly string[]): [type: string, message: string][] {
  const message = `Unknown type. Valid values: ${types.map(type => JSON.stringify(type)).join(', ')}.`;
  return types.map(type => [type, message]);
}

function unionsIn(schema: unknown): Schema[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return [...('discriminator' in schema ? [schema as Schema] : []), ...Object.values(schema).flatMap(unionsIn)];
}

function copyOf(schema: unknown, messages: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(schema)) return schema.map(each => copyOf(each, messages));
  if (!isRecord(schema)) return schema;
  const kept = Object.entries(schema).filter(
    ([key, value]) => key !== 'examples' || !Array.isArray(value) || isOneToBeginWith(value[0], schema),
  );
  const copy = Object.fromEntries(kept.map(([key, value]) => [key, copyOf(value, messages)]));
  const errorMessage = typeof schema.const === 'string' ? messages.get(schema.const) : undefined;
  return errorMessage === undefined ? copy : {...copy, errorMessage};
}

/** One of several words, which the service then lets choose; or a number without a standard, where it would write 0. */
function isOneToBeginWith(example: unknown, {type, default: standard}: Record<string, unknown>): boolean {
  return type === undefined ? typeof example === 'string' : typeof example === 'number' && standard === undefined;
}

/** The document's JSON Schema, as a tree to look things up in. It is the one place where a key is defined. */

import schemaFile from '../../schemas/mlp.schema.json' with {type: 'json'};
import {isRecord, type Path} from './documentPath.ts';

export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly discriminator?: {readonly propertyName: string};
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export const documentSchema: Schema & {readonly definitions: Readonly<Record<string, Schema>>} = schemaFile;

/** What holds for this value: references followed, and of a union the branch of the value's type. */
export function schemaOf(schema: Schema, value: unknown): Schema {
  if (schema.$ref) return definition(schema.$ref);
  if (!schema.discriminator || !isRecord(value)) return schema;
  return unionBranches(schema).find(branch => branch.properties?.type?.const === value.type) ?? schema;
}

/** @param name of a definition, or a reference to one */
export function definition(name: string): Schema {
  const found = documentSchema.definitions[name.replace('#/definitions/', '')];
  if (!found) throw new Error(`The schema has no definition ${name}`);
  return found;
}

/** The branches of a union that is told apart by `type`; none for other schemas. */
export function unionBranches(schema: Schema): Schema[] {
  return schema.discriminator ? (schema.oneOf ?? []).map(branch => schemaOf(branch, undefined)) : [];
}

export function unionTypes(schema: Schema): string[] {
  return unionBranches(schema).map(branch => String(branch.properties?.type?.const));
}

/** Schema of the value at a path of the document; undefined where the schema knows nothing. */
export function schemaAt(path: Path, document: unknown): Schema | undefined {
  let schema: Schema | undefined = schemaOf(documentSchema, document);
  let value = document;
  for (const step of path) {
    schema = childSchema(schema, step);
    if (!schema) return undefined;
    value = (value as Record<string | number, unknown> | undefined)?.[step];
    schema = schemaOf(schema, value);
  }
  return schema;
}

/** Schema of what is under a key or index, before its union is resolved. */
export function childSchema(schema: Schema, step: string | number): Schema | undefined {
  if (typeof step === 'number') return schema.items;
  if (schema.properties && Object.hasOwn(schema.properties, step)) return schema.properties[step];
  return namedSchema(schema);
}

/** What is under each name, where the names are the user's: columns, variants, classes. */
export function namedSchema(schema: Schema): Schema | undefined {
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  // classWeights: a word, or a number for each class.
  return schema.discriminator ? undefined : schema.oneOf?.map(namedSchema).find(each => each !== undefined);
}

/** A place where a key is known. */
export interface KeyPlace {
  /** Dotted path of the object, such as "training.optimizer"; "" is the document, "layers" any layer. */
  readonly container: string;
  /** The types of layer, optimizer or schedule that know it; empty where there are none. */
  readonly types: readonly string[];
}

/** Everywhere in the document where a key is known. */
export function placesOfKey(key: string): readonly KeyPlace[] {
  places ??= collectPlaces();
  return places.get(key) ?? [];
}

export function allKeys(): string[] {
  places ??= collectPlaces();
  return [...places.keys()];
}

let places: Map<string, KeyPlace[]> | undefined;

function collectPlaces(): Map<string, KeyPlace[]> {
  const found = new Map<string, KeyPlace[]>();
  const visit = (schema: Schema, container: string, type?: string): void => {
    const resolved = schemaOf(schema, undefined);
    for (const branch of unionBranches(resolved)) visit(branch, container, String(branch.properties?.type?.const));
    if (resolved.items) visit(resolved.items, container);
    for (const [key, child] of Object.entries(resolved.properties ?? {})) {
      const known = found.get(key) ?? [];
      const here = known.find(place => place.container === container);
      if (here) known[known.indexOf(here)] = {container, types: [...here.types, ...(type ? [type] : [])]};
      else known.push({container, types: type ? [type] : []});
      found.set(key, known);
      visit(child, container === '' ? key : `${container}.${key}`);
    }
    const named = namedSchema(resolved);
    if (named && container !== 'variants') visit(named, `${container}.NAME`);
  };
  visit(documentSchema, '');
  return found;
}

import {readFileSync} from 'node:fs';
import {Ajv} from 'ajv';
import draft07 from 'ajv/dist/refs/json-schema-draft-07.json' with {type: 'json'};
import {describe, expect, test} from 'vitest';
import schemaFile from '../../schemas/mlp.schema.json' with {type: 'json'};
import {generatedTypes} from '../../scripts/generateTypes.ts';
import {documentSchema, type Schema} from '../../sidecar/document/documentSchema.ts';

const editorKeywords = ['allowComments', 'allowTrailingCommas', 'enumDescriptions', 'defaultSnippets'];
const ajv = new Ajv({
  discriminator: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  keywords: editorKeywords,
});
ajv.addSchema(schemaFile);

interface Property {
  /** JSON pointer into the schema. */
  readonly pointer: string;
  readonly schema: Schema & {readonly enumDescriptions?: readonly string[]};
  readonly isRequired: boolean;
}

/** Every property that the schema defines anywhere. */
function propertiesOf(schema: Schema, pointer: string): Property[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const at = `${pointer}/properties/${key}`;
    const isRequired = schema.required?.includes(key) ?? false;
    return [{pointer: at, schema: property, isRequired}, ...propertiesOf(property, at)];
  });
  const {items, additionalProperties} = schema;
  return [
    ...own,
    ...(items ? propertiesOf(items, `${pointer}/items`) : []),
    ...(typeof additionalProperties === 'object'
      ? propertiesOf(additionalProperties, `${pointer}/additionalProperties`)
      : []),
  ];
}

const properties = [
  ...propertiesOf(documentSchema, ''),
  ...Object.entries(documentSchema.definitions).flatMap(([name, schema]) =>
    propertiesOf(schema, `/definitions/${name}`),
  ),
];

const isValid = ({pointer}: Property, value: unknown) =>
  ajv.validate({$ref: `mlp.schema.json#${pointer.replaceAll('$', '%24')}`}, value);

describe('the schema of documents', () => {
  test('is a JSON Schema, draft 07', () => {
    const meta = new Ajv({strict: false, validateFormats: false});
    expect(meta.validate({...draft07, $id: 'draft-07'}, schemaFile), JSON.stringify(meta.errors)).toBe(true);
  });

  test('has properties', () => {
    expect(properties.length).toBeGreaterThan(100);
  });

  describe.each(properties)('$pointer', property => {
    const {schema, isRequired} = property;

    test('is described in a sentence', () => {
      expect(schema.description).toMatch(/[.…]$/);
    });

    test('has examples that are valid in its place', () => {
      expect(schema.examples?.length).toBeGreaterThan(0);
      for (const example of schema.examples!) expect(isValid(property, example), JSON.stringify(example)).toBe(true);
    });

    test('has a valid default or says what holds without it, if it is optional', () => {
      if (isRequired) expect(schema).not.toHaveProperty('default');
      else if (schema.default !== undefined) expect(isValid(property, schema.default)).toBe(true);
      else expect(schema.description).toContain('Default: ');
    });

    test('describes each of its words', () => {
      if (schema.enum) expect(schema.enumDescriptions).toHaveLength(schema.enum.length);
    });
  });

  test('has generated types that are up to date', async () => {
    for (const [file, content] of Object.entries(await generatedTypes())) {
      const stored = readFileSync(new URL(`../../schemas/generated/${file}`, import.meta.url), 'utf8');
      expect(stored, `${file}: run npm run generate`).toBe(content);
    }
  });
});

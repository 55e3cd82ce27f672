/**
 * Writes schemas/generated from the JSON Schemas, so that they stay the one place where a key is defined.
 * `node scripts/generateTypes.ts` writes; a test calls `generatedTypes` and fails when the files differ.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {compile, type JSONSchema} from 'json-schema-to-typescript';

type Schema = JSONSchema & {[key: string]: unknown};

const schemas = new URL('../schemas/', import.meta.url);
const banner = (source: string) =>
  `/* Generated from schemas/${source} by scripts/generateTypes.ts. Change the schema, then run npm run generate. */\n`;

/** File name → content of each generated file. */
export async function generatedTypes(): Promise<Record<string, string>> {
  return {
    'mlpDocument.ts': banner('mlp.schema.json') + (await types('mlp.schema.json', schema => schema)),
    'resolvedDocument.ts':
      banner('mlp.schema.json, with every default filled in') + (await types('mlp.schema.json', withDefaultsRequired)),
    'run.ts': banner('run.schema.json') + (await types('run.schema.json', schema => schema)),
    'event.ts': banner('event.schema.json') + (await types('event.schema.json', schema => schema)),
  };
}

async function types(file: string, change: (schema: Schema) => Schema): Promise<string> {
  const schema = change(JSON.parse(readFileSync(new URL(file, schemas), 'utf8')) as Schema);
  return compile(schema, schema.title ?? file, {
    bannerComment: '',
    additionalProperties: false,
    format: false,
    ignoreMinAndMaxItems: true,
    strictIndexSignatures: true,
    unreachableDefinitions: false,
  });
}

/** The same schema for documents whose defaults are filled in: a key that has a default is always there. */
function withDefaultsRequired(schema: Schema): Schema {
  const changed = JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    if (!isObjectSchema(value)) return value;
    const defaulted = Object.entries(value.properties).filter(([, property]) => 'default' in property);
    return {...value, required: [...new Set([...(value.required ?? []), ...defaulted.map(([name]) => name)])]};
  }) as Schema;
  return {...changed, title: 'ResolvedDocument'};
}

function isObjectSchema(value: unknown): value is {properties: Record<string, object>; required?: string[]} {
  return typeof value === 'object' && value !== null && 'properties' in value && typeof value.properties === 'object';
}

if (import.meta.main) {
  for (const [file, content] of Object.entries(await generatedTypes())) {
    writeFileSync(new URL(`generated/${file}`, schemas), content);
  }
}

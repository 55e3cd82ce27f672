/**
 * Writes docs/document.md, the reference of the document, from schemas/mlp.schema.json, and docs/rules.md from the
 * tables of rules. `node scripts/generateDocs.ts` writes; tests fail when a page differs.
 */
import {writeFileSync} from 'node:fs';
import schema from '../schemas/mlp.schema.json' with {type: 'json'};
import {rulePage} from '../sidecar/rules/rulePage.ts';

interface Node {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly oneOf?: readonly {readonly $ref?: string}[];
  readonly items?: Node;
  readonly additionalProperties?: unknown;
}

const definitions = schema.definitions as unknown as Readonly<Record<string, Node>>;
const sections = schema.properties as unknown as Readonly<Record<string, Node>>;

export function documentReference(): string {
  const {data, output, training, evaluation, variants, tune, layers} = sections as Record<string, Node> & {
    [key: string]: Node;
  };
  return `${[
    '# The document',
    '<!-- Written by scripts/generateDocs.ts from schemas/mlp.schema.json: change the schema, then run npm run generate. -->',
    'A `.mlp.json` file is JSON with comments and trailing commas. Unknown keys are errors. `rate` is always the share that is dropped.',
    section('data', data!),
    section('data.missing', data!.properties!.missing!),
    section('data.columns.NAME', definitions.column!),
    `## layers\n\n${layers!.description}\n\n${typeSections(layers!.items!, '###')}`,
    section('layers.NAME.schedule', definitions.dropoutSchedule!),
    section('output', output!),
    section('training', training!),
    `## training.optimizer\n\n${training!.properties!.optimizer!.description}\n\n${typeSections(training!.properties!.optimizer!, '###')}`,
    `## training.schedule\n\n${training!.properties!.schedule!.description} Every type also has \`warmUp\`.\n\n${typeSections(training!.properties!.schedule!, '###')}`,
    section('training.momentumRamp', training!.properties!.momentumRamp!),
    section('training.earlyStopping', training!.properties!.earlyStopping!),
    section('evaluation', evaluation!),
    `## variants\n\n${variants!.description}\n\n\`\`\`json\n${JSON.stringify(variants!.examples![0], null, 2)}\n\`\`\``,
    section('tune', tune!),
    section('tune.space.PATH', definitions.tuneRange!),
  ].join('\n\n')}\n`;
}

function section(title: string, node: Node): string {
  return `## ${title}\n\n${node.description}\n\n${keyTable(node)}`;
}

function typeSections(union: Node, heading: string): string {
  return union
    .oneOf!.map(({$ref}) => {
      const name = $ref!.split('/').at(-1)!;
      const node = definitions[name]!;
      return `${heading} ${name}\n\n${node.description}\n\n${keyTable(node)}`;
    })
    .join('\n\n');
}

function keyTable(node: Node): string {
  const keys = Object.entries(node.properties ?? {}).filter(([, key]) => key.const === undefined);
  if (keys.length === 0) return '';
  const rows = keys.map(([name, key]) => {
    const standard = node.required?.includes(name) ? 'required' : key.default === undefined ? '' : code(key.default);
    return `| \`${name}\` | ${cell(describe(key))} | ${standard} | ${key.examples ? code(key.examples[0]) : ''} |`;
  });
  return ['| key | meaning | default | example |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function describe({description, enum: values, enumDescriptions}: Node): string {
  if (!values) return description ?? '';
  const each = values.map((value, i) => `${code(value)} ${enumDescriptions?.[i] ?? ''}`.trim());
  return `${description}<br>${each.join('<br>')}`;
}

const code = (value: unknown) => `\`${JSON.stringify(value).replaceAll('|', '\\|')}\``;
const cell = (text: string) => text.replaceAll('\n', ' ').replaceAll('Σ|w|', 'Σ\\|w\\|');

if (import.meta.main) {
  writeFileSync(new URL('../docs/document.md', import.meta.url), documentReference());
  writeFileSync(new URL('../docs/rules.md', import.meta.url), rulePage());
}

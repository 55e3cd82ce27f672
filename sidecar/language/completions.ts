import {readdirSync} from 'node:fs';
import {dirname, isAbsolute, join} from 'node:path';
import {getLocation, type Node} from 'jsonc-parser';
import type {CompletionItem, CompletionItemKind, InsertTextFormat} from 'vscode-languageserver';
import type {Position, Range} from '../../schemas/problem.ts';
import type {ColumnProfile} from '../data/columnProfile.ts';
import {changePath} from '../document/changePath.ts';
import {isRecord, type Path, valueAt} from '../document/documentPath.ts';
import {definition, documentSchema, type Schema, schemaAt, schemaOf} from '../document/documentSchema.ts';
import {layerNames} from '../document/layerNames.ts';
import {explanation} from '../rules/rulePage.ts';
import {RULES} from '../rules/rules.ts';
import {type Analysis, rangeOf} from './analysis.ts';
import {columnSummary} from './columnFacts.ts';

/** Numbers of the protocol. */
const KIND = {field: 5, property: 10, value: 12, file: 17, folder: 19, constant: 21} satisfies Record<
  string,
  CompletionItemKind
>;
const SNIPPET: InsertTextFormat = 2;

/** What can stand at a position and the schema does not know: columns, classes, files, paths of variants, rules. */
export function completions(analysis: Analysis, position: Position): CompletionItem[] {
  const offset = analysis.offsetAt(position);
  const ignored = ignoreCompletions(analysis, position);
  if (ignored) return ignored;
  const {path, previousNode, isAtPropertyKey} = getLocation(analysis.text, offset);
  const word = wordRange(analysis, offset, previousNode);
  const place = path.map(String);
  const [section, key] = place;
  if (isAtPropertyKey) return keyCompletions(analysis, path.slice(0, -1), word);
  const columns = (wanted: (column: ColumnProfile) => boolean) =>
    (analysis.data?.profile?.columns ?? []).filter(wanted).map((column, index) => columnItem(column, index, word));
  const dotted = `${section}.${key}`;
  switch (dotted) {
    case 'data.source':
      return place.length === 2 ? fileItems(analysis, word) : [];
    case 'data.target':
      return columns(() => true);
    case 'data.features':
    case 'data.exclude': {
      const target = valueAt(analysis.checked.parsed.value, ['data', 'target']);
      const listed = valueAt(analysis.checked.parsed.value, ['data', key!]);
      const taken = new Set(Array.isArray(listed) ? listed : []);
      taken.delete(valueAt(analysis.checked.parsed.value, path));
      return columns(({name}) => name !== target && !taken.has(name));
    }
    case 'evaluation.groupBy':
    case 'evaluation.timeBy':
      return columns(({name}) => name !== valueAt(analysis.checked.parsed.value, ['data', 'target']));
    case 'data.positiveClass':
      return classNames(analysis).map(name => valueItem(JSON.stringify(name), word, 'a class of the target'));
    default:
      return section === 'variants' && path.length === 3 ? changeValues(analysis, String(path[2]), word) : [];
  }
}

function keyCompletions(analysis: Analysis, container: Path, word: Range): CompletionItem[] {
  const place = container.join('.');
  const hasValue = /^\s*:/.test(analysis.text.slice(analysis.offsetAt(word.end)));
  const present = new Set(Object.keys(recordAt(analysis, container)));
  if (place === 'data.columns') {
    const columns = (analysis.data?.profile?.columns ?? []).filter(({name}) => !present.has(name));
    return columns.map((column, index) => ({
      ...columnItem(column, index, word),
      ...keyEdit(column.name, hasValue ? '' : ': { $1 }', word),
    }));
  }
  if (place === 'training.classWeights') {
    return classNames(analysis)
      .filter(name => !present.has(name))
      .map(name => ({
        label: name,
        kind: KIND.property,
        detail: 'class',
        ...keyEdit(name, hasValue ? '' : `: \${1:1}`, word),
      }));
  }
  const isVariant = container[0] === 'variants' && container.length === 2;
  const isSpace = place === 'tune.space';
  if (isVariant || isSpace) {
    return changePaths(analysis)
      .filter(({dotted}) => !present.has(dotted) && !(isSpace && dotted === 'training.seed'))
      .map(({dotted, schema, value}, index) => ({
        label: dotted,
        kind: KIND.property,
        detail: value === undefined ? undefined : `now ${JSON.stringify(value)}`,
        documentation: schema.description,
        sortText: String(index).padStart(5, '0'),
        ...keyEdit(
          dotted,
          hasValue ? '' : isSpace ? rangeSnippet(schema, value) : `: \${1:${snippetValue(schema, value)}}`,
          word,
        ),
      }));
  }
  return [];
}

/** Every path that a variant can set, with the layers by name. */
function changePaths(analysis: Analysis): {dotted: string; schema: Schema; value: unknown}[] {
  const document = analysis.checked.parsed.value ?? {};
  const found: {dotted: string; schema: Schema; value: unknown}[] = [];
  const visit = (schema: Schema, value: unknown, dotted: string, depth: number) => {
    const resolved = schemaOf(schema, value);
    for (const [key, child] of Object.entries(resolved.properties ?? {})) {
      if (key === 'name' || (key === 'type' && resolved.properties?.type?.const !== undefined)) continue;
      const inner = (isRecord(value) ? value[key] : undefined) ?? (isRecord(child.default) ? child.default : undefined);
      const path = `${dotted}.${key}`;
      const now = schemaOf(child, inner);
      if (now.properties && depth > 0) visit(child, inner, path, depth - 1);
      else found.push({dotted: path, schema: now, value: inner ?? now.default});
    }
  };
  const layers = Array.isArray(document.layers) ? document.layers : [];
  for (const [index, name] of layerNames(layers).entries()) {
    const layer: unknown = layers[index];
    const type = isRecord(layer) ? String(layer.type) : '';
    if (!Object.hasOwn(documentSchema.definitions, type)) continue;
    visit(definition(type), layer, `layers.${name}`, 0);
    found.push({
      dotted: `layers.${name}`,
      schema: {description: 'The layer as a whole; null removes it.'},
      value: undefined,
    });
  }
  for (const section of ['training', 'output'] as const) {
    const schema = documentSchema.properties?.[section];
    if (schema) visit(schema, document[section] ?? schema.default, section, 2);
  }
  const data = documentSchema.properties?.data?.properties ?? {};
  for (const key of ['scale', 'scaleTarget', 'categories', 'features', 'exclude']) {
    const schema = data[key];
    const value = valueAt(document, ['data', key]) ?? schema?.default;
    if (schema) found.push({dotted: `data.${key}`, schema, value});
  }
  return found;
}

/** The values of a change: those of its key in the document. */
function changeValues(analysis: Analysis, dotted: string, word: Range): CompletionItem[] {
  const document = analysis.checked.sound.base as unknown as Record<string, unknown>;
  const found = changePath(dotted, document);
  if ('message' in found) return [];
  const schema = schemaAt(found.path, document);
  const words = schema?.enum ?? (schema?.type === 'boolean' ? [true, false] : []);
  const items = words.map(value => valueItem(JSON.stringify(value), word, schema?.description));
  if (dotted === 'data.exclude' || dotted === 'data.features') return items;
  return found.path.length === 2 && found.path[0] === 'layers'
    ? [...items, valueItem('null', word, 'Removes the layer.')]
    : items;
}

function ignoreCompletions(analysis: Analysis, {line, character}: Position): CompletionItem[] | undefined {
  const start = analysis.offsetAt({line, character: 0});
  const before = analysis.text.slice(start, start + character);
  const typed = /\/\/\s*mlp-ignore\s+(?:[a-z0-9-]+\s*,\s*)*([a-z0-9-]*)$/.exec(before)?.[1];
  if (typed === undefined) return undefined;
  const range = {start: {line, character: character - typed.length}, end: {line, character}};
  return RULES.map(({code}) => ({
    label: code,
    kind: KIND.constant,
    detail: explanation(code)?.title,
    textEdit: {range, newText: `${code}: `},
  }));
}

function columnItem(column: ColumnProfile, index: number, range: Range): CompletionItem {
  const written = JSON.stringify(column.name);
  return {
    label: column.name,
    kind: KIND.field,
    detail: columnSummary(column),
    labelDetails: {description: columnSummary(column)},
    filterText: written,
    // In the order of the file.
    sortText: String(index).padStart(5, '0'),
    textEdit: {range, newText: written},
  };
}

function valueItem(written: string, range: Range, detail: string | undefined): CompletionItem {
  return {label: written, kind: KIND.value, detail, filterText: written, textEdit: {range, newText: written}};
}

function keyEdit(key: string, rest: string, range: Range) {
  const written = JSON.stringify(key);
  const newText = `${written.replaceAll('$', '\\$')}${rest}`;
  return {
    filterText: written,
    insertTextFormat: SNIPPET,
    textEdit: {range, newText},
  };
}

function snippetValue(schema: Schema, value: unknown): string {
  const example = value ?? schema.examples?.[0] ?? null;
  return JSON.stringify(example).replaceAll(/[\\$}]/g, '\\$&');
}

/** Values to try around the one that the document has. */
function rangeSnippet(schema: Schema, value: unknown): string {
  if (schema.enum) return `: { "values": [\${1:${schema.enum.map(each => JSON.stringify(each)).join(', ')}}] }`;
  if (schema.type === 'boolean') return ': { "values": [true, false] }';
  const isShare = schema.maximum === 1 || schema.exclusiveMaximum === 1;
  if (isShare) return `: { "from": \${1:0}, "to": \${2:0.8}, "step": \${3:0.1} }`;
  const number = typeof value === 'number' && value > 0 ? value : 1;
  if (schema.type === 'integer') return `: { "values": [\${1:${[number, 2 * number, 4 * number].join(', ')}}] }`;
  const [from, to] = [number / 10, number * 10].map(each => Number(each.toPrecision(3)));
  return `: { "from": \${1:${from}}, "to": \${2:${to}}, "scale": "log", "count": \${3:5} }`;
}

function classNames({data, checked}: Analysis): string[] {
  const target = data?.profile?.columns.find(({name}) => name === checked.sound.base.data.target);
  if (target?.categories) return target.categories.map(({name}) => name);
  return target?.distinct === 2 && target.numbers ? [target.numbers.min, target.numbers.max].map(String) : [];
}

/** Data files and folders beside the document, as far as the path is typed. */
function fileItems({path, checked}: Analysis, range: Range): CompletionItem[] {
  if (path === undefined) return [];
  const typed = String(valueAt(checked.parsed.value, ['data', 'source']) ?? '');
  const folder = typed.includes('/') ? typed.slice(0, typed.lastIndexOf('/') + 1) : '';
  const directory = isAbsolute(folder) ? folder : join(dirname(path), folder);
  return entriesOf(directory).flatMap(({name, isFolder}) => {
    if (!isFolder && !/\.(csv|tsv|jsonl|ndjson|parquet)$/i.test(name)) return [];
    const written = JSON.stringify(`${folder}${name}${isFolder ? '/' : ''}`);
    const again = isFolder ? {command: {title: 'Suggest', command: 'editor.action.triggerSuggest'}} : {};
    return [
      {
        label: name,
        kind: isFolder ? KIND.folder : KIND.file,
        filterText: written,
        textEdit: {range, newText: written},
        ...again,
      },
    ];
  });
}

const mostEntries = 500;

function entriesOf(directory: string): {name: string; isFolder: boolean}[] {
  try {
    return readdirSync(directory, {withFileTypes: true})
      .filter(({name}) => !name.startsWith('.') && name !== 'node_modules')
      .slice(0, mostEntries)
      .map(entry => ({name: entry.name, isFolder: entry.isDirectory()}));
  } catch {
    return []; // No such folder yet: the path is being typed.
  }
}

function recordAt({checked}: Analysis, path: Path): Record<string, unknown> {
  const value = valueAt(checked.parsed.value, path);
  return isRecord(value) ? value : {};
}

/** What is replaced: the text in quotes around the position, also where it is not closed yet. */
function wordRange(analysis: Analysis, offset: number, previous: Node | undefined): Range {
  if (previous && previous.offset <= offset && offset <= previous.offset + previous.length) {
    return rangeOf(analysis, previous.offset, previous.length);
  }
  const before = /[\w."/-]*$/.exec(analysis.text.slice(Math.max(0, offset - 200), offset))![0];
  return rangeOf(analysis, offset - before.length, before.length);
}

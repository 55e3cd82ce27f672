import {expect, test} from 'vitest';
import schemaFile from '../../schemas/mlp.schema.json' with {type: 'json'};
import {checkDocument} from '../../sidecar/document/checkDocument.ts';

interface Snippet {
  readonly label: string;
  readonly body: unknown;
}

/** What stands in a document when every place of a snippet is left as it is, and a name where only the user knows one. */
function filled(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body)
      .replaceAll(/"\^\$\{\d+:([^}]*)\}"/g, '$1')
      .replaceAll(/\$\{\d+:([^}]*)\}/g, '$1')
      .replaceAll(/"\^\$\d+"/g, '"name"'),
  );
}

const {properties} = schemaFile;
const training = properties.training.properties;
const around = {version: 1, data: {source: 'a.csv', target: 'y'}};
const hidden = [
  {name: 'hidden', type: 'dense', units: 3},
  {name: 'drop', type: 'dropout', rate: 0},
];
const places: [string, readonly Snippet[], (body: unknown) => object][] = [
  ['the document', schemaFile.defaultSnippets, body => body as object],
  ['data', properties.data.defaultSnippets, data => ({...around, layers: [], data})],
  ['layers', properties.layers.items.defaultSnippets, body => ({...around, layers: [body]})],
  ['optimizer', training.optimizer.defaultSnippets, optimizer => ({...around, layers: [], training: {optimizer}})],
  [
    'schedule',
    training.schedule.defaultSnippets,
    schedule => ({...around, layers: [], training: {epochs: 200, schedule}}),
  ],
  [
    'earlyStopping',
    training.earlyStopping.defaultSnippets,
    earlyStopping => ({...around, layers: [], training: {earlyStopping}}),
  ],
  ['evaluation', properties.evaluation.defaultSnippets, evaluation => ({...around, layers: [], evaluation})],
  ['variants', properties.variants.defaultSnippets, variants => ({...around, layers: hidden, variants})],
];

test.each(places.flatMap(([place, snippets, document]) => snippets.map(snippet => ({place, ...snippet, document}))))(
  'the snippet "$label" of $place is right as it stands',
  ({body, document}) => {
    const problems = checkDocument(JSON.stringify(document(filled(body)))).problems;
    expect(problems.filter(({severity}) => severity === 'error')).toEqual([]);
  },
);

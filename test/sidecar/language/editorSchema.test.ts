/** What VS Code's JSON service makes of the schema that it is given. */
import {expect, test} from 'vitest';
import {ClientCapabilities, getLanguageService} from 'vscode-json-languageservice';
import {TextDocument} from 'vscode-languageserver-textdocument';
import {editorSchema} from '../../../sidecar/language/editorSchema.ts';

const service = getLanguageService({clientCapabilities: ClientCapabilities.LATEST});
service.configure({schemas: [{uri: 'mlp.schema.json', fileMatch: ['*'], schema: editorSchema()}]});

/** What is written when a key is chosen at the cursor `|`, with its snippet places. */
async function written(marked: string, key: string): Promise<string | undefined> {
  const document = TextDocument.create('file:///net.mlp.json', 'json', 1, marked.replace('|', ''));
  const position = document.positionAt(marked.indexOf('|'));
  const found = await service.doComplete(document, position, service.parseJSONDocument(document));
  return found?.items.find(({label}) => label === key)?.textEdit?.newText;
}

test.each([
  ['{|}', 'version', `"version": \${1:1}`],
  ['{|}', 'data', '"data": {\n\t"source": $1,\n\t"target": $2\n}'],
  ['{|}', 'layers', '"layers": [$1]'],
  ['{"data": {|}}', 'target', '"target": "$1"'],
  ['{"data": {|}}', 'features', '"features": [$1]'],
  ['{"data": {|}}', 'scale', '"scale": $1'],
  ['{"layers": [{|}]}', 'type', '"type": $1'],
  ['{"layers": [{"type": "dense", |}]}', 'units', `"units": \${1:60}`],
  ['{"training": {|}}', 'epochs', `"epochs": \${1:100}`],
  ['{"training": {|}}', 'classWeights', '"classWeights": $1'],
])('in %s, %s brings nothing of another experiment', async (marked, key, expected) => {
  expect(await written(marked, key)).toBe(expected);
});

test.each([
  ['"layers": [{"type": "dens", "units": 3}]', '"dense", "dropout", '],
  ['"training": {"optimizer": {"type": "sdg", "momentum": 0.9}}', '"sgd", "adam", '],
  ['"training": {"schedule": {"type": "cosin"}}', '"constant", "step", '],
])('%s: all types are named', async (section, types) => {
  const text = `{"version": 1, "data": {"source": "a.csv", "target": "y"}, "layers": [], ${section}}`;
  const document = TextDocument.create(
    'file:///net.mlp.json',
    'json',
    1,
    text.replace('"layers": [], "layers"', '"layers"'),
  );
  const told = await service.doValidation(document, service.parseJSONDocument(document));
  expect(told.map(({message}) => message)).toEqual([expect.stringContaining(`Valid values: ${types}`)]);
});

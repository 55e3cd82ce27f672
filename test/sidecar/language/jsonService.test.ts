/** What VS Code's JSON service does there, for editors that have none. */
import {describe, expect, test} from 'vitest';
import {TextDocument} from 'vscode-languageserver-textdocument';
import {createJsonService} from '../../../sidecar/language/jsonService.ts';
import {applied} from '../../support/textEdits.ts';

const service = createJsonService();
const opened = (text: string) => TextDocument.create('file:///net.mlp.json', 'json', 1, text);

/** The text without its cursor `|`, and the cursor. */
function withCursor(marked: string) {
  const document = opened(marked.replace('|', ''));
  return {document, position: document.positionAt(marked.indexOf('|'))};
}

describe('an editor without a JSON service', () => {
  test('completes keys, words and whole layers from the schema', async () => {
    const labels = async (marked: string) => {
      const {document, position} = withCursor(marked);
      return (await service.complete(document, position)).map(({label}) => label);
    };
    expect(await labels('{"version": 1, |}')).toEqual(expect.arrayContaining(['data', 'layers', 'training']));
    expect(await labels('{"training": {"loss": |}}')).toContain('"huber"');
    expect(await labels('{"layers": [|]}')).toEqual(expect.arrayContaining(['dense with max-norm', 'dropout']));
  });

  test('is told what a key means, before what was computed about it', async () => {
    const {document, position} = withCursor('{"training": {"ep|ochs": 3}}');
    const own = {contents: {kind: 'markdown' as const, value: 'computed'}};
    const told = await service.hover(document, position, own);
    expect((told!.contents as {value: string}).value).toMatch(
      /^Passes over the training rows\\?\.\n\n---\n\ncomputed$/,
    );
    expect(await service.hover(opened('  '), {line: 0, character: 1}, undefined)).toBeNull();
  });

  test('formats and keeps comments', () => {
    const text = '{// why\n"version":1,/* and */"layers":[]}';
    const document = opened(text);
    const formatted = applied(text, service.format(document, undefined, {tabSize: 2, insertSpaces: true}));
    expect(formatted).toBe('{ // why\n  "version": 1, /* and */\n  "layers": []\n}');
  });

  test('has outline, folds and selections', () => {
    const document = opened('{\n  "data": {\n    "source": "a.csv"\n  }\n}');
    expect(service.symbols(document).map(({name}) => name)).toEqual(['data']);
    expect(
      service
        .folds(document)
        .map(({startLine}) => startLine)
        .toSorted(),
    ).toEqual([0, 1]);
    expect(service.selections(document, [{line: 2, character: 6}])).toHaveLength(1);
  });
});

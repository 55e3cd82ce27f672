/** The bundled server as editors start it: over IPC (VS Code) and over standard streams (others). */
import {copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {CodeAction, CodeLens, CompletionList, DocumentSymbol, Hover} from 'vscode-languageserver';
import {bundles} from '../../../scripts/bundles.ts';
import {startClient, type TestClient} from './languageClient.ts';

const examples = fileURLToPath(new URL('../../../examples/sonar', import.meta.url));
let folder: string;
let program: string;
let document: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-language-'));
  document = join(folder, 'sonar.mlp.json');
  for (const name of ['sonar.mlp.json', 'sonar.csv']) copyFileSync(join(examples, name), join(folder, name));
  // Bundled anew, so that the test does not depend on what lies in dist.
  const outdir = join(folder, 'dist');
  const bundle = bundles.find(({entryPoints}) => 'languageServer' in (entryPoints as object))!;
  mkdirSync(join(folder, 'docs'));
  copyFileSync(join(examples, '../../docs/rules.md'), join(folder, 'docs/rules.md'));
  await build({...bundle, outdir, sourcemap: false, legalComments: 'none'});
  program = join(outdir, 'languageServer.cjs');
}, 120_000);
afterAll(() => rmSync(folder, {recursive: true}));

/** A document with a syntax-free mistake of the schema, and one that only the rules know. */
const faulty = `{
  "version": 1,
  "data": {"source": "sonar.csv", "header": false, "target": "column61"},
  "layers": [
    {"name": "hidden", "type": "dense", "units": 12},
    {"name": "drop", "type": "dropout", "rate": 0.5}
  ],
  "variants": {"a": {}, "b": {"layers.drpo.rate": 0.1}}
}`;

/** Inside the name of the target. */
const position = placeIn(readFileSync(join(examples, 'sonar.mlp.json'), 'utf8'), '"column61"');

function placeIn(text: string, piece: string): {line: number; character: number} {
  const lines = text.slice(0, text.indexOf(piece) + 3).split('\n');
  return {line: lines.length - 1, character: lines.at(-1)!.length};
}

async function whileOpen(client: TestClient, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } finally {
    expect(await client.stop()).toBe(0);
  }
}

const request = <R>(client: TestClient, method: string, params: object): Promise<R> =>
  client.connection.sendRequest(method, {textDocument: {uri: client.uriOf(document)}, ...params});

describe('the language server', () => {
  test('over IPC, beside the JSON service of the editor', async () => {
    const client = await startClient([process.execPath, program, '--node-ipc'], 'ipc', {schemaDiagnostics: 'editor'});
    await whileOpen(client, async () => {
      await client.open(document, faulty);
      const found = await client.until(document, all => all.some(({code}) => code === 'unknown-path'));
      expect(found.map(({code, source}) => [code, source])).toContainEqual(['few-live-units', 'mlp']);
      const {codeDescription} = found.find(({code}) => code === 'few-live-units')!;
      expect(codeDescription?.href).toMatch(/\/docs\/rules\.md#L\d+$/);

      const lenses = await request<CodeLens[]>(client, 'textDocument/codeLens', {});
      expect(lenses[0]!.command).toEqual({
        title: '$(play) Train model',
        command: 'mlpLab.trainModel',
        arguments: [{uri: client.uriOf(document)}],
      });
      const {range} = found.find(({code}) => code === 'unknown-path')!;
      const actions = await request<CodeAction[]>(client, 'textDocument/codeAction', {
        range,
        context: {diagnostics: found},
      });
      expect(actions[0]!.title).toBe('Rename to "layers.drop.rate"');
      expect(await request(client, 'textDocument/foldingRange', {})).toEqual([]);
    });
  });

  test('over standard streams, alone', async () => {
    const client = await startClient([process.execPath, program, '--stdio'], 'stdio', {});
    await whileOpen(client, async () => {
      await client.open(document);
      // Only the data tell this: they are read by then.
      await client.until(document, all => all.some(({code}) => code === 'single-repeat'));
      const {items} = await request<CompletionList>(client, 'textDocument/completion', {position});
      expect(items.map(({label}) => label)).toContain('column7');
      const hover = await request<Hover>(client, 'textDocument/hover', {position});
      expect(JSON.stringify(hover.contents)).toContain('2 categories');
      const symbols = await request<DocumentSymbol[]>(client, 'textDocument/documentSymbol', {});
      expect(symbols.map(({name}) => name)).toContain('layers');
    });
  });

  test('tells of the schema only where the editor does not', async () => {
    const wrong = faulty.replace('"units"', '"unitz"');
    const told = async (schemaDiagnostics: string) => {
      const client = await startClient([process.execPath, program, '--stdio'], 'stdio', {schemaDiagnostics});
      let codes: unknown[] = [];
      await whileOpen(client, async () => {
        await client.open(document, wrong);
        codes = (await client.until(document, all => all.length > 0)).map(({code}) => code);
      });
      return codes;
    };
    expect(await told('server')).toContain('unknown-key');
    expect(await told('editor')).not.toContain('unknown-key');
  });

  test('reads nothing beside a document that is not trusted', async () => {
    const client = await startClient([process.execPath, program, '--stdio'], 'stdio', {isTrusted: false});
    await whileOpen(client, async () => {
      await client.open(document);
      const {items} = await request<CompletionList>(client, 'textDocument/completion', {position});
      expect(items.filter(({label}) => label.startsWith('column'))).toEqual([]);
    });
  });
});

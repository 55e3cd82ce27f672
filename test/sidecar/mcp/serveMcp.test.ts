/** `mlp mcp` as an agent uses it: a process of its own, spoken to by the client of the protocol's own library. */
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Client} from '@modelcontextprotocol/sdk/client/index.js';
import {StdioClientTransport} from '@modelcontextprotocol/sdk/client/stdio.js';
import {afterAll, beforeAll, expect, test} from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let folder: string;
let client: Client;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlp-mcp-'));
  for (const file of ['sonar.mlp.json', 'sonar.csv']) cpSync(join(root, 'examples/sonar', file), join(folder, file));
  const short = {
    version: 1,
    data: {source: 'sonar.csv', header: false, target: 'column61'},
    layers: [
      {name: 'drop', type: 'dropout', rate: 0},
      {type: 'dense', units: 4},
    ],
    training: {epochs: 2},
    evaluation: {folds: 3},
    variants: {plain: {}, dropped: {'layers.drop.rate': 0.2}},
  };
  writeFileSync(join(folder, 'short.mlp.json'), JSON.stringify(short));
  client = new Client({name: 'test', version: '1'});
  const args = [join(root, 'sidecar/cli.ts'), 'mcp', folder];
  await client.connect(new StdioClientTransport({command: process.execPath, args, stderr: 'pipe'}));
});
afterAll(async () => {
  await client.close();
  rmSync(folder, {recursive: true, force: true});
});

async function call(name: string, input: Record<string, unknown>) {
  const {content, isError} = await client.callTool({name, arguments: input});
  return {text: (content as {text: string}[]).map(part => part.text).join('\n'), isError: isError ?? false};
}

test('offers five tools; the one that trains is not marked as harmless', async () => {
  const {tools} = await client.listTools();
  expect(tools.map(({name, annotations}) => [name, annotations!.readOnlyHint])).toEqual([
    ['mlp_check', true],
    ['mlp_describe', true],
    ['mlp_cross_validate', false],
    ['mlp_compare', true],
    ['mlp_read_run', true],
  ]);
});

test('checks and describes a document', async () => {
  expect((await call('mlp_describe', {document: 'sonar.mlp.json'})).text).toMatch(
    /hidden1 +dense, relu +60 +3,660[\s\S]*Cross-validation: 30 networks, 9,000 epochs together: roughly \d+ s on one core\.$/,
  );
  writeFileSync(join(folder, 'wrong.mlp.json'), '{"version": 1, "layerz": []}');
  expect((await call('mlp_check', {document: 'wrong.mlp.json'})).text).toMatch(
    /^wrong\.mlp\.json:1:16: error: Unknown key "layerz"\. Did you mean "layers"\?/m,
  );
});

test('tells the cost first, trains when the user agrees, and reads and compares what came of it', async () => {
  const asked = await call('mlp_cross_validate', {document: 'short.mlp.json'});
  expect(asked.text).toMatch(
    /^Train 6 networks, 12 epochs together: .* Ask the user, then call again with "agreed": true\.$/,
  );
  expect(existsSync(join(folder, '.mlp'))).toBe(false);
  const trained = await call('mlp_cross_validate', {document: 'short.mlp.json', agreed: true});
  expect(trained).toMatchObject({isError: false});
  expect(trained.text).toMatch(/^Run \S+ of short\.mlp\.json: cross-validation, completed\.\n/);
  expect(trained.text).toMatch(/^plain \(3 folds\): .*accuracy 0\.\d+ ± 0\.\d+/m);
  expect(await call('mlp_read_run', {run: 'short.mlp.json'})).toEqual(trained);
  expect((await call('mlp_compare', {runs: ['short.mlp.json']})).text).toContain('Accuracy, compared with "plain"');
});

test.each([
  ['mlp_chekc', {document: 'short.mlp.json'}, /^There is no tool "mlp_chekc"\. There are mlp_check, /],
  ['mlp_check', {}, /^The input "document" must be text\.$/],
  ['mlp_check', {document: 'short.mlp.json', deep: true}, /^There is no input "deep"\. There are document\.$/],
  ['mlp_check', {document: '../outside.mlp.json'}, /lies outside of the folders that are open/],
  ['mlp_check', {document: 'link/outside.mlp.json'}, /lies outside of the folders that are open/],
  ['mlp_read_run', {run: 'sonar.mlp.json'}, /^No run of sonar\.mlp\.json is stored yet/],
  ['mlp_cross_validate', {document: 'wrong.mlp.json', agreed: true}, /Unknown key "layerz"/],
  ['mlp_cross_validate', {document: 'short.mlp.json', variants: ['dropt'], agreed: true}, /no variant "dropt"/],
])('%s refuses %j in words', async (name, input, message) => {
  if (!existsSync(join(folder, 'link'))) symlinkSync(tmpdir(), join(folder, 'link'));
  const {text, isError} = await call(name, input);
  expect(text).toMatch(message);
  expect(isError).toBe(true);
});

test('answers a line that is no message, and goes on; a folder that is not there is refused', () => {
  const serve = (where: string) =>
    spawnSync(process.execPath, [join(root, 'sidecar/cli.ts'), 'mcp', where], {
      input: 'no json\n{"a": 1}\n{"jsonrpc": "2.0", "id": 3, "method": "ping"}\n',
      encoding: 'utf8',
    });
  const answers = serve(folder)
    .stdout.trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(answers.map(({id, error}) => [id, error?.code])).toEqual([
    [null, -32700],
    [null, -32600],
    [3, undefined],
  ]);
  const nowhere = serve(join(folder, 'nowhere'));
  expect([nowhere.status, nowhere.stderr]).toEqual([1, `There is no folder ${join(folder, 'nowhere')}.\n`]);
});

import {spawnSync} from 'node:child_process';
import {globSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {describeEditor} from './rig/editorTest.ts';

describeEditor('the installed extension', {}, rig => {
  const files = () => globSync('**/*', {cwd: rig().server.extension}).filter(file => statSync(path(file)).isFile());
  const path = (file: string) => join(rig().server.extension, file);

  test('holds what runs and nothing else', () => {
    const unwanted = files().filter(file => /\.(map|ts|node|test\.\w+)$|node_modules|\.mlp\/|icon\.svg/.test(file));
    expect(unwanted).toEqual([]);
    expect(files()).toEqual(
      expect.arrayContaining([
        ...['extension.cjs', 'languageClient.cjs', 'sidecarProcess.cjs', 'languageServer.cjs'].map(
          name => `dist/${name}`,
        ),
        ...['server.mjs', 'worker.mjs', 'mlp.mjs', 'kernels-strict.wasm', 'webview/panel.js'].map(
          name => `dist/${name}`,
        ),
        ...['examples/sonar/sonar.csv', 'docs/rules.md', 'l10n/bundle.l10n.de.json', 'package.nls.de.json'],
      ]),
    );
  });

  test('brings the licence of every package of which it contains something', () => {
    const notices = readFileSync(path('THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['vscode-jsonrpc', 'vscode-languageclient', 'jsonc-parser', 'uplot', 'commander', 'ajv']) {
      expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\(MIT\\)$`, 'm'));
    }
  });

  test('brings a command line that runs by itself', () => {
    const document = path('examples/sonar/sonar.mlp.json');
    const {stdout, stderr, status} = spawnSync(process.execPath, [path('dist/mlp.mjs'), 'check', document], {
      cwd: rig().server.folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toContain('5,521 parameters');
    expect(status).toBe(0);
  });
});

/**
 * Puts a real VS Code into node_modules/.cache/vscode for `npm run test:editor`: workbench and server of the npm package
 * code-server, without its wrapper, without install scripts and without a compiler. About 20 s and 250 MB, once.
 */
import {spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** code-server 4.139.1 is VS Code 1.139.1. It needs Node 22.15 or newer. */
const version = '4.139.1';
/** What only Copilot, dev containers, Kerberos proxies and Windows need: about 250 MB. */
const leftOut = [
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@devcontainers/cli',
  '@vscode/sandbox-runtime',
  '@vscode/copilot-api',
  'ssh2',
  'kerberos',
  '@vscode/sqlite3',
  '@vscode/fs-copyfile',
  '@vscode/deviceid',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
];

const cache = fileURLToPath(new URL('../node_modules/.cache/vscode', import.meta.url));
const server = join(cache, 'lib/vscode');
const stamp = join(cache, 'installed');
const standIns = fileURLToPath(new URL('vscodeStandIns', import.meta.url));

/** The program that serves VS Code; undefined where it is not installed. */
export function installedVsCode(): string | undefined {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === version ? join(server, 'out/server-main.js') : undefined;
}

function install(): void {
  rmSync(cache, {recursive: true, force: true});
  mkdirSync(cache, {recursive: true});
  run('npm', ['pack', '--silent', '--pack-destination', cache, `code-server@${version}`], cache);
  const archive = `code-server-${version}.tgz`;
  run('tar', ['xzf', archive, '--strip-components=1', 'package/lib/vscode'], cache);
  rmSync(join(cache, archive));
  dropDependencies(join(server, 'package.json'));
  // Not npm ci: the lock file that code-server ships names not all of its packages.
  const flags = ['--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', '--prefix', server, ...flags], server);
  // Two native addons, which only a compiler could build: logs, and the end of a host whose parent died.
  for (const name of ['spdlog', 'native-watchdog']) {
    copyFileSync(join(standIns, `${name}.cjs`), join(server, 'node_modules/@vscode', name, 'index.js'));
  }
  run(process.execPath, [join(server, 'out/server-main.js'), '--version'], server);
  writeFileSync(stamp, version);
}

function dropDependencies(file: string): void {
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as {dependencies: Record<string, string>};
  for (const name of leftOut) delete manifest.dependencies[name];
  writeFileSync(file, JSON.stringify(manifest, null, 2));
}

function run(program: string, options: readonly string[], cwd: string): void {
  const {status, stdout, stderr} = spawnSync(program, options, {cwd, encoding: 'utf8'});
  if (status !== 0) {
    throw new Error(`VS Code could not be installed for the tests: ${program} ${options[0]}\n${stdout}\n${stderr}`);
  }
}

if (import.meta.main && !installedVsCode()) {
  console.error('Installing a VS Code for the tests (once, about 20 seconds) …');
  install();
}

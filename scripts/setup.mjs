// Makes a fresh clone ready: installs what package-lock.json names and builds, each only when needed. Plain JavaScript,
// because it runs before anything is installed, on whatever Node (>= 20) the machine has.
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`MLP Lab needs Node 20 or newer to set itself up; this is Node ${process.versions.node}.`);

// npm writes this file last, so it stands for a finished install.
const installed = 'node_modules/.package-lock.json';
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync('package-lock.json').mtimeMs) {
  run('Installing packages (once, about half a minute) …', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
if (!existsSync('node_modules/.bin/node')) {
  fail('The package "node" brought no binary: its install script did not run. Allow install scripts and run npm ci.');
}
if (!existsSync('dist/mlp.mjs') || statSync('dist/mlp.mjs').mtimeMs < newestSource()) {
  run('Building …', ['run', '--silent', 'build']);
}

function newestSource() {
  const files = ['sidecar', 'extension', 'webview', 'schemas', 'scripts', '.'].flatMap(folder =>
    readdirSync(folder, {recursive: folder !== '.', withFileTypes: true})
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath ?? entry.path, entry.name)),
  );
  return Math.max(...files.map(file => statSync(file).mtimeMs));
}

function run(title, args) {
  console.error(title);
  const npm = process.env.npm_execpath;
  // npm tells its own place; without it (node scripts/setup.mjs) the one on the PATH is used.
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], {stdio: ['ignore', 2, 'inherit']})
    : spawnSync('npm', args, {stdio: ['ignore', 2, 'inherit'], shell: process.platform === 'win32'});
  if (result.status !== 0) fail(`npm ${args.join(' ')} failed.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

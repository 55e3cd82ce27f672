// `npm run mlp -- ARGUMENTS`: the command line, set up and built first where that is needed, with paths as the user gave
// them (npm changes the folder before it runs a script).
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import './setup.mjs';

const program = fileURLToPath(new URL('../dist/mlp.mjs', import.meta.url));
const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
// Ctrl-C reaches the program too, which then ends by itself: this process only waits for it.
process.on('SIGINT', () => {});
const {status} = spawnSync(node, [program, ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

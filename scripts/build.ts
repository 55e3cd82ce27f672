/** Compiles the kernels and bundles what runs into dist/. `--watch` rebuilds on change. */
import {chmodSync, globSync, rmSync, writeFileSync} from 'node:fs';
import {build, context} from 'esbuild';
import {editorSchema} from '../sidecar/language/editorSchema.ts';
import {bundles} from './bundles.ts';

if (process.argv.includes('--watch')) {
  for (const options of bundles) await (await context({...options, logLevel: 'info'})).watch();
} else {
  // The kernels take seconds to compile: they are kept while their sources are older.
  for (const file of globSync('dist/*')) if (!file.endsWith('.wasm')) rmSync(file, {recursive: true});
  await import('./buildKernels.ts');
  await Promise.all(bundles.map(options => build(options)));
  chmodSync('dist/mlp.mjs', 0o755);
  writeFileSync('dist/mlp.schema.json', JSON.stringify(editorSchema()));
}

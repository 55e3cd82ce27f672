/** Compiles the kernels and bundles what runs: the `mlp` command line and its worker. `--watch` rebuilds on change. */
import {chmodSync, globSync, rmSync} from 'node:fs';
import {type BuildOptions, build, context} from 'esbuild';

const options: BuildOptions = {
  entryPoints: {mlp: 'sidecar/cli.ts', worker: 'sidecar/worker.ts'},
  outdir: 'dist',
  outExtension: {'.js': '.mjs'},
  bundle: true,
  // What the two share is written once. Chunks lie beside the entry points, so that import.meta.url finds the worker.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // With platform node alone, esbuild takes jsonc-parser's UMD build, which fails at run time.
  mainFields: ['module', 'main'],
  keepNames: true,
  sourcemap: 'linked',
  legalComments: 'linked',
  // Bundled CommonJS packages ask for Node's own modules with require.
  banner: {
    js: "import {createRequire as nodeRequire} from 'node:module'; const require = nodeRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

if (process.argv.includes('--watch')) {
  const watching = await context({...options, logLevel: 'info'});
  await watching.watch();
} else {
  // The kernels take seconds to compile: they are kept while their sources are older.
  for (const file of globSync('dist/*')) if (!file.endsWith('.wasm')) rmSync(file, {recursive: true});
  await import('./buildKernels.ts');
  await build(options);
  chmodSync('dist/mlp.mjs', 0o755);
}

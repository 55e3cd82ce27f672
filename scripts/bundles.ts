/** What is bundled: each entry point, for the process that runs it. `npm run build` writes them into dist/. */
import {basename} from 'node:path';
import type {BuildOptions, Plugin} from 'esbuild';
import {compiledValidators} from './compiledValidators.ts';

const common: BuildOptions = {
  outdir: 'dist',
  bundle: true,
  sourcemap: 'linked',
  legalComments: 'linked',
  logLevel: 'warning',
};

const node: BuildOptions = {
  ...common,
  platform: 'node',
  target: 'node22',
  plugins: [compiledValidators],
  // With platform node alone, esbuild takes jsonc-parser's UMD build, which fails at run time.
  mainFields: ['module', 'main'],
  // Every start reads them: without what only people need it takes 40 ms less. Names stay, for those who read stacks.
  minifyWhitespace: true,
  minifySyntax: true,
};

/** The command line, the sidecar and their threads: modules of ECMAScript, which may wait at their top level. */
const program: BuildOptions = {
  ...node,
  outExtension: {'.js': '.mjs'},
  format: 'esm',
};

/** Bundled CommonJS packages ask for Node's own modules with require. */
const withRequire: BuildOptions['banner'] = {
  js: "import {createRequire as nodeRequire} from 'node:module'; const require = nodeRequire(import.meta.url);",
};

/** Each command is loaded by itself, and what several need is written once. */
const commandLine: BuildOptions = {
  ...program,
  entryPoints: {mlp: 'sidecar/cli.ts'},
  // Chunks lie beside the entry point, so that import.meta.url finds the worker.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  banner: withRequire,
};

/** One file for each of these, although others hold the same: reading one takes half the time of reading thirty. */
const sidecar: BuildOptions = {...program, entryPoints: {server: 'sidecar/server.ts'}, banner: withRequire};
const threads: BuildOptions = {
  ...program,
  entryPoints: {worker: 'sidecar/worker.ts', helper: 'sidecar/helper.ts'},
};

/** The page of the panel: script, styles, and the HTML into which the extension writes nonce and addresses. */
const panel: BuildOptions = {
  ...common,
  entryPoints: [
    {in: 'webview/main.ts', out: 'panel'},
    {in: 'webview/panel.css', out: 'panel'},
    {in: 'webview/panel.html', out: 'panel'},
  ],
  outdir: 'dist/webview',
  loader: {'.svg': 'text', '.html': 'copy'},
  platform: 'browser',
  target: 'chrome122',
  format: 'iife',
  minify: true,
};

/**
 * What runs in the extension host, in CommonJS, which every fork of VS Code loads. Each dynamic import is a bundle of its
 * own, so that an activation reads little.
 */
const extension: BuildOptions = {
  ...node,
  entryPoints: {
    extension: 'extension/extension.ts',
    languageClient: 'extension/language/languageClient.ts',
    sidecarProcess: 'extension/sidecar/sidecarProcess.ts',
  },
  outExtension: {'.js': '.cjs'},
  format: 'cjs',
  // import() of a CommonJS file is a detour through the module loader of ECMAScript.
  supported: {'dynamic-import': false},
  external: ['vscode'],
  plugins: [loadedOnDemand()],
};

function loadedOnDemand(): Plugin {
  return {
    name: 'loaded on demand',
    setup(build) {
      build.onResolve({filter: /\.ts$/}, ({kind, path}) =>
        kind === 'dynamic-import' ? {path: `./${basename(path, '.ts')}.cjs`, external: true} : undefined,
      );
    },
  };
}

/**
 * CommonJS, as the libraries of the protocol are; read by the editor in a process of its own.
 */
const languageServer: BuildOptions = {
  ...node,
  entryPoints: {languageServer: 'sidecar/languageServer.ts'},
  outExtension: {'.js': '.cjs'},
  format: 'cjs',
};

export const bundles: readonly BuildOptions[] = [commandLine, sidecar, threads, extension, languageServer, panel];

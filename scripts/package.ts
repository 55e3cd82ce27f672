/**
 * Packs the extension into one .vsix for every platform: `npm run package`. Only what runs is packed, minified and
 * without source maps, from a folder of its own, so that nothing of the repository gets in by chance.
 */
import {spawnSync} from 'node:child_process';
import {copyFileSync, cpSync, globSync, mkdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, type Metafile} from 'esbuild';
import packageJson from '../package.json' with {type: 'json'};
import {bundles} from './bundles.ts';
import {thirdPartyNotices} from './thirdPartyNotices.ts';

/** Microsoft's packer. Run from the registry: with its publishing tools it is larger than all of our own packages. */
const packer = '@vscode/vsce@4.1.0';
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules/.cache/vsix');
const output = join(root, `${packageJson.name}-${packageJson.version}.vsix`);

process.chdir(root);
rmSync(folder, {recursive: true, force: true});
mkdirSync(folder, {recursive: true});
const inputs = await bundleInto(folder);
for (const file of globSync('dist/*.wasm')) copyInto(file);
for (const file of [...globSync('package.nls*.json'), ...globSync('l10n/bundle.l10n.*.json')]) copyInto(file);
for (const file of globSync('extension/media/*.{png,svg}')) if (!file.endsWith('/icon.svg')) copyInto(file);
for (const file of ['dist/mlp.schema.json', 'docs/rules.md', 'README.md', 'CHANGELOG.md', 'LICENSE']) copyInto(file);
cpSync('examples', join(folder, 'examples'), {
  recursive: true,
  filter: source => !source.includes('.mlp/') && !source.endsWith('.mlp') && !source.endsWith('.ts'),
});
writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(inputs));
writeFileSync(join(folder, 'package.json'), JSON.stringify(shippedManifest(), null, 2));
pack();
console.log(`${output}: ${Math.round(statSync(output).size / 1024)} KB`);

/** @returns the source files of all bundles */
async function bundleInto(target: string): Promise<string[]> {
  const results = await Promise.all(
    bundles.map(options =>
      build({
        ...options,
        outdir: options.outdir!.replace(/^dist/, join(target, 'dist')),
        minify: true,
        sourcemap: false,
        legalComments: 'none',
        metafile: true,
      }),
    ),
  );
  return results.flatMap(({metafile}) => sourcesOf(metafile!));
}

/** What is left in a bundle after tree shaking, not all that was read. */
function sourcesOf({outputs}: Metafile): string[] {
  return Object.values(outputs).flatMap(({inputs}) =>
    Object.entries(inputs).flatMap(([file, {bytesInOutput}]) => (bytesInOutput > 0 ? [file] : [])),
  );
}

/** What VS Code reads. Packages and scripts are for the repository. */
function shippedManifest(): object {
  const {scripts: _, devDependencies: __, files: ___, allowScripts: ____, bin: _____, ...manifest} = packageJson;
  const {node: ______, ...engines} = manifest.engines;
  return {...manifest, engines};
}

function copyInto(file: string): void {
  mkdirSync(join(folder, file, '..'), {recursive: true});
  copyFileSync(file, join(folder, file));
}

function pack(): void {
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', output];
  const {status, stdout, stderr} = spawnSync('npx', ['--yes', packer, 'package', ...options], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${packer} failed:\n${stdout}\n${stderr}`);
}

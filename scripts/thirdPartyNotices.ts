import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * The licences of all packages of which something is bundled.
 * @param inputs paths of source files, as esbuild names them
 * @throws Error for a package without a licence: it may not be shipped
 */
export function thirdPartyNotices(inputs: readonly string[]): string {
  const byText = new Map<string, string[]>();
  for (const folder of new Set(inputs.flatMap(packageFolder))) {
    const {title, text} = readLicence(folder);
    byText.set(text, [...(byText.get(text) ?? []), title]);
  }
  // Packages of one house bring the same text: it is said once.
  const notices = [...byText].map(([text, titles]) => `${titles.sort().join('\n')}\n\n${text}`).sort();
  return `${['MLP Lab contains parts of these packages.', ...notices].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** The innermost package that a file belongs to; none for our own. */
function packageFolder(file: string): string[] {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
  return found ? [found[1]!] : [];
}

function readLicence(folder: string): {title: string; text: string} {
  const {name, version, license} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const files = globSync(join(folder, '{LICENSE,LICENCE,License,license,NOTICE}*')).sort();
  if (!license && files.length === 0) throw new Error(`${name} has no licence.`);
  const text = files.map(file => readFileSync(file, 'utf8').trim()).join('\n\n');
  return {title: `${name} ${version} (${license ?? 'see below'})`, text};
}

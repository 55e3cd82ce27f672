import {readFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {parse} from 'jsonc-parser';
import {type Thresholds, thresholdsFrom} from '../rules/thresholds.ts';

/**
 * The thresholds that hold for a document outside of an editor: `mlpLab.ruleThresholds` of the nearest
 * `.vscode/settings.json` in its folder or above, where a team keeps the settings of its workspace. So a build server
 * finds what the editor finds; what someone set for themselves alone does not count there.
 */
export function folderThresholds(document: string): Thresholds {
  for (let folder = dirname(resolve(document)); ; folder = dirname(folder)) {
    const text = readSettings(folder);
    if (text !== undefined) return thresholdsFrom(parse(text)?.['mlpLab.ruleThresholds']);
    if (folder === dirname(folder)) return thresholdsFrom(undefined);
  }
}

function readSettings(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, '.vscode/settings.json'), 'utf8');
  } catch {
    return undefined; // None there, or none for us to read.
  }
}

import {realpathSync} from 'node:fs';
import {dirname, isAbsolute, join, relative, resolve} from 'node:path';
import {UserError} from '../userError.ts';

/**
 * An agent may touch only what lies in the folders that its user opened, links followed.
 * @param path as the agent gave it; a relative one is of the first folder
 * @throws UserError outside of them
 */
export function allowedPath(path: string, folders: readonly string[]): string {
  const absolute = resolve(folders[0] ?? '/', path);
  const real = realPath(absolute);
  if (folders.some(folder => isInside(real, realPath(folder)))) return absolute;
  throw new UserError(`${path} lies outside of the folders that are open: ${folders.join(', ') || 'there are none'}.`);
}

/** Of what does not exist yet, the real path of the folder that does. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), relative(parent, path));
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith('..') && !isAbsolute(way);
}

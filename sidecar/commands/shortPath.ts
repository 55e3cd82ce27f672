import {relative} from 'node:path';

/** A path as short as it can be typed here. */
export function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path) || '.';
  return fromHere.length < path.length ? fromHere : path;
}

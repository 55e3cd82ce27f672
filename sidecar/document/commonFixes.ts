import type {Path} from './documentPath.ts';
import {type DocumentFix, shown} from './documentProblem.ts';

/** The fix that sets a value: `Set rate to 0.5`. */
export function setTo(path: Path, value: unknown, name: string = nameOf(path)): DocumentFix {
  const what = typeof value === 'object' && value !== null ? JSON.stringify(value) : shown(value);
  return {title: `Set ${name} to ${what}`, edits: [{kind: 'set', path, value}]};
}

/** The fix that takes a key out. */
export function removeKey(path: Path): DocumentFix {
  return {title: `Remove ${nameOf(path)}`, edits: [{kind: 'remove', path}]};
}

function nameOf(path: Path): string {
  return String(path.at(-1));
}

export function exclude(column: string): DocumentFix {
  return {
    title: `Add "${column}" to data.exclude`,
    edits: [{kind: 'append', path: ['data', 'exclude'], value: column}],
  };
}

import type {StoredRun} from '../../schemas/generated/run.ts';

/** What to type to finish a run. */
export function resumeCommand(kind: StoredRun['kind'], document: string, directory: string): string {
  return `mlp ${kind === 'training' ? 'train' : 'cv'} ${quoted(document)} --resume ${quoted(directory)}`;
}

/** For a shell, where it needs it. */
const quoted = (path: string) => (/^[\w./\\:-]+$/.test(path) ? path : `"${path}"`);

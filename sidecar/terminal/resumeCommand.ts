/** What to type to finish a run. @param command of `mlp` that made it */
export function resumeCommand(command: string, directory: string): string {
  return `mlp ${command} --resume ${quoted(directory)}`;
}

/** For a shell, where it needs it. */
const quoted = (path: string) => (/^[\w./\\:-]+$/.test(path) ? path : `"${path}"`);

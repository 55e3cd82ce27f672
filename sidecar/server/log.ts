import type {LogEntry} from '../../schemas/protocol.ts';

export type Level = LogEntry['level'];

/** The one log of the server. Messages name runs, counts and times: never a value of the data, and no paths but those of runs. */
export interface Log {
  error(message: string, cause?: unknown): void;
  warning(message: string): void;
  info(message: string): void;
  debug(message: string): void;
  /** Entries so far that are still known, oldest first, then each that comes. @returns ends the listening */
  listen(listener: (entry: LogEntry) => void): () => void;
}

const LEVELS: readonly Level[] = ['error', 'warning', 'info', 'debug'];
/** A client that connects late still sees how the server started. */
const REMEMBERED = 200;

/** @param write takes one line for each entry of `level` and above */
export function createLog(level: Level, write: (line: string) => void): Log {
  const remembered: LogEntry[] = [];
  const listeners = new Set<(entry: LogEntry) => void>();
  const add = (of: Level) => (message: string) => {
    if (LEVELS.indexOf(of) > LEVELS.indexOf(level)) return;
    const entry: LogEntry = {at: Date.now(), level: of, message};
    remembered.push(entry);
    if (remembered.length > REMEMBERED) remembered.shift();
    write(`${new Date(entry.at).toISOString()} ${of} ${message}\n`);
    for (const listener of listeners) listener(entry);
  };
  const error = add('error');
  return {
    error: (message, cause) => error(cause === undefined ? message : `${message}\n${traceOf(cause)}`),
    warning: add('warning'),
    info: add('info'),
    debug: add('debug'),
    listen(listener) {
      for (const entry of remembered) listener(entry);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @returns the level that a text names, or `info` */
export function parseLevel(name: string | undefined): Level {
  return LEVELS.find(level => level === name) ?? 'info';
}

/** Where an error came from. Its message is left out: a parser's may quote the data. */
function traceOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  const code = 'code' in cause ? ` ${String(cause.code)}` : '';
  const frames = (cause.stack ?? '').split('\n').filter(line => /^\s+at /.test(line));
  const below = cause.cause === undefined ? '' : `\nby ${traceOf(cause.cause)}`;
  return `${cause.name}${code}\n${frames.join('\n')}${below}`;
}

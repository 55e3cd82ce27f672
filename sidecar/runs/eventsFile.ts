/** events.jsonl: one JSON object a line, only ever added to. A torn last line is what a crash leaves, and is ignored. */
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {FileSystem} from './fileSystem.ts';
import {type GrowingFile, openGrowingFile, readPart, readWhole} from './files.ts';

export interface EventsFile {
  /** Events so far. */
  readonly count: number;
  /** @returns number of the event, from 0 */
  append(event: RunEvent): number;
  /** Events from a number on, at most `most`, from the file: what is past needs no memory. Works when it is closed, too. */
  read(from: number, most?: number): RunEvent[];
  flush(): void;
  close(): void;
}

/** Opens the file to add to it; what a crash left of a last line is cut off. */
export function openEvents(fs: FileSystem, path: string): EventsFile {
  const starts = lineStarts(readWhole(fs, path) ?? Buffer.alloc(0));
  const file: GrowingFile = openGrowingFile(fs, path, starts.pop()!);
  return {
    ...eventsReader(fs, path, starts, () => file.size),
    get count() {
      return starts.length;
    },
    append(event) {
      const start = file.size;
      file.append(Buffer.from(`${JSON.stringify(event)}\n`));
      return starts.push(start) - 1;
    },
    flush: file.flush,
    close: file.close,
  };
}

/** The same, only to read: of a run that is not written any more. */
export function openStoredEvents(fs: FileSystem, path: string): Pick<EventsFile, 'count' | 'read'> {
  const starts = lineStarts(readWhole(fs, path) ?? Buffer.alloc(0));
  const size = starts.pop()!;
  return {count: starts.length, ...eventsReader(fs, path, starts, () => size)};
}

/** @param starts of the events, which may become more */
function eventsReader(
  fs: FileSystem,
  path: string,
  starts: readonly number[],
  size: () => number,
): Pick<EventsFile, 'read'> {
  return {
    read(from, most = Number.POSITIVE_INFINITY) {
      const start = starts[from];
      if (start === undefined) return [];
      const end = starts[from + most] ?? size();
      return parseLines(readPart(fs, path, start, end - start));
    },
  };
}

/** Every event that was wholly written. */
export function readEvents(fs: FileSystem, path: string): RunEvent[] {
  const bytes = readWhole(fs, path) ?? Buffer.alloc(0);
  return parseLines(bytes.subarray(0, lineStarts(bytes).at(-1)));
}

/** Where each whole line begins, and last where the next one would. */
function lineStarts(bytes: Buffer): number[] {
  const starts = [0];
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, end + 1)) starts.push(end + 1);
  return starts;
}

function parseLines(bytes: Buffer): RunEvent[] {
  const lines = bytes.toString('utf8').split('\n');
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as RunEvent);
}

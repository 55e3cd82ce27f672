import {setTimeout as pause} from 'node:timers/promises';
import {readDocument} from '../experiment/loadExperiment.ts';
import {allowedPath} from '../tools/allowedPath.ts';
import type {ToolHost} from '../tools/tool.ts';
import {UserError} from '../userError.ts';
import type {Lab} from './lab.ts';
import type {StoredRuns} from './storedRuns.ts';

/** How often it is looked whether a run has ended, in ms: an agent waits longer for its own words. */
const LOOK_EVERY_MS = 100;

/** Tools of the editor train in its queue, so that their runs are seen, paused and cancelled like all others. */
export function toolHost(lab: Lab, storedRuns: StoredRuns, folders: readonly string[]): ToolHost {
  return {
    resolve: path => allowedPath(path, folders),
    signal: new AbortController().signal,
    async crossValidate(document, variants) {
      const text = readDocument(document);
      const started = await lab.start({kind: 'crossValidation', document, text, variants});
      if (started.kind === 'wrongInput') throw new UserError(started.problems[0]!.message);
      const {run, directory} = started.state;
      while (isGoingOn(lab, run)) await pause(LOOK_EVERY_MS);
      return storedRuns.read(directory);
    },
  };
}

function isGoingOn(lab: Lab, run: string): boolean {
  return ['queued', 'running', 'paused'].includes(lab.find(run).status);
}

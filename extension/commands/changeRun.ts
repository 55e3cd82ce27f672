/** Pause, Resume, Cancel: of the run of the caller, of the only one there is, or of the one that the user picks. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import type {RunState} from '../../schemas/protocol.ts';
import type {Lab} from '../lab.ts';
import {kindWords, progressWords} from '../runs/runWords.ts';
import {UserError} from '../userError.ts';
import type {Command} from './registerCommands.ts';

export function pauseRun(lab: Lab): Command {
  return changeRun(lab, 'mlpLab/pauseRun', ({status}) => status === 'running');
}

export function resumeRun(lab: Lab): Command {
  return changeRun(lab, 'mlpLab/continueRun', ({status}) => status === 'paused');
}

export function cancelRun(lab: Lab): Command {
  return changeRun(lab, 'mlpLab/cancelRun', () => true);
}

function changeRun(
  {runs}: Lab,
  method: Parameters<Lab['runs']['change']>[0],
  isFit: (state: RunState) => boolean,
): Command {
  return async argument => {
    const named = runOf(argument);
    const candidates = runs.states.filter(state => isFit(state) && (named === undefined || state.run === named));
    const chosen = candidates.length > 1 ? await pickRun(candidates) : candidates[0];
    if (chosen) await runs.change(method, chosen.run);
    // A run that ended a moment ago needs nothing any more.
    else if (candidates.length === 0 && named === undefined) {
      throw new UserError(vscode.l10n.t('No run is in the state for that. The view Runs shows what is there.'));
    }
  };
}

async function pickRun(states: readonly RunState[]): Promise<RunState | undefined> {
  const items = states.map(state => ({
    label: basename(state.document),
    description: `${kindWords(state.kind)}, ${progressWords(state)}`,
    state,
  }));
  return (await vscode.window.showQuickPick(items, {placeHolder: vscode.l10n.t('Which run?')}))?.state;
}

/** The status bar passes `{run}`, the tree an item with the state of its run. */
function runOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const {run, state} = argument as {run?: unknown; state?: {run?: unknown}};
  const found = run ?? state?.run;
  return typeof found === 'string' ? found : undefined;
}

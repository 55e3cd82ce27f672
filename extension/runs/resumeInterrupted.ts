/** Runs that were in training when the window was closed or reloaded. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import type {Lab} from '../lab.ts';

/** A window that comes back this soon was reloaded, in ms: its runs go on without a question. */
const reloadMs = 120_000;

export async function resumeInterrupted({runs, log}: Lab): Promise<void> {
  runs.on('lost', ({document}, reason) => {
    log.warn(`A run of ${document} is not taken up: ${reason}`);
    void vscode.window.showWarningMessage(
      vscode.l10n.t('A run of {0} is not taken up here. {1}', basename(document), reason),
    );
  });
  const interrupted = runs.interrupted();
  if (interrupted.length === 0 || !vscode.workspace.isTrusted) return;
  const isReload = interrupted.every(({seenAt}) => Date.now() - seenAt < reloadMs);
  if (!isReload && !(await isWanted(interrupted.map(({document}) => basename(document))))) {
    runs.forget(interrupted);
    return;
  }
  log.info(`Taking up ${interrupted.map(({directory}) => directory).join(', ')}.`);
  await runs.resume(interrupted);
}

async function isWanted(documents: readonly string[]): Promise<boolean> {
  const resume = vscode.l10n.t('Resume');
  const leave = vscode.l10n.t('Leave It');
  const names = [...new Set(documents)].join(', ');
  const message = vscode.l10n.t('Training of {0} was interrupted when the window was closed.', names);
  return (await vscode.window.showInformationMessage(message, resume, leave)) === resume;
}

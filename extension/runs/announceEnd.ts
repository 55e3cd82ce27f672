/** What the user is told when a run ends: nothing, where it is in sight. */
import {existsSync} from 'node:fs';
import {basename} from 'node:path';
import * as vscode from 'vscode';
import {COMMANDS} from '../../schemas/commands.ts';
import type {RunState} from '../../schemas/protocol.ts';
import type {Lab} from '../lab.ts';
import {bestWords, kindWords} from './runWords.ts';

/** A run that took longer may have been left alone, in seconds. */
const longSeconds = 30;

export async function announceEnd(lab: Lab, state: RunState): Promise<void> {
  const {document, directory, status, kind} = state;
  const uri = vscode.Uri.file(document);
  lab.log.info(`${kind} of ${document} ${status}: ${directory}`);
  lab.stored.refresh(uri);
  if (status === 'failed') {
    if (!existsSync(directory)) lab.panels.close(directory);
    return tellFailure(lab, state);
  }
  if (status !== 'completed') return;
  const settings = vscode.workspace.getConfiguration('mlpLab', uri);
  const isInSight = vscode.window.state.focused && lab.panels.isVisible(document);
  const summary = (await lab.stored.list(uri)).find(run => run.directory === directory);
  if (isInSight || !settings.get<boolean>('notifyWhenRunEnds') || (summary?.seconds ?? 0) < longSeconds) return;
  const result = (summary && bestWords(summary)) ?? vscode.l10n.t('done');
  const message = vscode.l10n.t('{0}, {1}: {2}', basename(document), kindWords(kind), result);
  const show = vscode.l10n.t('Show Results');
  const never = vscode.l10n.t("Don't Show Again");
  const chosen = await vscode.window.showInformationMessage(message, show, never);
  if (chosen === show) await vscode.commands.executeCommand(COMMANDS.showPanel, {uri: uri.toString(), run: directory});
  if (chosen === never) await settings.update('notifyWhenRunEnds', false, vscode.ConfigurationTarget.Global);
}

async function tellFailure({log}: Lab, {document, failure}: RunState): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const message = vscode.l10n.t('{0} failed: {1}', basename(document), failure ?? vscode.l10n.t('the log says more.'));
  if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) log.show();
}

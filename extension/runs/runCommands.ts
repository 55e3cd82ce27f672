/** What the view "Runs" can do with stored runs. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import {RUN_COMMANDS} from '../../schemas/commands.ts';
import type {RunSummary} from '../../schemas/protocol.ts';
import type {Command} from '../commands/registerCommands.ts';
import type {Lab} from '../lab.ts';
import {UserError} from '../userError.ts';
import {compareRuns, runDocumentUri} from './runDocuments.ts';
import type {StoredRunItem} from './runsTree.ts';
import {bestWords, kindWords, startWords} from './runWords.ts';

export function runCommands(lab: Lab): {readonly [K in (typeof RUN_COMMANDS)[keyof typeof RUN_COMMANDS]]: Command} {
  return {
    [RUN_COMMANDS.show]: item => {
      const {documentUri, summary} = storedRun(item);
      lab.panels.show({directory: summary.directory, document: documentUri.fsPath});
    },
    [RUN_COMMANDS.openResolved]: async item => {
      await vscode.window.showTextDocument(runDocumentUri(storedRun(item).summary.directory, 'resolved'));
    },
    [RUN_COMMANDS.compare]: async (item, selected) => {
      const [older, newer] = await twoRuns(lab, item, selected);
      const progress = {location: {viewId: 'mlpLab.runs'}};
      const uri = await vscode.window.withProgress(progress, () => compareRuns(lab.stored, older, newer));
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    },
    [RUN_COMMANDS.diff]: async (item, selected) => {
      const [older, newer] = await twoRuns(lab, item, selected);
      const [left, right] = [older, newer].map(run => runDocumentUri(run.directory, 'written'));
      const title = vscode.l10n.t('{0} and {1}: documents', startWords(older), startWords(newer));
      await vscode.commands.executeCommand('vscode.diff', left, right, title);
    },
    [RUN_COMMANDS.diffWithDocument]: async item => {
      const {documentUri, summary} = storedRun(item);
      const title = vscode.l10n.t('{0}: of the run of {1}, and now', basename(documentUri.path), startWords(summary));
      await vscode.commands.executeCommand(
        'vscode.diff',
        runDocumentUri(summary.directory, 'written'),
        documentUri,
        title,
      );
    },
    [RUN_COMMANDS.restore]: async item => {
      const {documentUri, summary} = storedRun(item);
      await restoreDocument(documentUri, (await lab.stored.read(summary.directory)).document.text);
    },
    [RUN_COMMANDS.resume]: async item => {
      const {documentUri, summary} = storedRun(item);
      await lab.runs.resume([
        {directory: summary.directory, document: documentUri.fsPath, isPaused: false, seenAt: Date.now()},
      ]);
    },
    [RUN_COMMANDS.delete]: async (item, selected) => {
      const runs = selectedRuns(item, selected).map(({summary}) => summary);
      if (await isSure(runs)) for (const {directory} of runs) await lab.stored.delete(directory);
    },
    [RUN_COMMANDS.refresh]: () => lab.stored.refresh(),
  };
}

function storedRun(item: unknown): StoredRunItem {
  if ((item as Partial<StoredRunItem> | undefined)?.kind === 'stored') return item as StoredRunItem;
  throw new UserError(vscode.l10n.t('Choose a stored run in the view Runs.'));
}

/** VS Code passes the item that was clicked, and all that are selected where it is one of several. */
function selectedRuns(item: unknown, selected: unknown): StoredRunItem[] {
  const items = Array.isArray(selected) && selected.length > 0 ? selected : [item];
  return items.map(storedRun);
}

/** The two that are selected, or the clicked one and another of its document that the user picks. Older first. */
async function twoRuns(lab: Lab, item: unknown, selected: unknown): Promise<readonly [RunSummary, RunSummary]> {
  const chosen = selectedRuns(item, selected);
  const documents = [...new Set(chosen.map(({documentUri}) => documentUri.fsPath))];
  if (documents.length > 1) {
    const names = documents.slice(0, 2).map(path => basename(path));
    throw new UserError(vscode.l10n.t('Select two runs of one document: these are of {0} and of {1}.', ...names));
  }
  const runs = chosen.map(({summary}) => summary);
  if (runs.length === 1) {
    const {documentUri, summary} = storedRun(item);
    const others = (await lab.stored.list(documentUri)).filter(({directory}) => directory !== summary.directory);
    if (others.length === 0) throw new UserError(vscode.l10n.t('There is only this run of the document yet.'));
    const items = others.map(run => ({
      label: bestWords(run) ?? kindWords(run.kind),
      description: startWords(run),
      run,
    }));
    const picked = await vscode.window.showQuickPick(items, {placeHolder: vscode.l10n.t('The other run')});
    if (!picked) throw new vscode.CancellationError();
    runs.push(picked.run);
  }
  if (runs.length !== 2) throw new UserError(vscode.l10n.t('Select two runs to compare them.'));
  return runs.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)) as [RunSummary, RunSummary];
}

/** One edit that can be undone; the file is not saved. */
async function restoreDocument(uri: vscode.Uri, text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}

async function isSure(runs: readonly RunSummary[]): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const message =
    runs.length === 1
      ? vscode.l10n.t('Delete the run of {0}, with its models and predictions?', startWords(runs[0]!))
      : vscode.l10n.t('Delete {0} runs, with their models and predictions?', runs.length);
  return (await vscode.window.showWarningMessage(message, {modal: true}, remove)) === remove;
}

/** One item at the left while something trains: how far it is, with what can be done in its hover. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import {COMMANDS} from '../../schemas/commands.ts';
import type {RunState} from '../../schemas/protocol.ts';
import type {Lab} from '../lab.ts';
import {kindWords, progressWords} from './runWords.ts';

export function createStatusBar({runs}: Pick<Lab, 'runs'>): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('mlpLab.run', vscode.StatusBarAlignment.Left, 50);
  item.name = vscode.l10n.t('MLP Lab: training');
  const update = () => {
    const states = runs.states;
    const shown = states.find(({status}) => status === 'running') ?? states[0];
    if (!shown) {
      item.hide();
      return;
    }
    const document = basename(shown.document, '.mlp.json');
    const more = states.length > 1 ? ` +${states.length - 1}` : '';
    const words = runs.isAdrift(shown.directory) ? vscode.l10n.t('waiting for the sidecar') : progressWords(shown);
    item.text = `$(${shown.status === 'running' ? 'sync~spin' : 'debug-pause'}) ${document} ${words}${more}`;
    item.tooltip = tooltip(states);
    // A screen reader is told of every tenth percent, not of each.
    const tenth = `${Math.floor(shown.progress * 10) * 10} %`;
    item.accessibilityInformation = {label: vscode.l10n.t('{0}: {1} of {2}', kindWords(shown.kind), tenth, document)};
    const uri = vscode.Uri.file(shown.document).toString();
    item.command = {command: COMMANDS.showPanel, title: '', arguments: [{uri, run: shown.directory}]};
    item.show();
  };
  runs.on('changed', update);
  return item;
}

function tooltip(states: readonly RunState[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  text.isTrusted = {enabledCommands: [COMMANDS.pauseRun, COMMANDS.resumeRun, COMMANDS.cancelRun]};
  for (const state of states) {
    text.appendMarkdown('**').appendText(basename(state.document)).appendMarkdown('**: ');
    text.appendText(`${kindWords(state.kind)}, ${progressWords(state)}`).appendMarkdown('\n\n');
    const link = (command: string, icon: string, title: string) =>
      `[$(${icon}) ${title}](command:${command}?${encodeURIComponent(JSON.stringify([{run: state.run}]))})`;
    const pause =
      state.status === 'paused'
        ? link(COMMANDS.resumeRun, 'debug-continue', vscode.l10n.t('Resume'))
        : link(COMMANDS.pauseRun, 'debug-pause', vscode.l10n.t('Pause'));
    const cancel = link(COMMANDS.cancelRun, 'debug-stop', vscode.l10n.t('Cancel'));
    text.appendMarkdown(`${state.status === 'queued' ? '' : `${pause} · `}${cancel}\n\n`);
  }
  return text;
}
